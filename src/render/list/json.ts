import type { AnyListing } from "./columns.js";

/** A list as JSON: the contract, see src/schemas/list.schema.json. */
export const renderListJson = (listing: AnyListing): string => `${JSON.stringify(listing, null, 2)}\n`;

/** A list as NDJSON, an item a line; each stands alone. See src/schemas/list-item.schema.json. */
export function renderListNdjson({ items, unmatched: _, kind: __, schemaVersion, ...head }: AnyListing): string {
  return items.map((item) => `${JSON.stringify({ schemaVersion, kind: "list-item", ...head, item })}\n`).join("");
}
