import type { PatchAnswer } from "../../diff/patches/patch-answer.js";
import type { PatchAccount, PatchStatus } from "../../envoy-filter/patch-account.js";
import { countOf } from "../../util/text.js";
import type { DiffRenderOptions } from "../diff/options.js";
import { renderDiffText } from "../diff/text.js";
import { type Palette, paletteOf, type RenderOptions } from "../options.js";
import { plainText, wrapText } from "../text-wrap.js";
import { accountVerdict, patchCounts, patchKind, patchTitle } from "./account-words.js";

/** What EnvoyFilters would do, for a terminal: the verdict, each patch, what was assumed, then the diff. */
export function renderPatchText(answer: PatchAnswer, options: DiffRenderOptions): string {
  const palette = paletteOf(options);
  const lines = [
    ...wrapText(accountVerdict(answer), options.columns, 0).map(palette.bold),
    ...answer.account.flatMap((each) => ["", ...patchLines(each, options, palette)]),
    ...assumptionLines(answer, options, palette),
    "",
  ];
  return `${lines.join("\n")}\n${renderDiffText(answer.diff, options)}`;
}

const colourOf = {
  applied: "green",
  "matched-nothing": "red",
  "changed-nothing": "yellow",
  "not-selected": "yellow",
  "not-applied": "yellow",
  failed: "red",
} as const satisfies Record<PatchStatus, keyof Palette>;

/** Places, and suspicions of one kind, that are shown without --all. */
const mostShown = 3;

type WrittenAccount = PatchAnswer["account"][number];

/** One patch: what became of it and where it is written, what it is, what it was held against, what is near or suspicious. */
export function patchLines(account: WrittenAccount, options: RenderOptions, palette: Palette): readonly string[] {
  const { status, file, line, nearest, suspicions } = account;
  const shown = options.all ? suspicions : suspicions.slice(0, mostShown);
  const cut = suspicions.length - shown.length;
  return [
    `${palette[colourOf[status]](patchTitle(account))}  ${palette.dim(`${plainText(file)}:${line}`)}`,
    ...indented(patchKind(account), options, 2),
    ...indented(patchCounts(account), options, 2),
    ...(nearest.length === 0 ? [] : ["  nearest:"]),
    ...nearest.flatMap(({ candidate, failedOn, at }) => [
      ...indented(`${candidate}: ${failedOn}`, options, 4),
      ...pointer(at, 6, options, palette),
    ]),
    ...shown.flatMap(({ code, message, at }) => [
      ...indented(`suspicious: ${message} [${code}]`, options, 2),
      ...pointer(at, 4, options, palette),
    ]),
    ...(cut === 0 ? [] : [`  and ${countOf(cut, "more suspicion")} (--all)`]),
    ...placeLines(account, options, palette),
  ];
}

function placeLines({ places }: PatchAccount, options: RenderOptions, palette: Palette): readonly string[] {
  if (!options.at) return [];
  const shown = options.all ? places : places.slice(0, mostShown);
  const cut = places.length - shown.length;
  return [
    ...shown.flatMap(({ at, in: within }) =>
      pointer(at === null ? "gone again" : `${at}${within === "result" ? " (new)" : ""}`, 4, options, palette),
    ),
    ...(cut === 0 ? [] : [`    and ${countOf(cut, "more place")} (--all)`]),
  ];
}

function assumptionLines({ assumptions, others }: PatchAnswer, options: RenderOptions, palette: Palette): readonly string[] {
  const passed = others.map(({ kind, count }) => `${count} ${plainText(kind)}`).join(", ");
  const skipped = passed === "" ? [] : indented(`passed over in the files: ${passed}`, options, 2, 4);
  return [
    "",
    palette.bold("taken for granted"),
    ...assumptions.flatMap(({ message, at }) => [
      ...indented(message, options, 2, 4),
      ...(at === null ? [] : pointer(at, 4, options, palette)),
    ]),
    ...skipped,
  ];
}

const pointer = (at: string, indent: number, { at: wanted }: RenderOptions, palette: Palette): readonly string[] =>
  wanted && at !== "" ? [`${" ".repeat(indent)}${palette.dim(at)}`] : [];

const indented = (text: string, { columns }: RenderOptions, first: number, others = first + 2): readonly string[] =>
  wrapText(plainText(text), columns, others).map((line, index) => " ".repeat(index === 0 ? first : others) + line);
