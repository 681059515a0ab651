import { unescapeString } from "../util/json-error.js";

/** What the members of an object say that decides how its other members are to be read. */
export interface ObjectFacts {
  /** "@type" */
  readonly type?: string;
  /** `type_url` of a TypedStruct. */
  readonly typeUrl?: string;
  readonly name?: string;
  readonly key?: string;
  /** The header that an object asks for, or one in it: `header_name`, or `header`. */
  readonly header?: string;
}

/** The members that are facts, by the key of the file. */
export const factOfKey: ReadonlyMap<string, keyof ObjectFacts> = new Map([
  ["@type", "type"],
  ["type_url", "typeUrl"],
  ["typeUrl", "typeUrl"],
  ["name", "name"],
  ["header_name", "header"],
  ["headerName", "header"],
  ["header", "header"],
  ["key", "key"],
]);

/**
 * Looks ahead for the facts of objects: a "@type" may stand behind what it tells about. All objects that a look passes over
 * are remembered, so that no byte is looked at twice however deep they nest.
 */
export class FactsAhead {
  readonly #bytes: Uint8Array;
  readonly #found = new Map<number, ObjectFacts>();
  #seenTo = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The facts of the object whose brace opens at `start`. */
  of(start: number): ObjectFacts {
    if (start >= this.#seenTo) {
      this.#found.clear();
      this.#seenTo = this.#look(start);
    }
    return this.#found.get(start) ?? {};
  }

  /** Notes the facts of the object at `start` and of all within it; where it ends. The text is valid JSON. */
  #look(start: number): number {
    const bytes = this.#bytes;
    /** The objects around the position, by where they begin; -1 for an array. */
    const open: number[] = [];
    let fact: keyof ObjectFacts | undefined;
    let awaitsKey = false;
    for (let position = start; position < bytes.length; position++) {
      const byte = bytes[position];
      if (byte === 0x22) {
        const end = endOfString(bytes, position);
        const object = open[open.length - 1] ?? -1;
        if (awaitsKey && object >= 0) {
          fact = end - position > 13 ? undefined : factOfKey.get(unescapeString(bytes.subarray(position, end)));
          awaitsKey = false;
        } else if (fact !== undefined) {
          const text = unescapeString(bytes.subarray(position, end));
          // A matcher names its header in an object beside what it compares it with.
          const reach = fact === "header" ? 6 : 1;
          for (const around of open.slice(-reach)) if (around >= 0) this.#note(around, fact, text);
          fact = undefined;
        }
        position = end - 1;
      } else if (byte === 0x7b || byte === 0x5b) {
        open.push(byte === 0x7b ? position : -1);
        fact = undefined;
        awaitsKey = byte === 0x7b;
      } else if (byte === 0x2c) {
        fact = undefined;
        awaitsKey = (open[open.length - 1] ?? -1) >= 0;
      } else if (byte === 0x7d || byte === 0x5d) {
        open.pop();
        fact = undefined;
        if (open.length === 0) return position + 1;
      }
    }
    return bytes.length;
  }

  #note(object: number, fact: keyof ObjectFacts, text: string): void {
    const facts = this.#found.get(object) ?? {};
    if (facts[fact] === undefined) this.#found.set(object, { ...facts, [fact]: text });
  }
}

/** Behind the closing quote of the string that opens at `start`. */
export function endOfString(bytes: Uint8Array, start: number): number {
  let position = start + 1;
  while (position < bytes.length && bytes[position] !== 0x22) position += bytes[position] === 0x5c ? 2 : 1;
  return position + 1;
}
