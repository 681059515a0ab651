import protojson from "protobufjs/ext/protojson.js";
import protobuf from "protobufjs/light.js";
import { messageNameOf } from "../model/proto-json.js";
import { isJsonObject, type Json, type JsonObject, setMember } from "../util/json.js";
import { type DescriptorJson, descriptorOf, jsonNameOf, topLevelOf } from "./describe-type.js";
import type { ReadMessage, SetAside } from "./read-message.js";

/** A message in full, as protobufjs holds it, with what its descriptors can't hold beside it. */
export interface ProtobufMessage {
  readonly type: string;
  /** The type URL under which it was packed in an Any; null for a message that stood by itself. */
  readonly typeUrl: string | null;
  readonly message: protobuf.Message;
  readonly setAside: readonly SetAside[];
}

const root = new protobuf.Root();
const added = new Set<string>();

/** Puts a type and all that it refers to under the root; each top-level type once, when it is first needed. */
function reflect(type: string): protobuf.Type {
  const queue = [type];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const top = topLevelOf(name);
    if (top === undefined || added.has(top)) continue;
    added.add(top);
    const descriptor = descriptorOf(top) as DescriptorJson;
    const split = top.lastIndexOf(".");
    const namespace = root.define(top.slice(0, split));
    const own = top.slice(split + 1);
    const json = JSON.parse(JSON.stringify(descriptor));
    namespace.add(descriptor.values === undefined ? protobuf.Type.fromJSON(own, json) : protobuf.Enum.fromJSON(own, json));
    queue.push(...referredTypes(descriptor));
  }
  return root.lookupType(type);
}

function referredTypes(descriptor: DescriptorJson): string[] {
  const own = Object.values(descriptor.fields ?? {})
    .filter((field) => field.type.startsWith("."))
    .map((field) => field.type.slice(1));
  return [...own, ...Object.values(descriptor.nested ?? {}).flatMap(referredTypes)];
}

/** Reflects every type that an Any within the value holds. */
function reflectPacked(value: Json): void {
  if (Array.isArray(value)) value.forEach(reflectPacked);
  else if (isJsonObject(value)) {
    const url = value["@type"];
    if (typeof url === "string") reflect(messageNameOf({ "@type": url }));
    Object.values(value).forEach(reflectPacked);
  }
}

/**
 * Decodes a message in full with protobufjs.
 *
 * @param type full name of the message's type; an `@type` in the value itself goes before it
 * @throws Error where a value is outside what its type can hold
 */
export function decodeMessage(type: string, read: ReadMessage): ProtobufMessage {
  const { "@type": url, ...known } = withoutSetAside(read.value, read.setAside);
  const typeUrl = typeof url === "string" ? url : null;
  const packed = typeUrl === null ? type : messageNameOf({ "@type": typeUrl });
  const reflected = reflect(packed);
  reflectPacked(known);
  return { type: packed, typeUrl, message: protojson.fromJson(reflected, known), setAside: read.setAside };
}

/** Encodes a message as ProtoJSON (lowerCamelCase, as the protobuf libraries print it), with what was set aside put back. */
export function encodeMessage({ type, typeUrl, message, setAside }: ProtobufMessage): JsonObject {
  const json: JsonObject = protojson.toJson(reflect(type), message);
  return withSetAside(typeUrl === null ? json : { "@type": typeUrl, ...json }, setAside);
}

type Mutable = Record<string | number, Json>;

const copyOf = (value: JsonObject): Mutable => structuredClone(value) as Mutable;

/** The value that a path leads to; JSON names stand in for proto names once a codec has written them. */
function follow(value: Mutable, path: readonly (string | number)[]): Mutable | undefined {
  let found: Mutable | undefined = value;
  for (const key of path) {
    const own: string | number | undefined = found === undefined ? undefined : keyIn(found, key);
    found = own === undefined ? undefined : (found?.[own] as Mutable | undefined);
    if (typeof found !== "object" || found === null) return undefined;
  }
  return found;
}

function keyIn(object: Mutable, key: string | number): string | number | undefined {
  if (Object.hasOwn(object, key)) return key;
  const json = typeof key === "string" ? jsonNameOf(key) : key;
  return Object.hasOwn(object, json) ? json : undefined;
}

function withoutSetAside(value: JsonObject, setAside: readonly SetAside[]): JsonObject {
  const stripped = copyOf(value);
  for (const { path, was } of [...setAside].reverse()) {
    if (!("value" in was) || !was.kept) continue;
    const parent = follow(stripped, path.slice(0, -1));
    const key = path.at(-1);
    if (parent === undefined || key === undefined) continue;
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  }
  return stripped as JsonObject;
}

function withSetAside(value: JsonObject, setAside: readonly SetAside[]): JsonObject {
  const restored = copyOf(value);
  for (const aside of setAside) if ("value" in aside.was && aside.was.kept) putBack(restored, aside);
  for (const aside of [...setAside].reverse()) {
    if (!("value" in aside.was && aside.was.kept)) putBack(restored, aside);
  }
  return restored as JsonObject;
}

function putBack(target: Mutable, { path, was }: SetAside): void {
  if (!("value" in was)) {
    const any = follow(target, path);
    if (any !== undefined) rewrap(any, was);
    return;
  }
  const key = path.at(-1);
  const parent = holderOf(target, path);
  if (parent === undefined || key === undefined) return;
  if (Array.isArray(parent)) parent.splice(Number(key), 0, was.value);
  else setMember(parent, String(key), was.value);
}

/** The object or list that a path's last key belongs in; made anew where the codec left it out for being empty. */
function holderOf(target: Mutable, path: readonly (string | number)[]): Mutable | undefined {
  let holder = target;
  for (let step = 0; step + 1 < path.length; step++) {
    const key = path[step] as string | number;
    const own = keyIn(holder, key) ?? key;
    if (!Object.hasOwn(holder, own)) setMember(holder, String(own), (typeof path[step + 1] === "number" ? [] : {}) as Json);
    const next = holder[own];
    if (typeof next !== "object" || next === null) return undefined;
    holder = next as Mutable;
  }
  return holder;
}

function rewrap(any: Mutable, was: Exclude<SetAside["was"], { readonly value: Json }>): void {
  if ("typeUrl" in was) {
    any["@type"] = was.typeUrl;
    return;
  }
  const { "@type": _, ...inner } = any;
  for (const key of Object.keys(any)) delete any[key];
  for (const [key, value] of Object.entries(was.typedStruct)) setMember(any, key, value);
  any.value = inner;
}
