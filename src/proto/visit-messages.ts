import { packedType, placeOf } from "../model/proto-json.js";
import { isJsonObject, type Json, type JsonObject, member } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";
import { describeMessage, type MessageDescription } from "./describe-type.js";
import { deepest, hasOwnForm, readMessage, typedStructs } from "./read-message.js";
import { messagesIn } from "./walk-messages.js";

/** A message within a resource, by its fields. */
export interface VisitedMessage {
  readonly type: string;
  /** The field's value as the file has it; undefined where it is not set. */
  get(field: string): Json | undefined;
  /** Where the value stands. */
  placeOf(field: string): string;
}

const anyType = "google.protobuf.Any";

/**
 * Visits every message in the JSON of a resource, itself included, in the order of the file, as `messagesIn` has them of a message that was
 * read: at a fraction of the cost, for a look at a hundred thousand of them. Only what is packed in an unusual way is read.
 *
 * @param type the message's type
 */
export function visitMessages(type: string, json: JsonObject, at: string, visit: (message: VisitedMessage) => void): void {
  visitMessage(type, json, at, visit, 0);
}

type Visit = (message: VisitedMessage) => void;

function visitMessage(type: string, json: JsonObject, at: string, visit: Visit, depth: number): void {
  if (depth > deepest) return;
  if (type === anyType) {
    visitAny(json, at, visit, depth);
    return;
  }
  const description = describeMessage(type);
  if (description === undefined) return;
  visit(new WrittenMessage(description, json, at));
  for (const key of Object.keys(json)) {
    const field = description.field(key);
    if (field?.kind !== "message" || hasOwnForm(field.type)) continue;
    const value = json[key];
    const keyAt = pointTo(at, key);
    if (field.mapKey !== null && isJsonObject(value)) {
      for (const name of Object.keys(value)) visitItem(field.type, value[name], pointTo(keyAt, name), visit, depth);
    } else if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) visitItem(field.type, value[index], pointTo(keyAt, index), visit, depth);
    } else visitItem(field.type, value, keyAt, visit, depth);
  }
}

function visitItem(type: string, json: Json | undefined, at: string, visit: Visit, depth: number): void {
  if (isJsonObject(json)) visitMessage(type, json, at, visit, depth + 1);
}

function visitAny(json: JsonObject, at: string, visit: Visit, depth: number): void {
  const type = packedType(json);
  if (!hasOwnForm(type) && !typedStructs.includes(type) && describeMessage(type) !== undefined) {
    visitMessage(type, json, at, visit, depth + 1);
    return;
  }
  if (type === "") return;
  for (const { type: found, message } of messagesIn(readMessage(anyType, json, at).value)) {
    visit({ type: found, get: (field) => member(message, field), placeOf: (field) => placeOf(message, field) });
  }
}

/** A message as it is written. */
class WrittenMessage implements VisitedMessage {
  readonly #description: MessageDescription;
  readonly #json: JsonObject;
  readonly #at: string;

  constructor(description: MessageDescription, json: JsonObject, at: string) {
    this.#description = description;
    this.#json = json;
    this.#at = at;
  }

  get type(): string {
    return this.#description.name;
  }

  get(field: string): Json | undefined {
    const key = this.#keyOf(field);
    return key === undefined ? undefined : (this.#json[key] ?? undefined);
  }

  placeOf(field: string): string {
    return pointTo(this.#at, this.#keyOf(field) ?? field);
  }

  #keyOf(name: string): string | undefined {
    if (Object.hasOwn(this.#json, name)) return name;
    const field = this.#description.field(name);
    return field !== undefined && Object.hasOwn(this.#json, field.jsonName) ? field.jsonName : undefined;
  }
}
