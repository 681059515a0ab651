/** What may be written where a part of an explanation is expected. Null may stand anywhere but for texts of a closed set. */
export type Shape =
  | { readonly kind: "text"; readonly values?: readonly string[] }
  | { readonly kind: "number" }
  | { readonly kind: "boolean" }
  | { readonly kind: "list"; readonly of: Shape }
  /** Names that a file chooses, such as header names. */
  | { readonly kind: "map"; readonly of: Shape }
  /** `principal`: the field that a plain text in the object's place stands for. */
  | { readonly kind: "object"; readonly fields: Readonly<Record<string, Shape>>; readonly principal?: string };

/** A text that need not be known in full: `*` in a glob takes any run of characters; a regex (RE2) must take the whole text. */
export type TextPattern = { readonly glob: string } | { readonly regex: string };

/** Is this a text pattern, and nothing else? */
export function isTextPattern(value: unknown): value is TextPattern {
  if (typeof value !== "object" || value === null) return false;
  const members = Object.entries(value);
  const [name, text] = members[0] ?? [];
  return members.length === 1 && (name === "glob" || name === "regex") && typeof text === "string";
}

/** Does a glob take the whole text? */
export function matchesGlob(glob: string, text: string): boolean {
  const pieces = glob.split("*");
  const first = pieces[0] ?? "";
  if (pieces.length === 1) return text === first;
  const last = pieces.at(-1) ?? "";
  if (!text.startsWith(first)) return false;
  let position = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, position);
    if (found < 0) return false;
    position = found + piece.length;
  }
  return text.length - last.length >= position && text.endsWith(last);
}
