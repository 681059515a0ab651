import type { Change, ChangeClass, Diff } from "../../diff/change.js";
import { countOf } from "../../util/text.js";
import type { Renderer, RenderOptions } from "../options.js";
import { plainText } from "../text-wrap.js";
import { type Entry, entriesOf } from "./entries.js";
import { codeSpan, escapeMarkdown } from "./markdown-text.js";
import { trafficMarkdownLines } from "./traffic-markdown.js";
import { countByClass, describeIgnored, describeVerdict } from "./verdict.js";

/** GitHub takes comments of at most 65,536 characters; the rest is for what stands around. */
const mostCharacters = 60_000;
/** Of these as many may say what becomes of traffic. */
const mostForTraffic = 25_000;
/** Characters of what one row of the table says. */
const longestCell = 200;

/** A diff for a pull request: the verdict, a table by class, the changes folded. */
export const renderDiffMarkdown: Renderer<Diff> = (diff, options) => {
  const classes = countByClass(diff.changes).map((each) => {
    const changes = diff.changes.filter((change) => change.class === each.class);
    return { class: each.class, count: each.count, entries: entriesOf(changes, options.all) };
  });
  const ignored = describeIgnored(diff);
  const head = [
    `**${escapeMarkdown(describeVerdict(diff))}**`,
    "",
    `${codeSpan(diff.old.name)} → ${codeSpan(diff.new.name)}`,
    ...(classes.length === 0 ? [] : ["", "| class | changes | what |", "|---|---|---|", ...classes.map(tableRow)]),
  ];
  const tail = [
    ...(ignored === "" ? [] : ["", `Not a change: ${escapeMarkdown(ignored)}.`]),
    ...diff.notes.flatMap(({ message }) => ["", `Note: ${escapeMarkdown(plainText(message))}.`]),
  ];
  const traffic = trafficMarkdownLines(diff.behaviour, mostForTraffic);
  let left = mostCharacters - [...head, ...traffic, ...tail].join("\n").length;
  const details: string[] = [];
  for (const each of classes) {
    const lines = detailsOf(each.class, each.count, each.entries, left, options);
    left -= lines.join("\n").length;
    details.push(...lines);
  }
  return `${[...head, ...traffic, ...details, ...tail].join("\n")}\n`;
};

interface ClassEntries {
  readonly class: ChangeClass;
  readonly count: number;
  readonly entries: readonly Entry[];
}

function tableRow({ class: kind, count, entries }: ClassEntries): string {
  const first = entries[0];
  const rest = entries.length - 1;
  const what = first === undefined ? "" : shorten(sentenceOf(first, true));
  return `| ${kind} | ${count} | ${escapeMarkdown(what)}${rest > 0 ? ` and ${rest} more` : ""} |`;
}

const shorten = (text: string): string => (text.length > longestCell ? `${text.slice(0, longestCell - 1)}…` : text);

/** The changes of a class, folded; as many as `left` characters hold, and how many were cut off. */
function detailsOf(
  kind: ChangeClass,
  count: number,
  entries: readonly Entry[],
  left: number,
  { at, all }: RenderOptions,
): readonly string[] {
  const lines: string[] = [];
  let size = 200;
  let cut = 0;
  let where = "";
  for (const entry of entries) {
    const heading = entry.words.where !== where && entry.words.where !== "" ? [`- ${escapeMarkdown(entry.words.where)}`] : [];
    const indent = entry.words.where === "" ? "" : "  ";
    const item = [
      ...heading,
      `${indent}- ${codeSpan(entry.words.sign)} ${escapeMarkdown(sentenceOf(entry, false))}`,
      ...entry.words.remarks.map((remark) => `${indent}  <br>${escapeMarkdown(remark)}`),
      ...(at ? pointersOf(entry.changes, all).map((pointer) => `${indent}  <br>${pointer}`) : []),
    ];
    const length = item.join("\n").length + 1;
    if (size + length > left) {
      cut += entry.changes.length;
      continue;
    }
    size += length;
    where = entry.words.where;
    lines.push(...item);
  }
  const more = cut === 0 ? [] : ["", `${countOf(cut, "more change")} of this class left out for length; the JSON answer has all.`];
  return ["", `<details><summary>${kind}: ${countOf(count, "change")}</summary>`, "", ...lines, ...more, "", "</details>"];
}

function sentenceOf({ words }: Entry, withPlace: boolean): string {
  const place = withPlace && words.where !== "" ? `${words.where}: ` : "";
  const count = words.count === "" ? "" : ` (${words.count})`;
  return `${withPlace ? `${words.sign} ` : ""}${place}${words.what}${count}${words.value === "" ? "" : `: ${words.value}`}`;
}

const shownPointers = 3;

function pointersOf(changes: readonly Change[], all: boolean): readonly string[] {
  const places = changes.flatMap((change) => change.places);
  return (all ? places : places.slice(0, shownPointers)).map(({ old, new: now }) =>
    old === now ? codeSpan(old ?? "") : [old, now].map((pointer) => (pointer === null ? "nothing" : codeSpan(pointer))).join(" → "),
  );
}
