import type { RedactedFileReport, Redaction } from "../../redact/redaction.js";
import { countOf } from "../../util/text.js";
import { type Palette, paletteOf, type Renderer, type RenderOptions } from "../options.js";
import { plainText } from "../text-wrap.js";
import { removalWords } from "./removal-words.js";

/** Places that are shown of a kind before the rest is counted. */
const shownPlaces = 3;

/** What was removed, or is to be: by kind and place, never by value. */
export const renderRedactionText: Renderer<Redaction> = (redaction, options) => {
  const palette = paletteOf(options);
  return `${redaction.files.map((file) => fileLines(file, redaction, options, palette).join("\n")).join("\n\n")}\n`;
};

function fileLines(
  { name, removed, leftOut }: RedactedFileReport,
  { check }: Redaction,
  { all }: RenderOptions,
  palette: Palette,
): readonly string[] {
  const places = removed.reduce((count, { at }) => count + at.length, 0);
  const unseen = leftOut.map((entry) => `  ${plainText(entry)} is no text: ${check ? "it would be" : "it was"} left out`);
  if (places === 0) return [`${plainText(name)}: ${palette.green(check ? "nothing to hide" : "nothing removed")}`, ...unseen];
  const verdict = check ? `${countOf(places, "place")} to hide` : `redacted in ${countOf(places, "place")}`;
  return [
    `${plainText(name)}: ${check ? palette.red(verdict) : verdict}`,
    ...removed.flatMap(({ kind, at }) => {
      const shown = all || at.length <= shownPlaces + 1 ? at : at.slice(0, shownPlaces);
      const hidden = at.length - shown.length;
      return [
        `  ${removalWords[kind]} [${kind}], ${countOf(at.length, "place")}`,
        ...shown.map((place) => `      ${place === "" ? "(the text)" : plainText(place)}`),
        ...(hidden === 0 ? [] : [`      … ${hidden} more: --all`]),
      ];
    }),
    ...unseen,
  ];
}
