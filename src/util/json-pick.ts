import type { ByteSource } from "./byte-source.js";
import { backslash, closeBrace, closeBracket, colon, comma, openBrace, openBracket, quote } from "./json-marks.js";
import type { RowTable } from "./json-rows.js";
import { jsonScanner } from "./json-scanner.js";
import { tokenBehind } from "./token-behind.js";
import { decodeUtf8, encodeUtf8 } from "./utf8.js";

/** How much of a JSON value is taken. Arrays are taken whole, so that their indices stay: of their elements as much as of the value. */
export type JsonPick = typeof pickAll | typeof pickAside | PickMembers;

/** All of it. */
export const pickAll = "all";

/** A string is set aside: `asideMark` with its number stands for it in the text. An empty one, and any other value, is taken as it is. */
export const pickAside = "aside";

/** What the text of no string begins with that is picked: one with escapes is not picked at all. */
const asideMark = "\0";

const marks: Uint8Array[] = [];

/** The JSON of a mark. Most values have a few. */
function markOf(index: number): Uint8Array {
  const mark = marks[index] ?? encodeUtf8(JSON.stringify(`${asideMark}${index}`));
  if (index < mostMarks) marks[index] = mark;
  return mark;
}

const mostMarks = 1000;

/** What is picked from a value. */
export interface Picked {
  /** JSON. */
  readonly text: string;
  readonly aside: readonly string[];
}

/** A text of what is picked; for one that was set aside that. */
export const fromAside = (text: string, aside: readonly string[]): string =>
  text.startsWith(asideMark) ? (aside[Number(text.slice(asideMark.length))] ?? text) : text;

/** The key whose text says what an object is; always taken. */
const typeKey = encodeUtf8('"@type"');

/** Of an object some members; of any other value all. */
export class PickMembers {
  readonly #find: () => Iterable<readonly [string, JsonPick]>;
  readonly #every: JsonPick | null;
  readonly #ofType: ((type: string) => JsonPick) | null;
  readonly #ofTypes = new Map<string, JsonPick>();
  /** How many levels of a value had to be scanned for it so far. */
  levels = 1;
  #byLength: (readonly { readonly bytes: Uint8Array; readonly pick: JsonPick }[] | undefined)[] | undefined;

  /**
   * `members`: the members under these keys, asked for when an object is met; `every`: the members under all other keys, too; `ofType`:
   * what is taken instead of an object that begins with this "@type" (of one that begins otherwise all).
   */
  constructor(take: {
    readonly members?: () => Iterable<readonly [string, JsonPick]>;
    readonly every?: JsonPick;
    readonly ofType?: (type: string) => JsonPick;
  }) {
    this.#find = take.members ?? (() => []);
    this.#every = take.every ?? null;
    this.#ofType = take.ofType ?? null;
  }

  get dependsOnType(): boolean {
    return this.#ofType !== null;
  }

  ofType(type: string): JsonPick {
    let found = this.#ofTypes.get(type);
    if (found === undefined) {
      found = this.#ofType?.(type) ?? pickAll;
      if (this.#ofTypes.size < mostTypes) this.#ofTypes.set(type, found);
    }
    return found;
  }

  /** How much is taken under a key, which stands in quotes at [at, end); undefined for nothing. A key with escapes may be any. */
  under(text: Uint8Array, at: number, end: number): JsonPick | undefined {
    this.#byLength ??= byLength(this.#find());
    const known = this.#byLength[end - at];
    if (known !== undefined) for (const { bytes, pick } of known) if (stands(bytes, text, at)) return pick;
    if (this.#every !== null) return this.#every;
    for (let index = at; index < end; index++) if (text[index] === backslash) return pickAll;
    return undefined;
  }
}

/** A hostile file has any number of them. */
const mostTypes = 1000;

function byLength(
  members: Iterable<readonly [string, JsonPick]>,
): ({ readonly bytes: Uint8Array; readonly pick: JsonPick }[] | undefined)[] {
  const sorted: { readonly bytes: Uint8Array; readonly pick: JsonPick }[][] = [];
  for (const [key, pick] of [["@type", pickAll] as const, ...members]) {
    const bytes = encodeUtf8(`"${key}"`);
    const same = sorted[bytes.length];
    if (same === undefined) sorted[bytes.length] = [{ bytes, pick }];
    else same.push({ bytes, pick });
  }
  return sorted;
}

/** As `standsAt`, of texts that are known to begin and end alike, as keys do with their quotes: a summary takes a twentieth less by it. */
function stands(bytes: Uint8Array, text: Uint8Array, at: number): boolean {
  for (let index = bytes.length - 2; index > 0; index--) if (text[at + index] !== bytes[index]) return false;
  return true;
}

/** Deeper values are not picked from. */
const deepest = 200;

/** What is picked from a value; null for one of which nothing can be picked: then all of it must be parsed. */
export const pickFrom = (
  source: ByteSource,
  { start, end }: { readonly start: number; readonly end: number },
  pick: JsonPick,
): Picked | null => new JsonPicker(source, pick).pickedFrom(start, end);

/**
 * What is picked from the values of the rows of a table. Rows that are asked for one after the other are gone over together. Rows that say
 * the same in what is taken, and not set aside, have equal texts, as a rule.
 */
export class RowPicker {
  readonly #rows: RowTable;
  readonly #picker: JsonPicker;
  #first = 0;
  #known: readonly (Picked | null)[] = [];

  constructor(source: ByteSource, rows: RowTable, pick: JsonPick) {
    this.#rows = rows;
    this.#picker = new JsonPicker(source, pick);
  }

  /** What is picked from the value of a row of the table's shape; null as with `pickFrom`. */
  pickedFrom(row: number): Picked | null {
    const known = this.#known[row - this.#first];
    if (known !== undefined) return known;
    const isNext = row === this.#first + this.#known.length;
    const rows = this.#rows;
    this.#first = row;
    this.#known = this.#picker.pickedFromEach(isNext ? rows.count - row : 1, (index) => [
      rows.valueStart(row + index),
      rows.valueEnd(row + index),
    ]);
    return this.#known[0] ?? null;
  }
}

