import { renderMarkdownTable } from "../table.js";
import { type AnyListing, tableOf } from "./columns.js";
import type { ListRenderOptions } from "./options.js";

/** A list as a table of GitHub's Markdown, for a comment on a ticket. */
export function renderListMarkdown(listing: AnyListing, options: ListRenderOptions): string {
  const table = tableOf(listing, options);
  return renderMarkdownTable(table.heads.length > 0 ? table : { heads: ["Field", "Value"], rows: table.rows });
}
