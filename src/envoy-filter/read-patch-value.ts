import { type DecodeProblem, describeProblem } from "../model/problem.js";
import { placeOf } from "../model/proto-json.js";
import { describeEnum, describeMessage, type FieldDescription, topLevelNames } from "../proto/describe-type.js";
import { readMessage } from "../proto/read-message.js";
import { messagesIn } from "../proto/walk-messages.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";
import { jsonExcerpt } from "../util/json-excerpt.js";
import { pointTo } from "../util/json-pointer.js";
import { nearestNames } from "../util/text.js";
import type { ApplyTo } from "./envoy-filter.js";
import { fromGoDuration } from "./go-duration.js";
import { patchedTypes } from "./patched-types.js";

/** What is wrong with a patch's value. `at`: JSON pointer within the value, as it is written. */
export interface PatchValueProblem {
  /**
   * - `refused`: the value is no such message, so that istiod refuses the whole EnvoyFilter;
   * - `dropped`: istiod passes over what stands there.
   */
  readonly code: "refused" | "dropped";
  readonly at: string;
  readonly message: string;
}

/** A patch's value as the message that it is. */
export interface PatchValue {
  /** Canonical ProtoJSON, without what istiod drops. */
  readonly value: JsonObject;
  readonly problems: readonly PatchValueProblem[];
}

/**
 * Reads a patch's value as istiod does (BuildXDSObjectFromStruct, which reads with Go's older jsonpb): unknown fields are passed over,
 * names of enum values and types that are not known refused, durations are Go's.
 */
export function readPatchValue(applyTo: ApplyTo, written: JsonObject): PatchValue {
  const type = patchedTypes[applyTo];
  const first = readMessage(type, written, "", { typedStructs: "kept" });
  const problems: PatchValueProblem[] = [];
  const edits = new Map<string, Json | undefined>();
  for (const problem of first.problems) {
    const duration = durationIn(problem);
    if (duration !== undefined) edits.set(problem.at, duration);
    else problems.push(...[verdictOn(problem)].filter((verdict) => verdict !== undefined));
  }
  problems.push(...oddities(type, first.value));
  for (const { code, at } of problems) if (code === "dropped") edits.set(at, undefined);
  const isRefused = problems.some(({ code }) => code === "refused");
  const isFinal = isRefused || edits.size === 0;
  return { value: isFinal ? first.value : readMessage(type, edited(written, edits), "", { typedStructs: "kept" }).value, problems };
}

/** The duration that istiod reads where ProtoJSON has none, in ProtoJSON's form. */
function durationIn(problem: DecodeProblem): string | undefined {
  if (problem.code !== "invalid-value" || !problem.expected.startsWith("a duration")) return undefined;
  return typeof problem.value === "string" ? fromGoDuration(problem.value) : undefined;
}

function verdictOn(problem: DecodeProblem): PatchValueProblem | undefined {
  const { at } = problem;
  switch (problem.code) {
    case "unknown-field": {
      const known = (describeMessage(problem.message)?.fields ?? []).map(({ name }) => name);
      const meant = didYouMean(problem.field, known);
      return { code: "dropped", at, message: `${lastName(problem.message)} has no field ${problem.field}${meant}` };
    }
    case "duplicate-field":
      return { code: "dropped", at: otherSpelling(problem), message: `field ${problem.field} stands there in two spellings` };
    case "unknown-enum-value": {
      // A number is taken, whatever it is.
      if (/^-?\d+$/.test(problem.value)) return undefined;
      const meant = didYouMean(problem.value, describeEnum(problem.enumeration)?.values ?? []);
      return { code: "refused", at, message: `${lastName(problem.enumeration)} has no value ${problem.value}${meant}` };
    }
    case "unknown-type":
      return {
        code: "refused",
        at: pointTo(at, "@type"),
        message: `no type ${problem.type} is known${didYouMean(problem.type, topLevelNames())}`,
      };
    case "older-type":
      return {
        code: "refused",
        at: pointTo(at, "@type"),
        message: `${problem.type} is of Envoy's older API; today it is ${problem.readAs}`,
      };
    case "invalid-value":
      return { code: "refused", at, message: `${jsonExcerpt(problem.value, 60)} is not ${problem.expected}` };
    default:
      return { code: "refused", at, message: describeProblem(problem) };
  }
}

const lastName = (full: string): string => full.slice(full.lastIndexOf(".") + 1);

function didYouMean(written: string, known: readonly string[]): string {
  const [meant] = nearestNames(written, known, 1);
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

/** Of two spellings of a field the lowerCamelCase one counts. */
function otherSpelling({ at, message, field }: DecodeProblem & { readonly code: "duplicate-field" }): string {
  const name = describeMessage(message)?.field(field)?.name ?? field;
  return pointTo(at.slice(0, at.lastIndexOf("/")), name);
}

/** What can be read as a message, and is not what istiod makes of it. */
function* oddities(type: string, value: JsonObject): Generator<PatchValueProblem> {
  for (const { type: inner, message } of messagesIn(value, type)) {
    if (inner === "") yield { code: "refused", at: placeOf(message), message: 'expected an object with an "@type"' };
    yield* rivals(inner, message);
  }
}

/** Two members of one oneof, of which that is taken which the message declares later. */
function* rivals(type: string, message: JsonObject): Generator<PatchValueProblem> {
  const taken = new Map<string, FieldDescription>();
  for (const field of describeMessage(type)?.fields ?? []) {
    if (field.oneof === null || !Object.hasOwn(message, field.name)) continue;
    const passedOver = taken.get(field.oneof);
    taken.set(field.oneof, field);
    if (passedOver === undefined) continue;
    const words = `${type} takes one of ${passedOver.name} and ${field.name}; ${field.name} counts`;
    yield { code: "dropped", at: placeOf(message, passedOver.name), message: words };
  }
}

/** A copy with other values at the pointers, or none. The reader has been through it, so it is nowhere too deep. */
function edited(written: JsonObject, edits: ReadonlyMap<string, Json | undefined>): JsonObject {
  const copy = (value: Json, at: string): readonly Json[] => {
    if (edits.has(at)) {
      const instead = edits.get(at);
      return instead === undefined ? [] : [instead];
    }
    if (Array.isArray(value)) return [value.flatMap((item: Json, index) => copy(item, pointTo(at, index)))];
    if (!isJsonObject(value)) return [value];
    return [Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => copy(inner, pointTo(at, key)).map((kept) => [key, kept])))];
  };
  const [kept = {}] = copy(written, "");
  return isJsonObject(kept) ? kept : {};
}
