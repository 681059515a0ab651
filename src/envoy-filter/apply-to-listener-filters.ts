import { filterMismatch, namedListenerFilter } from "./match-filter.js";
import { listenerMismatch } from "./match-listener.js";
import { merged, mergeFilter } from "./merge-into-piece.js";
import { messageIn } from "./message-fields.js";
import { operateOnList } from "./operate-on-list.js";
import { type PatchRun, patchesOf } from "./patch-run.js";
import { type Piece, type PieceList, putTogether, takeListApart } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";

/**
 * LISTENER_FILTER patches within one listener, all of them in their order.
 *
 * @returns the patch at which istiod panics, if there is one
 */
export function applyToListenerFilters(run: PatchRun, listener: Piece): PreparedPatch | undefined {
  const patches = patchesOf(run, "LISTENER_FILTER");
  if (patches.length === 0) return undefined;
  const list = takeListApart(listener, "listener_filters");
  let panicked: PreparedPatch | undefined;
  for (const patch of patches) {
    const apart = listenerMismatch(listener, patch.match.listener, "LISTENER_FILTER");
    const named = namedListenerFilter(patch.match.listener);
    const itemMismatch = (item: Piece) => filterMismatch(item, named);
    if (patch.operation !== "MERGE") {
      operateOnList(run.journal, patch, { list, holder: listener, apart, isNamed: named !== undefined, itemMismatch });
    } else if (!mergeIntoEach(run, patch, list, apart)) {
      panicked = patch;
      break;
    }
  }
  putTogether(list);
  return panicked;
}

/** The name in the match lets a merge run at all; then it reaches every listener filter that has a configuration, and renames none. */
function mergeIntoEach(run: PatchRun, patch: PreparedPatch, list: PieceList, apart: ReturnType<typeof listenerMismatch>): boolean {
  for (const filter of list.pieces) {
    if (messageIn(filter.value, "typed_config") === undefined || !run.journal.judged(patch, filter, apart)) continue;
    const merge = mergeFilter(filter.value, patch.value, false);
    if ("panic" in merge) {
      run.journal.failed(patch, merge.panic, run.patches);
      return false;
    }
    merged(run.journal, patch, filter, merge.value);
  }
  return true;
}
