import type { Route } from "../model/route-configuration.js";
import { type Criterion, candidatesOf, criteriaOf, type Surroundings } from "./criterion.js";
import { findRequests } from "./find-request.js";

/** A route that no request reaches, as those before it take whatever it would match. */
export interface ShadowedRoute {
  readonly route: Route;
  /** Those before it that take a part of it, in their order. */
  readonly by: readonly Route[];
}

/**
 * The routes of a list that no request can reach. Only what is certain: a route that regexes or unknown criteria may leave open is not
 * among them.
 */
export function shadowedRoutes(routes: readonly Route[], surroundings: Surroundings): readonly ShadowedRoute[] {
  const matches = routes.map(({ message }) => message.match ?? {});
  const candidates = candidatesOf(matches, surroundings);
  const criteria = matches.map((match) => criteriaOf(match, surroundings));
  return routes.flatMap((route, index) => {
    const own: readonly Criterion[] = criteria[index] ?? [];
    const earlier = criteria.slice(0, index);
    const search = findRequests({ within: [own], outside: earlier }, candidates);
    if (search.found === "some" || !search.certain) return [];
    const by = routes
      .slice(0, index)
      .filter((_, other) => findRequests({ within: [own, criteria[other] ?? []], outside: [] }, candidates).found === "some");
    // A route that contradicts itself is not shadowed by anybody.
    return by.length === 0 ? [] : [{ route, by }];
  });
}
