import type { Summary } from "../../summary/summary.js";
import { renderJson } from "../json.js";
import type { Renderer } from "../options.js";
import { renderYaml } from "../yaml.js";
import { renderSummaryMarkdown } from "./markdown.js";
import { renderSummaryText } from "./text.js";

export type SummaryFormat = "text" | "json" | "yaml" | "markdown";

/** A summary in each of its formats. */
export const summaryRenderers = {
  text: renderSummaryText,
  json: renderJson,
  yaml: renderYaml,
  markdown: renderSummaryMarkdown,
} satisfies Record<SummaryFormat, Renderer<Summary>>;
