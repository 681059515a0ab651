import type { Resource, ResourceKind } from "../model/snapshot.js";
import { pickFields } from "../proto/pick-fields.js";
import type { FieldChoice } from "../proto/read-message.js";
import type { WayTo } from "../proto/way-to.js";
import type { JsonObject } from "../util/json.js";
import type { JsonPick } from "../util/json-pick.js";
import { jsonPicked, messageTypeOf, readJson } from "./decode-resource.js";

/** As many different answers are kept. Most resources of a mesh say one of a few things. */
const mostKept = 10_000;

/** A question about a resource, by its JSON as the file has it, of which only the fields in question need be there. */
export type QuestionAboutJson<Answer> = (json: JsonObject) => Answer;

/** The same by its message. What the answer says of places is relative to `at`. */
export type Question<Answer> = (message: JsonObject, at: string) => Answer;

/** Answers a question about many resources of a kind that depends on a few of their fields: once for all that say the same there. */
export class SharedAnswers<Answer> {
  readonly #pick: JsonPick;
  readonly #ask: (resource: Resource, json: JsonObject) => Answer;
  readonly #known = new Map<string, Answer>();

  private constructor(pick: JsonPick, ask: (resource: Resource, json: JsonObject) => Answer) {
    this.#pick = pick;
    this.#ask = ask;
  }

  /** The answers depend on these fields. */
  static fromFields<Answer>(kind: ResourceKind, fields: FieldChoice, ask: Question<Answer>): SharedAnswers<Answer> {
    return new SharedAnswers(pickFields(messageTypeOf(kind), fields), aboutMessage(ask));
  }

  /** The answers depend on fields that stand at any depth. */
  static alongWay<Answer>(kind: ResourceKind, way: WayTo, ask: Question<Answer>): SharedAnswers<Answer> {
    return new SharedAnswers(way.pickFrom(messageTypeOf(kind)), aboutMessage(ask));
  }

  /** The same, of the JSON as it is. */
  static alongWayInJson<Answer>(kind: ResourceKind, way: WayTo, ask: QuestionAboutJson<Answer>): SharedAnswers<Answer> {
    return new SharedAnswers(way.pickFrom(messageTypeOf(kind)), (_, json) => ask(json));
  }

  of(resource: Resource): Answer {
    const text = resource.picked(this.#pick);
    const known = text === null ? undefined : this.#known.get(text);
    if (known !== undefined) return known;
    const answer = this.#ask(resource, jsonPicked(resource, text));
    if (text !== null && this.#known.size < mostKept) this.#known.set(text, answer);
    return answer;
  }
}

function aboutMessage<Answer>(ask: Question<Answer>): (resource: Resource, json: JsonObject) => Answer {
  return (resource, json) => ask(readJson(resource, json), resource.at);
}
