import { unescapeString } from "../util/json-outline.js";
import { decodeUtf8 } from "../util/utf8.js";

/**
 * The texts of JSON strings by number: equal strings get one number, so that what was found out of a text is found out once.
 * A dump says most of what it says many times over.
 */
export class DistinctTexts {
  /** Open addressing: the number of a text plus one, or 0. */
  #slots = new Int32Array(1 << 16);
  readonly #hashes: number[] = [];
  readonly #raw: Uint8Array[] = [];
  readonly #texts: (string | undefined)[] = [];

  /** The number of the string whose bytes, without its quotes, are [start, end); `hash` is `textHash` of them. */
  numberOf(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number < 0) return this.#add(bytes.subarray(start, end), hash, slot);
      if (this.#hashes[number] === hash && equals(this.#raw[number], bytes, start, end)) return number;
    }
  }

  /** The text behind a number, unescaped. */
  textOf(number: number): string {
    let text = this.#texts[number];
    if (text === undefined) {
      text = unescaped(this.#raw[number] ?? new Uint8Array());
      this.#texts[number] = text;
    }
    return text;
  }

  #add(raw: Uint8Array, hash: number, slot: number): number {
    const number = this.#raw.push(raw) - 1;
    this.#hashes.push(hash);
    this.#texts.push(undefined);
    this.#slots[slot] = number + 1;
    if (this.#raw.length * 2 > this.#slots.length) this.#grow();
    return number;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (const [number, hash] of this.#hashes.entries()) {
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

/** FNV-1a, a step. Begin with `firstHash`. */
export const firstHash = 0x811c9dc5 | 0;
export const nextHash = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);

function equals(raw: Uint8Array | undefined, bytes: Uint8Array, start: number, end: number): boolean {
  if (raw === undefined || raw.length !== end - start) return false;
  for (let index = 0; index < raw.length; index++) if (raw[index] !== bytes[start + index]) return false;
  return true;
}

function unescaped(raw: Uint8Array): string {
  if (!raw.includes(0x5c)) return decodeUtf8(raw);
  const quoted = new Uint8Array(raw.length + 2).fill(0x22);
  quoted.set(raw, 1);
  return unescapeString(quoted, 0, quoted.length);
}
