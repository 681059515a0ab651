import { type Change, type ChangeClass, changeClasses, type Diff } from "../../diff/change.js";
import { countOf } from "../../util/text.js";
import { type AnnotationLevel, annotation } from "./annotation.js";
import { patchEffectLines } from "./attribution-words.js";
import { type Entry, entriesOf, sentenceOf } from "./entries.js";
import type { DiffRenderOptions } from "./options.js";
import { describeIgnored, describeVerdict } from "./verdict.js";

/** GitHub shows ten annotations of a level in a step; what is folded into one line is one of them. */
const mostOfALevel = 10;

const levelOf: Readonly<Record<ChangeClass, AnnotationLevel>> = {
  routing: "warning",
  security: "warning",
  limits: "warning",
  resilience: "warning",
  endpoints: "notice",
  extension: "warning",
  telemetry: "notice",
  other: "notice",
};

/**
 * A diff as annotations of a GitHub workflow, a line each: https://docs.github.com/actions/reference/workflow-commands-for-github-actions.
 * Each names the new file, as that is the one under review. Without a change it is a notice that says so.
 */
export function renderDiffGithub(diff: Diff, options: DiffRenderOptions): string {
  const file = diff.new.name;
  const entries = changeClasses.flatMap((kind) => {
    const changes = diff.changes.filter((change) => change.class === kind);
    return entriesOf(changes, options.all, diff.changes).map((entry) => ({ kind, entry }));
  });
  const verdict = annotation("notice", { file }, "xdsight diff", [describeVerdict(diff), ...ignoredSentence(diff)].join(" "));
  const left: Record<AnnotationLevel, number> = { warning: mostOfALevel, notice: mostOfALevel - 1 };
  const lines: string[] = [];
  let cut = 0;
  for (const { kind, entry } of entries) {
    if (left[levelOf[kind]]-- > 0) lines.push(annotation(levelOf[kind], { file }, `${kind} change`, messageOf(entry, options)));
    else cut += entry.changes.length;
  }
  const more =
    cut === 0
      ? []
      : [`${countOf(cut, "more change")} not shown here: GitHub takes ten annotations of a level; the text or JSON answer has all.`];
  return `${[verdict, ...patchAnnotations(diff, options.all), ...lines, ...more].join("\n")}\n`;
}

/** What became of each patch, at its line. */
function patchAnnotations({ attribution }: Diff, all: boolean): readonly string[] {
  if (attribution === undefined) return [];
  const words = patchEffectLines(attribution, all);
  return attribution.patches.map(({ file, line, lacking }, index) =>
    annotation(lacking.length === 0 ? "notice" : "warning", { file, line }, "EnvoyFilter", (words[index] ?? []).join("\n")),
  );
}

function ignoredSentence(diff: Diff): readonly string[] {
  const ignored = describeIgnored(diff);
  return ignored === "" ? [] : [`Not a change: ${ignored}.`];
}

function messageOf(entry: Entry, { at }: DiffRenderOptions): string {
  const pointer = entry.changes.flatMap((change: Change) => change.places.map(({ new: now, old }) => now ?? old ?? ""))[0];
  return [sentenceOf(entry, true), ...entry.words.remarks, ...(at && pointer !== undefined ? [`at ${pointer}`] : [])].join("\n");
}
