import type { PatchAssumption } from "../../envoy-filter/dump-proxy.js";
import type { PatchAccount } from "../../envoy-filter/patch-account.js";
import { type PatchSnapshotOptions, patchSnapshot } from "../../envoy-filter/patch-snapshot.js";
import { type ReadEnvoyFilters, type WrittenPatch, writtenPatches } from "../../envoy-filter/read-envoy-filters.js";
import { type AnswerHead, answerHead, fileOf } from "../../model/answer.js";
import type { Snapshot, SnapshotFile } from "../../model/snapshot.js";
import type { Diff } from "../change.js";
import { type DiffOptions, diffSnapshots } from "../diff-snapshots.js";

/** What EnvoyFilters would make of a config dump. */
export interface PatchAnswer extends AnswerHead<"patch"> {
  readonly file: SnapshotFile;
  /** Objects of other kinds in the files of EnvoyFilters, which were passed over. */
  readonly others: ReadEnvoyFilters["others"];
  /** What istiod's validation would warn of; each names file and line. */
  readonly warnings: readonly string[];
  /** One for each config patch. */
  readonly account: readonly (PatchAccount & WrittenPatch)[];
  readonly assumptions: readonly PatchAssumption[];
  /** From the dump to the patched one. */
  readonly diff: Diff;
}

/** An answer with the patched dump. */
export interface PatchedDump {
  readonly answer: PatchAnswer;
  /** The text of each file of the dump, patched. */
  readonly texts: readonly Uint8Array[];
}

/** What EnvoyFilters would make of a config dump: an account of each patch, and what it would change. See `patchSnapshot`. */
export function patchDump(snapshot: Snapshot, read: ReadEnvoyFilters, options: PatchSnapshotOptions & DiffOptions = {}): PatchedDump {
  const patched = patchSnapshot(
    snapshot,
    read.envoyFilters.map(({ envoyFilter }) => envoyFilter),
    options,
  );
  const places = writtenPatches(read);
  const answer: PatchAnswer = {
    ...answerHead("patch"),
    file: fileOf(snapshot.file),
    others: read.others,
    warnings: read.warnings,
    account: patched.account.map((each, index) => ({ ...each, ...(places[index] ?? { file: "", line: 0 }) })),
    assumptions: patched.assumptions,
    diff: diffSnapshots(snapshot, patched.snapshot, options),
  };
  return { answer, texts: patched.texts };
}
