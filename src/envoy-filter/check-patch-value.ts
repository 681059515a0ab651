import type { DecodeProblem } from "../model/problem.js";
import { placeOf } from "../model/proto-json.js";
import { describeEnum, describeMessage, topLevelNames } from "../proto/describe-type.js";
import { readMessage } from "../proto/read-message.js";
import { messagesIn } from "../proto/walk-messages.js";
import { type WrittenProblem, writtenPath } from "../read/schema-problem.js";
import type { JsonObject } from "../util/json.js";
import { jsonExcerpt } from "../util/json-excerpt.js";
import { nearestNames } from "../util/text.js";
import type { ApplyTo } from "./envoy-filter.js";
import { patchedTypes } from "./patched-types.js";

/** What is wrong with the value of a patch; the paths begin at the value. */
export interface CheckedValue {
  /** istiod refuses the EnvoyFilter for any of these. */
  readonly errors: readonly WrittenProblem[];
  /** istiod takes the value without what these speak of. */
  readonly warnings: readonly WrittenProblem[];
}

/**
 * Holds the value of a patch against the protobuf message that its applyTo means. A wrong type, an Any of a type that is not known and
 * two members of one oneof make istiod's validation refuse the object (ValidateEnvoyFilter); a field that is not known is a warning
 * there, and is dropped. A wrong name of an enum value istiod drops too, with nothing but a warning: it is an error here, as nobody
 * means it.
 */
export function checkPatchValue(applyTo: ApplyTo, value: JsonObject): CheckedValue {
  const type = patchedTypes[applyTo];
  const { value: read, problems } = readMessage(type, value, "", { typedStructs: "kept" });
  const errors: WrittenProblem[] = [];
  const warnings: WrittenProblem[] = [];
  for (const problem of problems) {
    // A number of an enum is taken whatever it is.
    if (problem.code === "unknown-enum-value" && /^-?\d+$/.test(problem.value)) continue;
    const list = problem.code === "unknown-field" ? warnings : errors;
    const isOfType = problem.code === "unknown-type" || problem.code === "older-type";
    const path = [...writtenPath(problem.at), ...(isOfType ? ["@type"] : [])];
    list.push({ path, message: describeValueProblem(problem) });
  }
  errors.push(...exclusiveMembers(type, read));
  return { errors, warnings };
}

function describeValueProblem(problem: DecodeProblem): string {
  switch (problem.code) {
    case "unknown-type":
      return `unknown type ${problem.type}${didYouMean(problem.type, topLevelNames())}; istiod refuses an EnvoyFilter with it`;
    case "unknown-field": {
      const fields = describeMessage(problem.message)?.fields ?? [];
      const known = didYouMean(
        problem.field,
        fields.map(({ name }) => name),
      );
      return `${shortName(problem.message)} has no field ${problem.field}${known}; istiod drops it`;
    }
    case "unknown-enum-value": {
      const values = describeEnum(problem.enumeration)?.values ?? [];
      return `${jsonExcerpt(problem.value, 60)} is no value of ${shortName(problem.enumeration)}${didYouMean(problem.value, values)}`;
    }
    case "invalid-value":
      return `${jsonExcerpt(problem.value, 60)} is not ${problem.expected}`;
    case "duplicate-field":
      return `field ${problem.field} stands there in two spellings`;
    case "older-type":
      return `${problem.type} is of an older API, and istiod refuses an EnvoyFilter with it; write ${problem.readAs}`;
    case "nested-too-deep":
      return "nested too deep to be decoded";
  }
}

/** Where more than one member of a oneof is set; protobuf's parser refuses that. */
function* exclusiveMembers(type: string, value: JsonObject): Generator<WrittenProblem> {
  for (const { type: inner, message } of messagesIn(value, type)) {
    const set = new Map<string, string>();
    for (const { name, oneof } of describeMessage(inner)?.fields ?? []) {
      if (oneof === null || !Object.hasOwn(message, name)) continue;
      const other = set.get(oneof);
      if (other === undefined) set.set(oneof, name);
      else yield { path: writtenPath(placeOf(message, name)), message: `${name} and ${other} exclude each other (one of ${oneof})` };
    }
  }
}

const shortName = (full: string): string => full.slice(full.lastIndexOf(".") + 1);

function didYouMean(written: string, known: readonly string[]): string {
  const [meant] = nearestNames(written, known, 1);
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}
