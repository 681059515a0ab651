import type { PatchAnswer } from "../../diff/patches/patch-answer.js";
import { renderDiffMarkdown } from "../diff/markdown.js";
import { codeSpan, escapeMarkdown } from "../diff/markdown-text.js";
import type { DiffRenderOptions } from "../diff/options.js";
import { plainText } from "../text-wrap.js";
import { accountVerdict, patchCounts, patchKind, patchTitle } from "./account-words.js";

/** Nearest candidates and suspicions of a patch that are shown without --all. */
const mostShown = 3;

/** What EnvoyFilters would do, for a pull request: the verdict, a list of the patches, what was assumed folded, then the diff. */
export function renderPatchMarkdown(answer: PatchAnswer, options: DiffRenderOptions): string {
  const assumptions = answer.assumptions.map(({ message }) => `- ${escapeMarkdown(plainText(message))}`);
  const lines = [
    `**${escapeMarkdown(accountVerdict(answer))}**`,
    "",
    ...answer.account.flatMap((each) => patchItem(each, options.all)),
    "",
    "<details><summary>taken for granted</summary>",
    "",
    ...assumptions,
    "",
    "</details>",
    "",
  ];
  return `${lines.join("\n")}\n${renderDiffMarkdown(answer.diff, options)}`;
}

function patchItem(account: PatchAnswer["account"][number], all: boolean): readonly string[] {
  const most = all ? Number.POSITIVE_INFINITY : mostShown;
  const near = account.nearest.map(({ candidate, failedOn }) => `nearest: ${candidate}: ${failedOn}`);
  const odd = account.suspicions.map(({ message }) => `suspicious: ${message}`);
  const remarks = [patchKind(account), patchCounts(account), ...near.slice(0, most), ...odd.slice(0, most)];
  return [
    `- ${escapeMarkdown(patchTitle(account))} (${codeSpan(`${account.file}:${account.line}`)})`,
    ...remarks.filter((text) => text !== "").map((text) => `  <br>${escapeMarkdown(plainText(text))}`),
  ];
}
