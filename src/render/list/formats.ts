import { renderYaml } from "../yaml.js";
import type { AnyListing } from "./columns.js";
import { renderListJson, renderListNdjson } from "./json.js";
import { renderListMarkdown } from "./markdown.js";
import type { ListRenderOptions } from "./options.js";
import { renderListShort } from "./short.js";

export const listFormats = ["short", "json", "yaml", "ndjson", "markdown"] as const;
export type ListFormat = (typeof listFormats)[number];

/** The renderers of the lists, by format. */
export const listRenderers = {
  short: renderListShort,
  json: renderListJson,
  yaml: renderYaml,
  ndjson: renderListNdjson,
  markdown: renderListMarkdown,
} satisfies Record<ListFormat, (listing: AnyListing, options: ListRenderOptions) => string>;
