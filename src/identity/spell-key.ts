import type { Json } from "../util/json.js";

/** The key of an item as a path writes it: `[name="main"]`; the labels are paths within the item. */
export function spellKey(parts: readonly { readonly label: string; readonly value: Json }[]): string {
  return `[${parts.map(({ label, value }) => (label === "" ? "" : `${label}=`) + JSON.stringify(value)).join(",")}]`;
}
