import type { Json } from "../util/json.js";

/** A step from a message into one of its fields, and there to one item. */
export interface Step {
  /** Full name of the message that has the field; null within plain JSON. */
  readonly message: string | null;
  readonly field: string;
  /** The item's key as a path writes it, brackets included; "" for the field as a whole. */
  readonly key: string;
  /** Does the key only tell instances of one thing apart (chains, virtual hosts), so that the same change in several of them is one? */
  readonly instance: boolean;
}

/** The way from a resource to a value, from its end to its beginning; null is the resource itself. */
export type Trail = { readonly parent: Trail; readonly step: Step } | null;

export function stepsOf(trail: Trail): readonly Step[] {
  const steps: Step[] = [];
  for (let at = trail; at !== null; at = at.parent) steps.push(at.step);
  return steps.reverse();
}

/** `filter_chains[name="virtualOutbound"].filters[name="…"].typed_config.access_log[#0]` */
export function spellPath(steps: readonly Step[]): string {
  return steps.map(({ field, key }) => spellField(field) + key).join(".");
}

/** The path without what only tells instances apart (and without counts), for finding the same change elsewhere. */
export function normalisePath(steps: readonly Step[]): string {
  return steps
    .map(({ field, key, instance }) => (field === "default_filter_chain" ? "filter_chains[]" : spellField(field) + (instance ? "[]" : key.replace(/,?#\d+\]$/, "]"))))
    .join(".");
}

/** Fields of messages are plain words; a key of a JSON object may be anything. */
const spellField = (field: string): string => (/^[\w@-]+$/.test(field) ? field : JSON.stringify(field));

/** The key of an item as a path writes it: `[name="main"]`; the labels are paths within the item. */
export function spellKey(parts: readonly { readonly label: string; readonly value: Json }[]): string {
  return `[${parts.map(({ label, value }) => (label === "" ? "" : `${label}=`) + JSON.stringify(value)).join(",")}]`;
}
