/**
 * A valid JSON text with a line for every member and two blanks a level, as `JSON.stringify` lays it out, but with every string,
 * number and key exactly as it was written, in its order, duplicates included. One loop; it ends without a line break.
 */
export function indentJson(text: string): string {
  const pieces: string[] = [];
  let depth = 0;
  for (let position = 0; position < text.length; ) {
    const character = text.charAt(position);
    const end = endOfToken(text, position);
    switch (character) {
      case " ":
      case "\t":
      case "\n":
      case "\r":
        break;
      case "{":
      case "[": {
        const next = skipBlanks(text, end);
        const closing = text.charAt(next);
        if (closing === "}" || closing === "]") {
          pieces.push(character, closing);
          position = next + 1;
          continue;
        }
        depth++;
        pieces.push(character, lineBreak(depth));
        break;
      }
      case "}":
      case "]":
        depth--;
        pieces.push(lineBreak(depth), character);
        break;
      case ",":
        pieces.push(",", lineBreak(depth));
        break;
      case ":":
        pieces.push(": ");
        break;
      default:
        pieces.push(text.slice(position, end));
    }
    position = end;
  }
  return pieces.join("");
}

/** What is deeper, nobody reads: it stays in one line, so that hostile nesting does not make hostile output. */
const deepestIndent = 100;

const lineBreak = (depth: number): string => (depth > deepestIndent ? "" : `\n${"  ".repeat(depth)}`);

function skipBlanks(text: string, start: number): number {
  let position = start;
  while (" \t\n\r".includes(text.charAt(position)) && position < text.length) position++;
  return position;
}

/** The end of the string, of the run of other characters, or of the single mark that begins here. */
function endOfToken(text: string, start: number): number {
  let position = start + 1;
  const first = text.charAt(start);
  if (first === '"') {
    while (position < text.length && text.charAt(position) !== '"') position += text.charAt(position) === "\\" ? 2 : 1;
    return position + 1;
  }
  if (" \t\n\r{}[],:".includes(first)) return position;
  while (position < text.length && !" \t\n\r{}[],:".includes(text.charAt(position))) position++;
  return position;
}
