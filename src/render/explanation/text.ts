import type { Explanation } from "../../explain/explanation.js";
import { type Palette, paletteOf, type Renderer, type RenderOptions } from "../options.js";
import { plainText, wrapText } from "../text-wrap.js";
import { type EvidenceRow, evidenceRows, resolutionText } from "./rows.js";
import { verdictOf } from "./verdict.js";

/** An explanation for a terminal: the verdict, the evidence, why it is no cluster of its own, near misses, what stays open. */
export const renderExplanationText: Renderer<Explanation> = (explanation, options) => {
  const palette = paletteOf(options);
  const resolution = resolutionText(explanation);
  const lines = [
    ...wrapText(plainText(verdictOf(explanation)), options.columns, 0).map((line) => palette.bold(colourOf(explanation, palette)(line))),
    ...(resolution === null ? [] : indented(resolution, options, 2)),
    "",
    ...evidenceLines(evidenceRows(explanation, options.all), options, palette),
    ...causeLines(explanation, options, palette),
    ...nearMissLines(explanation, options, palette),
    ...uncertainLines(explanation, options, palette),
  ];
  return `${lines.join("\n")}\n`;
};

function colourOf({ outcome, cause }: Explanation, palette: Palette): (text: string) => string {
  if (outcome === "forward") return cause === null ? palette.green : palette.yellow;
  return outcome === "redirect" || (outcome === "direct_response" && cause === null) ? palette.cyan : palette.red;
}

const indented = (text: string, { columns }: RenderOptions, indent: number): string[] =>
  wrapText(plainText(text), columns, indent).map((line) => " ".repeat(indent) + line);

const pointer = (at: string, { at: wanted }: RenderOptions, palette: Palette, indent: number): string[] =>
  wanted && at !== "" ? [`${" ".repeat(indent)}${palette.dim(at)}`] : [];

const termWidth = 15;
const decisionWidth = 22;

function evidenceLines(rows: readonly EvidenceRow[], options: RenderOptions, palette: Palette): readonly string[] {
  const indent = 2 + termWidth;
  return rows.flatMap(({ term, decision, because, at }) => [
    ...rowLines(`  ${term.padEnd(termWidth)}`, plainText(decision), plainText(because), options.columns).map((line) => line.trimEnd()),
    ...pointer(at, options, palette, indent),
  ]);
}

/** A decision with its reason beside it, or below it where either is too long to stand beside the other. */
function rowLines(head: string, decision: string, because: string, columns: number): readonly string[] {
  const indent = head.length;
  const beside = indent + decisionWidth;
  const longestWord = Math.max(...because.split(" ").map((word) => word.length));
  if (decision.length < decisionWidth - 1 && beside + longestWord <= columns) {
    return hang(`${head}${decision.padEnd(decisionWidth)}`, because === "" ? [] : wrapText(because, columns, beside), beside);
  }
  const below = because === "" ? [] : wrapText(because, columns, indent + 2).map((line) => " ".repeat(indent + 2) + line);
  return [...hang(head, wrapText(decision, columns, indent), indent), ...below];
}

/** Lines with the first behind a head and the others below it. */
function hang(head: string, lines: readonly string[], indent: number): string[] {
  return lines.length === 0 ? [head] : lines.map((line, index) => (index === 0 ? head + line : " ".repeat(indent) + line));
}

const shownNearest = 3;

function causeLines({ cause, outcome }: Explanation, options: RenderOptions, palette: Palette): readonly string[] {
  if (cause === null) return [];
  const nearest = options.all ? cause.nearest : cause.nearest.slice(0, shownNearest);
  return [
    "",
    palette.bold(outcome === "forward" ? "why not a cluster of its own" : "why"),
    ...indented(`${cause.message} [${cause.code}]`, options, 2),
    ...pointer(cause.at, options, palette, 4),
    ...(nearest.length === 0 ? [] : ["  nearest:"]),
    ...nearest.flatMap(({ candidate, failedOn, at }) => [
      ...indented(`${candidate}: ${failedOn}`, options, 4),
      ...pointer(at, options, palette, 6),
    ]),
  ];
}

/** The steps whose losers are worth a look when all went well. */
const tellingSteps: ReadonlySet<string> = new Set(["route", "virtual host"]);

function nearMissLines({ why, cause }: Explanation, options: RenderOptions, palette: Palette): readonly string[] {
  if (cause !== null && !options.all) return [];
  const misses = why
    .filter(({ step }) => options.all || tellingSteps.has(step))
    .flatMap(({ step, rejected }) => (options.all ? rejected : rejected.slice(-2)).map((miss) => ({ step, ...miss })));
  if (misses.length === 0) return [];
  return [
    "",
    palette.bold(misses.length === 1 ? "near miss" : "near misses"),
    ...misses.flatMap(({ step, candidate, because, at }) => [
      ...indented(`${step} ${candidate}: ${because}`, options, 2),
      ...pointer(at, options, palette, 4),
    ]),
  ];
}

function uncertainLines({ uncertain }: Explanation, options: RenderOptions, palette: Palette): readonly string[] {
  if (uncertain.length === 0) return [];
  return [
    "",
    palette.bold("not decided by this dump"),
    ...uncertain.flatMap(({ message, decidedBy, at }) => [
      ...indented(`${message} (decided by ${decidedBy})`, options, 2),
      ...pointer(at, options, palette, 4),
    ]),
  ];
}
