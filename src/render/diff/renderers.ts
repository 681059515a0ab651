import type { Diff } from "../../diff/change.js";
import { renderJson } from "../json.js";
import type { Renderer } from "../options.js";
import { renderYaml } from "../yaml.js";
import { renderDiffMarkdown } from "./markdown.js";
import { renderDiffText } from "./text.js";

export const diffFormats = ["text", "json", "yaml", "markdown"] as const;
export type DiffFormat = (typeof diffFormats)[number];

/** A diff in each of its formats. */
export const diffRenderers = {
  text: renderDiffText,
  json: renderJson,
  yaml: renderYaml,
  markdown: renderDiffMarkdown,
} satisfies Record<DiffFormat, Renderer<Diff>>;
