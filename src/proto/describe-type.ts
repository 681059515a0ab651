import type { Json } from "../util/json.js";
import { descriptorText, hasDescriptor, nextNameOf } from "./descriptor-texts.js";

export { topLevelNames } from "./descriptor-texts.js";

/** What a field holds: a scalar, an enum or a message; of a map, what its values are. */
export type FieldKind =
  | { readonly kind: "scalar"; readonly scalar: ScalarType }
  | { readonly kind: "enum"; readonly type: string }
  | { readonly kind: "message"; readonly type: string };

export type ScalarType =
  | ("double" | "float" | "bool" | "string" | "bytes")
  | ("int32" | "uint32" | "sint32" | "fixed32" | "sfixed32")
  | ("int64" | "uint64" | "sint64" | "fixed64" | "sfixed64");

export type FieldDescription = FieldKind & {
  readonly name: string;
  /** The lowerCamelCase spelling of ProtoJSON. */
  readonly jsonName: string;
  readonly repeated: boolean;
  readonly mapKey: ScalarType | null;
  /** Is an explicit default different from an absent field? */
  readonly presence: boolean;
  /** The oneof that the field is part of. */
  readonly oneof: string | null;
  /** Marked sensitive by Envoy's definitions: its value is a secret. */
  readonly sensitive: boolean;
  readonly deprecated: boolean;
  /** What Envoy's definitions say its value must be; null where they say nothing. */
  readonly rules: ValueRules | null;
};

/** Rules of protoc-gen-validate for one value; of a list or a map, for its size and what is in it. Durations are in seconds. */
export interface ValueRules {
  readonly required?: boolean;
  readonly const?: Json;
  readonly in?: Json | readonly Json[];
  readonly not_in?: Json | readonly Json[];
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
  readonly min_len?: number;
  readonly max_len?: number;
  readonly min_bytes?: number;
  readonly max_bytes?: number;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly pattern?: string;
  readonly well_known_regex?: string;
  readonly strict?: boolean;
  /** An empty value passes, whatever else is asked. */
  readonly ignore_empty?: boolean;
  readonly defined_only?: boolean;
  readonly min_items?: number;
  readonly max_items?: number;
  readonly unique?: boolean;
  readonly min_pairs?: number;
  readonly items?: ValueRules;
  readonly keys?: ValueRules;
  readonly values?: ValueRules;
}

export interface MessageDescription {
  readonly name: string;
  readonly fields: readonly FieldDescription[];
  /** Oneofs of which one member must be set. */
  readonly requiredOneofs: readonly string[];
  /** A field by its proto name or its JSON name. */
  field(key: string): FieldDescription | undefined;
}

export interface EnumDescription {
  readonly name: string;
  readonly zero: string;
  readonly values: readonly string[];
  has(value: string): boolean;
  nameOf(number: number): string | undefined;
}

/** The JSON that the build writes for a type; see src/build/generate.mjs. */
export interface DescriptorJson {
  readonly edition?: string;
  readonly fields?: Readonly<Record<string, FieldJson>>;
  readonly oneofs?: Readonly<Record<string, { readonly oneof: readonly string[]; readonly required?: true }>>;
  readonly values?: Readonly<Record<string, number>>;
  readonly nested?: Readonly<Record<string, DescriptorJson>>;
}

interface FieldJson {
  readonly type: string;
  readonly enum?: true;
  readonly id: number;
  readonly rule?: string;
  readonly keyType?: string;
  readonly options?: Readonly<Record<string, Json>>;
  readonly rules?: ValueRules;
}

const parsed = new Map<string, DescriptorJson>();
const messages = new Map<string, MessageDescription | null>();
const enums = new Map<string, EnumDescription | null>();

/** The descriptor of a top-level type; parsed when it is first asked for. */
export function descriptorOf(topLevelName: string): DescriptorJson | undefined {
  const known = parsed.get(topLevelName);
  if (known !== undefined) return known;
  const text = descriptorText(topLevelName);
  if (text === undefined) return undefined;
  const descriptor = JSON.parse(text) as DescriptorJson;
  parsed.set(topLevelName, descriptor);
  return descriptor;
}

