import type { ByteSource } from "./byte-source.js";
import { backslash, closeBrace, closeBracket, colon, comma, endOfBlanks, openBrace, openBracket, quote } from "./json-marks.js";
import { jsonScanner, longestKey } from "./json-scanner.js";
import { JsonTokens, noToken } from "./json-tokens.js";
import { standsAt } from "./stands-at.js";
import { goesOn, noValue, tokenBehind } from "./token-behind.js";
import { decodeUtf8, encodeUtf8 } from "./utf8.js";

/**
 * What the objects of a long list look like as a rule: `{"state": {"version": "7", "value": {"name": "a", …}}}`. Those that do are rows
 * of a table; others are left to those who know every shape.
 */
export class RowShape {
  /** The keys that lead from the object to its value; at most one object lies between them. */
  readonly path: readonly Uint8Array[];
  /** The keys of strings beside the value that are kept. */
  readonly texts: readonly Uint8Array[];
  /** The keys of strings that may stand in the object itself, and are not kept. */
  readonly passed: readonly Uint8Array[];
  /** The key, within the value, of a string that is kept behind the others. */
  readonly name: Uint8Array;
  /** Another spelling of it, which makes an object none of this shape. */
  readonly otherName: Uint8Array;

  constructor(shape: {
    readonly path: readonly string[];
    readonly texts: readonly string[];
    readonly passed: readonly string[];
    readonly name: readonly [string, string];
  }) {
    const inQuotes = (key: string): Uint8Array => encodeUtf8(`"${key}"`);
    this.path = shape.path.map(inQuotes);
    this.texts = shape.texts.map(inQuotes);
    this.passed = shape.passed.map(inQuotes);
    this.name = inQuotes(shape.name[0]);
    this.otherName = inQuotes(shape.name[1]);
    if (Math.max(this.name.length, this.otherName.length) > longestKey) throw new Error("a name's key is too long to be looked for");
  }
}

/** The elements of a list, by the index of each. */
export interface RowTable {
  readonly count: number;
  /** Where the list ends: behind its bracket. */
  readonly end: number;
  /** Where the element begins. */
  start(row: number): number;
  /** Is the element of the list's shape? What follows holds for such ones only. */
  isRegular(row: number): boolean;
  /** Where its value begins and ends. */
  valueStart(row: number): number;
  valueEnd(row: number): number;
  /** The text under the key of that index in `texts`, or behind them that of the value's name; null where there is none. */
  text(row: number, index: number): string | null;
  /** Is that the text? */
  hasText(row: number, index: number, text: string): boolean;
}

/** The rows, and whether a string held a control character as it is: then the text is no JSON. Undefined where that is plain already. */
export type FoundRows = { readonly table: RowTable; readonly isBroken: boolean } | undefined;

/**
 * The elements of the list that begins at `start`, in one pass. As with `outlineJson`, what stands around what is kept is checked, and what
 * is in an element that is not of the shape is not.
 */
export function readRows(source: ByteSource, start: number, shape: RowShape): FoundRows {
  return new RowReader(source, shape).read(start);
}

/** Names are shorter. */
const longestText = 1000;

/** What becomes of the object that begins at a token: it is a row, it has another shape, or it goes on behind the chunk. */
type RowEnd = number;
const irregular: RowEnd = noValue;

class RowReader {
  readonly #source: ByteSource;
  readonly #shape: RowShape;
  readonly #scanner = jsonScanner();
  readonly #rows: Rows;
  /** How many tokens the chunk has. */
  #count = 0;
  #isBroken = false;

  constructor(source: ByteSource, shape: RowShape) {
    this.#source = source;
    this.#shape = shape;
    this.#rows = new Rows(shape.texts.length + 1);
  }

