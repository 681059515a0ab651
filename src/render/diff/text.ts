import type { Change, Diff, IgnoredDifference } from "../../diff/change.js";
import { type Palette, paletteOf, type RenderOptions } from "../options.js";
import { plainText, wrapText } from "../text-wrap.js";
import { patchEffectLines, unexplainedWords } from "./attribution-words.js";
import type { ChangeWords } from "./change-words.js";
import { entriesOf } from "./entries.js";
import { describeIgnoredPlaces } from "./ignored-words.js";
import type { DiffRenderOptions } from "./options.js";
import { trafficTextLines } from "./traffic-text.js";
import { hasLongValue, unifiedLines } from "./unified.js";
import { countByClass, describeIgnored, describeVerdict } from "./verdict.js";

/** A diff for a terminal: the verdict, then the changes by class, then what is no change and what was not compared. */
export function renderDiffText(diff: Diff, options: DiffRenderOptions): string {
  const palette = paletteOf(options);
  const ignored = describeIgnored(diff);
  const lines = [
    ...wrapText(describeVerdict(diff), options.columns, 0).map(palette.bold),
    ...countByClass(diff.changes).flatMap((each) => [
      "",
      palette.bold(each.class),
      ...classLines(
        diff.changes.filter((change) => change.class === each.class),
        diff.changes,
        options,
        palette,
      ),
    ]),
    ...trafficTextLines(diff.behaviour, options),
    ...attributionLines(diff, options, palette),
    "",
    ...(ignored === "" ? [] : indented(`not a change: ${ignored}`, options, 0, 2)),
    ...((diff.ignoredPlaces ?? []).length > 0 ? [...ignoredLines(diff.ignoredPlaces ?? [], options), ""] : []),
    ...diff.notes.flatMap(({ message }) => indented(`note: ${plainText(message)}`, options, 0, 2)),
  ];
  return `${lines.join("\n")}\n`;
}

/** What became of each patch, where changes are attributed. */
function attributionLines({ attribution }: Diff, options: DiffRenderOptions, palette: Palette): readonly string[] {
  if (attribution === undefined) return [];
  const left = unexplainedWords(attribution);
  return [
    "",
    palette.bold("EnvoyFilters"),
    ...patchEffectLines(attribution, options.all).flatMap(([head = "", ...more]) => [
      ...indented(head, options, 2, 4),
      ...more.flatMap((line) => indented(line, options, 4, 6)),
    ]),
    ...(left === "" ? [] : indented(palette.yellow(left), options, 2, 4)),
  ];
}

function classLines(
  changes: readonly Change[],
  others: readonly Change[],
  options: DiffRenderOptions,
  palette: Palette,
): readonly string[] {
  const lines: string[] = [];
  const entries = entriesOf(changes, options.all, others);
  const titleWidth = Math.min(widestTitle, Math.max(...entries.map(({ words }) => (words.count === "" ? 0 : words.what.length))));
  let where = "";
  for (const { words, changes: shown } of entries) {
    if (words.where !== where && words.where !== "") lines.push(...indented(words.where, options, 2, 4));
    where = words.where;
    const indent = where === "" ? 2 : 4;
    lines.push(...entryLines(words, indent, titleWidth, options, palette));
    if (options.all || options.unified === true) lines.push(...shown.flatMap((change) => hunkLines(change, indent + 4, options, palette)));
    if (options.at) lines.push(...pointerLines(shown, indent + 4, options));
  }
  return lines;
}

const colourOf = { "+": "green", "-": "red", "~": "yellow" } as const;

/** Titles up to this width have their counts in one column. */
const widestTitle = 60;

/** A change: on one line where that fits, else with its value below its title. */
function entryLines(words: ChangeWords, indent: number, titleWidth: number, options: RenderOptions, palette: Palette): readonly string[] {
  const margin = " ".repeat(indent);
  const sign = palette[colourOf[words.sign]](words.sign);
  const title = words.count === "" ? words.what : `${words.what.padEnd(titleWidth)}   ${words.count}`;
  const below = (text: string): readonly string[] => (text === "" ? [] : indented(text, options, indent + 4, indent + 6));
  const oneLine = words.value === "" ? title : `${title}   ${words.value}`;
  const lines =
    indent + 2 + oneLine.length <= options.columns
      ? [`${margin}${sign} ${oneLine}`]
      : [...hanging(title, margin, sign, options), ...below(words.value)];
  return [...lines, ...words.remarks.flatMap(below)];
}

/** A title behind its sign; only what is too long is broken, as breaking takes the columns away. */
function hanging(title: string, margin: string, sign: string, { columns }: RenderOptions): readonly string[] {
  const indent = margin.length + 2;
  const lines = indent + title.length <= columns ? [title] : wrapText(title, columns, indent);
  return lines.map((line, index) => `${margin}${index === 0 ? `${sign} ` : "  "}${line.trimEnd()}`);
}

/** A text in lines: the first one's indentation, then that of the others. */
function indented(text: string, { columns }: RenderOptions, first: number, others: number): readonly string[] {
  return wrapText(text, columns, others).map((line, index) => " ".repeat(index === 0 ? first : others) + line);
}

/** Under `--all` values that take more than the line that names them, under `--unified` every value, as a unified diff shows them. */
function hunkLines(change: Change, indent: number, { unified = false }: DiffRenderOptions, palette: Palette): readonly string[] {
  if (!unified && !hasLongValue(change)) return [];
  return unifiedLines(change, unified).map((line) => " ".repeat(indent) + coloured(line, palette));
}

function coloured(line: string, palette: Palette): string {
  if (line.startsWith("+")) return palette.green(line);
  if (line.startsWith("@")) return palette.cyan(line);
  return line.startsWith("-") ? palette.red(line) : line;
}

/** What differs and is no change, each with where it stands; the same in many resources once. */
function ignoredLines(places: readonly IgnoredDifference[], options: RenderOptions): readonly string[] {
  return describeIgnoredPlaces(places).flatMap((text) => indented(text, options, 2, 4));
}

/** Pointers that are shown of a change without --all. */
const shownPointers = 3;

function pointerLines(changes: readonly Change[], indent: number, { all }: RenderOptions): readonly string[] {
  const places = changes.flatMap((change) => change.places);
  const shown = all ? places : places.slice(0, shownPointers);
  const hidden = places.length - shown.length;
  return [
    ...shown.map(({ old, new: now }) => `${" ".repeat(indent)}${describePointers(old, now)}`),
    ...(hidden === 0 ? [] : [`${" ".repeat(indent)}and ${hidden} more places (--all)`]),
  ];
}

function describePointers(old: string | null, now: string | null): string {
  if (old === now) return `at ${old ?? ""}`;
  return [old === null ? [] : [`old ${old}`], now === null ? [] : [`new ${now}`]].flat().join(" → ");
}
