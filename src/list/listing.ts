import { type AnswerHead, answerHead, fileOf } from "../model/answer.js";
import type { Snapshot, SnapshotFile } from "../model/snapshot.js";
import { nearestNames } from "../util/text.js";

/** A list of what a dump holds, with the filters that it was cut down by. Items stand in the order of the file. */
export interface Listing<Name extends string, Item> extends AnswerHead<"list"> {
  readonly file: SnapshotFile;
  readonly list: Name;
  /** The filters that were given, by their names. */
  readonly filters: Readonly<Record<string, string | number>>;
  readonly items: readonly Item[];
  /** The filters that no item of the whole list passes, so that an empty answer explains itself. */
  readonly unmatched: readonly UnmatchedFilter[];
}

export interface UnmatchedFilter {
  readonly filter: string;
  readonly value: string | number;
  /** The values of the dump that are most like the wanted one, best first. */
  readonly nearest: readonly string[];
}

/** How one filter looks at an item: the values that it may name, and when it names one. */
export interface FilterRule<Item> {
  readonly valuesOf: (item: Item) => readonly (string | number | null)[];
  readonly names: (wanted: string, value: string) => boolean;
}

/** Cuts items down to those that pass every filter given. A filter left undefined passes all. */
export function makeListing<Name extends string, Item, Filters extends object>(
  snapshot: Snapshot,
  list: Name,
  items: readonly Item[],
  filters: Filters,
  rules: Readonly<Record<keyof Filters & string, FilterRule<Item>>>,
): Listing<Name, Item> {
  const given: Record<string, string | number> = {};
  const unmatched: UnmatchedFilter[] = [];
  let left = items;
  for (const [filter, rule] of Object.entries<FilterRule<Item>>(rules)) {
    const wanted: unknown = Object.entries(filters).find(([name]) => name === filter)?.[1];
    if (typeof wanted !== "string" && typeof wanted !== "number") continue;
    given[filter] = wanted;
    const passes = (item: Item): boolean => textsOf(rule, item).some((value) => rule.names(String(wanted), value));
    left = left.filter(passes);
    if (items.length > 0 && !items.some(passes))
      unmatched.push({ filter, value: wanted, nearest: nearestValues(String(wanted), items, rule) });
  }
  return { ...answerHead("list"), file: fileOf(snapshot.file), list, filters: given, items: left, unmatched };
}

const textsOf = <Item>(rule: FilterRule<Item>, item: Item): string[] =>
  rule.valuesOf(item).flatMap((value) => (value === null ? [] : [String(value)]));

/** As many values as a person reads at a glance. */
const fewValues = 6;

/** A mistyped `reveiws` is like the leading label of a host, so a value is compared by as many labels as the wanted one has. */
function nearestValues<Item>(wanted: string, items: readonly Item[], rule: FilterRule<Item>): readonly string[] {
  const values = new Set(items.flatMap((item) => textsOf(rule, item)).filter((value) => value !== ""));
  const labels = wanted.split(".").length;
  const byBeginning = new Map<string, string>();
  for (const value of values) {
    const beginning = value.split(".", labels).join(".");
    if (!byBeginning.has(beginning)) byBeginning.set(beginning, value);
  }
  const nearest = nearestNames(wanted, [...values, ...byBeginning.keys()]).map((name) => byBeginning.get(name) ?? name);
  if (nearest.length > 0) return [...new Set(nearest)];
  return values.size <= fewValues ? [...values] : [];
}
