import { isJsonObject, type Json, type JsonObject, setMember } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";

/**
 * Something that patches act on, in the course of patching: a resource, or a message in a list of one. A list is taken apart into pieces
 * when patches come to it, and put together again behind them, so that a piece is the same whatever is inserted before it.
 */
export interface Piece {
  /** What it is now. */
  value: JsonObject;
  /** What was given; null for what a patch added. */
  readonly original: JsonObject | null;
  /** JSON pointer in the resources given; null for what a patch added. */
  readonly given: string | null;
  /** The list that it is or was in. */
  readonly within: PieceList;
}

/** The pieces of a list (or the one piece of a field), in their order. */
export interface PieceList {
  /** null: the list is one of the resources themselves. */
  readonly holder: Piece | null;
  /** Keys from the holder, or from the resources. */
  readonly keys: readonly string[];
  readonly isSingle: boolean;
  pieces: Piece[];
}

/** A list of resources. `read` makes each canonical. */
export function resourceList(key: string, resources: readonly JsonObject[]): PieceList {
  const list: PieceList = { holder: null, keys: [key], isSingle: false, pieces: [] };
  list.pieces = resources.map((value, index) => ({ value, original: value, given: pointTo("", key, index), within: list }));
  return list;
}

/** Takes the list at the keys within a piece apart; one that is not there is empty. */
export function takeListApart(holder: Piece, ...keys: readonly string[]): PieceList {
  const list: PieceList = { holder, keys, isSingle: false, pieces: [] };
  const originals = holder.original === null ? undefined : inner(holder.original, keys);
  const at = holder.given === null ? null : pointTo(holder.given, ...keys);
  // A merge appends behind the items that were there, and leaves those the objects that they are.
  list.pieces = itemsOf(inner(holder.value, keys)).map((value, index) => {
    const isOriginal = Array.isArray(originals) && originals[index] === value;
    return { value, original: isOriginal ? value : null, given: isOriginal && at !== null ? pointTo(at, index) : null, within: list };
  });
  return list;
}

/** Takes the message in a field of a piece out of it: a list of that one piece, or of none. */
export function takeOut(holder: Piece, key: string): PieceList {
  const list: PieceList = { holder, keys: [key], isSingle: true, pieces: [] };
  const value = inner(holder.value, [key]);
  const was = holder.original === null ? undefined : inner(holder.original, [key]);
  const original = isJsonObject(was) ? was : null;
  const given = original === null || holder.given === null ? null : pointTo(holder.given, key);
  if (isJsonObject(value)) list.pieces = [{ value, original, given, within: list }];
  return list;
}

const itemsOf = (list: Json | undefined): readonly JsonObject[] => (Array.isArray(list) ? list.filter(isJsonObject) : []);

/** A new piece for a list; the caller puts it where it belongs. */
export function newPiece(within: PieceList, value: JsonObject): Piece {
  return { value, original: null, given: null, within };
}

/**
 * Puts the pieces of a list back into the piece that holds them.
 *
 * @param empty what becomes of a list without items: protobuf does not tell it from none, but istiod does until it is done
 */
export function putTogether({ holder, keys, pieces, isSingle }: PieceList, empty: "dropped" | "kept" = "dropped"): void {
  if (holder === null) return;
  const values = pieces.map(({ value }) => value);
  const list = values.length === 0 && empty === "dropped" ? undefined : values;
  holder.value = withInner(holder.value, keys, isSingle ? values[0] : list);
}

/** A message without a list that has no items. */
export function withoutEmpty(message: JsonObject, key: string): JsonObject {
  const list = message[key];
  return Array.isArray(list) && list.length === 0 ? withInner(message, [key], undefined) : message;
}

/** JSON pointer of a piece in the resources as they are now; null where it is not in them any more. */
export function currentPointer(piece: Piece): string | null {
  const { holder, keys, isSingle, pieces } = piece.within;
  const index = pieces.indexOf(piece);
  const at = holder === null ? "" : currentPointer(holder);
  if (index < 0 || at === null) return null;
  return isSingle ? pointTo(at, ...keys) : pointTo(at, ...keys, index);
}

/** The resource that a piece belongs to: itself, or the outermost that holds it. */
export function resourceOf(piece: Piece): Piece {
  let outermost = piece;
  for (let holder = piece.within.holder; holder !== null; holder = holder.within.holder) outermost = holder;
  return outermost;
}

function inner(value: JsonObject, keys: readonly string[]): Json | undefined {
  let found: Json | undefined = value;
  for (const key of keys) found = isJsonObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  return found;
}

/** The message with another value at the keys, or without one. The message itself where that is the value that it has. */
function withInner(message: JsonObject, keys: readonly string[], value: Json | undefined): JsonObject {
  const [key = "", ...rest] = keys;
  const own = Object.hasOwn(message, key) ? message[key] : undefined;
  const next = rest.length === 0 ? value : isJsonObject(own) ? withInner(own, rest, value) : own;
  if (next === own || isSameList(own, next)) return message;
  if (next === undefined) {
    const { [key]: _, ...without } = message;
    return without;
  }
  const changed = { ...message };
  setMember(changed, key, next);
  return changed;
}

/** The same items; a list that is not there has none. */
function isSameList(one: Json | undefined, other: Json | undefined): boolean {
  if (one === undefined) return Array.isArray(other) && other.length === 0;
  return Array.isArray(one) && Array.isArray(other) && one.length === other.length && one.every((item, index) => item === other[index]);
}
