/** A table of text: the heads of its columns, and rows of as many cells. */
export interface Table {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Cells wider than this push the rest of their row aside instead of widening the column for every row. */
const widestColumn = 160;

/**
 * Columns side by side, two blanks or more between them, a line a row. Nothing is cut or wrapped, so that every line can be
 * searched. An empty cell is `-`; control characters from the dump are spelled out. Without heads, rows alone.
 */
export function renderTable({ heads, rows }: Table): string {
  const lines = [...(heads.length === 0 ? [] : [heads]), ...rows].map((cells) => cells.map(plainCell));
  const columns = Math.max(0, ...lines.map((cells) => cells.length));
  const widths = Array.from({ length: columns }, (_, column) => {
    let width = 0;
    for (const cells of lines) {
      const length = cells[column]?.length ?? 0;
      if (length > width && length <= widestColumn) width = length;
    }
    return width;
  });
  return lines
    .map(
      (cells) =>
        `${cells
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

const plainCell = (cell: string): string => (cell === "" ? "-" : spellOut(cell));

/** Terminals obey control characters, and bidirectional ones rearrange a line. */
const spellOut = (text: string): string =>
  text.replace(
    /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** The same as a table of GitHub's Markdown. */
export function renderMarkdownTable({ heads, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map((cells) => line(cells.map((cell) => markdownText(plainCell(cell)))))].join(
    "",
  );
}

/** Text that Markdown shows as it is. */
const markdownText = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/[\\`*_[\]|~]/g, "\\$&");
