import { packedType } from "../model/proto-json.js";
import { applyToHttpFilters } from "./apply-to-http-filters.js";
import { filterMismatch, namedFilter } from "./match-filter.js";
import { merged, mergeFilter } from "./merge-into-piece.js";
import { messageIn, nameOf } from "./message-fields.js";
import type { Mismatch } from "./mismatch.js";
import { operateOnList } from "./operate-on-list.js";
import { type PatchRun, patchesOf } from "./patch-run.js";
import { managerName, managerType } from "./patched-types.js";
import { type Piece, putTogether, takeListApart } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";

/**
 * NETWORK_FILTER patches within one filter chain: what adds, replaces and removes; then, of each filter of the result, what merges, and
 * behind it the HTTP filters of a connection manager.
 *
 * @param chainMismatch the condition that the filter chain fails, or its listener
 * @returns the patch at which istiod panics, if there is one
 */
export function applyToNetworkFilters(
  run: PatchRun,
  chain: Piece,
  chainMismatch: (patch: PreparedPatch) => Mismatch | undefined,
): PreparedPatch | undefined {
  const { journal } = run;
  const list = takeListApart(chain, "filters");
  const patches = patchesOf(run, "NETWORK_FILTER");
  for (const patch of patches) {
    if (patch.operation === "MERGE") continue;
    const named = namedFilter(patch.match);
    operateOnList(journal, patch, {
      list,
      holder: chain,
      apart: chainMismatch(patch),
      isNamed: named !== undefined,
      itemMismatch: (item) => filterMismatch(item, named),
    });
  }
  const merges = patches.filter(({ operation }) => operation === "MERGE");
  let panicked: PreparedPatch | undefined;
  for (const filter of list.pieces) {
    panicked = mergeAll(run, merges, filter, chainMismatch) ?? applyBelow(run, filter, chainMismatch);
    if (panicked !== undefined) break;
  }
  putTogether(list, "kept");
  return panicked;
}

function mergeAll(
  run: PatchRun,
  merges: readonly PreparedPatch[],
  filter: Piece,
  chainMismatch: (patch: PreparedPatch) => Mismatch | undefined,
): PreparedPatch | undefined {
  for (const patch of merges) {
    if (!run.journal.judged(patch, filter, chainMismatch(patch) ?? filterMismatch(filter, namedFilter(patch.match)))) continue;
    const merge = mergeFilter(filter.value, patch.value);
    if ("panic" in merge) {
      run.journal.failed(patch, merge.panic, run.patches);
      return patch;
    }
    merged(run.journal, patch, filter, merge.value);
  }
  return undefined;
}

/** istiod goes by the name first: a connection manager of another name has its HTTP filters left alone. */
function applyBelow(
  run: PatchRun,
  filter: Piece,
  chainMismatch: (patch: PreparedPatch) => Mismatch | undefined,
): PreparedPatch | undefined {
  const config = messageIn(filter.value, "typed_config");
  if (nameOf(filter.value) !== managerName || config === undefined || packedType(config) !== managerType) return undefined;
  return applyToHttpFilters(run, filter, chainMismatch);
}
