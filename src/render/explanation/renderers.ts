import type { PathExplanation } from "../../explain/explain-path.js";
import type { Explanation } from "../../explain/explanation.js";
import { renderJson } from "../json.js";
import type { Renderer } from "../options.js";
import { renderYaml } from "../yaml.js";
import { renderExplanationMarkdown } from "./markdown.js";
import { renderPathMarkdown } from "./path-markdown.js";
import { renderPathText } from "./path-text.js";
import { renderExplanationText } from "./text.js";

export const explanationFormats = ["text", "json", "yaml", "ndjson", "markdown"] as const;
export type ExplanationFormat = (typeof explanationFormats)[number];

export const explanationRenderers = {
  text: renderExplanationText,
  json: renderJson,
  yaml: renderYaml,
  ndjson: (explanation) => `${JSON.stringify(explanation)}\n`,
  markdown: renderExplanationMarkdown,
} satisfies Record<ExplanationFormat, Renderer<Explanation>>;

export const pathRenderers = {
  text: renderPathText,
  json: renderJson,
  yaml: renderYaml,
  ndjson: (path) => `${JSON.stringify(path)}\n`,
  markdown: renderPathMarkdown,
} satisfies Record<ExplanationFormat, Renderer<PathExplanation>>;
