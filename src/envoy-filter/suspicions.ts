import type { ConfigPatch } from "./envoy-filter.js";
import type { JournalledChange, PatchRecord } from "./journal.js";
import type { Suspicion } from "./patch-account.js";
import type { PreparedPatch } from "./prepared-patch.js";
import { suspectAnchor } from "./suspect-anchor.js";
import { suspectMatch } from "./suspect-match.js";
import { suspectMerge } from "./suspect-merge.js";
import { suspectResult } from "./suspect-result.js";
import { suspectValue } from "./suspect-value.js";

/** What is suspicious about a patch and what it did. What is so in many places is said once, with the first of them. */
export function suspicionsOf(
  patch: PreparedPatch,
  written: ConfigPatch,
  record: PatchRecord,
  changes: readonly JournalledChange[],
  undone: Suspicion | undefined,
): readonly Suspicion[] {
  const found = new Map<string, { readonly suspicion: Suspicion; places: number }>();
  for (const suspicion of everySuspicion(patch, written, record, changes)) {
    const key = `${suspicion.code} ${suspicion.message}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { suspicion, places: 1 });
    else known.places++;
  }
  const once = [...found.values()].map(({ suspicion, places }) =>
    places === 1 ? suspicion : { ...suspicion, message: `${suspicion.message} (in ${places} places)` },
  );
  return undone === undefined ? once : [...once, undone];
}

function* everySuspicion(
  patch: PreparedPatch,
  written: ConfigPatch,
  record: PatchRecord,
  changes: readonly JournalledChange[],
): Generator<Suspicion> {
  yield* suspectValue(written, patch);
  yield* suspectMatch(written, patch);
  if (record.failed !== null) {
    yield { code: "type-difference", at: "/patch/value/typed_config", message: `${record.failed}: istiod panics and gives up` };
  }
  for (const change of changes) if (change.kind === "merged") yield* suspectMerge(change, written.patch.value ?? {});
  yield* suspectAnchor(patch, record);
  for (const change of changes) yield* suspectResult(change);
}
