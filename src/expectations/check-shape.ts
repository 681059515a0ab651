import { compileSafeRegex } from "../match/safe-regex.js";
import type { WrittenProblem } from "../read/schema-problem.js";
import type { WrittenPath } from "../read/written-line.js";
import { isJsonObject } from "../util/json.js";
import { nearestNames } from "../util/text.js";
import { isTextPattern, type Shape } from "./shape.js";

/** The first thing in a written value that does not fit its shape; undefined where all fits. */
export function checkShape(shape: Shape, written: unknown, path: WrittenPath): WrittenProblem | undefined {
  const refuse = (message: string): WrittenProblem => ({ path, message });
  if (written === null)
    return shape.kind === "text" && shape.values !== undefined ? refuse(`must be one of ${shape.values.join(", ")}`) : undefined;
  switch (shape.kind) {
    case "text":
      return checkText(shape.values, written, path);
    case "number":
      return typeof written === "number" && Number.isFinite(written) ? undefined : refuse("must be a number");
    case "boolean":
      return typeof written === "boolean" ? undefined : refuse("must be true or false");
    case "list":
      return checkList(shape.of, written, path);
    case "map":
      if (!isJsonObject(written)) return refuse("must be an object");
      return firstProblem(Object.entries(written), ([key, value]) => checkShape(shape.of, value, [...path, key]));
    case "object": {
      const { fields, principal } = shape;
      const standsFor = principal === undefined ? undefined : fields[principal];
      if (standsFor !== undefined && (typeof written === "string" || isTextPattern(written))) return checkShape(standsFor, written, path);
      if (!isJsonObject(written))
        return refuse(standsFor === undefined ? "must be an object" : `must be text (the ${principal}) or an object`);
      return firstProblem(Object.entries(written), ([key, value]) => {
        const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
        return field === undefined ? unknownKey(key, Object.keys(fields), path) : checkShape(field, value, [...path, key]);
      });
    }
  }
}

/** The problem of a key that is none of the known ones; it stands at the key. */
export function unknownKey(key: string, known: readonly string[], path: WrittenPath): WrittenProblem {
  return { path: [...path, key], message: `unknown key${didYouMean(key, known)}` };
}

function didYouMean(written: string, known: readonly string[]): string {
  const [meant] = nearestNames(written, known, 1);
  return meant === undefined ? `; known here: ${known.join(", ")}` : `; did you mean ${meant}?`;
}

function checkText(values: readonly string[] | undefined, written: unknown, path: WrittenPath): WrittenProblem | undefined {
  if (isTextPattern(written)) {
    if ("glob" in written) return undefined;
    const regex = compileSafeRegex(written.regex, "utf-8");
    return "because" in regex ? { path: [...path, "regex"], message: regex.because } : undefined;
  }
  if (typeof written !== "string") return { path, message: "must be text, { glob: … } or { regex: … }" };
  if (values === undefined || values.includes(written)) return undefined;
  const [meant] = nearestNames(written, values, 1);
  return {
    path,
    message: `${JSON.stringify(written)} is none of ${values.join(", ")}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
  };
}

function checkList(of: Shape, written: unknown, path: WrittenPath): WrittenProblem | undefined {
  const items = (list: readonly unknown[], at: WrittenPath) =>
    firstProblem([...list.entries()], ([index, item]) => checkShape(of, item, [...at, index]));
  if (Array.isArray(written)) return items(written, path);
  if (!isJsonObject(written)) return { path, message: "must be a list, or { contains: […] }" };
  const strange = Object.keys(written).find((key) => key !== "contains");
  if (strange !== undefined) return unknownKey(strange, ["contains"], path);
  const { contains } = written;
  return Array.isArray(contains) ? items(contains, [...path, "contains"]) : { path, message: "must be a list, or { contains: […] }" };
}

function firstProblem<Item>(items: readonly Item[], check: (item: Item) => WrittenProblem | undefined): WrittenProblem | undefined {
  for (const item of items) {
    const problem = check(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