  read(start: number): FoundRows {
    const { chunk } = this.#scanner;
    const { path, name, otherName } = this.#shape;
    const keys = name.length === otherName.length ? [name] : [name, otherName];
    let base = start + 1;
    let isFirst = true;
    for (;;) {
      const length = this.#source.copy(chunk, base);
      this.#scanner.begin(path.length, keys);
      this.#count = this.#scanner.scan(length);
      this.#isBroken ||= this.#scanner.isBroken();
      const { next, ended, malformed } = this.#readChunk(base, isFirst);
      if (malformed) return undefined;
      if (ended) {
        this.#rows.end = next;
        return { table: this.#rows, isBroken: this.#isBroken };
      }
      if (base + length >= this.#source.size) return undefined;
      if (next > base) {
        base = next;
        isFirst = false;
        continue;
      }
      // The element is larger than a chunk, or blanks are.
      const tokens = new JsonTokens(this.#source, base, 0);
      if (tokens.byte !== closeBracket || !isFirst) {
        this.#rows.add(tokens.position);
        if (!skipElement(tokens)) return undefined;
      }
      this.#isBroken ||= tokens.isBroken;
      base = tokens.position + 1;
      isFirst = false;
      if (tokens.byte === closeBracket) {
        this.#rows.end = base;
        return { table: this.#rows, isBroken: this.#isBroken };
      }
      if (tokens.byte !== comma) return undefined;
    }
  }

  /** The elements that lie in the chunk as a whole; `next`: where the first of the others begins, or behind the end of the list. */
  #readChunk(base: number, isFirst: boolean): { readonly next: number; readonly ended?: boolean; readonly malformed?: boolean } {
    const { chunk, offsets } = this.#scanner;
    const count = this.#count;
    let next = base;
    for (let token = 0; token < count; ) {
      const offset = offsets[token] ?? 0;
      const byte = chunk[offset];
      if (byte === closeBracket) return isFirst ? { next: base + offset + 1, ended: true } : { next, malformed: true };
      const kept = this.#rows.count;
      let behind = byte === openBrace ? this.#row(base, token) : irregular;
      if (behind === irregular) {
        this.#rows.cut(kept);
        behind = tokenBehind(chunk, offsets, count, token);
        if (behind === noValue) return { next, malformed: true };
        if (behind !== goesOn) this.#rows.add(base + offset);
      }
      if (behind === goesOn || behind >= count) {
        this.#rows.cut(kept);
        return { next };
      }
      const separator = offsets[behind] ?? 0;
      if (chunk[separator] === closeBracket) return { next: base + separator + 1, ended: true };
      if (chunk[separator] !== comma) return { next, malformed: true };
      next = base + separator + 1;
      isFirst = false;
      token = behind + 1;
    }
    return { next };
  }

  /** Adds the row that begins at a token; answers the token behind it. */
  #row(base: number, first: number): RowEnd {
    const { chunk, offsets } = this.#scanner;
    const { path, texts, passed } = this.#shape;
    const count = this.#count;
    const rows = this.#rows;
    const last = path.length - 1;
    rows.begin(base + (offsets[first] ?? 0));
    let level = 0;
    let hasValue = false;
    let isAfterComma = false;
    for (let token = first + 1; ; ) {
      if (token >= count) return goesOn;
      const keyAt = offsets[token] ?? 0;
      if (chunk[keyAt] === closeBrace && !isAfterComma) {
        token++;
        if (level === 0) return hasValue && rows.finish() ? token : irregular;
        level--;
      } else {
        if (chunk[keyAt] !== quote) return irregular;
        if (token + 4 >= count) return goesOn;
        const keyLength = (offsets[token + 1] ?? 0) + 1 - keyAt;
        const valueAt = offsets[token + 3] ?? 0;
        if (chunk[offsets[token + 2] ?? 0] !== colon) return irregular;
        if (isKey(chunk, keyAt, keyLength, path[level])) {
          if (hasValue || chunk[valueAt] !== openBrace) return irregular;
          if (level < last) {
            level++;
            isAfterComma = false;
            token += 4;
            continue;
          }
          token = this.#value(base, token + 3);
          if (token < 0) return token;
          hasValue = true;
        } else {
          const kept = level === last ? indexOfKey(chunk, keyAt, keyLength, texts) : -1;
          if (kept < 0 && (level > 0 || indexOfKey(chunk, keyAt, keyLength, passed) < 0)) return irregular;
          const textEnd = offsets[token + 4] ?? 0;
          if (chunk[valueAt] !== quote || chunk[textEnd] !== quote) return irregular;
          if (kept >= 0 && !rows.addText(kept, chunk, valueAt + 1, textEnd)) return irregular;
          token += 5;
        }
      }
      if (token >= count) return goesOn;
      isAfterComma = chunk[offsets[token] ?? 0] === comma;
      if (isAfterComma) token++;
      else if (chunk[offsets[token] ?? 0] !== closeBrace) return irregular;
    }
  }

  /** Takes the value that begins at a token, and its name; answers the token behind it. */
  #value(base: number, first: number): RowEnd {
    const { chunk, offsets } = this.#scanner;
    const { name, otherName, texts } = this.#shape;
    for (let token = first + 1; token < this.#count; token++) {
      const at = offsets[token] ?? 0;
      if (chunk[at] === closeBrace) {
        this.#rows.setValue(base + (offsets[first] ?? 0), base + at + 1);
        return token + 1;
      }
      if (chunk[at] !== quote) return irregular;
      if (standsAt(name, chunk, at)) {
        const colonAt = endOfBlanks(chunk, at + name.length);
        if (chunk[colonAt] !== colon) continue; // A value of that text.
        const textAt = endOfBlanks(chunk, colonAt + 1);
        if (chunk[textAt] !== quote) return irregular;
        const textEnd = chunk.indexOf(quote, textAt + 1);
        if (!this.#rows.addText(texts.length, chunk, textAt + 1, textEnd)) return irregular;
      } else if (standsAt(otherName, chunk, at) || hasEscape(chunk, at)) return irregular;
    }
    return goesOn;
  }
}

/** Goes on behind the value that begins at the current token, as far as it is one. */
function skipElement(tokens: JsonTokens): boolean {
  const { byte } = tokens;
  if (byte === openBrace || byte === openBracket) return tokens.skipContainer() >= 0;
  if (byte === noToken || byte === comma || byte === colon || byte === closeBrace || byte === closeBracket) return false;
  tokens.advance();
  if (byte !== quote) return true;
  const isString = tokens.byte === quote;
  tokens.advance();
  return isString;
}

const isKey = (chunk: Uint8Array, at: number, length: number, key: Uint8Array | undefined): boolean =>
  key !== undefined && key.length === length && standsAt(key, chunk, at);

function indexOfKey(chunk: Uint8Array, at: number, length: number, keys: readonly Uint8Array[]): number {
  for (let index = 0; index < keys.length; index++) if (isKey(chunk, at, length, keys[index])) return index;
  return -1;
}

/** May the string that begins at a quote be a key that is looked for, spelt with escapes? */
function hasEscape(chunk: Uint8Array, at: number): boolean {
  for (let index = at + 1; index < at + longestKey; index++) {
    if (chunk[index] === backslash) return true;
    if (chunk[index] === quote) return false;
  }
  return false;
}

/** The rows by columns: a hundred thousand of them are to cost no objects. */
class Rows implements RowTable {
  count = 0;
  end = 0;
  readonly #textsEach: number;
  readonly #starts: number[] = [];
  /** 0 and 0 for an element of another shape. */
  readonly #valueStarts: number[] = [];
  readonly #valueEnds: number[] = [];
  /** Where the texts of a row begin and end in the packed ones, each once a row; both 0 where there is none. */
  readonly #textStarts: number[] = [];
  readonly #textEnds: number[] = [];
  #packed = new Uint8Array(65_536);
  #used = 1;
  /** The bits of all bytes packed. */
  #bits = 0;
  #decoded: string | undefined;

  constructor(textsEach: number) {
    this.#textsEach = textsEach;
  }

  /** An element of another shape. */
  add(start: number): void {
    this.begin(start);
  }

  begin(start: number): void {
    this.count++;
    this.#starts.push(start);
    this.#valueStarts.push(0);
    this.#valueEnds.push(0);
    for (let index = 0; index < this.#textsEach; index++) {
      this.#textStarts.push(0);
      this.#textEnds.push(0);
    }
  }

  setValue(start: number, end: number): void {
    this.#valueStarts[this.count - 1] = start;
    this.#valueEnds[this.count - 1] = end;
  }

  /** Keeps a text of the last row; false where it has one already, or one that is long or escaped. */
  addText(index: number, chunk: Uint8Array, start: number, end: number): boolean {
    const slot = (this.count - 1) * this.#textsEach + index;
    const length = end - start;
    if (this.#textStarts[slot] !== 0 || length < 0 || length > longestText) return false;
    if (this.#used + length > this.#packed.length) {
      const larger = new Uint8Array(this.#packed.length * 2);
      larger.set(this.#packed);
      this.#packed = larger;
    }
    const packed = this.#packed;
    const used = this.#used;
    let bits = 0;
    for (let offset = 0; offset < length; offset++) {
      const byte = chunk[start + offset] ?? 0;
      if (byte === backslash) return false;
      bits |= byte;
      packed[used + offset] = byte;
    }
    this.#bits |= bits;
    this.#textStarts[slot] = used;
    this.#textEnds[slot] = used + length;
    this.#used = used + length;
    return true;
  }

  /** Has the last row a name? */
  finish(): boolean {
    return this.#textStarts[this.count * this.#textsEach - 1] !== 0;
  }

  /** Takes rows back. */
  cut(count: number): void {
    if (this.count === count) return;
    this.count = count;
    this.#starts.length = count;
    this.#valueStarts.length = count;
    this.#valueEnds.length = count;
    this.#textStarts.length = count * this.#textsEach;
    this.#textEnds.length = count * this.#textsEach;
  }

  start(row: number): number {
    return this.#starts[row] ?? 0;
  }

  isRegular(row: number): boolean {
    return this.valueEnd(row) > 0;
  }

  valueStart(row: number): number {
    return this.#valueStarts[row] ?? 0;
  }

  valueEnd(row: number): number {
    return this.#valueEnds[row] ?? 0;
  }

  text(row: number, index: number): string | null {
    const slot = row * this.#textsEach + index;
    const [start = 0, end = 0] = [this.#textStarts[slot], this.#textEnds[slot]];
    if (start === 0) return null;
    // Of ASCII a character is a byte, and a part of the whole costs next to nothing.
    if (this.#bits >= 0x80) return decodeUtf8(this.#packed, start, end);
    this.#decoded ??= decodeUtf8(this.#packed, 0, this.#used);
    return this.#decoded.slice(start, end);
  }
  hasText(row: number, index: number, text: string): boolean {
    const slot = row * this.#textsEach + index;
    const [start = 0, end = 0] = [this.#textStarts[slot], this.#textEnds[slot]];
    if (this.#bits >= 0x80) return this.text(row, index) === text;
    if (start === 0 || end - start !== text.length) return false;
    const packed = this.#packed;
    for (let offset = text.length - 1; offset >= 0; offset--) if (packed[start + offset] !== text.charCodeAt(offset)) return false;
    return true;
  }
}
