import { unescapeString } from "../util/json-error.js";
import { decodeUtf8 } from "../util/utf8.js";

/**
 * The texts of JSON strings by number: equal strings get one number, so that what was found out of a text is found out once.
 * A dump says most of what it says many times over.
 */
export class DistinctTexts {
  /** Open addressing: the number of a text plus one, or 0. */
  #slots = new Int32Array(1 << 16);
  /** Of each text: its hash, and where it was first met. Views of the bytes would cost more than the texts themselves. */
  #hashes = new Int32Array(1 << 12);
  #starts = new Int32Array(1 << 12);
  #ends = new Int32Array(1 << 12);
  #count = 0;
  /** The bytes that texts stand in, each with the number of the first text of it. */
  readonly #sources: { readonly bytes: Uint8Array; readonly first: number }[] = [];
  readonly #texts = new Map<number, string>();

  /** The number of the string whose bytes, without its quotes, are [start, end); `hash` is `textHash` of them. */
  numberOf(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number < 0) return this.#add(bytes, start, end, hash, slot);
      if (this.#hashes[number] === hash && this.#isThere(number, bytes, start, end)) return number;
    }
  }

  /** The text behind a number, unescaped. */
  textOf(number: number): string {
    let text = this.#texts.get(number);
    if (text === undefined) {
      text = unescaped(this.#sourceOf(number).subarray(this.#starts[number], this.#ends[number]));
      this.#texts.set(number, text);
    }
    return text;
  }

  #sourceOf(number: number): Uint8Array {
    let low = 0;
    for (let high = this.#sources.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if ((this.#sources[middle]?.first ?? 0) <= number) low = middle;
      else high = middle - 1;
    }
    return this.#sources[low]?.bytes ?? new Uint8Array();
  }

  #isThere(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#starts[number] ?? 0;
    if ((this.#ends[number] ?? 0) - from !== end - start) return false;
    const source = this.#sourceOf(number);
    for (let index = 0; index < end - start; index++) if (source[from + index] !== bytes[start + index]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const number = this.#count++;
    if (this.#sources[this.#sources.length - 1]?.bytes !== bytes) this.#sources.push({ bytes, first: number });
    if (number === this.#hashes.length) {
      this.#hashes = doubled(this.#hashes);
      this.#starts = doubled(this.#starts);
      this.#ends = doubled(this.#ends);
    }
    this.#hashes[number] = hash;
    this.#starts[number] = start;
    this.#ends[number] = end;
    this.#slots[slot] = number + 1;
    if (this.#count * 2 > this.#slots.length) this.#grow();
    return number;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#count; number++) {
      let slot = (this.#hashes[number] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * numbers.length);
  more.set(numbers);
  return more;
}

/** FNV-1a, a step. Begin with `firstHash`. */
export const firstHash = 0x811c9dc5 | 0;
export const nextHash = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);

function unescaped(raw: Uint8Array): string {
  if (!raw.includes(0x5c)) return decodeUtf8(raw);
  const quoted = new Uint8Array(raw.length + 2).fill(0x22);
  quoted.set(raw, 1);
  return unescapeString(quoted);
}
