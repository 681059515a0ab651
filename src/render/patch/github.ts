import type { PatchAnswer } from "../../diff/patches/patch-answer.js";
import { annotation } from "../diff/annotation.js";
import { renderDiffGithub } from "../diff/github.js";
import type { DiffRenderOptions } from "../diff/options.js";
import { plainText } from "../text-wrap.js";
import { patchCounts, patchKind, patchTitle } from "./account-words.js";

/** What EnvoyFilters would do as annotations of a GitHub workflow: one for each patch, at its line of the file; then those of the diff. */
export function renderPatchGithub(answer: PatchAnswer, options: DiffRenderOptions): string {
  const lines = answer.account.map((account) => {
    const { status, suspicions, nearest, file, line } = account;
    const isFine = status === "applied" && suspicions.length === 0;
    const near = nearest.map(({ candidate, failedOn }) => `nearest: ${candidate}: ${failedOn}`);
    const odd = suspicions.map(({ message }) => `suspicious: ${message}`);
    const message = [patchKind(account), patchCounts(account), ...near, ...odd].filter((text) => text !== "").map(plainText);
    return annotation(isFine ? "notice" : "warning", { file, line }, patchTitle(account), message.join("\n"));
  });
  return `${lines.join("\n")}\n${renderDiffGithub({ ...answer.diff, new: answer.diff.old }, options)}`;
}
