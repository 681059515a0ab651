import type { RouteMatch } from "../generated/messages.js";
import type { OrderMeaning } from "../identity/identity.js";
import { areDisjoint } from "../match/disjoint-routes.js";
import { isJsonObject, type Json, type JsonObject, member } from "../util/json.js";
import { type Alignment, isInOrder } from "./align-lists.js";

type Pair = readonly [old: number, now: number];

/** More pairs of items than these are not looked at one by one: a change of their order is then taken to decide. */
const mostPairs = 4_000_000;

/** What has become of the order of a list's items: nothing, something without meaning, or something that decides. */
export function orderOf(
  meaning: OrderMeaning,
  pairs: readonly Pair[],
  { movedWithinKey }: Pick<Alignment, "movedWithinKey">,
  [old, now]: readonly [readonly Json[], readonly Json[]],
): "kept" | "meaningless" | "decides" {
  if (isInOrder(pairs)) return "kept";
  switch (meaning) {
    case "decides":
      return "decides";
    case "within-key":
      return movedWithinKey ? "decides" : "meaningless";
    case "where-both-match":
      return exchangesOverlapping(pairs, old, now) ? "decides" : "meaningless";
    case "none":
      return "meaningless";
  }
}

/** Have two items changed places that one request may match both, in OLD or in NEW? */
function exchangesOverlapping(pairs: readonly Pair[], old: readonly Json[], now: readonly Json[]): boolean {
  if (pairs.length ** 2 > mostPairs) return true;
  const sorted = pairs.toSorted(([a], [b]) => a - b);
  return sorted.some(([firstOld, firstNew], index) =>
    sorted
      .slice(index + 1)
      .some(
        ([secondOld, secondNew]) => secondNew < firstNew && !(apart(old[firstOld], old[secondOld]) && apart(now[firstNew], now[secondNew])),
      ),
  );
}

function apart(first: Json | undefined, second: Json | undefined): boolean {
  const [a, b] = [member(first, "match"), member(second, "match")];
  return isRouteMatch(a) && isRouteMatch(b) && areDisjoint(a, b);
}

/** Any object may be read as a route match: all of its fields are optional. */
const isRouteMatch = (value: Json | undefined): value is JsonObject & RouteMatch => isJsonObject(value);
