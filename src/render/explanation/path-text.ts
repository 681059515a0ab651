import type { Agreement, PathExplanation } from "../../explain/explain-path.js";
import { fileInWords } from "../../model/answer.js";
import { type Palette, paletteOf, type Renderer } from "../options.js";
import { plainText, wrapText } from "../text-wrap.js";
import { renderExplanationText } from "./text.js";

/** A path through two proxies for a terminal: what comes of it, whether the two agree, then each hop. */
export const renderPathText: Renderer<PathExplanation> = (path, options) => {
  const palette = paletteOf(options);
  const broken = path.agreement.find(({ agrees }) => agrees === false);
  const verdict = broken === undefined ? "the second proxy takes what the first sends" : `the way ends: ${broken.message}`;
  const lines = [
    ...wrapText(plainText(verdict), options.columns, 0).map((line) =>
      palette.bold(broken === undefined ? palette.green(line) : palette.red(line)),
    ),
    "",
    ...path.agreement.flatMap(({ check, agrees, message, at }) => [
      ...hang(`  ${mark(agrees, palette)} ${check.padEnd(11)}`, wrapText(plainText(message), options.columns, 15)),
      ...(options.at && at !== "" ? [`${" ".repeat(15)}${palette.dim(at)}`] : []),
    ]),
  ];
  const hops = path.hops.map(
    (hop, index) =>
      `\n${palette.bold(`${index === 0 ? "out of" : "into"} ${fileInWords(hop.file)}`)}\n\n${renderExplanationText(hop, options)}`,
  );
  return `${lines.join("\n")}\n${hops.join("")}`;
};

function mark(agrees: Agreement["agrees"], palette: Palette): string {
  if (agrees === null) return palette.yellow("?");
  return agrees ? palette.green("+") : palette.red("-");
}

const hang = (head: string, lines: readonly string[]): string[] =>
  lines.map((line, index) => (index === 0 ? head + line : " ".repeat(15) + line));
