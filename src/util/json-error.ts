import type { ByteSource } from "./byte-source.js";
import { backslash, closeBrace, closeBracket, colon, comma, openBrace, openBracket, quote } from "./json-marks.js";
import { decodeUtf8, encodeUtf8, quoteText } from "./utf8.js";

/** Text that is no JSON (RFC 8259), found at a byte: what should stand there, and whether the text simply ends. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
  constructor(
    /** 0-based offset of the byte that does not fit; the length of the text where it ends too early. */
    readonly offset: number,
    /** What should stand there, in words. */
    readonly expected: string,
    /** Does the text end in the middle? */
    readonly ended: boolean,
    /**
     * The innermost place around the byte, as a person writes it: `configs[1].bootstrap`; "" at the top. A member counts from the end of
     * its key to the end of its value (of a number: to the comma).
     */
    readonly place: string,
  ) {
    super(`expected ${expected} at byte ${offset}`);
  }
}

/**
 * Where the JSON value ends that begins at `start` (blanks may precede it), whatever follows it. Reads it byte by byte: for messages, once
 * something is known to be wrong. Nesting costs no stack. Throws JsonSyntaxError for the first byte that JSON.parse does not take.
 */
export function endOfJson(source: ByteSource, start = 0): number {
  try {
    return new Checker(source, new PlaceKeeper(source, 0)).endOfValue(start);
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return new Checker(source, new PlaceKeeper(source, error.depth)).endOfValue(start);
  }
}

/** Text that is no JSON at a depth that nobody had told: it takes going over it again to keep the levels that are spelled out. */
class TooDeep extends Error {
  constructor(readonly depth: number) {
    super("nested deeply");
  }
}

/** The text of a JSON string, quotes included. Throws SyntaxError for what is none. */
export function unescapeString(bytes: Uint8Array): string {
  return String(JSON.parse(decodeUtf8(bytes)));
}

const space = 0x20;
const newline = 0x0a;
const tab = 0x09;
const carriageReturn = 0x0d;
const minus = 0x2d;
const plus = 0x2b;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const letterE = 0x65;
const letterU = 0x75;
const noByte = -1;

const literals = new Map(["true", "false", "null"].map((word) => [word.charCodeAt(0), encodeUtf8(word)]));

/** What may follow a backslash, not counting the `u` of `\uXXXX`. */
const escapable: ReadonlySet<number> = new Set(encodeUtf8('"\\/bfnrt'));

const isDigit = (byte: number): boolean => byte >= zero && byte <= nine;
const isHexDigit = (byte: number): boolean => isDigit(byte) || ((byte | space) >= 0x61 && (byte | space) <= 0x66);

/** How many steps of a place are spelled out at each end; hostile files nest deeper than anybody reads. */
const shownSteps = 8;

const windowLength = 64 * 1024;

/** Where a byte is, by the levels that are spelled out: the outermost ones, and those around the byte, whose depth must be known. */
class PlaceKeeper {
  readonly #source: ByteSource;
  /** How deep the byte is; 0 for not known, as long as it is no deeper than what is kept. */
  readonly #depth: number;
  readonly #isObject = new Uint8Array(2 * shownSteps);
  /** How many commas stand before the current member or element. */
  readonly #index = new Float64Array(2 * shownSteps);
  /** Where the key of the current member stands; its end is 0 while it has none, and behind its value. */
  readonly #keyStart = new Float64Array(2 * shownSteps);
  readonly #keyEnd = new Float64Array(2 * shownSteps);

  constructor(source: ByteSource, depth: number) {
    this.#source = source;
    this.#depth = depth;
  }

  /** Where a level is kept; undefined for one that is not. */
  #slotOf(level: number): number | undefined {
    if (level < 0) return undefined;
    if (this.#depth <= 2 * shownSteps || level < shownSteps) return level < 2 * shownSteps ? level : undefined;
    const slot = level - this.#depth + 2 * shownSteps;
    return slot >= shownSteps && slot < 2 * shownSteps ? slot : undefined;
  }

  open(level: number, isObject: boolean): void {
    const slot = this.#slotOf(level);
    if (slot === undefined) return;
    this.#isObject[slot] = isObject ? 1 : 0;
    this.#index[slot] = 0;
    this.#keyEnd[slot] = 0;
  }

  next(level: number): void {
    const slot = this.#slotOf(level);
    if (slot !== undefined) this.#index[slot] = (this.#index[slot] ?? 0) + 1;
    this.key(level, 0, 0);
  }

  /** The key of the current member; its end is 0 once its value has ended. */
  key(level: number, start: number, end: number): void {
    const slot = this.#slotOf(level);
    if (slot === undefined) return;
    this.#keyStart[slot] = start;
    this.#keyEnd[slot] = end;
  }

