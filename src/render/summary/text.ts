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
    ...shown.flatMap((row) => rowLines(row, Math.min(widest, widestTerm), options)),
    ...(hidden === 0 ? [] : [`  … ${hidden} more: --all`]),
  ];
}

/** Longer terms get a line of their own. */
const widestTerm = 24;

function rowLines({ term, says, places }: SummaryRow, width: number, { columns, at, all }: RenderOptions): readonly string[] {
  const besides = term.length <= width;
  const indent = besides ? width + 4 : 6;
  const lines = says.flatMap((text) => wrapText(text, columns, indent)).map((line) => " ".repeat(indent) + line);
  const [first = "", ...others] = lines;
  const pointed = at ? (all ? places : places.slice(0, 1)).map((place) => `${" ".repeat(indent)}at ${place}`) : [];
  return besides ? [`  ${term.padEnd(width)}  ${first.trimStart()}`, ...others, ...pointed] : [`  ${term}`, ...lines, ...pointed];
}
