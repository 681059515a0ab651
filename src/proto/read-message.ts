import type { DecodeProblem } from "../model/problem.js";
import { messageNameIn, recordPlace, recordPointer, recordSpellings, typeUrlOf } from "../model/proto-json.js";
import { isJsonObject, type Json, type JsonObject, setMember } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";
import {
  type Canonical,
  canonicalDuration,
  canonicalScalar,
  canonicalTimestamp,
  isCanonicalScalar,
  isDefault,
} from "./canonical-scalar.js";
import {
  describeEnum,
  describeMessage,
  type FieldDescription,
  type FieldKind,
  type MessageDescription,
  successorOf,
} from "./describe-type.js";
import { wrappedBy } from "./wrapped-by.js";

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
export const deepest = 100;

export const typedStructs: readonly string[] = ["udpa.type.v1.TypedStruct", "xds.type.v3.TypedStruct"];

const anyType = "google.protobuf.Any";

/** Well-known types that ProtoJSON writes in a form of their own; inside an Any they stand under `value`. */
export const hasOwnForm = (type: string): boolean => wrappedBy(type) !== undefined || Object.hasOwn(specialForms, type);

const specialForms: Readonly<Record<string, (json: Json) => Canonical>> = {
  "google.protobuf.Duration": canonicalDuration,
  "google.protobuf.Timestamp": canonicalTimestamp,
  "google.protobuf.FieldMask": (json) => (typeof json === "string" ? { value: json } : { expected: "a field mask" }),
  "google.protobuf.Struct": (json) => (isJsonObject(json) ? { value: json } : { expected: "an object" }),
  "google.protobuf.ListValue": (json) => (Array.isArray(json) ? { value: json } : { expected: "an array" }),
  "google.protobuf.Value": (json) => ({ value: json }),
};

/** How ProtoJSON writes a message of a type: packed with its type, as the value that it wraps, in a form of its own, or by its fields. */
type Form =
  | "any"
  | { readonly wraps: FieldKind }
  | { readonly canonical: (json: Json) => Canonical }
  | { readonly description: MessageDescription | undefined };

const forms = new Map<string, Form>();

function formOf(type: string): Form {
  let form = forms.get(type);
  if (form === undefined) {
    const [wraps, canonical] = [wrappedBy(type), specialForms[type]];
    if (type === anyType) form = "any";
    else if (wraps !== undefined) form = { wraps };
    else if (canonical !== undefined) form = { canonical };
    else form = { description: describeMessage(type) };
    forms.set(type, form);
  }
  return form;
}

/** The fields of a message that are to be read, by their proto names, and those of the messages in them; null for all. */
export type FieldChoice = { readonly [field: string]: FieldChoice | null };

/** What is read of a message, where it is not all. */
export interface WhatIsRead {
  /** Everything else is passed over unseen, and is neither in the value nor among the problems. */
  readonly chosen?: FieldChoice;
  /** Items of lists that are left out; the places of the others are theirs in the file. */
  readonly omitted?: ReadonlySet<Json>;
  /** A TypedStruct stays one, instead of being read as the message of known type that it stands for. */
  readonly typedStructs?: "kept";
}

/**
 * Reads a message from ProtoJSON as Envoy or istiod prints it: either spelling of the field names, enums by name or
 * number, Any and TypedStruct, older type URLs (read as their v3 successors).
 *
 * @param type full message name; an `@type` in the JSON itself goes before it
 * @param at JSON pointer of `json` in its file
 */
export function readMessage(type: string, json: JsonObject, at: string, what: WhatIsRead = {}): ReadMessage {
  const reader = new MessageReader(at, what);
  const value = Object.hasOwn(json, "@type") ? reader.any(json, 0) : reader.message(type, json, 0);
  const found = isJsonObject(value) ? value : {};
  recordPointer(reader.envelopeOf(found), at);
  return { value: found, problems: reader.problems, setAside: reader.setAside };
}

type LocalProblem = DistributiveOmit<DecodeProblem, "at">;
type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

class MessageReader {
  readonly setAside: SetAside[] = [];
  readonly problems: DecodeProblem[] = [];
  readonly #at: string;
  readonly #omitted: ReadonlySet<Json> | undefined;
  readonly #keepsTypedStructs: boolean;
  /** Where the reader is, by the file's keys (for pointers) and by the canonical ones (for setting aside). */
  readonly #fileKeys: (string | number)[] = [];
  /** null for a level that only the file has: the `value` of a TypedStruct. */
  readonly #keys: (string | number | null)[] = [];
  /** The TypedStruct around a message that was read out of one, as a place of its own; made when the first is met. */
  #envelopes: Map<object, object> | undefined;

