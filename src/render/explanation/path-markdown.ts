import type { PathExplanation } from "../../explain/explain-path.js";
import { fileInWords } from "../../model/answer.js";
import type { Renderer } from "../options.js";
import { renderMarkdownTable } from "../table.js";
import { renderExplanationMarkdown } from "./markdown.js";

/** A path through two proxies for a ticket or a pull request. */
export const renderPathMarkdown: Renderer<PathExplanation> = (path, options) => {
  const broken = path.agreement.find(({ agrees }) => agrees === false);
  const rows = path.agreement.map(({ check, agrees, message }) => [
    check,
    agrees === null ? "not decided" : agrees ? "agrees" : "differs",
    message,
  ]);
  return [
    `**${broken === undefined ? "the second proxy takes what the first sends" : "the way ends between the two proxies"}**\n\n`,
    renderMarkdownTable({ heads: ["check", "", "what"], rows }),
    ...path.hops.map(
      (hop, index) => `\n### ${index === 0 ? "out of" : "into"} ${fileInWords(hop.file)}\n\n${renderExplanationMarkdown(hop, options)}`,
    ),
  ].join("");
};
