import { successorTable } from "../../../src/generated/descriptors.js";
import { listIdentity } from "../../../src/identity/identity.js";
import { fieldOf, typeOfValue } from "../../../src/identity/value-type.js";
import { describeEnum, describeMessage, type FieldDescription } from "../../../src/proto/describe-type.js";
import { isJsonObject, type Json, type JsonObject, member } from "../../../src/util/json.js";

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

/** Rewrites the value of every field, of a repeated one each item. */
const ofValues =
  (rewrite: (field: FieldDescription, value: Json) => Json): Rewrite =>
  (type, message) =>
    mapValues(message, (value, key) => {
      const field = fieldOf(type, key);
      if (field === undefined || field.mapKey !== null) return value;
      return field.repeated && Array.isArray(value) ? value.map((item: Json) => rewrite(field, item)) : rewrite(field, value);
    });

/** The other spelling of every field: lowerCamelCase. */
export const inCamelCase: Rewrite = (type, message) =>
  Object.fromEntries(Object.entries(message).map(([key, value]) => [fieldOf(type, key)?.jsonName ?? key, value]));

/** Every default that may be left out, written out: as its value, or as null. */
export const withDefaults: Rewrite = (type, message) => {
  const zero: Readonly<Record<string, Json>> = {
    string: "",
    bytes: "",
    bool: false,
    uint32: 0,
    int32: 0,
    double: 0,
    uint64: "0",
    int64: "0",
  };
  const added = (describeMessage(type)?.fields ?? []).flatMap((field): [string, Json][] => {
    if (Object.hasOwn(message, field.name) || Object.hasOwn(message, field.jsonName)) return [];
    if (field.repeated) return [[field.name, []]];
    if (field.mapKey !== null) return [[field.name, {}]];
    if (field.kind === "message" && field.type === "google.protobuf.Value") return [];
    if (field.presence) return [[field.name, null]];
    const value = field.kind === "scalar" ? zero[field.scalar] : field.kind === "enum" ? describeEnum(field.type)?.zero : undefined;
    return value === undefined ? [] : [[field.name, value]];
  });
  return { ...Object.fromEntries(added), ...message };
};

/** Every number as ProtoJSON may also write it: 32 bits as text, 64 bits as a number, a double with an exponent. */
export const numbersRespelt: Rewrite = ofValues((field, value) => {
  const scalar = field.kind === "scalar" ? field.scalar : wrappers[field.kind === "message" ? field.type : ""];
  if (scalar === undefined || (typeof value !== "number" && typeof value !== "string")) return value;
  if (/64$/.test(scalar)) return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (/32$/.test(scalar)) return String(value);
  return scalar === "double" && typeof value === "number" ? value.toExponential() : value;
});

const wrappers: Readonly<Record<string, string>> = {
  "google.protobuf.UInt32Value": "uint32",
  "google.protobuf.UInt64Value": "uint64",
  "google.protobuf.DoubleValue": "double",
};

/** Every duration with more digits: `10s` as `10.000s`. */
export const durationsRespelt: Rewrite = ofValues((field, value) => {
  if (field.kind !== "message" || field.type !== "google.protobuf.Duration" || typeof value !== "string") return value;
  return value.includes(".") ? value.replace(/s$/, "0s") : value.replace(/s$/, ".000s");
});

/** Every enum by its number. */
export const enumsByNumber: Rewrite = ofValues((field, value) => {
  if (field.kind !== "enum" || typeof value !== "string") return value;
  const description = describeEnum(field.type);
  const number = Array.from({ length: 300 }, (_, index) => index).find((index) => description?.nameOf(index) === value);
  return number ?? value;
});

/** Bytes in the other alphabet of base64, without padding. */
export const bytesRespelt: Rewrite = ofValues((field, value) =>
  field.kind === "scalar" && field.scalar === "bytes" && typeof value === "string"
    ? value.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")
    : value,
);

/** Members of every object in another order. */
export const inAnotherMemberOrder =
  (shuffle: Shuffle): Rewrite =>
  (_, message) =>
    Object.fromEntries(shuffle(Object.entries(message)));

