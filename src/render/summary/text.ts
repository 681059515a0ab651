import type { Summary } from "../../summary/summary.js";
import { type Palette, paletteOf, type Renderer, type RenderOptions } from "../options.js";
import { wrapText } from "../text-wrap.js";
import { fileLine, identifyingLine, type SummaryRow, type SummarySection, sectionsOf, takenLine, troublesOf } from "./sections.js";

/** A summary for a terminal: whose dump it is, what is wrong, then the rest. */
export const renderSummaryText: Renderer<Summary> = (summary, options) => {
  const palette = paletteOf(options);
  const lines = [
    ...wrapText(identifyingLine(summary), options.columns, 0).map(palette.bold),
    `  ${takenLine(summary)}`,
    `  ${fileLine(summary)}`,
    "",
    ...verdictLines(summary, options, palette),
    ...sectionsOf(summary).flatMap((section) => sectionLines(section, options, palette)),
  ];
  return `${lines.join("\n")}\n`;
};

function verdictLines(summary: Summary, { columns }: RenderOptions, palette: Palette): readonly string[] {
  const troubles = troublesOf(summary);
  if (troubles.length === 0) return [palette.green("nothing wrong that this dump can show")];
  return wrapText(troubles.join("; "), columns, 0).map(palette.red);
}

/** Rows that are shown of a section before it is folded. */
const shownRows = 5;

function sectionLines({ heading, rows }: SummarySection, options: RenderOptions, palette: Palette): readonly string[] {
  // One row more is as short as the line that would say so.
  const shown = options.all || rows.length <= shownRows + 1 || heading === "configuration" ? rows : rows.slice(0, shownRows);
  const widest = Math.max(...shown.map(({ term }) => term.length));
  const hidden = rows.length - shown.length;
  return [
    "",
    palette.bold(heading),
    ...shown.flatMap((row) => rowLines(row, widest > widestTerm ? null : widest, options)),
    ...(hidden === 0 ? [] : [`  … ${hidden} more: --all`]),
  ];
}

/** Where a term is longer, each term of the section gets a line of its own. */
const widestTerm = 24;

/** A row: its term beside what it says, in a column of a width, or above it (null). */
function rowLines({ term, says, places }: SummaryRow, width: number | null, { columns, at, all }: RenderOptions): readonly string[] {
  const indent = width === null ? 6 : width + 4;
  const pointed = at ? (all ? places : places.slice(0, 1)).map((place) => `at ${place}`) : [];
  const lines = [...says.flatMap((text) => wrapText(text, columns, indent)), ...pointed].map((line) => " ".repeat(indent) + line);
  if (width === null) return [`  ${term}`, ...lines];
  const [first = "", ...others] = lines;
  return [`  ${term.padEnd(width)}  ${first.trimStart()}`, ...others];
}
