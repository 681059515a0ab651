import { listIdentity } from "../identity/identity.js";
import { fieldOf } from "../identity/value-type.js";
import { isJsonObject, type Json, type JsonObject, member } from "../util/json.js";
import { compareJson } from "./json-shape.js";

/** Shorter lists are not worth it. */
const fewItems = 8;

/**
 * The items of a resource's own lists that stand in both files with the same JSON, so that they need not be decoded: of a route
 * configuration with thousands of virtual hosts those that have not changed. Only of lists whose order means nothing, whose items
 * have a name each of their own, and where the items of both files stand in the same order.
 */
export function equalItems(type: string, old: JsonObject, now: JsonObject): ReadonlySet<Json> {
  const known = compared.get(now);
  if (known?.old === old) return known.equal;
  const equal = findEqual(type, old, now);
  compared.set(now, { old, equal });
  return equal;
}

/** By the newer resource, with what it was compared last. */
const compared = new WeakMap<JsonObject, { readonly old: JsonObject; readonly equal: ReadonlySet<Json> }>();

function findEqual(type: string, old: JsonObject, now: JsonObject): ReadonlySet<Json> {
  const equal = new Set<Json>();
  for (const [key, list] of Object.entries(now)) {
    const former = member(old, key);
    const identity = listIdentity(type, fieldOf(type, key)?.name ?? key);
    if (!Array.isArray(list) || !Array.isArray(former) || list.length < fewItems) continue;
    if (identity?.order === "none" && identity.keys[0]?.[0] === "name") addEqual(former, list, equal);
  }
  return equal;
}

function addEqual(old: readonly Json[], now: readonly Json[], equal: Set<Json>): void {
  const olds = byName(old);
  const news = byName(now);
  if (olds === undefined || news === undefined) return;
  const shared = [...news].filter(([name]) => olds.has(name));
  const places = shared.map(([name]) => olds.get(name) ?? 0);
  if (places.some((place, index) => index > 0 && place < (places[index - 1] ?? 0))) return;
  for (const [name, index] of shared) {
    const [before, after] = [old[olds.get(name) ?? 0] ?? null, now[index] ?? null];
    if (compareJson(before, after) === "different") continue;
    equal.add(before);
    equal.add(after);
  }
}

/** The places of a list's items by their names; undefined where one has none or two have the same. */
function byName(list: readonly Json[]): ReadonlyMap<string, number> | undefined {
  const places = new Map<string, number>();
  for (const [index, item] of list.entries()) {
    const name = isJsonObject(item) ? member(item, "name") : undefined;
    if (typeof name !== "string" || name === "" || places.has(name)) return undefined;
    places.set(name, index);
  }
  return places;
}
