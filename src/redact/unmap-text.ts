import { UsageError } from "../model/usage-error.js";
import { isJsonObject, type Json } from "../util/json.js";
import { addressPattern } from "./name-translator.js";
import { inCaseOfPseudonym, pseudonymPattern } from "./pseudonym-words.js";
import type { RedactionMap } from "./redaction.js";

/** The text with every pseudonym of a map turned back into what it stands for. */
export function unmapText(text: string, { words, addresses }: Pick<RedactionMap, "words" | "addresses">): string {
  const named = text.replace(pseudonymPattern, (found) => {
    const word = own(words, found.toLowerCase());
    return word === undefined ? found : inCaseOfPseudonym(found, word);
  });
  return named.replace(addressPattern, (found) => own(addresses, found) ?? found);
}

/**
 * The map that a file holds.
 *
 * @throws UsageError for a text that is none
 */
export function parseRedactionMap(text: string, fileName: string): Pick<RedactionMap, "words" | "addresses"> {
  const refuse = () => new UsageError(`${fileName} is no map of pseudonyms; give the file that redact --map wrote`);
  let json: Json;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse();
  }
  if (!isJsonObject(json) || json.kind !== "redaction-map") throw refuse();
  return { words: textsOf(json.words), addresses: textsOf(json.addresses) };
}

function textsOf(value: Json | undefined): Readonly<Record<string, string>> {
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).flatMap(([key, text]) => (typeof text === "string" ? [[key, text] as const] : [])));
}

const own = (record: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