const nothingAside: string[] = [];

class JsonPicker {
  readonly #source: ByteSource;
  readonly #pick: JsonPick;
  readonly #scanner = jsonScanner();
  /** How many levels of a value are scanned. Most text is below them. */
  #levels: number;
  /** Was something to be picked from a value below them? */
  #isTooDeep = false;
  #text: Uint8Array = this.#scanner.chunk;
  #offsets: Uint32Array = this.#scanner.offsets;
  #count = 0;
  #picked = new Uint8Array(4096);
  #length = 0;
  #aside: string[] = nothingAside;
  /** The text picked last, and its bytes. */
  #latest = "";
  #latestBytes = new Uint8Array();

  constructor(source: ByteSource, pick: JsonPick) {
    this.#source = source;
    this.#pick = pick;
    this.#levels = typeof pick === "string" ? 1 : pick.levels;
  }

  pickedFrom(start: number, end: number): Picked | null {
    return this.#deepEnough(() => this.#pickedFrom(start, end));
  }

  /** Of some values that follow one another in the file: of the first, and of those that lie in a chunk with it. */
  pickedFromEach(most: number, placeOf: (index: number) => readonly [number, number]): readonly (Picked | null)[] {
    return this.#deepEnough(() => this.#pickedFromEach(most, placeOf));
  }

  #deepEnough<Found>(find: () => Found): Found {
    for (;;) {
      this.#isTooDeep = false;
      const found = find();
      if (!this.#isTooDeep) return found;
      this.#levels = 2 * this.#levels + 1;
      if (typeof this.#pick !== "string") this.#pick.levels = this.#levels;
    }
  }

  #pickedFrom(start: number, end: number): Picked | null {
    if (end - start > this.#scanner.chunk.length) this.#scanLarge(start, end);
    else {
      this.#source.copy(this.#scanner.chunk, start);
      this.#scan(end - start);
    }
    return this.#pickedAt(0);
  }

  #pickedFromEach(most: number, placeOf: (index: number) => readonly [number, number]): readonly (Picked | null)[] {
    const [start, firstEnd] = placeOf(0);
    const { chunk } = this.#scanner;
    if (most === 1 || firstEnd - start > chunk.length) return [this.#pickedFrom(start, firstEnd)];
    const limit = start + this.#source.copy(chunk, start);
    const starts: number[] = [];
    let end = start;
    for (let index = 0; index < most; index++) {
      const [from, to] = placeOf(index);
      if (to === 0 || to > limit) break; // An element of another shape, or one that goes on behind the chunk.
      starts.push(from - start);
      end = to;
    }
    this.#scan(end - start);
    let token = 0;
    return starts.map((from) => {
      while (token < this.#count && (this.#offsets[token] ?? 0) < from) token++;
      return this.#pickedAt(token);
    });
  }

  /** Scans what lies in the chunk. */
  #scan(length: number): void {
    this.#scanner.begin(this.#levels, []);
    this.#text = this.#scanner.chunk;
    this.#offsets = this.#scanner.offsets;
    this.#count = this.#scanner.scan(length);
  }

  /** Scans a value that is larger than a chunk. */
  #scanLarge(start: number, end: number): void {
    const { chunk, offsets, scan } = this.#scanner;
    const text = this.#source.read(start, end);
    let all = new Uint32Array(text.length >> 3);
    let count = 0;
    this.#scanner.begin(this.#levels, []);
    for (let base = 0; base < text.length; base += chunk.length) {
      const part = text.subarray(base, base + chunk.length);
      chunk.set(part);
      const found = scan(part.length);
      if (count + found > all.length) {
        const larger = new Uint32Array(Math.max(all.length * 2, count + found));
        larger.set(all.subarray(0, count));
        all = larger;
      }
      for (let index = 0; index < found; index++) all[count++] = base + (offsets[index] ?? 0);
    }
    this.#text = text;
    this.#offsets = all;
    this.#count = count;
  }

