import { descriptorTable, descriptorTexts, successorTable } from "../generated/descriptors.js";

let texts: ReadonlyMap<string, { readonly start: number; readonly end: number }> | undefined;
let successors: ReadonlyMap<string, string> | undefined;

const rowsOf = (table: string): readonly (readonly string[])[] => table.split("\n").map((line) => line.split(" "));

function textPlaces(): ReadonlyMap<string, { readonly start: number; readonly end: number }> {
  if (texts !== undefined) return texts;
  const places = new Map<string, { readonly start: number; readonly end: number }>();
  let start = 0;
  for (const [name = "", length] of rowsOf(descriptorTable)) {
    const end = start + Number(length);
    places.set(name, { start, end });
    start = end;
  }
  texts = places;
  return texts;
}

/** Does this build know a top-level type of this full name? */
export const hasDescriptor = (name: string): boolean => textPlaces().has(name);

/** The full names of all top-level types that this build knows. */
export const topLevelNames = (): readonly string[] => [...textPlaces().keys()];

/** The descriptor of a top-level type as the build wrote it, JSON text (src/build/generate.mjs); undefined for a type that this build does not know. */
export function descriptorText(name: string): string | undefined {
  const place = textPlaces().get(name);
  return place === undefined ? undefined : descriptorTexts.slice(place.start, place.end);
}

/** The name that Envoy's next API gave a message type; undefined where there is none. */
export function nextNameOf(name: string): string | undefined {
  successors ??= new Map(rowsOf(successorTable).map(([older = "", newer = ""]) => [older, newer]));
  return successors.get(name);
}
