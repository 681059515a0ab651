import type { Resource } from "../../model/snapshot.js";
import { decodeUtf8 } from "../../util/utf8.js";
import { mentions } from "./mentions.js";

/** Where more names are looked for, texts are not searched one by one. */
const fewNames = 8;

/** A name that every writer of JSON spells alike. */
const plain = /^[\w|.:*~/ -]*$/;

/** Finds the resources in whose text one of some names stands, without decoding any. */
export class NamedResources {
  /** As they stand in a file; null: they have to be looked for in what it says. */
  readonly #quoted: readonly string[] | null;

  constructor(readonly names: ReadonlySet<string>) {
    const searched = names.size <= fewNames && [...names].every((name) => plain.test(name));
    this.#quoted = searched ? [...names].map((name) => JSON.stringify(name)) : null;
  }

  /** @param text the resource's, where it is at hand */
  in(resource: Resource, text?: string): boolean {
    if (this.#quoted === null) return mentions(resource.json(), (one) => this.names.has(one));
    if (this.#quoted.length === 0) return false;
    const read = text ?? decodeUtf8(resource.bytes());
    return this.#quoted.some((name) => read.includes(name));
  }
}