  /** What is read of the message that the reader is in. */
  #chosen: FieldChoice | null;

  constructor(at: string, { chosen, omitted, typedStructs }: WhatIsRead) {
    this.#at = at;
    this.#chosen = chosen ?? null;
    this.#omitted = omitted;
    this.#keepsTypedStructs = typedStructs === "kept";
  }

  /** What a message's place is recorded on: itself, or the TypedStruct around it. */
  envelopeOf(value: object): object {
    return this.#envelopes?.get(value) ?? value;
  }

  #place(value: Json, parent: object, key: string | number): void {
    if (typeof value === "object" && value !== null) recordPlace(this.envelopeOf(value), parent, key);
  }

  #enter(fileKey: string | number, key: string | number | null): void {
    this.#fileKeys.push(fileKey);
    this.#keys.push(key);
  }

  #leave(): void {
    this.#fileKeys.pop();
    this.#keys.pop();
  }

  #note(problem: LocalProblem): void {
    this.problems.push({ ...problem, at: pointTo(this.#at, ...this.#fileKeys) } as DecodeProblem);
  }

  #put(was: SetAside["was"]): void {
    this.setAside.push({ path: this.#keys.filter((key) => key !== null), was });
  }

  #invalid(expected: string, json: Json): undefined {
    this.#note({ code: "invalid-value", expected, value: json });
    this.#put({ value: json, kept: false });
    return undefined;
  }

  /** A message as a canonical object; undefined (and a problem) where the JSON is something else. */
  message(type: string, json: Json, depth: number): Json | undefined {
    const form = formOf(type);
    if (form === "any") return isJsonObject(json) ? this.any(json, depth) : this.#invalid("an object", json);
    if ("wraps" in form) return this.single(form.wraps, json, depth);
    if ("canonical" in form) return this.#checked(form.canonical(json), json);
    if (!isJsonObject(json)) return this.#invalid("an object", json);
    if (form.description === undefined) return this.#unknownType(type, json);
    if (depth >= deepest) {
      this.#note({ code: "nested-too-deep" });
      this.#put({ value: json, kept: false });
      return undefined;
    }
    return this.#fields(form.description, json, depth);
  }

  #checked(canonical: Canonical, json: Json): Json | undefined {
    return "value" in canonical ? canonical.value : this.#invalid(canonical.expected, json);
  }

  #unknownType(type: string, json: JsonObject): JsonObject {
    this.#note({ code: "unknown-type", type });
    this.#put({ value: json, kept: true });
    return { ...json };
  }

  #fields(description: MessageDescription, json: JsonObject, depth: number): JsonObject {
    const message: Record<string, Json> = {};
    let spellings: Map<string, string> | undefined;
    const chosen = this.#chosen;
    for (const key of Object.keys(json)) {
      if (key === "@type") continue;
      const member = json[key] as Json;
      const field = description.field(key);
      if (chosen !== null && (field === undefined || !Object.hasOwn(chosen, field.name))) continue;
      if (field === undefined) {
        this.#enter(key, key);
        this.#note({ code: "unknown-field", message: description.name, field: key });
        this.#put({ value: member, kept: true });
        this.#leave();
        setMember(message, key, member);
        continue;
      }
      this.#enter(key, field.name);
      this.#chosen = chosen?.[field.name] ?? null;
      let value: Json | undefined;
      if (Object.hasOwn(message, field.name)) this.#note({ code: "duplicate-field", message: description.name, field: key });
      else if (member !== null || isNullable(field)) value = this.#field(field, member, depth);
      this.#leave();
      if (value === undefined) continue;
      message[field.name] = value;
      if (key !== field.name) {
        spellings ??= new Map();
        spellings.set(field.name, key);
      }
      this.#place(value, message, key);
    }
    this.#chosen = chosen;
    if (spellings !== undefined) recordSpellings(message, spellings);
    return message;
  }

  #field(field: FieldDescription, json: Json, depth: number): Json | undefined {
    if (field.mapKey !== null) return this.#map(field, json, depth);
    if (field.repeated) return this.#list(field, json, depth);
    const value = this.single(field, json, depth);
    return value !== undefined && !field.presence && isDefault(field, value) ? undefined : value;
  }

  #map(field: FieldDescription, json: Json, depth: number): Json | undefined {
    if (!isJsonObject(json)) return this.#invalid("an object", json);
    const map: Record<string, Json> = {};
    for (const key of Object.keys(json)) {
      this.#enter(key, key);
      const value = this.single(field, json[key] as Json, depth);
      this.#leave();
      if (value === undefined) continue;
      setMember(map, key, value);
      this.#place(value, map, key);
    }
    return Object.keys(map).length === 0 ? undefined : map;
  }

  #list(field: FieldDescription, json: Json, depth: number): Json | undefined {
    if (!Array.isArray(json)) return this.#invalid("an array", json);
    const list: Json[] = [];
    json.forEach((item: Json, index) => {
      if (this.#omitted?.has(item) === true) return;
      this.#enter(index, list.length);
      const value = this.single(field, item, depth);
      this.#leave();
      if (value === undefined) return;
      list.push(value);
      this.#place(value, list, index);
    });
    return list.length === 0 ? undefined : list;
  }

  single(kind: FieldKind, json: Json, depth: number): Json | undefined {
    switch (kind.kind) {
      case "message":
        return this.message(kind.type, json, depth + 1);
      case "enum":
        return this.#enum(kind.type, json);
      case "scalar":
        return isCanonicalScalar(kind.scalar, json) ? json : this.#checked(canonicalScalar(kind.scalar, json), json);
    }
  }

  #enum(type: string, json: Json): Json | undefined {
    const description = describeEnum(type);
    const name = typeof json === "number" ? (description?.nameOf(json) ?? String(json)) : json;
    if (typeof name !== "string") return this.#invalid(`a value of ${type}`, json);
    if (description === undefined || !description.has(name)) {
      this.#note({ code: "unknown-enum-value", enumeration: type, value: name });
      this.#put({ value: json, kept: true });
    }
    return name;
  }

  /** An Any with its message inline. A TypedStruct of a type known here is read as a message of that type. */
  any(json: JsonObject, depth: number): JsonObject | undefined {
    const url = json["@type"];
    if (typeof url !== "string") return Object.keys(json).length === 0 ? {} : this.#invalid('an object with an "@type"', json);
    const written = messageNameIn(url);
    if (typedStructs.includes(written) && !this.#keepsTypedStructs) return this.#typedStruct(json, depth);
    return this.#packed(url, json, depth);
  }

  #packed(url: string, json: JsonObject, depth: number): JsonObject | undefined {
    const written = messageNameIn(url);
    const name = describeMessage(written) === undefined ? (successorOf(written) ?? written) : written;
    if (describeMessage(name) === undefined && !hasOwnForm(name)) {
      this.#note({ code: "unknown-type", type: written });
      this.#put({ value: json, kept: true });
      return { ...json };
    }
    if (name !== written) this.#note({ code: "older-type", type: written, readAs: name });
    if (url !== typeUrlOf(name)) this.#put({ typeUrl: url });
    if (hasOwnForm(name)) {
      this.#enter("value", "value");
      const value = this.message(name, json.value ?? null, depth + 1);
      this.#leave();
      return value === undefined ? { "@type": typeUrlOf(name) } : { "@type": typeUrlOf(name), value };
    }
    if (depth >= deepest) {
      this.#note({ code: "nested-too-deep" });
      this.#put({ value: json, kept: true });
      return { ...json };
    }
    const message = this.#fields(describeMessage(name) as MessageDescription, json, depth + 1) as Record<string, Json>;
    message["@type"] = typeUrlOf(name);
    return message;
  }

  #typedStruct(json: JsonObject, depth: number): JsonObject | undefined {
    const innerUrl = json.type_url ?? json.typeUrl;
    const inner = json.value ?? {};
    const known =
      typeof innerUrl === "string" &&
      isJsonObject(inner) &&
      describeMessage(successorOf(messageNameIn(innerUrl)) ?? messageNameIn(innerUrl));
    if (!known || typeof innerUrl !== "string" || !isJsonObject(inner)) {
      if (typeof innerUrl === "string") this.#note({ code: "unknown-type", type: messageNameIn(innerUrl) });
      return this.#packed(String(json["@type"]), json, depth);
    }
    const { value: _, ...wrapper } = json;
    this.#put({ typedStruct: wrapper });
    this.#enter("value", null);
    const message = this.#packed(innerUrl, inner, depth + 1);
    this.#leave();
    if (message !== undefined) {
      const envelope: object = {};
      recordPlace(message, envelope, "value");
      this.#envelopes ??= new Map();
      this.#envelopes.set(message, envelope);
    }
    return message;
  }
}

const isNullable = (field: FieldDescription): boolean => field.kind === "message" && field.type === "google.protobuf.Value";
