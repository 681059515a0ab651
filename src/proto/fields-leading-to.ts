import { describeMessage } from "./describe-type.js";
import type { FieldChoice } from "./read-message.js";

/**
 * The fields of a message type that may hold, at any depth, a message of one of the types in question. An Any may hold any.
 *
 * @param passedOver types that are not looked into
 */
export function fieldsLeadingTo(type: string, wanted: ReadonlySet<string>, passedOver: ReadonlySet<string>): FieldChoice {
  const leading = describeMessage(type)?.fields.filter((field) => field.kind === "message" && leads(field.type, wanted, passedOver)) ?? [];
  return Object.fromEntries(leading.map(({ name }) => [name, null]));
}

function leads(from: string, wanted: ReadonlySet<string>, passedOver: ReadonlySet<string>): boolean {
  const seen = new Set(passedOver);
  const waiting = [from];
  for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
    if (seen.has(type)) continue;
    if (type === "google.protobuf.Any" || wanted.has(type)) return true;
    seen.add(type);
    for (const field of describeMessage(type)?.fields ?? []) if (field.kind === "message") waiting.push(field.type);
  }
  return false;
}
