import { compileSafeRegex } from "../match/safe-regex.js";
import { packedType } from "../model/proto-json.js";
import { describeEnum, describeMessage, type FieldDescription, type FieldKind, type ValueRules } from "../proto/describe-type.js";
import { wrappedBy } from "../proto/wrapped-by.js";
import { isDeepEqual } from "../util/deep-equal.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";
import { countOf } from "../util/text.js";

/** A rule of Envoy's definitions that a message breaks, so that Envoy refuses it. */
export interface BrokenRule {
  /** JSON pointer within the message. */
  readonly at: string;
  readonly message: string;
}

/**
 * The rules that a message breaks where it is not what it was. Only what has changed is looked at: in the rest Envoy has taken what there is.
 *
 * @param before the message as it was, of which the unchanged parts are the same objects; undefined for a new one
 */
export function* brokenRules(type: string, after: JsonObject, before: JsonObject | undefined, at = ""): Generator<BrokenRule> {
  if (after === before) return;
  if (type === "google.protobuf.Any") {
    const packed = packedType(after);
    const was = before !== undefined && packedType(before) === packed ? before : undefined;
    if (describeMessage(packed) !== undefined) yield* brokenRules(packed, after, was, at);
    return;
  }
  const description = describeMessage(type);
  if (description === undefined || type.startsWith("google.protobuf.")) return;
  for (const oneof of description.requiredOneofs) {
    const members = description.fields.filter((field) => field.oneof === oneof).map(({ name }) => name);
    if (members.some((name) => Object.hasOwn(after, name))) continue;
    if (before !== undefined && !members.some((name) => Object.hasOwn(before, name))) continue;
    yield { at, message: `${shortName(type)} needs one of ${members.join(", ")}` };
  }
  for (const field of description.fields) {
    const [value, was] = [own(after, field.name), before === undefined ? undefined : own(before, field.name)];
    if (value === was && before !== undefined) continue;
    yield* inField(field, value, was, pointTo(at, field.name));
  }
}

const own = (message: JsonObject, key: string): Json | undefined => (Object.hasOwn(message, key) ? message[key] : undefined);
const shortName = (type: string): string => type.slice(type.lastIndexOf(".") + 1);

function* inField(field: FieldDescription, value: Json | undefined, was: Json | undefined, at: string): Generator<BrokenRule> {
  const { name, rules } = field;
  if (field.repeated || field.mapKey !== null) {
    yield* inCollection(field, value, was, at);
    return;
  }
  if (rules !== null) {
    const broken = brokenBy(rules, field, value);
    if (broken !== undefined) yield { at, message: `${name} ${broken}` };
  }
  if (field.kind === "message" && isJsonObject(value)) yield* brokenRules(field.type, value, isJsonObject(was) ? was : undefined, at);
}

function* inCollection(field: FieldDescription, value: Json | undefined, was: Json | undefined, at: string): Generator<BrokenRule> {
  const { name, rules } = field;
  const items = Array.isArray(value) ? [...value.entries()] : isJsonObject(value) ? Object.entries(value) : [];
  const size = sizeBroken(rules ?? {}, items.length);
  if (size !== undefined) yield { at, message: `${name} ${size}` };
  if (rules?.unique === true && items.some(([, item], index) => items.slice(0, index).some(([, other]) => isDeepEqual(item, other)))) {
    yield { at, message: `${name} must not hold the same twice` };
  }
  for (const [key, item] of items) {
    const old = Array.isArray(was) ? was[Number(key)] : isJsonObject(was) ? own(was, String(key)) : undefined;
    if (old === item) continue;
    const inner = { ...field, repeated: false, mapKey: null, presence: true, rules: rules?.items ?? rules?.values ?? null };
    yield* inField(inner, item, old, pointTo(at, key));
    if (rules?.keys === undefined) continue;
    const broken = brokenBy(rules.keys, { kind: "scalar", scalar: "string", presence: true, oneof: null }, String(key));
    if (broken !== undefined) yield { at: pointTo(at, key), message: `a key of ${name} ${broken}` };
  }
}

function sizeBroken({ min_items, max_items, min_pairs }: ValueRules, size: number): string | undefined {
  const least = min_items ?? min_pairs ?? 0;
  if (size < least) return `needs ${countOf(least, "entry", "entries")}${size === 0 ? "" : ` and has ${size}`}`;
  return max_items !== undefined && size > max_items ? `takes ${countOf(max_items, "entry", "entries")} and has ${size}` : undefined;
}

type Valued = FieldKind & Pick<FieldDescription, "presence" | "oneof">;

