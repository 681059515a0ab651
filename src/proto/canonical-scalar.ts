import type { Json } from "../util/json.js";
import { describeEnum, type FieldKind, type ScalarType } from "./describe-type.js";

/** A canonical value, or what was expected in its place. */
export type Canonical = { readonly value: Json } | { readonly expected: string };

const ranges: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};
const integerKinds: Readonly<Record<string, keyof typeof ranges>> = {
  int32: "int32",
  sint32: "int32",
  sfixed32: "int32",
  uint32: "uint32",
  fixed32: "uint32",
  int64: "int64",
  sint64: "int64",
  sfixed64: "int64",
  uint64: "uint64",
  fixed64: "uint64",
};

/** Is the value canonical as it stands? Nearly all are; what this does not see, `canonicalScalar` reads. */
export function isCanonicalScalar(scalar: ScalarType, json: Json): boolean {
  switch (scalar) {
    case "string":
      return typeof json === "string";
    case "bool":
      return typeof json === "boolean";
    case "int32":
      return typeof json === "number" && (json | 0) === json;
    case "uint32":
      return typeof json === "number" && json >>> 0 === json;
    default:
      return false;
  }
}

/** Reads a ProtoJSON scalar in any of its spellings: numbers as text, base64 of both alphabets. */
export function canonicalScalar(scalar: ScalarType, json: Json): Canonical {
  switch (scalar) {
    case "bool":
      return typeof json === "boolean" ? { value: json } : { expected: "a boolean" };
    case "string":
      return typeof json === "string" ? { value: json } : { expected: "a string" };
    case "bytes":
      return canonicalBytes(json);
    case "double":
    case "float":
      return canonicalFloat(json);
    default:
      return canonicalInteger(integerKinds[scalar] ?? "int64", json);
  }
}

function canonicalInteger(kind: string, json: Json): Canonical {
  const expected = `${kind === "int32" || kind === "int64" ? "an" : "a"} ${kind}`;
  const number = integerOf(json);
  const range = ranges[kind];
  if (number === undefined || range === undefined || number < range[0] || number > range[1]) return { expected };
  return { value: kind.endsWith("64") ? number.toString() : Number(number) };
}

function integerOf(json: Json): bigint | undefined {
  if (typeof json === "number") return Number.isInteger(json) ? BigInt(json) : undefined;
  if (typeof json !== "string" || json.length > 40) return undefined;
  if (/^[+-]?\d+$/.test(json)) return BigInt(json.replace(/^\+/, ""));
  const number = /^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(json) ? Number(json) : Number.NaN;
  return Number.isInteger(number) ? BigInt(number) : undefined;
}

const floatWords: readonly string[] = ["NaN", "Infinity", "-Infinity"];

function canonicalFloat(json: Json): Canonical {
  if (typeof json === "number") return { value: json };
  if (typeof json === "string") {
    if (floatWords.includes(json)) return { value: json };
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(json)) return { value: Number(json) };
  }
  return { expected: "a number" };
}

function canonicalBytes(json: Json): Canonical {
  if (typeof json !== "string" || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(json)) return { expected: "base64 text" };
  const text = json.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  return text.length % 4 === 1 ? { expected: "base64 text" } : { value: text.padEnd(Math.ceil(text.length / 4) * 4, "=") };
}

/** The implicit default of a scalar or enum: a field that has it says the same as a field that is absent. */
export function isDefault(kind: FieldKind, value: Json): boolean {
  if (kind.kind === "message") return false;
  if (kind.kind === "enum") return value === describeEnum(kind.type)?.zero;
  return value === "" || value === 0 || value === false || (value === "0" && kind.scalar.endsWith("64"));
}

/** A Duration without trailing zeros: `0.250s` and `0.25s` are one. */
export function canonicalDuration(json: Json): Canonical {
  const parts = typeof json === "string" ? /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(json) : null;
  if (parts === null) return { expected: 'a duration such as "1.5s"' };
  const fraction = parts[3]?.replace(/0+$/, "") ?? "";
  const seconds = (parts[2] ?? "").replace(/^0+(?=\d)/, "");
  return { value: `${parts[1]}${seconds}${fraction === "" ? "" : `.${fraction}`}s` };
}

/** A Timestamp without trailing zeros. */
export function canonicalTimestamp(json: Json): Canonical {
  const parts = typeof json === "string" ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(json) : null;
  if (parts === null) return { expected: "an RFC 3339 timestamp" };
  const fraction = parts[2]?.replace(/0+$/, "") ?? "";
  return { value: `${parts[1]}${fraction === "" ? "" : `.${fraction}`}${parts[3]}` };
}
