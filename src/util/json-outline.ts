import { decodeUtf8, encodeUtf8 } from "./utf8.js";

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
  ) {
    super(`expected ${expected} at byte ${offset}`);
  }
}

/** Where a JSON value stands: its bytes are [start, end). */
export interface JsonNode {
  /** The key of a member, unescaped; "" for an element and for the root. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** The members that were kept (of equal keys only the last, as JSON.parse has it), or the elements; in the order of the text. */
  readonly children: readonly JsonNode[];
}

/** What to keep of a value as nodes of their own. Everything else is checked and passed over. */
export class Opening {
  readonly keys: readonly { readonly key: string; readonly bytes: Uint8Array; readonly opening: Opening }[];
  readonly others: Opening | null;
  readonly elements: Opening | null;

  /**
   * `members`: how to open the members under these keys; `others`: how to open the members under any other key (absent: they
   * are not kept); `elements`: how to open the elements of an array (absent: they are not kept).
   */
  constructor(keep: { readonly members?: ReadonlyMap<string, Opening>; readonly others?: Opening; readonly elements?: Opening } = {}) {
    this.keys = [...(keep.members ?? [])].map(([key, opening]) => ({ key, bytes: encodeUtf8(key), opening }));
    this.others = keep.others ?? null;
    this.elements = keep.elements ?? null;
  }

  get opensObjects(): boolean {
    return this.others !== null || this.keys.length > 0;
  }
}

/** Keeps the value itself and nothing of what is in it. */
export const leaf = new Opening();

/**
 * Checks a whole JSON text in one pass and says where the values lie that `opening` asks for. Takes what JSON.parse takes.
 * Nesting costs no stack, save for the levels that `opening` opens. Throws JsonSyntaxError.
 */
export function outlineJson(bytes: Uint8Array, opening: Opening, start = 0): JsonNode {
  const scanner = new Scanner(bytes, start);
  const node = scanner.node("", opening);
  scanner.expectEnd();
  return node;
}

/** The outline of the value that begins at `start` (blanks may precede it), whatever follows it. Throws JsonSyntaxError. */
export function outlineJsonValue(bytes: Uint8Array, opening: Opening, start: number): JsonNode {
  return new Scanner(bytes, start).node("", opening);
}

/** What kind of value begins with this byte of a valid JSON text. */
export function jsonKind(first: number | undefined): "object" | "array" | "string" | "number" | "boolean" | "null" {
  switch (first) {
    case openBrace:
      return "object";
    case openBracket:
      return "array";
    case quote:
      return "string";
    case letterT:
    case letterF:
      return "boolean";
    case letterN:
      return "null";
    default:
      return "number";
  }
}

const noChildren: readonly JsonNode[] = [];

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
const letterT = 0x74;
const letterF = 0x66;
const letterN = 0x6e;
const letterU = 0x75;
const noByte = -1;

const literals = new Map(["true", "false", "null"].map((word) => [word.charCodeAt(0), encodeUtf8(word)]));

/** For every byte: 1 where it may follow a backslash, not counting the `u` of `\uXXXX`. */
const escapable = new Uint8Array(256);
for (const byte of encodeUtf8('"\\/bfnrt')) escapable[byte] = 1;

/** For every byte: 1 where it stands for itself in a string. (The byte 0, which stands for the end of the text below, does not.) */
const plain = new Uint8Array(256).fill(1, space);
plain[quote] = 0;
plain[backslash] = 0;

const isDigit = (byte: number): boolean => byte >= zero && byte <= nine;
const isHexDigit = (byte: number): boolean => isDigit(byte) || ((byte | space) >= 0x61 && (byte | space) <= 0x66);