/** What a single value lacks; a field without presence that is not set has its default. */
function brokenBy(rules: ValueRules, field: Valued, value: Json | undefined): string | undefined {
  if (value === undefined) {
    if (field.oneof !== null) return undefined;
    if (rules.required === true) return "must be set";
    if (field.presence) return undefined;
  }
  const actual = value ?? defaultOf(field);
  if (rules.ignore_empty === true && (actual === "" || actual === 0)) return undefined;
  return textBroken(rules, actual) ?? numberBroken(rules, field, actual) ?? chosenBroken(rules, field, actual);
}

function defaultOf(field: Valued): Json {
  if (field.kind === "enum") return describeEnum(field.type)?.zero ?? 0;
  if (field.kind === "message") return null;
  return field.scalar === "string" || field.scalar === "bytes" ? "" : field.scalar === "bool" ? false : 0;
}

const encoder = new TextEncoder();

function textBroken(rules: ValueRules, value: Json): string | undefined {
  if (typeof value !== "string") return undefined;
  const { min_len, max_len, min_bytes, max_bytes, prefix, suffix, pattern } = rules;
  const characters = min_len === undefined && max_len === undefined ? 0 : [...value].length;
  if (min_len !== undefined && characters < min_len) return min_len === 1 ? "must not be empty" : `needs ${min_len} characters`;
  if (max_len !== undefined && characters > max_len) return `takes ${max_len} characters`;
  if (min_bytes !== undefined && encoder.encode(value).length < min_bytes)
    return min_bytes === 1 ? "must not be empty" : `needs ${min_bytes} bytes`;
  if (max_bytes !== undefined && encoder.encode(value).length > max_bytes) return `takes ${max_bytes} bytes`;
  if (prefix !== undefined && !value.startsWith(prefix)) return `must begin with ${prefix}`;
  if (suffix !== undefined && !value.endsWith(suffix)) return `must end with ${suffix}`;
  if (pattern !== undefined) {
    const regex = compileSafeRegex(pattern, "utf-8");
    if ("isFoundIn" in regex && !regex.isFoundIn(value)) return `must match ${pattern}`;
  }
  return headerBroken(rules, value);
}

/** Names and values of headers; where the rule is not strict, only what would break a header off is refused. */
function headerBroken({ well_known_regex: kind, strict }: ValueRules, value: string): string | undefined {
  if (kind === undefined) return undefined;
  if (strict === false) return ["\0", "\r", "\n"].some((breaking) => value.includes(breaking)) ? "must hold no line break" : undefined;
  if (kind === "HTTP_HEADER_NAME") return /^:?[0-9a-zA-Z!#$%&'*+\-.^_|~`]+$/.test(value) ? undefined : "must be a header's name";
  return /\p{Cc}/u.test(value.replaceAll("\t", "")) ? "must hold no control characters" : undefined;
}

function numberBroken(rules: ValueRules, field: Valued, value: Json): string | undefined {
  const number = numberOf(field, value);
  if (number === undefined) return undefined;
  const { gt, gte, lt, lte } = rules;
  const unit = field.kind === "message" && field.type === "google.protobuf.Duration" ? "s" : "";
  if (gt !== undefined && number <= gt) return `must be more than ${gt}${unit}`;
  if (gte !== undefined && number < gte) return `must be at least ${gte}${unit}`;
  if (lt !== undefined && number >= lt) return `must be less than ${lt}${unit}`;
  return lte !== undefined && number > lte ? `must be at most ${lte}${unit}` : undefined;
}

/** Numbers, those of 64 bits (which are text), and durations in seconds. */
function numberOf(field: Valued, value: Json): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return undefined;
  if (field.kind === "message" && field.type === "google.protobuf.Duration") return Number(value.slice(0, -1));
  const wrapped = field.kind === "message" ? wrappedBy(field.type) : field;
  const scalar = wrapped !== undefined && wrapped.kind === "scalar" ? wrapped.scalar : "";
  return scalar.endsWith("64") ? Number(value) : undefined;
}

const listOf = (values: Json | readonly Json[]): readonly Json[] => (Array.isArray(values) ? values : [values]);

function chosenBroken(rules: ValueRules, field: Valued, value: Json): string | undefined {
  if (rules.const !== undefined && value !== rules.const) return `must be ${JSON.stringify(rules.const)}`;
  const enumeration = field.kind === "enum" ? describeEnum(field.type) : undefined;
  const isIn = (values: Json | readonly Json[]): boolean =>
    listOf(values).some((each) => each === value || (typeof each === "number" && enumeration?.nameOf(each) === value));
  if (rules.in !== undefined && !isIn(rules.in)) return `must be one of ${listOf(rules.in).map(String).join(", ")}`;
  if (rules.not_in !== undefined && isIn(rules.not_in)) return `must not be ${String(value)}`;
  return rules.defined_only === true && enumeration !== undefined && !enumeration.has(String(value))
    ? `has no value ${String(value)}`
    : undefined;
}
