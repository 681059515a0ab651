import { fingerprint } from "../identity/fingerprint.js";
import type { ListIdentity } from "../identity/identity.js";
import { type ItemKey, itemKey } from "../identity/item-key.js";
import { typeOfValue } from "../identity/value-type.js";
import { placeOf } from "../model/proto-json.js";
import type { FieldDescription } from "../proto/describe-type.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";
import type { AlignedItem, Alignment } from "./align-lists.js";
import type { ListPosition } from "./change.js";
import type { Placed } from "./difference.js";
import { hideSensitive } from "./hide-sensitive.js";

/** An item of a repeated field. */
export interface ListItem extends AlignedItem {
  readonly item: Placed;
  readonly itemKey: ItemKey | undefined;
  /** The second key as a path writes it. */
  readonly secondKeySpelling: string | undefined;
  /** As a path writes it; several items of one key are counted: `[name="main",#1]`. */
  readonly spelling: string;
}

/** The items of a repeated field's value. */
export function itemsOf(identity: ListIdentity, field: FieldDescription, list: Placed): readonly ListItem[] {
  const values: readonly Json[] = Array.isArray(list.value) ? list.value : [];
  const counts = new Map<string, number>();
  const keys = values.map((value) => itemKey(identity, field, value));
  for (const key of keys) if (key !== undefined) counts.set(key.spelling, (counts.get(key.spelling) ?? 0) + 1);
  const seen = new Map<string, number>();
  return values.map((value, index) => {
    const key = keys[index];
    let print: string | undefined;
    return {
      item: { value, at: () => (isJsonObject(value) ? placeOf(value) : pointTo(list.at(), index)) },
      itemKey: key,
      key: key?.text ?? null,
      get secondKey() {
        return itemKey(identity, field, value, 1)?.text ?? null;
      },
      get secondKeySpelling() {
        return itemKey(identity, field, value, 1)?.spelling;
      },
      print: () => {
        print ??= fingerprint(typeOfValue(field, value), value);
        return print;
      },
      spelling: spell(key, index, counts, seen),
    };
  });
}

function spell(key: ItemKey | undefined, index: number, counts: ReadonlyMap<string, number>, seen: Map<string, number>): string {
  if (key === undefined) return `[#${index}]`;
  if (counts.get(key.spelling) === 1) return key.spelling;
  const nth = seen.get(key.spelling) ?? 0;
  seen.set(key.spelling, nth + 1);
  return `${key.spelling.slice(0, -1)},#${nth}]`;
}

/**
 * The key as a list of keys shows it: the name itself, any other key as a path writes it; an item without a key as it is, and of
 * several with one key what tells them apart.
 */
function shownKey({ item, itemKey: key, spelling, secondKeySpelling }: ListItem, field: FieldDescription): Json {
  if (key === undefined) return hideSensitive(typeOfValue(field, item.value), item.value);
  if (spelling !== key.spelling) return (secondKeySpelling ?? spelling).slice(1, -1);
  return key.fields.length === 1 && (key.fields[0] === "name" || key.fields[0] === "")
    ? (key.values[0] ?? null)
    : key.spelling.slice(1, -1);
}

/** The keys of a list's items in their order, before and after; what is one item in both lists has one key. */
export function shownKeys(
  field: FieldDescription,
  old: readonly ListItem[],
  now: readonly ListItem[],
  pairs: readonly (readonly [old: number, now: number])[],
): { readonly before: Json; readonly after: Json } {
  const formerly = new Map(pairs.map(([left, right]) => [right, old[left]]));
  return {
    before: old.map((item) => shownKey(item, field)),
    after: now.map((item, index) => shownKey(formerly.get(index) ?? item, field)),
  };
}

export function positionOf(items: readonly ListItem[], index: number): ListPosition {
  const next = items[index + 1];
  return { index, of: items.length, before: next === undefined ? null : next.spelling };
}

/** What an alignment by key left over, paired where only the key has changed. */
export interface Leftovers {
  /** Of another name and the same content. */
  readonly renamed: readonly (readonly [old: number, new: number])[];
  /** Of another match and the same content: the match has changed. */
  readonly rematched: readonly (readonly [old: number, new: number])[];
  readonly removed: readonly number[];
  readonly added: readonly number[];
}

/** Pairs removed with added items that differ in their key alone, where there is no doubt which is which. */
export function pairLeftovers(
  identity: ListIdentity,
  field: FieldDescription,
  old: readonly ListItem[],
  now: readonly ListItem[],
  { removed, added }: Alignment,
): Leftovers {
  const renamed: [number, number][] = [];
  const rematched: [number, number][] = [];
  if (removed.length > 0 && added.length > 0) {
    const olds = byContent(identity, field, old, removed);
    const news = byContent(identity, field, now, added);
    for (const [content, indexes] of olds) {
      const partners = news.get(content) ?? [];
      const [left, right] = [indexes[0], partners[0]];
      if (left === undefined || right === undefined || indexes.length > 1 || partners.length > 1) continue;
      (isNamed(old[left]) ? renamed : rematched).push([left, right]);
    }
  }
  const pairs = [...renamed, ...rematched];
  return {
    renamed,
    rematched,
    removed: removed.filter((index) => pairs.every(([left]) => left !== index)),
    added: added.filter((index) => pairs.every(([, right]) => right !== index)),
  };
}

const isNamed = (item: ListItem | undefined): boolean => item?.itemKey?.fields[0] === "name";

/** Items by what they hold apart from their key. Only names that are mere labels, and keys that are messages or several fields, can be told from content. */
function byContent(
  identity: ListIdentity,
  field: FieldDescription,
  items: readonly ListItem[],
  places: readonly number[],
): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const place of places) {
    const item = items[place];
    // Where several fields make a key, an item may have none of them: it still is what it holds.
    const [key, ...further] = identity.keys.find((fields) => fields.length > 1) ?? item?.itemKey?.fields ?? [];
    if (item === undefined || key === undefined || !isJsonObject(item.item.value)) continue;
    if (key === "name" ? !identity.label : further.length === 0 && !isJsonObject(item.item.value[key])) continue;
    const rest = [key, ...further].reduce<JsonObject>(without, item.item.value);
    if (Object.keys(rest).every((name) => name === "@type")) continue;
    const print = `${key} ${fingerprint(typeOfValue(field, item.item.value), rest)}`;
    const same = found.get(print);
    if (same === undefined) found.set(print, [place]);
    else same.push(place);
  }
  return found;
}

/** The message without one field. */
export const without = (message: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(message).filter(([name]) => name !== key));
