import { configurationOf } from "../../../src/decode/configuration.js";
import { messageTypeOf } from "../../../src/decode/decode-resource.js";
import { kindOrder } from "../../../src/diff/group-changes.js";
import { comparedResources } from "../../../src/diff/match-resources.js";
import { fieldOf } from "../../../src/identity/value-type.js";
import type { ResourceKind, Snapshot } from "../../../src/model/snapshot.js";
import { describeMessage } from "../../../src/proto/describe-type.js";
import { isJsonObject, type Json, type JsonObject } from "../../../src/util/json.js";
import { pointTo, valueAt } from "../../../src/util/json-pointer.js";

/** A message of a known type in a dump, where a mutation may be made. */
export interface Site {
  readonly resource: ResourceKind;
  /** The resource that it stands in. */
  readonly resourceAt: string;
  /** Full name of its type. */
  readonly type: string;
  /** As it stands in the file. */
  readonly message: JsonObject;
  readonly at: string;
  /** The innermost item of a list around it, itself included; else the resource. */
  readonly itemAt: string;
  /** The fields on the way from the resource. */
  readonly way: readonly string[];
}

const typedStructs: readonly string[] = ["udpa.type.v1.TypedStruct", "xds.type.v3.TypedStruct"];

/** Every message in every resource of a dump that a diff compares. */
export function sitesIn(dump: Json, snapshot: Snapshot): readonly Site[] {
  const sites: Site[] = [];
  for (const kind of kindOrder) {
    for (const resource of comparedResources(snapshot, kind)) {
      // Past traffic, which is no configuration.
      if (kind === "endpoints" && configurationOf(snapshot).cluster(resource.name)?.type === "ORIGINAL_DST") continue;
      if (resource.state === "error") continue;
      const value = valueAt(dump, resource.at);
      if (isJsonObject(value)) {
        walk(messageTypeOf(kind), value, { resource: kind, resourceAt: resource.at, itemAt: resource.at, at: resource.at, way: [] }, sites);
      }
    }
  }
  return sites;
}

type Here = Omit<Site, "type" | "message">;

function walk(declared: string, message: JsonObject, here: Here, sites: Site[]): void {
  const url = message["@type"];
  const type = typeof url === "string" ? url.slice(url.lastIndexOf("/") + 1) : declared;
  if (typedStructs.includes(type)) {
    const [inner, innerUrl] = [message.value, message.type_url ?? message.typeUrl];
    if (isJsonObject(inner) && typeof innerUrl === "string" && !Object.hasOwn(inner, "@type")) {
      walk(innerUrl.slice(innerUrl.lastIndexOf("/") + 1), inner, { ...here, at: pointTo(here.at, "value") }, sites);
    }
    return;
  }
  if (type.startsWith("google.protobuf.") || describeMessage(type) === undefined) return;
  sites.push({ ...here, type, message });
  for (const [key, value] of Object.entries(message)) {
    const field = fieldOf(type, key);
    if (field?.kind !== "message") continue;
    // The static resources have sections of their own, and are mutated there.
    if (type === "envoy.config.bootstrap.v3.Bootstrap" && field.name === "static_resources") continue;
    const step = (inner: Json, ...keys: (string | number)[]): void => {
      if (isJsonObject(inner)) {
        const at = pointTo(here.at, key, ...keys);
        walk(field.type, inner, { ...here, at, itemAt: field.repeated ? at : here.itemAt, way: [...here.way, field.name] }, sites);
      }
    };
    if (field.repeated && Array.isArray(value)) for (const [index, item] of value.entries()) step(item, index);
    else if (field.mapKey !== null && isJsonObject(value)) for (const [name, inner] of Object.entries(value)) step(inner, name);
    else step(value);
  }
}

/** A copy of a JSON value in which something else stands at a pointer; only the way to it is copied. */
export function replaceAt(root: Json, keys: readonly string[], replacement: Json): Json {
  const [key, ...rest] = keys;
  if (key === undefined) return replacement;
  if (Array.isArray(root)) return root.map((item: Json, index) => (String(index) === key ? replaceAt(item, rest, replacement) : item));
  if (!isJsonObject(root)) throw new Error(`nothing at ${key}`);
  return { ...root, [key]: replaceAt(root[key] ?? null, rest, replacement) };
}
