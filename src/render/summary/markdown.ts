import type { Summary } from "../../summary/summary.js";
import type { Renderer } from "../options.js";
import { fileLine, identifyingLine, type SummaryRow, sectionsOf, takenLine, troublesOf } from "./sections.js";

/** A summary for a ticket: the verdict in sight, long sections folded. */
export const renderSummaryMarkdown: Renderer<Summary> = (summary, { at, all }) => {
  const troubles = troublesOf(summary);
  const verdict =
    troubles.length === 0 ? ["Nothing wrong that this dump can show."] : troubles.map((trouble) => `- **${escapeMarkdown(trouble)}**`);
  const head = [
    `### ${escapeMarkdown(identifyingLine(summary))}`,
    "",
    escapeMarkdown(`${takenLine(summary)}; ${fileLine(summary)}`),
    "",
    ...verdict,
  ];
  const sections = sectionsOf(summary).flatMap(({ heading, rows }) => {
    const items = rows.map((row) => itemOf(row, at));
    if (all || rows.length <= openRows) return ["", `#### ${heading}`, "", ...items];
    return ["", `<details><summary>${heading} (${rows.length})</summary>`, "", ...items, "", "</details>"];
  });
  return `${[...head, ...sections].join("\n")}\n`;
};

/** Sections with more rows are folded. */
const openRows = 8;

function itemOf({ term, says, places }: SummaryRow, at: boolean): string {
  const [place] = places;
  return `- \`${term.replaceAll("`", "'")}\`: ${says.map(escapeMarkdown).join("; ")}${at && place !== undefined ? ` (\`${place.replaceAll("`", "'")}\`)` : ""}`;
}

/** Text from a file, so that nothing in it is taken for Markdown or HTML. */
const escapeMarkdown = (text: string): string =>
  text.replace(/[\\`*_{}[\]<>#|~&@]/g, (character) => (character === "@" ? "&#64;" : `\\${character}`));
