import type { Diff } from "../../diff/change.js";
import { renderJson } from "../json.js";
import { renderYaml } from "../yaml.js";
import { renderDiffGithub } from "./github.js";
import { renderDiffMarkdown } from "./markdown.js";
import type { DiffRenderOptions } from "./options.js";
import { renderDiffText } from "./text.js";

export const diffFormats = ["text", "json", "yaml", "markdown", "github"] as const;
export type DiffFormat = (typeof diffFormats)[number];

/** A diff in each of its formats. */
export const diffRenderers = {
  text: renderDiffText,
  json: renderJson,
  yaml: renderYaml,
  markdown: renderDiffMarkdown,
  github: renderDiffGithub,
} satisfies Record<DiffFormat, (diff: Diff, options: DiffRenderOptions) => string>;
