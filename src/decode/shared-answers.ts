import type { Resource } from "../model/snapshot.js";
import type { JsonObject } from "../util/json.js";
import { fromAside, type JsonPick } from "../util/json-pick.js";
import { jsonPicked } from "./decode-resource.js";

/** As many different answers are kept. Most resources of a mesh say one of a few things. */
const mostKept = 10_000;

/**
 * An answer, and what the names in it are: where resources that differ in their names alone share it, a name in it stands for that of each.
 */
export interface Shared<Answer> {
  readonly answer: Answer;
  nameOf(text: string): string;
}

/** Answers a question about many resources of a kind that depends on a few of their fields: once for all that say the same there. */
export class SharedAnswers<Answer> {
  readonly #pick: JsonPick;
  readonly #ask: (json: JsonObject, resource: Resource) => Answer;
  readonly #known = new Map<string, Answer>();

  /**
   * @param pick takes the fields in question
   * @param ask the question, about the JSON of a resource, of which only what was picked need be there; places in the answer are to be
   * relative to the resource, and nothing else of the resource may be in it
   */
  constructor(pick: JsonPick, ask: (json: JsonObject, resource: Resource) => Answer) {
    this.#pick = pick;
    this.#ask = ask;
  }

  of(resource: Resource): Shared<Answer> {
    const picked = resource.picked(this.#pick);
    if (picked === null) return { answer: this.#ask(jsonPicked(resource, null), resource), nameOf: (text) => text };
    const { text, aside } = picked;
    let answer = this.#known.get(text);
    if (answer === undefined) {
      answer = this.#ask(jsonPicked(resource, text), resource);
      if (this.#known.size < mostKept) this.#known.set(text, answer);
    }
    return { answer, nameOf: (name) => fromAside(name, aside) };
  }
}