/** The top-level type that a full name stands in, itself included: `a.v3.B.C` stands in `a.v3.B`. */
export function topLevelOf(fullName: string): string | undefined {
  for (let end = fullName.length; end > 0; end = fullName.lastIndexOf(".", end - 1)) {
    const candidate = fullName.slice(0, end);
    if (hasDescriptor(candidate)) return candidate;
  }
  return undefined;
}

function lookup(fullName: string): DescriptorJson | undefined {
  const top = topLevelOf(fullName);
  if (top === undefined) return undefined;
  let found = descriptorOf(top);
  if (fullName === top) return found;
  for (const part of fullName.slice(top.length + 1).split(".")) {
    found = found?.nested !== undefined && Object.hasOwn(found.nested, part) ? found.nested[part] : undefined;
  }
  return found;
}

/** The description of a message type by its full name; undefined for a type that this build does not know. */
export function describeMessage(fullName: string): MessageDescription | undefined {
  let description = messages.get(fullName);
  if (description === undefined) {
    const json = lookup(fullName);
    description = json?.fields === undefined ? null : messageFrom(fullName, json);
    messages.set(fullName, description);
  }
  return description ?? undefined;
}

/** The description of an enum type by its full name. */
export function describeEnum(fullName: string): EnumDescription | undefined {
  let description = enums.get(fullName);
  if (description === undefined) {
    const values = lookup(fullName)?.values;
    description = values === undefined ? null : enumFrom(fullName, values);
    enums.set(fullName, description);
  }
  return description ?? undefined;
}

/** The v3 name of a message type of Envoy's older APIs; undefined for any other. */
export function successorOf(fullName: string): string | undefined {
  let name = fullName;
  for (let step = 0; step < 4; step++) name = nextNameOf(name) ?? name;
  return name === fullName ? undefined : name;
}

function messageFrom(name: string, json: DescriptorJson): MessageDescription {
  const oneofs = new Map<string, string>();
  for (const [oneof, { oneof: members }] of Object.entries(json.oneofs ?? {})) for (const member of members) oneofs.set(member, oneof);
  const fields = Object.entries(json.fields ?? {}).map(([field, fieldJson]) => fieldFrom(field, fieldJson, oneofs.get(field) ?? null));
  const byKey = new Map<string, FieldDescription>();
  for (const field of fields) byKey.set(field.jsonName, field);
  for (const field of fields) byKey.set(field.name, field);
  const requiredOneofs = Object.entries(json.oneofs ?? {}).flatMap(([oneof, { required }]) => (required === true ? [oneof] : []));
  return { name, fields, requiredOneofs, field: (key) => byKey.get(key) };
}

function fieldFrom(name: string, json: FieldJson, oneof: string | null): FieldDescription {
  const kind = kindOf(json);
  const mapKey = (json.keyType as ScalarType | undefined) ?? null;
  const repeated = json.rule === "repeated";
  return {
    ...kind,
    name,
    jsonName: jsonNameOf(name),
    repeated,
    mapKey,
    presence: !repeated && mapKey === null && (kind.kind === "message" || oneof !== null || json.options?.proto3_optional === true),
    oneof,
    sensitive: json.options?.sensitive === true,
    deprecated: json.options?.deprecated === true,
    rules: json.rules ?? null,
  };
}

function kindOf({ type, enum: isEnum }: FieldJson): FieldKind {
  if (!type.startsWith(".")) return { kind: "scalar", scalar: type as ScalarType };
  return isEnum === true ? { kind: "enum", type: type.slice(1) } : { kind: "message", type: type.slice(1) };
}

function enumFrom(name: string, values: Readonly<Record<string, number>>): EnumDescription {
  const byNumber = new Map<number, string>();
  for (const [value, number] of Object.entries(values)) if (!byNumber.has(number)) byNumber.set(number, value);
  return {
    name,
    zero: byNumber.get(0) ?? "",
    values: Object.keys(values),
    has: (value) => Object.hasOwn(values, value),
    nameOf: (number) => byNumber.get(number),
  };
}

/** protoc's rule: an underscore goes and the letter behind it becomes a capital. */
export const jsonNameOf = (name: string): string => name.replace(/_+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? "");
