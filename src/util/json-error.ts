import type { ByteSource } from "./byte-source.js";
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
  return new Checker(source).endOfValue(start);
}

/** The text of a JSON string, quotes included. Throws SyntaxError for what is none. */
export function unescapeString(bytes: Uint8Array): string {
  return String(JSON.parse(decodeUtf8(bytes)));
}

const space = 0x20;
const newline = 0x0a;
const tab = 0x09;
const carriageReturn = 0x0d;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
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

class Checker {
  readonly #source: ByteSource;
  readonly #window: Uint8Array;
  #base = 0;
  #length = 0;
  /** The open containers around the current value; as numbers in arrays, as their depth is up to the file. */
  #depth = 0;
  /** 1 for an object, 0 for an array. */
  #isObject = new Uint8Array(64);
  /** How many commas stand before the current member or element. */
  #index = new Float64Array(64);
  /** Where the key of the current member stands; its end is 0 while it has none, and behind its value. */
  #keyStart = new Float64Array(64);
  #keyEnd = new Float64Array(64);

  constructor(source: ByteSource) {
    this.#source = source;
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
          this.#index[this.#depth - 1] = (this.#index[this.#depth - 1] ?? 0) + 1;
          this.#leaveMember();
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
      this.#isObject = doubled(this.#isObject, new Uint8Array(depth * 2));
      this.#index = doubled(this.#index, new Float64Array(depth * 2));
      this.#keyStart = doubled(this.#keyStart, new Float64Array(depth * 2));
      this.#keyEnd = doubled(this.#keyEnd, new Float64Array(depth * 2));
    }
    this.#isObject[depth] = isObject ? 1 : 0;
    this.#index[depth] = 0;
    this.#keyEnd[depth] = 0;
  }

  #close(): void {
    this.#depth--;
    this.#leaveMember();
  }

  /** The value of the current member has ended. */
  #leaveMember(): void {
    if (this.#depth > 0) this.#keyEnd[this.#depth - 1] = 0;
  }

  /** Passes over a key and its colon; answers where the value begins. */
  #skipKey(start: number, expected: string): number {
    if (this.#byteAt(start) !== quote) this.#fail(start, expected);
    const end = this.#skipString(start);
    this.#keyStart[this.#depth - 1] = start;
    this.#keyEnd[this.#depth - 1] = end;
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
    throw new JsonSyntaxError(position, expected, position === this.#source.size, this.#place());
  }

  #place(): string {
    const steps: number[] = [];
    for (let depth = 0; depth < this.#depth; depth++) if (this.#isObject[depth] !== 1 || this.#keyEnd[depth] !== 0) steps.push(depth);
    const spell = (from: number, to?: number): string =>
      steps
        .slice(from, to)
        .map((depth) => this.#spellStep(depth))
        .join("");
    const place = steps.length > 2 * shownSteps ? `${spell(0, shownSteps)}…${spell(-shownSteps)}` : spell(0);
    return place.startsWith(".") ? place.slice(1) : place;
  }

  #spellStep(depth: number): string {
    if (this.#isObject[depth] !== 1) return `[${this.#index[depth]}]`;
    const key = unescapeString(this.#source.read(this.#keyStart[depth] ?? 0, this.#keyEnd[depth] ?? 0));
    return /^[\w@-]{1,60}$/.test(key) ? `.${key}` : `[${quoteText(key, 60)}]`;
  }
}

function doubled<Numbers extends Uint8Array | Float64Array>(numbers: Numbers, larger: Numbers): Numbers {
  larger.set(numbers);
  return larger;
}
