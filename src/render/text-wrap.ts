/**
 * Text from a file, fit for one line of a terminal: blanks and line breaks become one blank, other control and format
 * characters are escaped.
 */
export function plainText(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/**
 * Breaks a text at its blanks into lines that end within `columns` when each is indented by `indent`; a word that is too
 * long stands alone. At least one line, none of them indented yet.
 */
export function wrapText(text: string, columns: number, indent: number): readonly string[] {
  const width = Math.max(20, columns - indent);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
