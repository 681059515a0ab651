import type { RedactedFileReport, Redaction, RemovalKind } from "../../redact/redaction.js";
import { countOf } from "../../util/text.js";
import { type Palette, paletteOf, type Renderer, type RenderOptions } from "../options.js";
import { plainText } from "../text-wrap.js";

const words = {
  "sensitive-field": "field that Envoy marks as sensitive",
  "private-key": "private key",
  "credential-header": "header with credentials",
  "credential-field": "field with credentials",
  "key-set": "set of keys (JWKS)",
  "extension-code": "code of an extension",
  "extension-configuration": "configuration of an extension",
  "node-metadata": "environment or annotation of the node",
  token: "token",
  "cloud-key": "key of a service",
  password: "password",
  "connection-string": "password in a URL",
  "high-entropy": "value that looks drawn at random",
} as const satisfies Record<RemovalKind, string>;

/** Places that are shown of a kind before the rest is counted. */
const shownPlaces = 3;

/** What was removed, or is to be: by kind and place, never by value. */
export const renderRedactionText: Renderer<Redaction> = (redaction, options) => {
  const palette = paletteOf(options);
  return redaction.files.map((file) => fileLines(file, redaction, options, palette).join("\n")).join("\n\n") + "\n";
};

function fileLines({ name, removed }: RedactedFileReport, { check }: Redaction, { all }: RenderOptions, palette: Palette): readonly string[] {
  const places = removed.reduce((count, { at }) => count + at.length, 0);
  if (places === 0) return [`${plainText(name)}: ${palette.green(check ? "nothing to hide" : "nothing removed")}`];
  const verdict = check ? `${countOf(places, "place")} to hide` : `redacted in ${countOf(places, "place")}`;
  return [
    `${plainText(name)}: ${check ? palette.red(verdict) : verdict}`,
    ...removed.flatMap(({ kind, at }) => {
      const shown = all || at.length <= shownPlaces + 1 ? at : at.slice(0, shownPlaces);
      const hidden = at.length - shown.length;
      return [
        `  ${words[kind]} [${kind}], ${countOf(at.length, "place")}`,
        ...shown.map((place) => `      ${plainText(place)}`),
        ...(hidden === 0 ? [] : [`      … ${hidden} more: --all`]),
      ];
    }),
  ];
}
