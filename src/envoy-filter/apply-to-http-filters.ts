import { filterMismatch, namedFilter, namedHttpFilter } from "./match-filter.js";
import { merged, mergeFilter } from "./merge-into-piece.js";
import type { Mismatch } from "./mismatch.js";
import { operateOnList } from "./operate-on-list.js";
import { type PatchRun, patchesOf } from "./patch-run.js";
import { type Piece, putTogether, takeListApart } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";

/**
 * HTTP_FILTER patches within one connection manager: first what adds, replaces and removes, then what merges, so that a merge sees
 * filters of any patch.
 *
 * @param chainMismatch the condition that the filter chain fails, or its listener
 * @returns the patch at which istiod panics, if there is one; the connection manager is then as it was
 */
export function applyToHttpFilters(
  run: PatchRun,
  manager: Piece,
  chainMismatch: (patch: PreparedPatch) => Mismatch | undefined,
): PreparedPatch | undefined {
  const { journal } = run;
  const patches = patchesOf(run, "HTTP_FILTER");
  if (patches.length === 0) return undefined;
  const list = takeListApart(manager, "typed_config", "http_filters");
  const changesBefore = journal.changes.length;
  const apartOf = (patch: PreparedPatch): Mismatch | undefined => chainMismatch(patch) ?? filterMismatch(manager, namedFilter(patch.match));
  const itemMismatchOf = (patch: PreparedPatch) => (item: Piece) => filterMismatch(item, namedHttpFilter(patch.match), "sub-filter name");
  for (const patch of patches) {
    if (patch.operation === "MERGE") continue;
    const isNamed = namedHttpFilter(patch.match) !== undefined;
    operateOnList(journal, patch, { list, holder: manager, apart: apartOf(patch), isNamed, itemMismatch: itemMismatchOf(patch) });
  }
  const merges = patches.filter(({ operation }) => operation === "MERGE");
  for (const filter of list.pieces) {
    for (const patch of merges) {
      if (!journal.judged(patch, filter, apartOf(patch) ?? itemMismatchOf(patch)(filter))) continue;
      const merge = mergeFilter(filter.value, patch.value);
      if ("panic" in merge) {
        journal.forgetChanges(changesBefore);
        journal.failed(patch, merge.panic, run.patches);
        return patch;
      }
      merged(journal, patch, filter, merge.value);
    }
  }
  putTogether(list);
  return undefined;
}
