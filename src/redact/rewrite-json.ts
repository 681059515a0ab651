import { unescapeString } from "../util/json-error.js";
import { pointTo } from "../util/json-pointer.js";
import { type DistinctTexts, firstHash, nextHash } from "./distinct-texts.js";
import { endOfString, FactsAhead, factOfKey, type ObjectFacts } from "./object-facts.js";
import type { Encoded, Reading } from "./reading.js";
import type { RemovalKind } from "./redaction.js";

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const minus = 0x2d;
const zero = 0x30;
const nine = 0x39;

const zeroBytes = Uint8Array.of(zero);

export interface RewriteOptions {
  readonly texts: DistinctTexts;
  /** Told of everything that was removed: what, and the JSON pointer of where (of a key: of its object). */
  readonly removed: (kind: RemovalKind, at: string) => void;
  /** Where in the bytes the text begins. */
  readonly start?: number;
  /** Behind its last byte. */
  readonly end?: number;
  /** The pointer of the value within its document. */
  readonly at?: string;
}

/**
 * Rewrites a valid JSON text: each string becomes what its reading says, every other byte stays, so that spelling, order and
 * layout survive. One pass with a stack of its own, as depth is up to the file.
 * The new text comes in pieces, views of the old one where nothing changed.
 */
export function rewriteJson(bytes: Uint8Array, root: Reading, options: RewriteOptions): readonly Uint8Array[] {
  return new Rewriter(bytes, root, options).run();
}

class Rewriter {
  readonly #bytes: Uint8Array;
  readonly #options: RewriteOptions;
  readonly #facts: FactsAhead;
  readonly #end: number;
  readonly #textOf: (number: number) => string;
  /** The containers around the position: how each is read, and the number of its present key, or its index below zero. */
  readonly #readings: Reading[] = [];
  readonly #steps: number[] = [];
  /** Keys that were replaced, by the number of the old one: a pointer says what the file says now. */
  readonly #newKeys = new Map<number, string>();
  readonly #pieces: Uint8Array[] = [];
  /** Up to where the bytes are in the pieces. */
  #copied: number;

  constructor(bytes: Uint8Array, root: Reading, options: RewriteOptions) {
    this.#bytes = bytes;
    this.#options = options;
    this.#facts = new FactsAhead(bytes);
    this.#end = options.end ?? bytes.length;
    this.#textOf = (number) => options.texts.textOf(number);
    this.#copied = options.start ?? 0;
    this.#root = root;
  }

  readonly #root: Reading;

  run(): readonly Uint8Array[] {
    this.#walk(this.#copied);
    this.#copy(this.#end);
    return this.#pieces;
  }

