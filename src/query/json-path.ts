import { JSONPath } from "jsonpath-plus";
import { UsageError } from "../model/usage-error.js";
import type { Json } from "../util/json.js";
import { pointerKeys, valueAt } from "../util/json-pointer.js";
import { withinStack } from "./within-stack.js";

/** A value that a path leads to. */
export interface PathMatch {
  /** The keys from the top to the value; null for what is no value of the file, such as a property's name or a list's length. */
  readonly keys: readonly string[] | null;
  readonly value: Json;
}

export interface PathMatches {
  readonly matches: readonly PathMatch[];
  /** Why the path's filters came to nothing, where they failed rather than said no. */
  readonly failure: string | null;
}

/**
 * The values that a JSONPath (it begins with `$`) or a JSON pointer (empty, or it begins with `/`) leads to. A filter that fails
 * on an element, because a member is missing, passes the element over.
 *
 * Filters are read by jsonpath-plus's own parser of expressions: neither they nor the file's texts ever become code.
 *
 * @throws UsageError for a path that can't be read
 */
export function followPath(root: Json, path: string): PathMatches {
  const keys = pointerKeys(path);
  if (keys !== undefined) {
    const value = valueAt(root, path);
    return { matches: value === undefined ? [] : [{ keys, value }], failure: null };
  }
  if (!path.startsWith("$")) throw new UsageError(`${quoted(path)} is no path; a JSONPath begins with $, a JSON pointer with /`);
  const literal = withLiteralKeys(path);
  const matches = evaluate(root, literal);
  return { matches, failure: matches.length > 0 ? null : failureOf(root, literal) };
}

function evaluate(root: Json, path: string): PathMatch[] {
  try {
    const refusal = `the file nests too deep for ${quoted(path)}; name the way to the value`;
    const found = withinStack(() => runJsonPath(root, path, { ignoreEvalErrors: true }), refusal);
    return Array.isArray(found) ? found.map((match) => matchOf(root, match)) : [];
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read the JSONPath ${quoted(path)}: ${reasonOf(error)}`);
  }
}

/** In a filter that comes to nothing a mistake is likely: `?(name == "x")` for `?(@.name == "x")`. */
function failureOf(root: Json, path: string): string | null {
  try {
    runJsonPath(root, path, { ignoreEvalErrors: false });
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

function runJsonPath(json: Json, path: string, options: { readonly ignoreEvalErrors: boolean }): unknown {
  return JSONPath({ path, json, resultType: "all", eval: "safe", wrap: true, ...options });
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .replace(/^jsonPath: /, "")
    .split("\n", 1)
    .join("");

function matchOf(root: Json, match: { readonly pointer: string; readonly value: Json }): PathMatch {
  // The pointer leaves out keys that jsonpath-plus has a meaning for, so it is taken only where it leads back.
  return { keys: valueAt(root, match.pointer) === match.value ? (pointerKeys(match.pointer) ?? null) : null, value: match.value };
}

const closers: Readonly<Record<string, string>> = { "[": "]", "(": ")" };

/**
 * The path with a backtick before every key that begins with @: jsonpath-plus takes those for its type tests (`@string()`).
 * It also reads past a missing bracket, to something else than what was meant; that is refused here.
 */
function withLiteralKeys(path: string): string {
  const open: string[] = [];
  let quote = "";
  let literal = "";
  for (let position = 0; position < path.length; position++) {
    const character = path.charAt(position);
    const beginsKey =
      quote === "" ? open.length === 0 && path.charAt(position - 1) === "." : open.length === 1 && path.charAt(position - 2) === "[";
    if (character === "@" && beginsKey && !/^@\w+\(\)/.test(path.slice(position, position + 20))) literal += "`";
    literal += character;
    if (quote !== "") {
      if (character === "\\") literal += path.charAt(++position);
      else if (character === quote) quote = "";
    } else if (open.length > 0 && (character === '"' || character === "'")) quote = character;
    else if (Object.hasOwn(closers, character)) open.push(closers[character] ?? "");
    else if ((character === "]" || character === ")") && open.pop() !== character) {
      throw new UsageError(`cannot read the JSONPath ${quoted(path)}: unexpected ${character} at character ${position + 1}`);
    }
  }
  const missing = quote || open.at(-1);
  if (missing !== undefined) throw new UsageError(`cannot read the JSONPath ${quoted(path)}: a ${missing} is missing at its end`);
  return literal;
}

const quoted = (text: string): string => JSON.stringify(text);
