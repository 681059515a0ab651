import { applyToFilterChains } from "./apply-to-filter-chains.js";
import { applyToListenerFilters } from "./apply-to-listener-filters.js";
import { listenerMismatch } from "./match-listener.js";
import { mergeIntoPiece } from "./merge-into-piece.js";
import { nameOf } from "./message-fields.js";
import { insertAt } from "./operate-on-list.js";
import { type PatchRun, patchesOf } from "./patch-run.js";
import type { Piece, PieceList } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";

/**
 * The patches of listeners and of all that is in them, kind by kind from the outside in, listener by listener; then LISTENER ADD.
 * When istiod panics at a patch, the listeners stay as they are at that moment: what was changed is, all that was still to come is not.
 */
export function applyToListeners(run: PatchRun, listeners: PieceList): void {
  for (const listener of listeners.pieces) {
    if (hasName(listener) && applyToListener(run, listener) !== undefined) return;
  }
  // What the match of an ADD says of listeners is not looked at.
  for (const patch of patchesOf(run, "LISTENER"))
    if (patch.operation === "ADD") insertAt(run.journal, patch, listeners, listeners.pieces.length);
  listeners.pieces = listeners.pieces.filter(hasName);
}

const hasName = ({ value }: Piece): boolean => nameOf(value) !== "";

function applyToListener(run: PatchRun, listener: Piece): PreparedPatch | undefined {
  const { journal } = run;
  for (const patch of patchesOf(run, "LISTENER")) {
    if (patch.operation === "ADD") continue;
    if (!journal.judged(patch, listener, listenerMismatch(listener, patch.match.listener, "LISTENER"))) continue;
    if (patch.operation !== "REMOVE") {
      mergeIntoPiece(journal, patch, listener);
      continue;
    }
    // A listener to be removed has no name; those are dropped at the end.
    const { name: _, ...removed } = listener.value;
    listener.value = removed;
    journal.removed(patch, listener);
    return undefined;
  }
  return applyToListenerFilters(run, listener) ?? applyToFilterChains(run, listener);
}
