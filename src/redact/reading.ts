import { encodeUtf8 } from "../util/utf8.js";
import type { ObjectFacts } from "./object-facts.js";
import type { RemovalKind } from "./redaction.js";

/** A text that is to stand in place of another, and what was removed from it; a text that was only renamed lost nothing. */
export interface Rewritten {
  readonly text: string;
  readonly removed: readonly RemovalKind[];
}

/** The same as the bytes of a JSON string. */
export interface Encoded {
  readonly bytes: Uint8Array;
  readonly removed: readonly RemovalKind[];
}

const stays = 1;
const changes = 2;

/** What becomes of texts at some kind of place. The answer hangs on the text alone, so it is asked once for each text. */
export class TextRule {
  readonly #rewrite: (text: string) => Rewritten | null;
  /** By the number of a text: 0 where it was not asked yet, 1 where it stays, 2 where it changes. */
  #verdicts = new Uint8Array(1024);
  readonly #changed = new Map<number, Encoded>();

  /** @param rewrite null: the text stays as it is */
  constructor(rewrite: (text: string) => Rewritten | null) {
    this.#rewrite = rewrite;
  }

  rewrite(text: string): Rewritten | null {
    return this.#rewrite(text);
  }

  /** The JSON string that is to stand for the text of a number (see DistinctTexts); null: it stays. */
  encoded(number: number, textOf: (number: number) => string): Encoded | null {
    const verdict = this.#verdicts[number];
    if (verdict === stays) return null;
    if (verdict === changes) return this.#changed.get(number) ?? null;
    if (number >= this.#verdicts.length) {
      const more = new Uint8Array(Math.max(number + 1, 2 * this.#verdicts.length));
      more.set(this.#verdicts);
      this.#verdicts = more;
    }
    const text = textOf(number);
    const rewritten = this.#rewrite(text);
    if (rewritten === null || rewritten.text === text) {
      this.#verdicts[number] = stays;
      return null;
    }
    const found = { bytes: encodeUtf8(JSON.stringify(rewritten.text)), removed: rewritten.removed };
    this.#changed.set(number, found);
    this.#verdicts[number] = changes;
    return found;
  }
}

/** How a value of a JSON text is read: what becomes of its texts, and how its members are read. */
export abstract class Reading {
  readonly #members = new Map<number, Reading>();

  /** What becomes of a text that stands here. */
  abstract readonly text: TextRule;
  /** What becomes of the keys of an object that stands here; null: they are names of fields. */
  readonly keys: TextRule | null = null;
  /** What a number here gives away; null: it stays. */
  readonly number: RemovalKind | null = null;
  /** The facts that decide how an object here is read; then `decide` is asked. */
  readonly decidedBy: readonly (keyof ObjectFacts)[] = [];

  /** How an object with these facts is read. */
  decide(_facts: ObjectFacts): Reading {
    return this;
  }

  /** How the value under a key is read; asked once for each key. */
  protected abstract member(key: string): Reading;

  memberOf(number: number, textOf: (number: number) => string): Reading {
    let found = this.#members.get(number);
    if (found === undefined) {
      found = this.member(textOf(number));
      this.#members.set(number, found);
    }
    return found;
  }
}
