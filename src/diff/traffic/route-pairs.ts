import type { ListedRoute } from "./listed-routes.js";

/** The route that OLD takes and the one that NEW takes, by their places in their lists; null: none. */
export interface RoutePair {
  readonly old: number | null;
  readonly new: number | null;
}

/** A route as far as it decides, so that equal routes are one. */
export type RoutePrint = (route: ListedRoute) => string;

/**
 * The pairs of routes that one request may meet in OLD and in NEW, as far as the orders of the lists allow: of two routes that both lists
 * hold, each side takes the one that comes first. Pairs of equal routes, or of none, are left out, unless `lookAlike` says that they may differ.
 */
export function* routePairs(
  olds: readonly ListedRoute[],
  news: readonly ListedRoute[],
  print: RoutePrint,
  lookAlike: (route: ListedRoute | null) => boolean,
): Generator<RoutePair> {
  const oldPrints = olds.map(print);
  const newPrints = news.map(print);
  const firstOld = firstPlaces(oldPrints);
  const firstNew = firstPlaces(newPrints);
  for (const [old, oldPrint] of oldPrints.entries()) {
    if (firstOld.get(oldPrint) !== old) continue;
    const ownInNew = firstNew.get(oldPrint);
    for (const [now, newPrint] of newPrints.entries()) {
      if (firstNew.get(newPrint) !== now) continue;
      if (oldPrint === newPrint) {
        const route = olds[old];
        if (route !== undefined && lookAlike(route)) yield { old, new: now };
        continue;
      }
      // A request that meets both: in NEW the old one's twin must not come first, and in OLD the new one's must not.
      if (ownInNew !== undefined && ownInNew < now) break;
      const ownInOld = firstOld.get(newPrint);
      if (ownInOld !== undefined && ownInOld < old) continue;
      yield { old, new: now };
    }
    if (ownInNew === undefined) yield { old, new: null };
  }
  for (const [now, newPrint] of newPrints.entries()) {
    if (firstNew.get(newPrint) === now && !firstOld.has(newPrint)) yield { old: null, new: now };
  }
  if (lookAlike(null)) yield { old: null, new: null };
}

function firstPlaces(prints: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [index, print] of prints.entries()) if (!places.has(print)) places.set(print, index);
  return places;
}
