import { messageNameIn } from "../model/proto-json.js";
import { isJsonObject, type Json, type JsonObject, setMember } from "../util/json.js";
import { describeEnum, describeMessage, type FieldDescription, type FieldKind } from "./describe-type.js";

/**
 * A canonical message (with its `@type`) with the defaults written out that a reader of the dump can't see: for every message
 * that is present, each absent scalar and enum field without presence gets the value that proto3 gives it. What Envoy does
 * where a field with presence is absent (a wrapper, a message, a oneof) stands in Envoy's documentation, not in its types, and is
 * not made up here. Deprecated fields stay absent. Members that the descriptors do not know stay as they are.
 */
export function withDefaults(message: JsonObject): JsonObject {
  const filled = fillAny(message);
  return isJsonObject(filled) ? filled : message;
}

/** The reader goes 100 levels deep and leaves what lies deeper as it is, so recursion ends there. */
function fillAny(any: JsonObject): Json {
  const url = any["@type"];
  return typeof url === "string" ? fill(messageNameIn(url), any) : any;
}

function fill(type: string, value: Json): Json {
  if (!isJsonObject(value)) return value;
  if (type === "google.protobuf.Any") return fillAny(value);
  // Struct, Duration and the like are written in forms of their own.
  const description = type.startsWith("google.protobuf.") ? undefined : describeMessage(type);
  if (description === undefined) return value;
  const filled: Record<string, Json> = {};
  if (Object.hasOwn(value, "@type")) filled["@type"] = value["@type"] ?? null;
  for (const field of description.fields) {
    if (Object.hasOwn(value, field.name)) filled[field.name] = fillField(field, value[field.name] ?? null);
    else {
      const implied = impliedDefault(field);
      if (implied !== undefined) filled[field.name] = implied;
    }
  }
  for (const key of Object.keys(value)) if (!Object.hasOwn(filled, key)) setMember(filled, key, value[key] ?? null);
  return filled;
}

function fillField(field: FieldDescription, value: Json): Json {
  if (field.kind !== "message") return value;
  if (field.repeated && Array.isArray(value)) return value.map((item) => fill(field.type, item));
  if (field.mapKey === null || !isJsonObject(value)) return fill(field.type, value);
  const map: Record<string, Json> = {};
  for (const key of Object.keys(value)) setMember(map, key, fill(field.type, value[key] ?? null));
  return map;
}

function impliedDefault(field: FieldDescription): Json | undefined {
  if (field.presence || field.repeated || field.mapKey !== null || field.deprecated) return undefined;
  return defaultOf(field);
}

function defaultOf(kind: FieldKind): Json | undefined {
  if (kind.kind === "message") return undefined;
  if (kind.kind === "enum") return describeEnum(kind.type)?.zero;
  switch (kind.scalar) {
    case "bool":
      return false;
    case "string":
    case "bytes":
      return "";
    default:
      // 64-bit numbers are text in ProtoJSON.
      return kind.scalar.endsWith("64") ? "0" : 0;
  }
}
