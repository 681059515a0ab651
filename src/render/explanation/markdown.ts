import type { Explanation } from "../../explain/explanation.js";
import type { Renderer } from "../options.js";
import { renderMarkdownTable } from "../table.js";
import { plainText } from "../text-wrap.js";
import { evidenceRows, resolutionText } from "./rows.js";
import { verdictOf } from "./verdict.js";

/** An explanation for a ticket or a pull request. */
export const renderExplanationMarkdown: Renderer<Explanation> = (explanation, options) => {
  const { cause, uncertain } = explanation;
  const resolution = resolutionText(explanation);
  const rows = evidenceRows(explanation, options.all).map(({ term, decision, because, at }) => [
    term,
    decision,
    because,
    ...(options.at ? [at] : []),
  ]);
  const list = (heading: string, items: readonly string[]): string =>
    items.length === 0 ? "" : `\n**${heading}**\n\n${items.map((item) => `- ${escaped(item)}\n`).join("")}`;
  return [
    `**${escaped(verdictOf(explanation))}**\n\n`,
    resolution === null ? "" : `${escaped(resolution)}\n\n`,
    renderMarkdownTable({ heads: ["step", "decision", "because", ...(options.at ? ["at"] : [])], rows }),
    cause === null
      ? ""
      : list("why", [
          `${cause.message} [${cause.code}]`,
          ...cause.nearest.map(({ candidate, failedOn }) => `nearest: ${candidate}: ${failedOn}`),
        ]),
    list(
      "not decided by this dump",
      uncertain.map(({ message, decidedBy }) => `${message} (decided by ${decidedBy})`),
    ),
  ].join("");
};

const escaped = (text: string): string => plainText(text).replace(/[\\`*_[\]<>|]/g, "\\$&");
