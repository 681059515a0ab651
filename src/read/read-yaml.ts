import { CORE_SCHEMA, load, YAMLException } from "js-yaml";
import { isJsonObject, type Json } from "../util/json.js";
import { encodeUtf8 } from "../util/utf8.js";

/** A YAML text as JSON text, which says the same; or the clauses of a message. */
export type YamlRead = { readonly json: Uint8Array } | { readonly refusal: string };

/** A YAML parser makes every value at once: what takes longer than people wait, and more memory than they have, is refused. */
const mostBytes = 2 ** 25;

/** Deeper than any message of a dump. */
const deepest = 500;

/** Aliases repeat what they stand for. A text may say so much more than it has bytes; more is a bomb. */
const mostRepeated = 8;

/**
 * Reads one YAML document by YAML 1.2's core schema, so that the words yes, no and on are texts. Of a key that stands twice
 * the last counts, as in JSON.
 */
export function readYaml(text: string): YamlRead {
  if (text.length > mostBytes) return { refusal: "it is YAML of more than 32 MiB; take the dump as JSON (-o json)" };
  try {
    const value: unknown = load(text, { schema: CORE_SCHEMA, json: true, maxDepth: deepest });
    if (!isJson(value)) return { refusal: "it is YAML with a value that JSON has not; take the dump as JSON (-o json)" };
    if (writtenLength(value, text.length * mostRepeated + 1024) === undefined)
      return { refusal: "its YAML aliases repeat more than a dump holds, or themselves; take the dump as JSON (-o json)" };
    return { json: encodeUtf8(JSON.stringify(value)) };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const { line = 0, column = 0 } = error.mark ?? {};
    return { refusal: `malformed YAML at line ${line + 1}, column ${column + 1}: ${error.reason}; take the dump again` };
  }
}

const isJson = (value: unknown): value is Json => value === null || ["string", "number", "boolean", "object"].includes(typeof value);

/** How long the value is as JSON, about; undefined where that is more than `most`, or where it contains itself. What aliases share is measured once. */
function writtenLength(root: Json, most: number): number | undefined {
  const known = new Map<object, number | "open">();
  const measure = (value: Json): number => {
    if (typeof value === "string") return value.length + 2;
    if (typeof value !== "object" || value === null) return 4;
    const found = known.get(value);
    if (found !== undefined) return found === "open" ? Number.POSITIVE_INFINITY : found;
    known.set(value, "open");
    let length = 2;
    if (isJsonObject(value)) for (const key of Object.keys(value)) length += key.length + 4 + measure(value[key] ?? null);
    else for (const item of value) length += 1 + measure(item);
    known.set(value, length);
    return length;
  };
  const length = measure(root);
  return length > most ? undefined : length;
}
