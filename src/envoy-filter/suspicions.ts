import type { ConfigPatch } from "./envoy-filter.js";
import type { JournalledChange, PatchRecord } from "./journal.js";
import type { Suspicion } from "./patch-account.js";
import type { Piece } from "./pieces.js";
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
  const found = new Map<string, { readonly suspicion: Suspicion; readonly places: Set<Piece | string> }>();
  for (const [suspicion, place] of everySuspicion(patch, written, record, changes)) {
    const key = `${suspicion.code} ${suspicion.message}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { suspicion, places: new Set([place]) });
    else known.places.add(place);
  }
  const once = [...found.values()].map(({ suspicion, places }) =>
    places.size === 1 ? suspicion : { ...suspicion, message: `${suspicion.message} (in ${places.size} places)` },
  );
  return undone === undefined ? once : [...once, undone];
}

/** Each with the place that it is about: what a merge changed, where it speaks of the patch that was merged, else what it points to. */
function* everySuspicion(
  patch: PreparedPatch,
  written: ConfigPatch,
  record: PatchRecord,
  changes: readonly JournalledChange[],
): Generator<readonly [Suspicion, Piece | string]> {
  for (const suspicion of [...suspectValue(written, patch), ...suspectMatch(written, patch)]) yield [suspicion, suspicion.at];
  if (record.failed !== null) {
    const at = "/patch/value/typed_config";
    yield [{ code: "type-difference", at, message: `${record.failed}: istiod panics and gives up` }, at];
  }
  for (const change of changes) {
    if (change.kind !== "merged") continue;
    for (const suspicion of suspectMerge(change, written.patch.value ?? {})) yield [suspicion, change.piece];
  }
  for (const suspicion of suspectAnchor(patch, record)) yield [suspicion, suspicion.at];
  for (const change of changes) for (const suspicion of suspectResult(change)) yield [suspicion, suspicion.at];
}
