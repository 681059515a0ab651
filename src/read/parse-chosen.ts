import { sourceOf } from "../util/byte-source.js";
import type { Json, JsonChoice } from "../util/json.js";
import { JsonSyntaxError } from "../util/json-error.js";
import { type JsonNode, jsonKind, leaf, Opening, outlineJson } from "../util/json-outline.js";
import { decodeUtf8 } from "../util/utf8.js";

/**
 * Some members of a JSON object, in the order of the text; what is not chosen is not parsed. Undefined where the text is malformed: it
 * may be so in what is not chosen, too, and go unnoticed there.
 */
export function parseChosen(text: Uint8Array, choice: JsonChoice): Json | undefined {
  const opening = openingOf(choice);
  try {
    const value: Json = JSON.parse(textOf(text, outlineJson(sourceOf(text), opening), opening));
    return value;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

const openings = new WeakMap<JsonChoice, Opening>();

function openingOf(choice: JsonChoice): Opening {
  let opening = openings.get(choice);
  if (opening === undefined) {
    const members = new Map(Object.entries(choice).map(([key, inner]) => [key, inner === null ? leaf : openingOf(inner)] as const));
    opening = new Opening({ members, elements: new Opening({ members }) });
    openings.set(choice, opening);
  }
  return opening;
}

/** A value cut down to what its opening keeps, as JSON text. */
function textOf(text: Uint8Array, node: JsonNode, opening: Opening): string {
  const { children, first, start, end } = node;
  const kind = jsonKind(first);
  if (kind === "array" && opening.elements !== null) {
    return `[${children.map((child) => textOf(text, child, opening.elements ?? leaf)).join()}]`;
  }
  if (kind !== "object" || !opening.opensObjects) return decodeUtf8(text, start, end);
  const openingUnder = (key: string): Opening => opening.keys.find((known) => known.key === key)?.opening ?? leaf;
  return `{${children.map((child) => `${JSON.stringify(child.key)}:${textOf(text, child, openingUnder(child.key))}`).join()}}`;
}
