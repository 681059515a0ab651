import { messageNameIn } from "../model/proto-json.js";
import { describeMessage, type FieldDescription, type FieldKind } from "../proto/describe-type.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";

/** What a place is declared to hold: a field of a message, or plain JSON (inside a Struct or a message of an unknown type). */
export type Declared = FieldKind | { readonly kind: "json"; readonly opaque: boolean };

/** What a value is: a message of a known type, plain JSON (`opaque`: of an unknown type), or a single value. */
export type ValueType =
  | { readonly kind: "message"; readonly type: string }
  | { readonly kind: "json"; readonly opaque: boolean }
  | { readonly kind: "single" };

const single: ValueType = { kind: "single" };
const structured: ValueType = { kind: "json", opaque: false };
const opaque: ValueType = { kind: "json", opaque: true };

const plainJson: readonly string[] = ["google.protobuf.Struct", "google.protobuf.Value", "google.protobuf.ListValue"];

/** What stands in a field (or in one item of it), in canonical ProtoJSON; an Any is the message that it holds. */
export function typeOfValue(declared: Declared, value: Json): ValueType {
  if (declared.kind === "json") return declared.opaque ? opaque : structured;
  if (declared.kind !== "message") return single;
  if (plainJson.includes(declared.type)) return structured;
  return isJsonObject(value) ? typeOfMessage(declared.type, value) : single;
}

function typeOfMessage(declared: string, value: JsonObject): ValueType {
  const url = Object.hasOwn(value, "@type") ? value["@type"] : undefined;
  const name = typeof url === "string" ? messageNameIn(url) : declared;
  if (plainJson.includes(name)) return structured;
  return describeMessage(name) === undefined ? opaque : { kind: "message", type: name };
}

/** A field of a message type; undefined for one that the type does not have. */
export function fieldOf(type: string, name: string): FieldDescription | undefined {
  return describeMessage(type)?.field(name);
}

/** The message types of a value and of what an Any right in it holds: of an HTTP filter, also that of its configuration. */
export function typesIn(type: ValueType, value: Json): readonly string[] {
  if (type.kind !== "message" || !isJsonObject(value)) return [];
  const held = Object.keys(value).flatMap((key) => {
    const field = fieldOf(type.type, key);
    const inner = value[key] ?? null;
    if (field?.kind !== "message" || field.type !== "google.protobuf.Any" || field.mapKey !== null || !isJsonObject(inner)) return [];
    const url = inner["@type"];
    return typeof url === "string" ? [messageNameIn(url)] : [];
  });
  return [type.type, ...held];
}
