import { descriptorTable, descriptorTexts } from "../generated/descriptors.js";

let words: ReadonlySet<string> | undefined;

/** The words that Envoy's own definitions are made of, in lower case: of types, fields and values. */
export function vocabulary(): ReadonlySet<string> {
  if (words !== undefined) return words;
  const found = new Set<string>();
  for (const text of [descriptorTable, descriptorTexts]) {
    for (const [word] of text.replace(/([a-z0-9])([A-Z])/g, "$1 $2").matchAll(/[A-Za-z0-9]+/g)) found.add(word.toLowerCase());
  }
  words = found;
  return found;
}
