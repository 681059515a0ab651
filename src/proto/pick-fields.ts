import { messageNameIn } from "../model/proto-json.js";
import { type JsonPick, PickMembers, pickAll, pickAside } from "../util/json-pick.js";
import { describeMessage, type FieldDescription } from "./describe-type.js";
import { type FieldChoice, hasOwnForm } from "./read-message.js";

/**
 * What of a resource's JSON has to be parsed to read some fields of it: those fields, in either spelling. All of what has no "@type", or
 * another than it should.
 *
 * @param aside of those fields the strings that are set aside (see `pickAside`)
 */
export function pickFields(type: string, choice: FieldChoice, aside: FieldChoice = {}): JsonPick {
  return pickTyped(type, () => fieldsOf(type, choice, aside));
}

function fieldsOf(type: string, choice: FieldChoice, aside: FieldChoice): JsonPick {
  return new PickMembers({
    members: () =>
      Object.entries(choice).flatMap(([name, inner]) => {
        const field = describeMessage(type)?.field(name);
        return field === undefined ? [] : inBothSpellings(field, pickFrom(field, inner, aside[name]));
      }),
  });
}

/** An Any may hold a TypedStruct, whose fields stand a level deeper. */
function pickFrom(field: FieldDescription, inner: FieldChoice | null, aside: FieldChoice | null = {}): JsonPick {
  if (aside === null) return pickAside;
  if (inner === null || field.kind !== "message" || hasOwnForm(field.type) || field.type === "google.protobuf.Any") return pickAll;
  const fields = fieldsOf(field.type, inner, aside);
  return field.mapKey === null ? fields : new PickMembers({ every: fields });
}

/** What is taken of a resource whose "@type" is what it should be; all of any other. */
export const pickTyped = (type: string, pick: () => JsonPick): JsonPick =>
  new PickMembers({ ofType: (url) => (messageNameIn(url) === type ? pick() : pickAll) });

/** A field's members in the file. */
export const inBothSpellings = ({ name, jsonName }: FieldDescription, pick: JsonPick): readonly (readonly [string, JsonPick])[] => [
  [name, pick],
  [jsonName, pick],
];