  #walk(start: number): void {
    const bytes = this.#bytes;
    const end = this.#end;
    const { texts } = this.#options;
    let reading = this.#root;
    /** How the container around the position is read; null at the top. */
    let around: Reading | null = null;
    let inObject = false;
    let awaitsKey = false;
    for (let position = start; position < end; ) {
      let byte = bytes[position] ?? 0;
      while (byte <= 0x20 || byte === 0x3a) {
        if (++position >= end) return;
        byte = bytes[position] ?? 0;
      }
      if (byte === quote) {
        let hash = firstHash;
        let close = position + 1;
        for (;;) {
          const next = bytes[close] ?? quote;
          if (next === quote) break;
          hash = nextHash(hash, next);
          if (next === backslash) {
            close++;
            hash = nextHash(hash, bytes[close] ?? 0);
          }
          close++;
        }
        const number = texts.numberOf(bytes, position + 1, close, hash);
        if (awaitsKey && around !== null) {
          awaitsKey = false;
          this.#steps[this.#steps.length - 1] = number;
          reading = around.memberOf(number, this.#textOf);
          const key = around.keys === null ? null : around.keys.encoded(number, this.#textOf);
          if (key !== null) {
            this.#newKeys.set(number, unescapeString(key.bytes));
            this.#replace(key, position, close + 1);
          }
        } else {
          const text = reading.text.encoded(number, this.#textOf);
          if (text !== null) this.#replace(text, position, close + 1);
        }
        position = close + 1;
        continue;
      }
      switch (byte) {
        case openBrace: {
          around = reading.decidedBy.length === 0 ? reading : this.#decide(reading, position);
          this.#readings.push(around);
          this.#steps.push(0);
          inObject = true;
          awaitsKey = true;
          position++;
          continue;
        }
        case openBracket:
          around = reading;
          this.#readings.push(reading);
          this.#steps.push(-1);
          inObject = false;
          awaitsKey = false;
          position++;
          continue;
        case closeBrace:
        case closeBracket: {
          this.#readings.pop();
          this.#steps.pop();
          around = this.#readings[this.#readings.length - 1] ?? null;
          const step = this.#steps[this.#steps.length - 1] ?? 0;
          inObject = step >= 0;
          awaitsKey = false;
          reading = around ?? this.#root;
          position++;
          continue;
        }
        case comma:
          if (around !== null) {
            if (inObject) awaitsKey = true;
            else {
              const last = this.#steps.length - 1;
              this.#steps[last] = (this.#steps[last] ?? 0) - 1;
              reading = around;
            }
          }
          position++;
          continue;
      }
      const scalarEnd = this.#scalarEnd(position);
      if (reading.number !== null && (byte === minus || (byte >= zero && byte <= nine)) && !(scalarEnd === position + 1 && byte === zero)) {
        this.#replace({ bytes: zeroBytes, removed: [reading.number] }, position, scalarEnd);
      }
      position = scalarEnd;
    }
  }

  #scalarEnd(start: number): number {
    const bytes = this.#bytes;
    let position = start + 1;
    while (position < this.#end) {
      const byte = bytes[position] ?? 0;
      if (byte === comma || byte === closeBrace || byte === closeBracket || byte <= 0x20) break;
      position++;
    }
    return position;
  }

  #replace(found: Encoded, start: number, end: number): void {
    this.#copy(start);
    this.#pieces.push(found.bytes);
    this.#copied = end;
    if (found.removed.length === 0) return;
    const at = this.#pointer();
    for (const kind of found.removed) this.#options.removed(kind, at);
  }

  #copy(to: number): void {
    if (to <= this.#copied) return;
    this.#pieces.push(this.#bytes.subarray(this.#copied, to));
    this.#copied = to;
  }

  #pointer(): string {
    const keys = this.#steps.map((step) => (step < 0 ? -step - 1 : (this.#newKeys.get(step) ?? this.#textOf(step))));
    return pointTo(this.#options.at ?? "", ...keys);
  }

  /** How the object that opens at `start` is read. */
  #decide(reading: Reading, start: number): Reading {
    let decided = reading;
    // An Any tells of a TypedStruct, which tells of a message: no further.
    for (let step = 0; step < 3 && decided.decidedBy.length > 0; step++) {
      const next = decided.decide(this.#factsFor(decided, start));
      if (next === decided) break;
      decided = next;
    }
    return decided;
  }

  /** Mostly the first member says it all. */
  #factsFor({ decidedBy }: Reading, start: number): ObjectFacts {
    const bytes = this.#bytes;
    const only = decidedBy.length === 1 ? decidedBy[0] : undefined;
    if (only !== undefined) {
      const keyStart = this.#pastBlanks(start + 1);
      if (bytes[keyStart] !== quote) return {};
      const keyEnd = endOfString(bytes, keyStart);
      if (keyEnd - keyStart <= 13 && factOfKey.get(this.#text(keyStart, keyEnd)) === only) {
        const valueStart = this.#pastBlanks(this.#pastBlanks(keyEnd) + 1);
        if (bytes[valueStart] === quote) return { [only]: this.#text(valueStart, endOfString(bytes, valueStart)) };
      }
    }
    return this.#facts.of(start);
  }

  #text(start: number, end: number): string {
    let hash = firstHash;
    for (let at = start + 1; at < end - 1; at++) hash = nextHash(hash, bytes(this.#bytes, at));
    const { texts } = this.#options;
    return texts.textOf(texts.numberOf(this.#bytes, start + 1, end - 1, hash));
  }

  #pastBlanks(start: number): number {
    let position = start;
    while (position < this.#end && (this.#bytes[position] ?? 0) <= 0x20) position++;
    return position;
  }
}

const bytes = (from: Uint8Array, at: number): number => from[at] ?? 0;