  /** The place within so many levels. Throws TooDeep when they are more than were kept. */
  placeAt(depth: number): string {
    if (depth > 2 * shownSteps && depth !== this.#depth) throw new TooDeep(depth);
    const spell = (from: number, to: number): string => Array.from({ length: to - from }, (_, index) => this.#spell(from + index)).join("");
    const place = depth > 2 * shownSteps ? `${spell(0, shownSteps)}…${spell(depth - shownSteps, depth)}` : spell(0, depth);
    return place.startsWith(".") ? place.slice(1) : place;
  }

  #spell(level: number): string {
    const slot = this.#slotOf(level) ?? 0;
    if (this.#isObject[slot] !== 1) return `[${this.#index[slot]}]`;
    const [start = 0, end = 0] = [this.#keyStart[slot], this.#keyEnd[slot]];
    if (end === 0) return "";
    const key = unescapeString(this.#source.read(start, end));
    return /^[\w@-]{1,60}$/.test(key) ? `.${key}` : `[${quoteText(key, 60)}]`;
  }
}

class Checker {
  readonly #source: ByteSource;
  readonly #window: Uint8Array;
  readonly #places: PlaceKeeper;
  #base = 0;
  #length = 0;
  /** The open containers around the current value: 1 for an object, 0 for an array. An array, as their depth is up to the file. */
  #isObject = new Uint8Array(64);
  #depth = 0;

  constructor(source: ByteSource, places: PlaceKeeper) {
    this.#source = source;
    this.#places = places;
    this.#window = new Uint8Array(Math.min(windowLength, source.size));
  }

  endOfValue(start: number): number {
    return this.#skipValue(this.#skipBlanks(start));
  }

  #byteAt(position: number): number {
    if (position < this.#base || position >= this.#base + this.#length) {
      if (position >= this.#source.size) return noByte;
      this.#base = position;
      this.#length = this.#source.copy(this.#window, position);
    }
    return this.#window[position - this.#base] ?? noByte;
  }

  /** Goes over the value that begins at `start`; answers where it ends. */
  #skipValue(start: number): number {
    let position = start;
    for (;;) {
      // A value begins at the position.
      const first = this.#byteAt(position);
      if (first === quote) {
        position = this.#skipString(position);
        this.#leaveMember();
      } else if (first === openBrace || first === openBracket) {
        const isObject = first === openBrace;
        this.#open(isObject);
        const inside = this.#skipBlanks(position + 1);
        if (this.#byteAt(inside) !== (isObject ? closeBrace : closeBracket)) {
          position = isObject ? this.#skipKey(inside, "a key or }") : inside;
          continue;
        }
        position = inside + 1;
        this.#close();
      } else position = this.#skipScalar(position);
      // A value has ended at the position.
      for (;;) {
        if (this.#depth === 0) return position;
        const inObject = this.#isObject[this.#depth - 1] === 1;
        position = this.#skipBlanks(position);
        const next = this.#byteAt(position);
        if (next === comma) {
          this.#places.next(this.#depth - 1);
          position = this.#skipBlanks(position + 1);
          if (inObject) position = this.#skipKey(position, "a key");
          break;
        }
        if (next !== (inObject ? closeBrace : closeBracket)) this.#fail(position, inObject ? "a comma or }" : "a comma or ]");
        position++;
        this.#close();
      }
    }
  }

  #open(isObject: boolean): void {
    const depth = this.#depth++;
    if (depth === this.#isObject.length) {
      const larger = new Uint8Array(depth * 2);
      larger.set(this.#isObject);
      this.#isObject = larger;
    }
    this.#isObject[depth] = isObject ? 1 : 0;
    this.#places.open(depth, isObject);
  }

  #close(): void {
    this.#depth--;
    this.#leaveMember();
  }

  /** The value of the current member has ended. */
  #leaveMember(): void {
    this.#places.key(this.#depth - 1, 0, 0);
  }

  /** Passes over a key and its colon; answers where the value begins. */
  #skipKey(start: number, expected: string): number {
    if (this.#byteAt(start) !== quote) this.#fail(start, expected);
    const end = this.#skipString(start);
    this.#places.key(this.#depth - 1, start, end);
    const position = this.#skipBlanks(end);
    if (this.#byteAt(position) !== colon) this.#fail(position, "a colon");
    return this.#skipBlanks(position + 1);
  }

  #skipBlanks(start: number): number {
    let position = start;
    for (;;) {
      const byte = this.#byteAt(position);
      if (byte !== space && byte !== newline && byte !== tab && byte !== carriageReturn) return position;
      position++;
    }
  }

  /** Goes over the string whose opening quote stands at `start`; answers the offset behind its closing quote. */
  #skipString(start: number): number {
    let position = start + 1;
    for (;;) {
      const byte = this.#byteAt(position);
      if (byte === quote) return position + 1;
      if (byte === backslash) position = this.#skipEscape(position);
      else if (byte < space) this.#fail(position, "the rest of a string (control characters must be escaped in it)");
      else position++;
    }
  }

  #skipEscape(start: number): number {
    const letter = this.#byteAt(start + 1);
    if (letter !== letterU) {
      if (!escapable.has(letter)) this.#fail(start + 1, "an escape");
      return start + 2;
    }
    for (let position = start + 2; position < start + 6; position++)
      if (!isHexDigit(this.#byteAt(position))) this.#fail(position, "a hexadecimal digit");
    return start + 6;
  }

  #skipScalar(start: number): number {
    const first = this.#byteAt(start);
    if (first === minus || isDigit(first)) return this.#skipNumber(start);
    const literal = literals.get(first);
    if (literal === undefined) return this.#fail(start, "a value");
    for (let index = 1; index < literal.length; index++) {
      const byte = this.#byteAt(start + index);
      if (byte !== literal[index]) return this.#fail(byte === noByte ? start + index : start, "a value");
    }
    return start + literal.length;
  }

  #skipNumber(start: number): number {
    let position = this.#byteAt(start) === minus ? start + 1 : start;
    if (this.#byteAt(position) === zero) position++;
    else position = this.#skipDigits(position);
    if (this.#byteAt(position) === dot) position = this.#skipDigits(position + 1);
    if ((this.#byteAt(position) | space) === letterE) {
      const sign = this.#byteAt(position + 1);
      position = this.#skipDigits(position + (sign === plus || sign === minus ? 2 : 1));
    }
    return position;
  }

  #skipDigits(start: number): number {
    let position = start;
    while (isDigit(this.#byteAt(position))) position++;
    if (position === start) this.#fail(start, "a digit");
    return position;
  }

  #fail(position: number, expected: string): never {
    throw new JsonSyntaxError(position, expected, position === this.#source.size, this.#places.placeAt(this.#depth));
  }
}
