import { packedType } from "../model/proto-json.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";
import { describeMessage } from "./describe-type.js";

/** A message within a decoded one, with its full type name. */
export interface TypedMessage {
  readonly type: string;
  readonly message: JsonObject;
}

/**
 * Every message in a canonical message (see read-message.ts), itself included, in the order of the file. What an Any holds
 * is walked as what its type says; a message of an unknown type comes by its name and is not entered.
 *
 * @param type the message's type; when absent, its "@type" tells
 */
export function* messagesIn(root: JsonObject, type = packedType(root)): Generator<TypedMessage> {
  const waiting: TypedMessage[] = [{ type, message: root }];
  for (let current = waiting.pop(); current !== undefined; current = waiting.pop()) {
    yield current;
    const children: TypedMessage[] = [];
    addChildren(current, children);
    for (let index = children.length - 1; index >= 0; index--) waiting.push(children[index] as TypedMessage);
  }
}

function addChildren({ type, message }: TypedMessage, waiting: TypedMessage[]): void {
  const description = describeMessage(type);
  if (description === undefined) return;
  for (const key of Object.keys(message)) {
    const field = description.field(key);
    if (field?.kind !== "message") continue;
    const value = message[key] as Json;
    const add = (item: Json): void => {
      if (isJsonObject(item)) waiting.push({ type: field.type === "google.protobuf.Any" ? packedType(item) : field.type, message: item });
    };
    if (field.mapKey !== null && isJsonObject(value)) Object.values(value).forEach(add);
    else if (Array.isArray(value)) value.forEach(add);
    else add(value);
  }
}