/** What an Any holds by the name that an older API had for it. */
export const withOlderTypes: Rewrite = (type, message) => {
  const older = olderNames.get(type);
  return older === undefined || message["@type"] === undefined ? message : { ...message, "@type": `type.googleapis.com/${older}` };
};

/** The lines of a generated table, each an older name and its successor's. */
const pairsOf = (table: string): readonly (readonly [string, string])[] =>
  table.split("\n").map((line) => {
    const [older = "", newer = ""] = line.split(" ");
    return [older, newer];
  });

const olderNames = new Map(pairsOf(successorTable).map(([older, newer]) => [newer, older]));

/** What an Any of an extension holds in a TypedStruct. */
export const inTypedStructs: Rewrite = (type, message) => {
  const { "@type": url, ...value } = message;
  if (typeof url !== "string" || !type.startsWith("envoy.extensions.filters.")) return message;
  return { "@type": "type.googleapis.com/xds.type.v3.TypedStruct", type_url: url, value };
};

type Shuffle = <Item>(items: readonly Item[]) => Item[];

/** Lists whose order means nothing, in another order; of others those items that may change places; `shuffle` puts a list into an order. */
export const inAnotherOrder =
  (shuffle: Shuffle): Rewrite =>
  (type, message) =>
    mapValues(message, (value, key) => {
      const identity = listIdentity(type, fieldOf(type, key)?.name ?? key);
      if (!Array.isArray(value) || identity === undefined) return value;
      if (identity.order === "none") return shuffle(value);
      if (identity.order === "within-key") return shuffleApart(value, shuffle);
      if (identity.order === "where-both-match") return exchangeExactPaths(value);
      return value;
    });

/** Another order in which the headers of one name keep theirs. */
function shuffleApart(list: readonly Json[], shuffle: Shuffle): readonly Json[] {
  const keyOf = (item: Json): string => JSON.stringify(member(member(item, "header"), "key") ?? member(item, "priority") ?? "DEFAULT");
  const keys = shuffle(list.map(keyOf));
  const waiting = new Map<string, Json[]>();
  for (const item of list) waiting.set(keyOf(item), [...(waiting.get(keyOf(item)) ?? []), item]);
  return keys.flatMap((key) => waiting.get(key)?.shift() ?? []);
}

/** Neighbours exchanged that no request can match both: each is for one path of its own. */
function exchangeExactPaths(routes: readonly Json[]): readonly Json[] {
  const pathOf = (route: Json | undefined): Json | undefined => member(member(route, "match"), "path");
  const exchanged = [...routes];
  for (let index = 1; index < exchanged.length; index += 2) {
    const [first, second] = exchanged.slice(index - 1, index + 1);
    const [one, other] = [pathOf(first), pathOf(second)];
    if (first === undefined || second === undefined || typeof one !== "string" || typeof other !== "string") continue;
    if (one.toLowerCase() !== other.toLowerCase()) exchanged.splice(index - 1, 2, second, first);
  }
  return exchanged;
}

/** The dump with every section and every list of entries in another order. */
export function entriesInAnotherOrder(dump: Json, shuffle: Shuffle): Json {
  if (!isJsonObject(dump) || !Array.isArray(dump.configs)) return dump;
  const sections = dump.configs.map((section: Json) =>
    isJsonObject(section) ? mapValues(section, (value) => (Array.isArray(value) ? shuffle(value) : value)) : section,
  );
  return { ...dump, configs: shuffle(sections) };
}

const stamps: readonly string[] = ["version_info", "versionInfo", "last_updated", "lastUpdated"];

/** The dump as if all of it had been sent again, later and as another version. */
export function sentAgain(dump: Json, depth = 0): Json {
  if (Array.isArray(dump)) return dump.map((item: Json) => sentAgain(item, depth + 1));
  // Versions and times stand in sections, in their entries and in the entries' states.
  if (!isJsonObject(dump) || depth > 6 || (Object.hasOwn(dump, "@type") && depth > 3)) return dump;
  return mapValues(dump, (value, key) => {
    if (stamps.includes(key) && typeof value === "string") return key.startsWith("v") ? `${value}1` : "2026-12-24T18:00:00.5Z";
    return sentAgain(value, depth + 1);
  });
}