  #pickedAt(token: number): Picked | null {
    this.#length = 0;
    this.#aside = nothingAside;
    if (this.#value(token, this.#pick, 0) < 0) return null;
    const length = this.#length;
    if (length !== this.#latestBytes.length || !stands(this.#latestBytes, this.#picked, 0)) {
      this.#latestBytes = this.#picked.slice(0, length);
      this.#latest = decodeUtf8(this.#picked, 0, length);
    }
    return { text: this.#latest, aside: this.#aside };
  }

  /** Takes of the value that begins at a token; answers the token behind it, -1 where it is none. */
  #value(token: number, pick: JsonPick, depth: number): number {
    if (token >= this.#count || depth > deepest) return -1;
    const at = this.#offsets[token] ?? 0;
    const byte = this.#text[at];
    if (pick === pickAside && byte === quote) return this.#setAside(token);
    if (pick !== pickAll && pick !== pickAside && (byte === openBrace || byte === openBracket)) {
      if (depth === this.#levels) {
        this.#isTooDeep = true;
        return -1;
      }
      return byte === openBrace ? this.#object(token, pick, depth + 1) : this.#array(token, pick, depth + 1);
    }
    const behind = tokenBehind(this.#text, this.#offsets, this.#count, token);
    if (behind < 0) return -1;
    // A number or a word goes on up to the next token, blanks included.
    this.#take(at, byte === openBrace || byte === openBracket || byte === quote ? this.#end(behind - 1) : (this.#offsets[behind] ?? at));
    return behind;
  }

  #setAside(token: number): number {
    const start = this.#end(token);
    const end = this.#offsets[token + 1] ?? 0;
    for (let index = start; index < end; index++) if (this.#text[index] === backslash) return -1;
    if (end <= start) this.#take(start - 1, end + 1);
    else {
      if (this.#aside === nothingAside) this.#aside = [];
      const mark = markOf(this.#aside.length);
      for (let index = 0; index < mark.length; index++) this.#put(mark[index] ?? 0);
      this.#aside.push(decodeUtf8(this.#text, start, end));
    }
    return token + 2;
  }

  #end(token: number): number {
    return (this.#offsets[token] ?? 0) + 1;
  }

  #object(first: number, given: PickMembers, depth: number): number {
    const text = this.#text;
    const offsets = this.#offsets;
    let pick: JsonPick = given;
    let isFirst = true;
    let isEmpty = true;
    this.#put(openBrace);
    for (let token = first + 1; token + 1 < this.#count; token++) {
      const keyAt = offsets[token] ?? 0;
      if (text[keyAt] === closeBrace && isFirst) {
        this.#put(closeBrace);
        return token + 1;
      }
      const keyEnd = this.#end(token + 1);
      if (text[keyAt] !== quote || text[offsets[token + 2] ?? 0] !== colon) return -1;
      if (isFirst && given.dependsOnType) {
        const isTyped = keyEnd - keyAt === typeKey.length && stands(typeKey, text, keyAt);
        pick = isTyped ? given.ofType(decodeUtf8(text, (offsets[token + 3] ?? 0) + 1, offsets[token + 4] ?? 0)) : pickAll;
      }
      isFirst = false;
      const taken = typeof pick === "string" ? pickAll : pick.under(text, keyAt, keyEnd);
      if (taken === undefined) token = tokenBehind(text, offsets, this.#count, token + 3);
      else {
        if (!isEmpty) this.#put(comma);
        isEmpty = false;
        this.#take(keyAt, keyEnd);
        this.#put(colon);
        token = this.#value(token + 3, taken, depth);
      }
      if (token < 0 || token >= this.#count) return -1;
      const separator = text[offsets[token] ?? 0];
      if (separator === closeBrace) {
        this.#put(closeBrace);
        return token + 1;
      }
      if (separator !== comma) return -1;
    }
    return -1;
  }

  #array(first: number, pick: PickMembers, depth: number): number {
    this.#put(openBracket);
    if (this.#text[this.#offsets[first + 1] ?? 0] === closeBracket) {
      this.#put(closeBracket);
      return first + 2;
    }
    for (let token = first + 1; ; token++) {
      token = this.#value(token, pick, depth);
      if (token < 0 || token >= this.#count) return -1;
      const separator = this.#text[this.#offsets[token] ?? 0] ?? 0;
      if (separator !== comma && separator !== closeBracket) return -1;
      this.#put(separator);
      if (separator === closeBracket) return token + 1;
    }
  }

  #put(byte: number): void {
    if (this.#length === this.#picked.length) this.#grow(1);
    this.#picked[this.#length++] = byte;
  }

  #take(start: number, end: number): void {
    const length = end - start;
    if (this.#length + length > this.#picked.length) this.#grow(length);
    const text = this.#text;
    const picked = this.#picked;
    if (length > 64) picked.set(text.subarray(start, end), this.#length);
    else for (let offset = 0; offset < length; offset++) picked[this.#length + offset] = text[start + offset] ?? 0;
    this.#length += length;
  }

  #grow(length: number): void {
    const larger = new Uint8Array(Math.max(this.#picked.length * 2, this.#length + length));
    larger.set(this.#picked);
    this.#picked = larger;
  }
}
