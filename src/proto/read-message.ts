import type { DecodeProblem } from "../model/problem.js";
import { type Place, recordPlace, recordSpellings, typeUrlOf } from "../model/proto-json.js";
import { isJsonObject, type Json, type JsonObject, setMember } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";
import { type Canonical, canonicalDuration, canonicalScalar, canonicalTimestamp, isDefault } from "./canonical-scalar.js";
import {
  describeEnum,
  describeMessage,
  type FieldDescription,
  type FieldKind,
  type MessageDescription,
  successorOf,
} from "./describe-type.js";

/**
 * A message in canonical ProtoJSON: proto field names, no implicit defaults, one spelling of every value; an Any stays
 * inline. Members that the descriptors do not know are in it as they stand in the file.
 */
export interface ReadMessage {
  readonly value: JsonObject;
  readonly problems: readonly DecodeProblem[];
  /** What a protobuf codec can't hold, in the order in which it was met; see codec.ts. */
  readonly setAside: readonly SetAside[];
}

/** A member set aside, by its path within the canonical value. */
export interface SetAside {
  readonly path: readonly (string | number)[];
  /**
   * - `value`: this value stood there, and the codec knows no such member or value; `kept` when the canonical value has it too;
   * - `typed-struct`: the Any there was wrapped in a TypedStruct of that type;
   * - `type-url`: the Any there was written with that type URL.
   */
  readonly was: { readonly value: Json; readonly kept: boolean } | { readonly typedStruct: JsonObject } | { readonly typeUrl: string };
}

/** As deep as protobufjs itself decodes. */
const deepest = 100;

const typedStructs: readonly string[] = ["udpa.type.v1.TypedStruct", "xds.type.v3.TypedStruct"];

const wrapped: Readonly<Record<string, FieldKind>> = {
  "google.protobuf.BoolValue": { kind: "scalar", scalar: "bool" },
  "google.protobuf.StringValue": { kind: "scalar", scalar: "string" },
  "google.protobuf.BytesValue": { kind: "scalar", scalar: "bytes" },
  "google.protobuf.DoubleValue": { kind: "scalar", scalar: "double" },
  "google.protobuf.FloatValue": { kind: "scalar", scalar: "float" },
  "google.protobuf.Int32Value": { kind: "scalar", scalar: "int32" },
  "google.protobuf.UInt32Value": { kind: "scalar", scalar: "uint32" },
  "google.protobuf.Int64Value": { kind: "scalar", scalar: "int64" },
  "google.protobuf.UInt64Value": { kind: "scalar", scalar: "uint64" },
};

const anyType = "google.protobuf.Any";

/** Well-known types that ProtoJSON writes in a form of their own; inside an Any they stand under `value`. */
const hasOwnForm = (type: string): boolean => Object.hasOwn(wrapped, type) || Object.hasOwn(specialForms, type);

const specialForms: Readonly<Record<string, (json: Json) => Canonical>> = {
  "google.protobuf.Duration": canonicalDuration,
  "google.protobuf.Timestamp": canonicalTimestamp,
  "google.protobuf.FieldMask": (json) => (typeof json === "string" ? { value: json } : { expected: "a field mask" }),
  "google.protobuf.Struct": (json) => (isJsonObject(json) ? { value: json } : { expected: "an object" }),
  "google.protobuf.ListValue": (json) => (Array.isArray(json) ? { value: json } : { expected: "an array" }),
  "google.protobuf.Value": (json) => ({ value: json }),
};

/**
 * Reads a message from ProtoJSON as Envoy or istiod prints it: either spelling of the field names, enums by name or
 * number, Any and TypedStruct, older type URLs (read as their v3 successors).
 *
 * @param type full message name; an `@type` in the JSON itself goes before it
 * @param at JSON pointer of `json` in its file
 */
export function readMessage(type: string, json: JsonObject, at: string): ReadMessage {
  const reader = new MessageReader();
  const value = Object.hasOwn(json, "@type") ? reader.any(json, null, 0) : reader.message(type, json, null, 0);
  const found = isJsonObject(value) ? value : {};
  reader.place(found, { at });
  return { value: found, problems: reader.finish(at), setAside: reader.setAside };
}

/** Where the reader is: the file's keys (for pointers) and the canonical keys (for setting aside), as a list up to the root. */
interface Trail {
  readonly parent: Trail | null;
  readonly fileKey: string | number;
  /** null for a level that only the file has: the `value` of a TypedStruct. */
  readonly key: string | number | null;
}

function keysOf(trail: Trail | null, which: "key" | "fileKey"): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let step = trail; step !== null; step = step.parent) {
    const key = step[which];
    if (key !== null) keys.push(key);
  }
  return keys.reverse();
}

