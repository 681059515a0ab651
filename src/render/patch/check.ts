import type { ForceState, MissingPlace, PatchCheck, PatchInForce } from "../../envoy-filter/check-in-force.js";
import { countOf } from "../../util/text.js";
import { annotation } from "../diff/annotation.js";
import { codeSpan, escapeMarkdown } from "../diff/markdown-text.js";
import { type Palette, paletteOf, type Renderer, type RenderOptions } from "../options.js";
import { plainText, wrapText } from "../text-wrap.js";

const stateWords: Readonly<Record<ForceState, string>> = {
  yes: "in force",
  no: "not in force",
  partly: "partly in force",
  nothing: "nothing to act on",
  idle: "not for this proxy",
};

const colourOf = { yes: "green", no: "red", partly: "yellow", nothing: "yellow", idle: "yellow" } as const satisfies Record<
  ForceState,
  keyof Palette
>;

/** `Partly: 1 of 2 patches is in force, in 41 of 42 places.` */
function verdictOf({ state, patches }: PatchCheck): string {
  const acting = patches.filter((patch) => patch.state !== "idle" && patch.state !== "nothing");
  if (acting.length === 0) return "No: none of the patches has anything to act on in this dump.";
  const inForce = acting.filter((patch) => patch.state === "yes").length;
  const present = acting.reduce((sum, patch) => sum + patch.present, 0);
  const places = present + acting.reduce((sum, { missing }) => sum + missing.length, 0);
  const where = places === 0 ? "" : `, in ${present} of ${countOf(places, "place")}`;
  const answer = { yes: "Yes", no: "No", partly: "Partly" }[state];
  return `${answer}: ${inForce} of ${countOf(acting.length, "patch", "patches")} in force${where}.`;
}

const titleOf = ({ state, envoyFilter, patch }: PatchInForce): string => `${stateWords[state]}: ${plainText(envoyFilter)} #${patch}`;

function factsOf({ applyTo, operation, context, present, missing, because }: PatchInForce): string {
  const places = present + missing.length;
  const where = places === 0 ? "" : `: ${present} of ${countOf(places, "place")}`;
  return `${applyTo} ${operation}, context ${context}${where}${because === null ? "" : `: ${plainText(because)}`}`;
}

/** Names of what lacks a patch, each once: `not on listeners a, b`. */
function lackingOf({ missing }: PatchInForce, all: boolean): readonly string[] {
  const groups = new Map<string, string[]>();
  for (const { what, resource } of missing) {
    const names = groups.get(what) ?? [];
    groups.set(what, names.includes(resource.name) ? names : [...names, resource.name]);
  }
  return [...groups].map(([what, names]) => {
    const shown = all ? names : names.slice(0, mostShown);
    const cut = names.length - shown.length;
    return `${what}: ${shown.map(plainText).join(", ")}${cut === 0 ? "" : ` and ${cut} more (--all)`}`;
  });
}

const mostShown = 3;

/** Whether EnvoyFilters are in force, for a terminal: yes, no or partly, then each patch with what is missing where. */
export const renderCheckText: Renderer<PatchCheck> = (answer, options) => {
  const palette = paletteOf(options);
  const lines = [
    ...wrapText(verdictOf(answer), options.columns, 0).map((line) => palette.bold(palette[colourOf[answer.state]](line))),
    ...answer.patches.flatMap((patch) => [
      "",
      `${palette[colourOf[patch.state]](titleOf(patch))}  ${palette.dim(`${plainText(patch.file)}:${patch.line}`)}`,
      ...indented(factsOf(patch), options),
      ...lackingOf(patch, options.all).flatMap((text) => indented(text, options)),
      ...pointersOf(patch.missing, options, palette),
    ]),
    "",
    palette.bold("taken for granted"),
    ...answer.assumptions.flatMap(({ message }) => indented(message, options)),
  ];
  return `${lines.join("\n")}\n`;
};

const indented = (text: string, { columns }: RenderOptions): readonly string[] =>
  wrapText(plainText(text), columns, 4).map((line, index) => " ".repeat(index === 0 ? 2 : 4) + line);

function pointersOf(missing: readonly MissingPlace[], { at, all }: RenderOptions, palette: Palette): readonly string[] {
  const places = at ? missing.filter((place) => place.at !== "") : [];
  const shown = all ? places : places.slice(0, mostShown);
  const cut = places.length - shown.length;
  return [...shown.map((place) => `    ${palette.dim(place.at)}`), ...(cut === 0 ? [] : [`    and ${countOf(cut, "more place")} (--all)`])];
}

/** The same for a pull request. */
export const renderCheckMarkdown: Renderer<PatchCheck> = (answer, { all }) => {
  const items = answer.patches.flatMap((patch) => [
    `- ${escapeMarkdown(titleOf(patch))} (${codeSpan(`${patch.file}:${patch.line}`)})`,
    ...[factsOf(patch), ...lackingOf(patch, all)].map((text) => `  <br>${escapeMarkdown(text)}`),
  ]);
  return `**${escapeMarkdown(verdictOf(answer))}**\n\n${items.join("\n")}\n`;
};

/** The same as annotations of a GitHub workflow, one for each patch at its line. */
export const renderCheckGithub: Renderer<PatchCheck> = (answer, { all }) => {
  const lines = answer.patches.map((patch) => {
    const level = patch.state === "yes" ? "notice" : "warning";
    return annotation(level, { file: patch.file, line: patch.line }, titleOf(patch), [factsOf(patch), ...lackingOf(patch, all)].join("\n"));
  });
  return `${lines.join("\n")}\n`;
};
