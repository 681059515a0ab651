import { compileSafeRegex } from "../match/safe-regex.js";
import { isJsonObject, type Json } from "../util/json.js";
import { isTextPattern, matchesGlob, type Shape, type TextPattern } from "./shape.js";

/** Where an explanation is not as expected. */
export interface ShapeMismatch {
  /** `response.status`, `clusters[0].name` */
  readonly field: string;
  readonly expected: Json;
  /** Null too for what is not there at all. */
  readonly actual: Json;
  /** The pointer of the innermost part around it that has one; null where none has. */
  readonly at: string | null;
}

/**
 * Compares a part of an explanation with what is written for it: objects by the keys that are written, lists item by item and of
 * the same length, `{ contains: […] }` item by item wherever the list has it, all else exactly.
 */
export function matchShape(
  shape: Shape,
  written: Json,
  actual: unknown,
  field: string,
  around: string | null = null,
): readonly ShapeMismatch[] {
  const at = isJsonObject(actual) && typeof actual.at === "string" ? actual.at : around;
  const differs = (isSo: boolean): readonly ShapeMismatch[] => (isSo ? [] : [{ field, expected: written, actual: plainJson(actual), at }]);
  if (written === null) return differs(actual === null || actual === undefined);
  switch (shape.kind) {
    case "text":
      return differs(typeof actual === "string" && (isTextPattern(written) ? matchesPattern(written, actual) : written === actual));
    case "number":
    case "boolean":
      return differs(written === actual);
    case "list": {
      if (!Array.isArray(actual)) return differs(false);
      const list: readonly unknown[] = actual;
      if (Array.isArray(written)) {
        const items: readonly Json[] = written;
        if (items.length !== list.length) return differs(false);
        return items.flatMap((item, index) => matchShape(shape.of, item, list[index], `${field}[${index}]`, at));
      }
      const contains = isJsonObject(written) && Array.isArray(written.contains) ? written.contains : [];
      const missing = contains.filter((item) => !list.some((one) => matchShape(shape.of, item, one, field).length === 0));
      return missing.length === 0 ? [] : [{ field, expected: { contains: missing }, actual: plainJson(actual), at }];
    }
    case "map":
    case "object": {
      if (!isJsonObject(actual)) return differs(false);
      const { principal } = shape.kind === "object" ? shape : { principal: undefined };
      const byPrincipal = principal !== undefined && (typeof written === "string" || isTextPattern(written));
      const members: readonly (readonly [string, Json])[] = byPrincipal
        ? [[principal, written]]
        : isJsonObject(written)
          ? Object.entries(written)
          : [];
      return members.flatMap(([key, value]) => {
        const of = shape.kind === "map" ? shape.of : Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
        const own = Object.hasOwn(actual, key) ? actual[key] : null;
        return of === undefined ? [] : matchShape(of, value, own, `${field}.${key}`, at);
      });
    }
  }
}

function matchesPattern(pattern: TextPattern, text: string): boolean {
  if ("glob" in pattern) return matchesGlob(pattern.glob, text);
  const regex = compileSafeRegex(pattern.regex, "utf-8");
  return "matches" in regex && regex.matches(text);
}

/** A part of an explanation as JSON; what is not there is null. */
export function plainJson(value: unknown): Json {
  if (Array.isArray(value)) return value.map(plainJson);
  if (isJsonObject(value)) return value;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}
