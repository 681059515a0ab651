import { describeProblem } from "../model/problem.js";
import { placeOf } from "../model/proto-json.js";
import { describeMessage, type FieldDescription } from "../proto/describe-type.js";
import { readMessage } from "../proto/read-message.js";
import { messagesIn } from "../proto/walk-messages.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";
import type { ApplyTo } from "./envoy-filter.js";
import { patchedTypes } from "./patched-types.js";

/** What is wrong with a patch's value. `at`: JSON pointer within the value, as it is written. */
export type PatchValueProblem =
  /** The value is no such message: istiod refuses the whole EnvoyFilter. */
  | { readonly code: "refused"; readonly at: string; readonly message: string }
  /** A field or an enum value that the message does not have: istiod passes over it. */
  | { readonly code: "dropped"; readonly at: string; readonly message: string };

/** A patch's value as the message that it is. */
export interface PatchValue {
  /** Canonical ProtoJSON, without what istiod drops. */
  readonly value: JsonObject;
  readonly problems: readonly PatchValueProblem[];
}

/** Reads a patch's value as istiod does (BuildXDSObjectFromStruct: protojson, unknown fields discarded). */
export function readPatchValue(applyTo: ApplyTo, written: JsonObject): PatchValue {
  const type = patchedTypes[applyTo];
  const first = readMessage(type, written, "", { typedStructs: "kept" });
  const problems: PatchValueProblem[] = [];
  const dropped: string[] = [];
  for (const problem of first.problems) {
    const { at } = problem;
    if (problem.code === "unknown-field") {
      problems.push({ code: "dropped", at, message: `${problem.message} has no field ${problem.field}` });
      dropped.push(at);
    } else if (problem.code === "unknown-enum-value") {
      // A number is what Envoy may know and nobody else; a name that is unknown is discarded as an unknown field is.
      if (/^-?\d+$/.test(problem.value)) continue;
      problems.push({ code: "dropped", at, message: `${problem.enumeration} has no value ${problem.value}` });
      dropped.push(at);
    } else problems.push({ code: "refused", at, message: refusalOf(problem) });
  }
  problems.push(...rivalsIn(type, first.value));
  const isRefused = problems.some(({ code }) => code === "refused");
  const { value } = dropped.length === 0 || isRefused ? first : readMessage(type, without(written, dropped), "", { typedStructs: "kept" });
  return { value, problems };
}

function refusalOf(problem: Parameters<typeof describeProblem>[0]): string {
  switch (problem.code) {
    case "unknown-type":
      return `no type ${problem.type} is known`;
    case "older-type":
      return `${problem.type} is a type of Envoy's older API, which istiod does not know; its successor is ${problem.readAs}`;
    case "invalid-value":
      return `expected ${problem.expected}`;
    case "duplicate-field":
      return `field ${problem.field} stands there in two spellings`;
    default:
      return describeProblem(problem);
  }
}

/** Two members of one oneof, which no message can have. */
function* rivalsIn(type: string, value: JsonObject): Generator<PatchValueProblem> {
  for (const { type: inner, message } of messagesIn(value, type)) {
    const set = new Map<string, FieldDescription>();
    for (const key of Object.keys(message)) {
      const field = describeMessage(inner)?.field(key);
      if (field === undefined || field.oneof === null) continue;
      const rival = set.get(field.oneof);
      const both = `${inner} has both ${rival?.name} and ${key}, of which only one can be set`;
      if (rival !== undefined) yield { code: "refused", at: placeOf(message, key), message: both };
      set.set(field.oneof, field);
    }
  }
}

/** A copy without what stands at the pointers. The reader has been through it, so it is nowhere too deep. */
function without(written: JsonObject, pointers: readonly string[]): JsonObject {
  const gone = new Set(pointers);
  const copy = (value: Json, at: string): Json => {
    if (Array.isArray(value)) {
      return value.flatMap((item: Json, index) => (gone.has(pointTo(at, index)) ? [] : [copy(item, pointTo(at, index))]));
    }
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !gone.has(pointTo(at, key)))
        .map(([key, inner]) => [key, copy(inner, pointTo(at, key))]),
    );
  };
  const kept = copy(written, "");
  return isJsonObject(kept) ? kept : {};
}

