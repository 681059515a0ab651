import type { PatchAnswer } from "../../diff/patches/patch-answer.js";
import type { PatchCheck } from "../../envoy-filter/check-in-force.js";
import type { DiffRenderOptions } from "../diff/options.js";
import { renderJson } from "../json.js";
import type { RenderOptions } from "../options.js";
import { renderYaml } from "../yaml.js";
import { renderCheckGithub, renderCheckMarkdown, renderCheckText } from "./check.js";
import { renderPatchGithub } from "./github.js";
import { renderPatchMarkdown } from "./markdown.js";
import { renderPatchText } from "./text.js";

export const patchFormats = ["text", "json", "yaml", "markdown", "github"] as const;
export type PatchFormat = (typeof patchFormats)[number];

/** What EnvoyFilters would do, in each of its formats. */
export const patchRenderers = {
  text: renderPatchText,
  json: renderJson,
  yaml: renderYaml,
  markdown: renderPatchMarkdown,
  github: renderPatchGithub,
} satisfies Record<PatchFormat, (answer: PatchAnswer, options: DiffRenderOptions) => string>;

/** Whether EnvoyFilters are in force, in each of them. */
export const patchCheckRenderers = {
  text: renderCheckText,
  json: renderJson,
  yaml: renderYaml,
  markdown: renderCheckMarkdown,
  github: renderCheckGithub,
} satisfies Record<PatchFormat, (answer: PatchCheck, options: RenderOptions) => string>;
