import { isDeepEqual } from "../util/deep-equal.js";
import type { Journal } from "./journal.js";
import type { Mismatch } from "./mismatch.js";
import { newPiece, type Piece, type PieceList } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";

/** A list that a patch may put its value into, and how the patch's match judges it. */
export interface PatchedList {
  readonly list: PieceList;
  /** What holds the list; the candidate of a patch that names no item. */
  readonly holder: Piece;
  /** The condition that the holder fails, or what it lies in. */
  readonly apart: Mismatch | undefined;
  /** Does the patch name an item of the list? */
  readonly isNamed: boolean;
  /** The condition that an item fails by its own name. */
  readonly itemMismatch: (item: Piece) => Mismatch | undefined;
}

/** ADD, INSERT_*, REPLACE and REMOVE in a list of filters. A REPLACE or REMOVE that names no item is not carried out at all. */
export function operateOnList(journal: Journal, patch: PreparedPatch, patched: PatchedList): void {
  const { list, isNamed } = patched;
  switch (patch.operation) {
    case "ADD":
      putInto(journal, patch, patched, list.pieces.length);
      break;
    case "INSERT_FIRST":
      putInto(journal, patch, patched, 0);
      break;
    case "INSERT_BEFORE":
      if (isNamed) insertBeside(journal, patch, list, anchorOf(journal, patch, patched), 0);
      else putInto(journal, patch, patched, 0);
      break;
    case "INSERT_AFTER":
      if (isNamed) insertBeside(journal, patch, list, anchorOf(journal, patch, patched), 1);
      else putInto(journal, patch, patched, list.pieces.length);
      break;
    case "REPLACE":
      replaceFirst(journal, patch, list, anchorOf(journal, patch, patched));
      break;
    case "REMOVE":
      removeAll(journal, patch, list, matchesIn(journal, patch, patched));
  }
}

/** Puts the patch's value at an index of a list that the patch's match takes. */
function putInto(journal: Journal, patch: PreparedPatch, { list, holder, apart }: PatchedList, index: number): void {
  if (journal.judged(patch, holder, apart)) insertAt(journal, patch, list, index);
}

/** Puts the patch's value at an index of a list. */
export function insertAt(journal: Journal, patch: PreparedPatch, list: PieceList, index: number): Piece {
  const piece = newPiece(list, patch.value);
  list.pieces = list.pieces.toSpliced(index, 0, piece);
  journal.added(patch, piece);
  return piece;
}

/** The items of a list that a patch matches, each judged. */
export function matchesIn(journal: Journal, patch: PreparedPatch, { list, apart, itemMismatch }: PatchedList): readonly Piece[] {
  return list.pieces.filter((item) => journal.judged(patch, item, apart ?? itemMismatch(item)));
}

/** The first item that the patch names. */
function anchorOf(journal: Journal, patch: PreparedPatch, patched: PatchedList): Piece | undefined {
  const [anchor] = matchesIn(journal, patch, patched);
  if (anchor === undefined && patched.apart === undefined) journal.lackedAnchor(patch, patched.holder);
  return anchor;
}

function insertBeside(journal: Journal, patch: PreparedPatch, list: PieceList, anchor: Piece | undefined, after: 0 | 1): void {
  if (anchor !== undefined) insertAt(journal, patch, list, list.pieces.indexOf(anchor) + after);
}

/** The old piece is gone, and a new one in its place; one that says the same stays. */
function replaceFirst(journal: Journal, patch: PreparedPatch, list: PieceList, replaced: Piece | undefined): void {
  if (replaced === undefined || isDeepEqual(replaced.value, patch.value)) return;
  const by = newPiece(list, patch.value);
  list.pieces = list.pieces.with(list.pieces.indexOf(replaced), by);
  journal.replaced(patch, replaced, by);
}

function removeAll(journal: Journal, patch: PreparedPatch, list: PieceList, removed: readonly Piece[]): void {
  if (removed.length === 0) return;
  list.pieces = list.pieces.filter((piece) => !removed.includes(piece));
  for (const piece of removed) journal.removed(patch, piece);
}
