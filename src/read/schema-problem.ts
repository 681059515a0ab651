import type { ErrorObject } from "ajv";
import { isJsonObject } from "../util/json.js";
import { pointerKeys } from "../util/json-pointer.js";
import { nearestNames } from "../util/text.js";
import type { WrittenPath } from "./written-line.js";

/** Something written that can't be meant: where, and what is wrong. */
export interface WrittenProblem {
  readonly path: WrittenPath;
  readonly message: string;
}

/**
 * What ajv finds wrong with a written value. It stands at the unknown key itself, else at the value that is not as it should be.
 *
 * @param error of a schema compiled with `verbose`, so that the keys that are known can be named
 */
export function schemaProblem(error: ErrorObject): WrittenProblem {
  const path = writtenPath(error.instancePath);
  if (error.keyword === "additionalProperties") {
    const unknown = String(error.params.additionalProperty);
    const known = isJsonObject(error.parentSchema?.properties) ? Object.keys(error.parentSchema.properties) : [];
    return { path: [...path, unknown], message: `unknown key ${unknown}${didYouMean(unknown, known)}` };
  }
  if (error.keyword === "enum") {
    const allowed: readonly unknown[] = Array.isArray(error.params.allowedValues) ? error.params.allowedValues : [];
    const names = allowed.map(String);
    const guess = typeof error.data === "string" ? didYouMean(error.data, names) : "";
    return { path, message: `must be one of ${names.join(", ")}${guess}` };
  }
  return { path, message: error.message ?? "is not as its schema has it" };
}

/** A pointer's keys; those of digits are taken as list positions, which a map's keys are looked up by too. */
export const writtenPath = (pointer: string): WrittenPath =>
  (pointerKeys(pointer) ?? []).map((key) => (/^\d+$/.test(key) ? Number(key) : key));

const didYouMean = (written: string, known: readonly string[]): string => {
  const [meant] = nearestNames(written, known, 1);
  return meant === undefined ? "" : `; did you mean ${meant}?`;
};