type LocalProblem = DistributiveOmit<DecodeProblem, "at">;
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

class MessageReader {
  readonly setAside: SetAside[] = [];
  /** The TypedStruct around a message that was read out of one, as a place of its own. */
  readonly #envelopes = new WeakMap<object, object>();
  readonly #problems: { readonly problem: LocalProblem; readonly trail: Trail | null }[] = [];

  finish(at: string): DecodeProblem[] {
    return this.#problems.map(({ problem, trail }) => ({ ...problem, at: pointTo(at, ...keysOf(trail, "fileKey")) }) as DecodeProblem);
  }

  place(value: Json | undefined, place: Place): void {
    if (typeof value === "object" && value !== null) recordPlace(this.#envelopes.get(value) ?? value, place);
  }

  #note(problem: LocalProblem, trail: Trail | null): void {
    this.#problems.push({ problem, trail });
  }

  #put(trail: Trail | null, was: SetAside["was"]): void {
    this.setAside.push({ path: keysOf(trail, "key"), was });
  }

  #invalid(expected: string, json: Json, trail: Trail | null): undefined {
    this.#note({ code: "invalid-value", expected, value: json }, trail);
    this.#put(trail, { value: json, kept: false });
    return undefined;
  }

  /** A message as a canonical object; undefined (and a problem) where the JSON is something else. */
  message(type: string, json: Json, trail: Trail | null, depth: number): Json | undefined {
    if (type === anyType) return isJsonObject(json) ? this.any(json, trail, depth) : this.#invalid("an object", json, trail);
    const wrapper = wrapped[type];
    if (wrapper !== undefined) return this.single(wrapper, json, trail, depth);
    const special = specialForms[type];
    if (special !== undefined) return this.#checked(special(json), json, trail);
    const description = describeMessage(type);
    if (!isJsonObject(json)) return this.#invalid("an object", json, trail);
    if (description === undefined) return this.#unknownType(type, json, trail);
    if (depth >= deepest) {
      this.#note({ code: "nested-too-deep" }, trail);
      this.#put(trail, { value: json, kept: false });
      return undefined;
    }
    return this.#fields(description, json, trail, depth);
  }

  #checked(canonical: Canonical, json: Json, trail: Trail | null): Json | undefined {
    return "value" in canonical ? canonical.value : this.#invalid(canonical.expected, json, trail);
  }

  #unknownType(type: string, json: JsonObject, trail: Trail | null): JsonObject {
    this.#note({ code: "unknown-type", type }, trail);
    this.#put(trail, { value: json, kept: true });
    return { ...json };
  }

  #fields(description: MessageDescription, json: JsonObject, trail: Trail | null, depth: number): JsonObject {
    const message: Record<string, Json> = {};
    let spellings: Map<string, string> | undefined;
    for (const key of Object.keys(json)) {
      if (key === "@type") continue;
      const member = json[key] as Json;
      const field = description.field(key);
      if (field === undefined) {
        const here = { parent: trail, fileKey: key, key };
        this.#note({ code: "unknown-field", message: description.name, field: key }, here);
        this.#put(here, { value: member, kept: true });
        setMember(message, key, member);
        continue;
      }
      const here = { parent: trail, fileKey: key, key: field.name };
      if (Object.hasOwn(message, field.name)) {
        this.#note({ code: "duplicate-field", message: description.name, field: key }, here);
        continue;
      }
      const value = member === null && !isNullable(field) ? undefined : this.#field(field, member, here, depth);
      if (value === undefined) continue;
      message[field.name] = value;
      if (key !== field.name) {
        spellings ??= new Map();
        spellings.set(field.name, key);
      }
      this.place(value, { parent: message, key });
    }
    if (spellings !== undefined) recordSpellings(message, spellings);
    return message;
  }

  #field(field: FieldDescription, json: Json, trail: Trail, depth: number): Json | undefined {
    if (field.mapKey !== null) return this.#map(field, json, trail, depth);
    if (field.repeated) return this.#list(field, json, trail, depth);
    const value = this.single(field, json, trail, depth);
    return value !== undefined && !field.presence && isDefault(field, value) ? undefined : value;
  }

  #map(field: FieldDescription, json: Json, trail: Trail, depth: number): Json | undefined {
    if (!isJsonObject(json)) return this.#invalid("an object", json, trail);
    const map: Record<string, Json> = {};
    for (const key of Object.keys(json)) {
      const value = this.single(field, json[key] as Json, { parent: trail, fileKey: key, key }, depth);
      if (value === undefined) continue;
      setMember(map, key, value);
      this.place(value, { parent: map, key });
    }
    return Object.keys(map).length === 0 ? undefined : map;
  }

  #list(field: FieldDescription, json: Json, trail: Trail, depth: number): Json | undefined {
    if (!Array.isArray(json)) return this.#invalid("an array", json, trail);
    const list: Json[] = [];
    json.forEach((item: Json, index) => {
      const value = this.single(field, item, { parent: trail, fileKey: index, key: list.length }, depth);
      if (value === undefined) return;
      list.push(value);
      this.place(value, { parent: list, key: index });
    });
    return list.length === 0 ? undefined : list;
  }

  single(kind: FieldKind, json: Json, trail: Trail | null, depth: number): Json | undefined {
    switch (kind.kind) {
      case "message":
        return this.message(kind.type, json, trail, depth + 1);
      case "enum":
        return this.#enum(kind.type, json, trail);
      case "scalar":
        return this.#checked(canonicalScalar(kind.scalar, json), json, trail);
    }
  }

  #enum(type: string, json: Json, trail: Trail | null): Json | undefined {
    const description = describeEnum(type);
    const name = typeof json === "number" ? (description?.nameOf(json) ?? String(json)) : json;
    if (typeof name !== "string") return this.#invalid(`a value of ${type}`, json, trail);
    if (description === undefined || !description.has(name)) {
      this.#note({ code: "unknown-enum-value", enumeration: type, value: name }, trail);
      this.#put(trail, { value: json, kept: true });
    }
    return name;
  }

  /** An Any with its message inline. A TypedStruct of a type known here is read as a message of that type. */
  any(json: JsonObject, trail: Trail | null, depth: number): JsonObject | undefined {
    const url = json["@type"];
    if (typeof url !== "string") return Object.keys(json).length === 0 ? {} : this.#invalid('an object with an "@type"', json, trail);
    const written = nameIn(url);
    if (typedStructs.includes(written)) return this.#typedStruct(json, trail, depth);
    return this.#packed(url, json, trail, depth);
  }

  #packed(url: string, json: JsonObject, trail: Trail | null, depth: number): JsonObject | undefined {
    const written = nameIn(url);
    const name = describeMessage(written) === undefined ? (successorOf(written) ?? written) : written;
    if (describeMessage(name) === undefined && !hasOwnForm(name)) {
      this.#note({ code: "unknown-type", type: written }, trail);
      this.#put(trail, { value: json, kept: true });
      return { ...json };
    }
    if (name !== written) this.#note({ code: "older-type", type: written, readAs: name }, trail);
    if (url !== typeUrlOf(name)) this.#put(trail, { typeUrl: url });
    if (hasOwnForm(name)) {
      const value = this.message(name, json.value ?? null, { parent: trail, fileKey: "value", key: "value" }, depth + 1);
      return value === undefined ? { "@type": typeUrlOf(name) } : { "@type": typeUrlOf(name), value };
    }
    if (depth >= deepest) {
      this.#note({ code: "nested-too-deep" }, trail);
      this.#put(trail, { value: json, kept: true });
      return { ...json };
    }
    const message = this.#fields(describeMessage(name) as MessageDescription, json, trail, depth + 1) as Record<string, Json>;
    message["@type"] = typeUrlOf(name);
    return message;
  }

  #typedStruct(json: JsonObject, trail: Trail | null, depth: number): JsonObject | undefined {
    const innerUrl = json.type_url ?? json.typeUrl;
    const inner = json.value ?? {};
    const known = typeof innerUrl === "string" && isJsonObject(inner) && describeMessage(successorOf(nameIn(innerUrl)) ?? nameIn(innerUrl));
    if (!known || typeof innerUrl !== "string" || !isJsonObject(inner)) {
      if (typeof innerUrl === "string") this.#note({ code: "unknown-type", type: nameIn(innerUrl) }, trail);
      return this.#packed(String(json["@type"]), json, trail, depth);
    }
    const { value: _, ...wrapper } = json;
    this.#put(trail, { typedStruct: wrapper });
    const message = this.#packed(innerUrl, inner, { parent: trail, fileKey: "value", key: null }, depth + 1);
    if (message !== undefined) {
      const envelope: object = {};
      recordPlace(message, { parent: envelope, key: "value" });
      this.#envelopes.set(message, envelope);
    }
    return message;
  }
}

const nameIn = (url: string): string => url.slice(url.lastIndexOf("/") + 1);
const isNullable = (field: FieldDescription): boolean => field.kind === "message" && field.type === "google.protobuf.Value";
