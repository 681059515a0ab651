import type { Change, ChangeClass, Diff } from "../../diff/change.js";
import { countOf } from "../../util/text.js";
import { plainText } from "../text-wrap.js";
import { patchEffectLines, unexplainedWords } from "./attribution-words.js";
import { type Entry, entriesOf, sentenceOf } from "./entries.js";
import { codeSpan, escapeMarkdown } from "./markdown-text.js";
import type { DiffRenderOptions } from "./options.js";
import { trafficMarkdownLines } from "./traffic-markdown.js";
import { countByClass, describeIgnored, describeVerdict } from "./verdict.js";

/** GitHub takes comments of at most 65,536 characters; the rest is for what stands around. */
const mostCharacters = 58_000;
/** Of these as many may say what becomes of traffic. */
const mostForTraffic = 25_000;
/** And as many what is to be known of the answer. */
const mostForNotes = 8_000;
/** Room for the heading of a class and for what is said of the changes that are cut from it. */
const roomForCut = 900;
/** Characters of what one row of the table says. */
const longestCell = 200;

/** A diff for a pull request: the verdict, a table by class, the changes folded. */
export function renderDiffMarkdown(diff: Diff, options: DiffRenderOptions): string {
  const classes = countByClass(diff.changes).map((each) => {
    const changes = diff.changes.filter((change) => change.class === each.class);
    return { class: each.class, count: each.count, entries: entriesOf(changes, options.all, diff.changes) };
  });
  const ignored = describeIgnored(diff);
  const head = [
    `**${escapeMarkdown(describeVerdict(diff))}**`,
    "",
    `${codeSpan(diff.old.name)} → ${codeSpan(diff.new.name)}`,
    ...(classes.length === 0 ? [] : ["", "| class | changes | what |", "|---|---|---|", ...classes.map(tableRow)]),
  ];
  const tail = [
    ...attributionLines(diff, options.all),
    ...(ignored === "" ? [] : ["", `Not a change: ${escapeMarkdown(ignored)}.`]),
    ...noteLines(diff),
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
}

function attributionLines({ attribution }: Diff, all: boolean): readonly string[] {
  if (attribution === undefined) return [];
  const left = unexplainedWords(attribution);
  const items = patchEffectLines(attribution, all).map((lines) => `- ${lines.map(escapeMarkdown).join("<br>")}`);
  return ["", "**EnvoyFilters**", "", ...items, ...(left === "" ? [] : ["", `**${escapeMarkdown(left)}**`])];
}

interface ClassEntries {
  readonly class: ChangeClass;
  readonly count: number;
  readonly entries: readonly Entry[];
}

function tableRow({ class: kind, count, entries }: ClassEntries): string {
  const first = entries[0];
  const rest = entries.length - 1;
  const what = first === undefined ? "" : shorten(sentenceOf(first, true), longestCell);
  return `| ${kind} | ${count} | ${escapeMarkdown(what)}${rest > 0 ? `<br>and ${rest} more` : ""} |`;
}

function noteLines({ notes }: Diff): readonly string[] {
  const texts = notes.map(({ message }) => `Note: ${escapeMarkdown(plainText(message))}.`);
  const shown: string[] = [];
  let left = mostForNotes;
  for (const text of texts) {
    left -= text.length + 2;
    if (left >= 0) shown.push(text);
  }
  const cut = texts.length - shown.length;
  return [
    ...shown.flatMap((text) => ["", text]),
    ...(cut === 0 ? [] : ["", `${countOf(cut, "more note")} left out for length; the JSON answer has all.`]),
  ];
}

const shorten = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** The changes of a class, folded; as many as `left` characters hold, and how many were cut off. */
function detailsOf(
  kind: ChangeClass,
  count: number,
  entries: readonly Entry[],
  left: number,
  { at, all }: DiffRenderOptions,
): readonly string[] {
  const lines: string[] = [];
  let size = roomForCut;
  const cut: Entry[] = [];
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
      cut.push(entry);
      continue;
    }
    size += length;
    where = entry.words.where;
    lines.push(...item);
  }
  const more = cut.length === 0 ? [] : ["", escapeMarkdown(describeCut(cut))];
  return ["", `<details><summary>${kind}: ${countOf(count, "change")}</summary>`, "", ...lines, ...more, "", "</details>"];
}

/** How many changes are left out, and which ones the first of them are. */
function describeCut(cut: readonly Entry[]): string {
  const count = cut.reduce((total, { changes }) => total + changes.length, 0);
  const names = cut.map(({ words }) => [words.where, words.what].filter((text) => text !== "").join(", "));
  const shown = names
    .slice(0, namedOfCut)
    .map((name) => shorten(name, longestCutName))
    .join("; ");
  const further = names.length > namedOfCut ? ` and ${names.length - namedOfCut} more` : "";
  return `${countOf(count, "more change")} of this class left out for length: ${shown}${further}; the JSON answer has all.`;
}

const namedOfCut = 5;
const longestCutName = 60;

const shownPointers = 3;

function pointersOf(changes: readonly Change[], all: boolean): readonly string[] {
  const places = changes.flatMap((change) => change.places);
  return (all ? places : places.slice(0, shownPointers)).map(({ old, new: now }) =>
    old === now ? codeSpan(old ?? "") : [old, now].map((pointer) => (pointer === null ? "nothing" : codeSpan(pointer))).join(" → "),
  );
}
