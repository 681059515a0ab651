import { listIdentity } from "../../src/diff/identity.js";
import { fieldOf, typeOfValue } from "../../src/diff/value-type.js";
import { describeMessage } from "../../src/proto/describe-type.js";
import { isJsonObject, type Json, type JsonObject } from "../../src/util/json.js";

export type Rewrite = (type: string, message: Record<string, Json>) => Record<string, Json>;

/** Rewrites every message of a known type in a JSON value, the innermost first; what is no message stays as it is. */
export function rewriteMessages(json: Json, rewrite: Rewrite, declared?: string): Json {
  if (Array.isArray(json)) return json.map((item: Json) => rewriteMessages(item, rewrite, declared));
  if (!isJsonObject(json)) return json;
  const url = json["@type"];
  const type = typeof url === "string" ? url.slice(url.lastIndexOf("/") + 1) : declared;
  if (type === undefined || type.startsWith("envoy.admin.")) {
    // The dump, a section of it or an entry in one: resources lie within, and all but the bootstrap say their type.
    return mapValues(json, (inner, key) =>
      rewriteMessages(inner, rewrite, key === "bootstrap" ? "envoy.config.bootstrap.v3.Bootstrap" : undefined),
    );
  }
  if (describeMessage(type) === undefined || type.startsWith("google.protobuf.")) return json;
  const inner = mapValues(json, (value, key) => {
    const field = fieldOf(type, key);
    if (field?.kind !== "message" || (field.type.startsWith("google.protobuf.") && field.type !== "google.protobuf.Any")) return value;
    const rewritten = (item: Json): Json =>
      typeOfValue(field, item).kind === "message" ? rewriteMessages(item, rewrite, field.type) : item;
    if (field.repeated && Array.isArray(value)) return value.map(rewritten);
    return field.mapKey !== null && isJsonObject(value) ? mapValues(value, rewritten) : rewritten(value);
  });
  return rewrite(type, inner);
}

const mapValues = (json: JsonObject, map: (value: Json, key: string) => Json): Record<string, Json> =>
  Object.fromEntries(Object.entries(json).map(([key, value]) => [key, map(value, key)]));

/** The other spelling of every field: lowerCamelCase. */
export const inCamelCase: Rewrite = (type, message) =>
  Object.fromEntries(Object.entries(message).map(([key, value]) => [fieldOf(type, key)?.jsonName ?? key, value]));

/** Every default that may be left out, written out. */
export const withDefaults: Rewrite = (type, message) => {
  const zero: Readonly<Record<string, Json>> = { string: "", bool: false, uint32: 0, int32: 0, double: 0, uint64: "0" };
  const added = (describeMessage(type)?.fields ?? []).flatMap((field): [string, Json][] => {
    if (field.repeated) return [[field.name, []]];
    if (field.presence || field.mapKey !== null || field.kind !== "scalar") return [];
    const value = zero[field.scalar];
    return value === undefined ? [] : [[field.name, value]];
  });
  return { ...Object.fromEntries(added), ...message };
};

/** Lists whose order means nothing, in another order; `shuffle` puts a list into one. */
export const inAnotherOrder =
  (shuffle: <Item>(items: readonly Item[]) => Item[]): Rewrite =>
  (type, message) =>
    mapValues(message, (value, key) =>
      Array.isArray(value) && listIdentity(type, fieldOf(type, key)?.name ?? key)?.order === "none" ? shuffle(value) : value,
    );
