import type { Redaction } from "../../redact/redaction.js";
import { renderJson } from "../json.js";
import type { Renderer } from "../options.js";
import { renderRedactionText } from "./text.js";

export const redactionFormats = ["text", "json"] as const;
export type RedactionFormat = (typeof redactionFormats)[number];

/** The report of a redaction in each of its formats. */
export const redactionRenderers = {
  text: renderRedactionText,
  json: renderJson,
} satisfies Record<RedactionFormat, Renderer<Redaction>>;
