import type { ByteSource } from "./byte-source.js";
import { type JsonScanner, jsonScanner } from "./json-scanner.js";
import { standsAt } from "./stands-at.js";

/** There is no token: the text has ended. */
export const noToken = -1;

/**
 * The tokens of a JSON text that lie no deeper than a limit, one after the other: brackets, commas, colons, both quotes of a string, and
 * the first byte of a number or a word. What is deeper is passed over at some gigabytes a second: only its brackets are counted
 * and its strings looked through for control characters, so that other text that is no JSON goes unnoticed there. Only one text can be gone over at a time.
 *
 * One level below the limit, the opening quote of a string is a token when one of some keys may begin there (it may be another string).
 */
export class JsonTokens {
  /** Where the current token stands, in bytes from the start of the source; the end of the source behind the last one. */
  position = 0;
  /** The first byte of the current token, or `noToken`. */
  byte = noToken;
  readonly #source: ByteSource;
  readonly #scanner: JsonScanner;
  readonly #deepest: number;
  readonly #keys: readonly Uint8Array[];
  #wasBroken = false;
  #base: number;
  #length = 0;
  #count = 0;
  #next = 0;

  /**
   * Begins at the first token at or behind `start`.
   *
   * @param deepest how many objects and arrays may be around a token for it to count
   * @param keys the keys one level below, in quotes, each no longer than `longestKey`
   */
  constructor(source: ByteSource, start: number, deepest: number, keys: readonly Uint8Array[] = []) {
    this.#source = source;
    this.#scanner = jsonScanner();
    this.#deepest = deepest;
    this.#keys = keys;
    this.#base = start;
    this.#scanner.begin(deepest, keys);
    this.advance();
  }

  /**
   * Goes on at another place of the text, which is in no string. The scanner may have served another text in between.
   *
   * @param depth how many objects and arrays are around that place
   * @param isBroken has a string that was passed over a control character as it is?
   */
  goOn(position: number, depth: number, isBroken: boolean): void {
    this.#wasBroken ||= isBroken;
    this.#base = position;
    this.#length = 0;
    this.#count = 0;
    this.#next = 0;
    this.#scanner.begin(this.#deepest - depth, this.#keys);
    this.advance();
  }

  /** Does a string so far hold a control character as it is? Then the text is no JSON. */
  get isBroken(): boolean {
    return this.#wasBroken || this.#scanner.isBroken();
  }

  /** Goes on to the next token. */
  advance(): void {
    while (this.#next === this.#count) if (!this.#scanNext()) return;
    const offset = this.#scanner.offsets[this.#next++] ?? 0;
    this.position = this.#base + offset;
    this.byte = this.#scanner.chunk[offset] ?? noToken;
  }

  /** Goes on behind the object or array that begins at the current token; answers where it ends, or -1 where the text ends within it. */
  skipContainer(): number {
    let depth = isOpening(this.byte) ? 1 : 0;
    while (depth > 0) {
      this.advance();
      if (isOpening(this.byte)) depth++;
      else if (this.byte === 0x7d || this.byte === 0x5d) depth--;
      else if (this.byte === noToken) return -1;
    }
    const end = this.position + 1;
    this.advance();
    return end;
  }

  /** Do these bytes stand in the text from `start` on, which is no later than the current token? */
  hasAt(bytes: Uint8Array, start: number): boolean {
    const from = start - this.#base;
    if (from < 0 || from + bytes.length > this.#length) return standsAt(bytes, this.#source.read(start, start + bytes.length), 0);
    return standsAt(bytes, this.#scanner.chunk, from);
  }

  /** Is there a backslash in a range that ends no later than at the current token? */
  escapes(start: number, end: number): boolean {
    const from = start - this.#base;
    if (from < 0 || end - this.#base > this.#length) return this.#source.read(start, end).includes(0x5c);
    const { chunk } = this.#scanner;
    for (let index = from; index < end - this.#base; index++) if (chunk[index] === 0x5c) return true;
    return false;
  }

  /** The bytes of the text in a range that ends no later than at the current token. They are good until the next call. */
  bytes(start: number, end: number): Uint8Array {
    const from = start - this.#base;
    return from >= 0 && end - this.#base <= this.#length
      ? this.#scanner.chunk.subarray(from, end - this.#base)
      : this.#source.read(start, end);
  }

  /** Bytes of the text from `start` on, which is in this chunk, at least `length` of them where there are as many. Good until the next call. */
  bytesFrom(start: number, length: number): Uint8Array {
    const from = start - this.#base;
    return from + length <= this.#length ? this.#scanner.chunk.subarray(from, from + length) : this.#source.read(start, start + length);
  }

  #scanNext(): boolean {
    const base = this.#base + this.#length;
    const length = this.#source.copy(this.#scanner.chunk, base);
    if (length === 0) {
      this.position = base;
      this.byte = noToken;
      return false;
    }
    this.#base = base;
    this.#length = length;
    this.#count = this.#scanner.scan(length);
    this.#next = 0;
    return true;
  }
}

const isOpening = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
