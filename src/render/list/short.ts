import { renderTable } from "../table.js";
import { type AnyListing, tableOf } from "./columns.js";
import type { ListRenderOptions } from "./options.js";

/** A list as lines of aligned columns. */
export const renderListShort = (listing: AnyListing, options: ListRenderOptions): string => renderTable(tableOf(listing, options));