class Scanner {
  readonly #bytes: Uint8Array;
  #position: number;
  /** The open containers around the current value within one `#skipValue`: 1 for an object, 0 for an array. */
  #containers = new Uint8Array(256);

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#position = start;
  }

  /** The value that begins at or after the position. */
  node(key: string, opening: Opening): JsonNode {
    this.#position = this.#skipBlanks(this.#position);
    const start = this.#position;
    const first = this.#bytes[start];
    let children = noChildren;
    if (first === openBrace && opening.opensObjects) children = this.#members(opening);
    else if (first === openBracket && opening.elements !== null) children = this.#elements(opening.elements);
    else this.#position = this.#skipValue(start);
    return { key, start, end: this.#position, children };
  }

  expectEnd(): void {
    const position = this.#skipBlanks(this.#position);
    if (position < this.#bytes.length) this.#fail(position, "the end of the text");
  }

  #members(opening: Opening): readonly JsonNode[] {
    const children: JsonNode[] = [];
    let position = this.#skipBlanks(this.#position + 1);
    if (this.#bytes[position] === closeBrace) {
      this.#position = position + 1;
      return noChildren;
    }
    for (;;) {
      if (this.#bytes[position] !== quote) this.#fail(position, children.length === 0 ? "a key or }" : "a key");
      const keyEnd = this.#skipString(position);
      const colonAt = this.#skipBlanks(keyEnd);
      if (this.#bytes[colonAt] !== colon) this.#fail(colonAt, "a colon");
      this.#position = this.#skipBlanks(colonAt + 1);
      this.#member(position, keyEnd, opening, children);
      position = this.#skipBlanks(this.#position);
      const next = this.#bytes[position];
      if (next === comma) {
        position = this.#skipBlanks(position + 1);
      } else if (next === closeBrace) {
        this.#position = position + 1;
        return lastOfEachKey(children);
      } else this.#fail(position, "a comma or }");
    }
  }

  /** Reads the value at the position, whose key, in its quotes, is [start, end); keeps it when the opening asks for it. */
  #member(start: number, end: number, opening: Opening, children: JsonNode[]): void {
    const bytes = this.#bytes;
    let escaped = false;
    for (let at = start; at < end && !escaped; at++) escaped = bytes[at] === backslash;
    const unescaped = escaped ? unescapeString(bytes, start, end) : null;
    const length = end - start - 2;
    for (const known of opening.keys) {
      if (unescaped !== null) {
        if (unescaped !== known.key) continue;
      } else {
        if (known.bytes.length !== length) continue;
        let same = 0;
        while (same < length && bytes[start + 1 + same] === known.bytes[same]) same++;
        if (same < length) continue;
      }
      children.push(this.node(known.key, known.opening));
      return;
    }
    if (opening.others === null) this.#position = this.#skipValue(this.#position);
    else children.push(this.node(unescaped ?? decodeUtf8(bytes, start + 1, end - 1), opening.others));
  }

  #elements(opening: Opening): readonly JsonNode[] {
    const children: JsonNode[] = [];
    const first = this.#skipBlanks(this.#position + 1);
    if (this.#bytes[first] === closeBracket) {
      this.#position = first + 1;
      return noChildren;
    }
    this.#position = first;
    for (;;) {
      children.push(this.node("", opening));
      const position = this.#skipBlanks(this.#position);
      const next = this.#bytes[position];
      this.#position = position + 1;
      if (next === closeBracket) return children;
      if (next !== comma) this.#fail(position, "a comma or ]");
    }
  }

  /** Checks the value that begins at `start`; answers where it ends. A loop with a stack of its own, as depth is up to the file. */
  #skipValue(start: number): number {
    const bytes = this.#bytes;
    let containers = this.#containers;
    let depth = 0;
    let position = start;
    for (;;) {
      // A value begins at the position.
      const first = bytes[position];
      if (first === quote) position = this.#skipString(position);
      else if (first === openBrace || first === openBracket) {
        if (depth === containers.length) {
          containers = new Uint8Array(depth * 2);
          containers.set(this.#containers);
          this.#containers = containers;
        }
        const isObject = first === openBrace;
        const inside = this.#skipBlanks(position + 1);
        if (bytes[inside] === (isObject ? closeBrace : closeBracket)) position = inside + 1;
        else {
          containers[depth++] = isObject ? 1 : 0;
          position = isObject ? this.#skipKey(inside, "a key or }") : inside;
          continue;
        }
      } else position = this.#skipScalar(position);
      // A value has ended at the position.
      for (;;) {
        if (depth === 0) return position;
        const inObject = containers[depth - 1] === 1;
        position = this.#skipBlanks(position);
        const next = bytes[position];
        if (next === comma) {
          position = this.#skipBlanks(position + 1);
          if (inObject) position = this.#skipKey(position, "a key");
          break;
        }
        if (next !== (inObject ? closeBrace : closeBracket)) this.#fail(position, inObject ? "a comma or }" : "a comma or ]");
        position++;
        depth--;
      }
    }
  }

  /** Passes over a key and its colon; answers where the value begins. */
  #skipKey(start: number, expected: string): number {
    if (this.#bytes[start] !== quote) this.#fail(start, expected);
    let position = this.#skipString(start);
    if (this.#bytes[position] !== colon) {
      position = this.#skipBlanks(position);
      if (this.#bytes[position] !== colon) this.#fail(position, "a colon");
    }
    return this.#skipBlanks(position + 1);
  }

  #skipBlanks(start: number): number {
    const bytes = this.#bytes;
    let position = start;
    for (;;) {
      const byte = bytes[position] ?? noByte;
      if (byte > space || (byte !== space && byte !== newline && byte !== tab && byte !== carriageReturn)) return position;
      position++;
    }
  }

  /** Checks the string whose opening quote stands at `start`; answers the offset behind its closing quote. */
  #skipString(start: number): number {
    const bytes = this.#bytes;
    let position = start + 1;
    for (;;) {
      while (plain[bytes[position] ?? 0] === 1) position++;
      const byte = bytes[position];
      if (byte === quote) return position + 1;
      if (byte !== backslash) this.#fail(position, "the rest of a string (control characters must be escaped in it)");
      position = this.#skipEscape(position);
    }
  }

  #skipEscape(start: number): number {
    const bytes = this.#bytes;
    const letter = bytes[start + 1] ?? noByte;
    if (letter !== letterU) {
      if (letter === noByte || escapable[letter] !== 1) this.#fail(start + 1, "an escape");
      return start + 2;
    }
    for (let position = start + 2; position < start + 6; position++)
      if (!isHexDigit(bytes[position] ?? noByte)) this.#fail(position, "a hexadecimal digit");
    return start + 6;
  }

  #skipScalar(start: number): number {
    const bytes = this.#bytes;
    const first = bytes[start] ?? noByte;
    if (first === minus || isDigit(first)) return this.#skipNumber(start);
    const literal = literals.get(first);
    if (literal === undefined) return this.#fail(start, "a value");
    for (let index = 1; index < literal.length; index++)
      if (bytes[start + index] !== literal[index]) return this.#fail(start + index >= bytes.length ? bytes.length : start, "a value");
    return start + literal.length;
  }

  #skipNumber(start: number): number {
    const bytes = this.#bytes;
    let position = bytes[start] === minus ? start + 1 : start;
    if (bytes[position] === zero) position++;
    else position = this.#skipDigits(position);
    if (bytes[position] === dot) position = this.#skipDigits(position + 1);
    if (((bytes[position] ?? 0) | space) === letterE) {
      const sign = bytes[position + 1];
      position = this.#skipDigits(position + (sign === plus || sign === minus ? 2 : 1));
    }
    return position;
  }

  #skipDigits(start: number): number {
    let position = start;
    while (isDigit(this.#bytes[position] ?? noByte)) position++;
    if (position === start) this.#fail(start, "a digit");
    return position;
  }

  #fail(position: number, expected: string): never {
    const offset = Math.min(position, this.#bytes.length);
    throw new JsonSyntaxError(offset, expected, offset === this.#bytes.length);
  }
}

/** The text of the JSON string, quotes included, in a range of a valid JSON text. */
export function unescapeString(bytes: Uint8Array, start: number, end: number): string {
  return String(JSON.parse(decodeUtf8(bytes, start, end)));
}

function lastOfEachKey(members: JsonNode[]): readonly JsonNode[] {
  if (!repeatsKey(members)) return members;
  const lastIndex = new Map<string, number>();
  for (const [index, { key }] of members.entries()) lastIndex.set(key, index);
  return members.filter(({ key }, index) => lastIndex.get(key) === index);
}

/** Small objects, which are nearly all of them, are compared in place: they come by the hundred thousand. */
function repeatsKey(members: readonly JsonNode[]): boolean {
  if (members.length > 12) return new Set(members.map(({ key }) => key)).size < members.length;
  for (let index = 1; index < members.length; index++)
    for (let earlier = 0; earlier < index; earlier++) if (members[earlier]?.key === members[index]?.key) return true;
  return false;
}
