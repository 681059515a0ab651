import { decodeRoute } from "../decode/decode-route-configuration.js";
import type { MatchingBehaviour } from "../match/behaviour.js";
import type { MatchedConnection } from "../match/connection.js";
import { readHttpInput } from "../match/http-inputs.js";
import type { MatchedRequest } from "../match/matched-request.js";
import { evaluateMatcher, type MatcherExtension } from "../match/matcher-tree.js";
import { matchPath } from "../match/path.js";
import { describeRouteMatch, matchRoute } from "../match/route-match.js";
import { unpack } from "../model/proto-json.js";
import type { Route, VirtualHost } from "../model/route-configuration.js";
import type { NearestCandidate, RejectedCandidate } from "./explanation.js";
import type { Journal } from "./journal.js";

/** The routes that may take a request, in Envoy's order: exactly one where that is decided, none where no route matches. */
export interface RouteChoice {
  readonly candidates: readonly Route[];
  /** May no route at all take it? */
  readonly mayMiss: boolean;
  readonly near: readonly NearestCandidate[];
}

/** A route as a person names it. */
export const routeName = (route: Route): string => `${route.name ?? "(unnamed)"} #${route.index}`;

const mostNear = 5;

/** The first route of a virtual host whose match takes the request; what can't be decided is followed to both sides. */
export function chooseRoute(
  virtualHost: VirtualHost,
  request: MatchedRequest,
  connection: MatchedConnection,
  behaviour: MatchingBehaviour,
  journal: Journal,
): RouteChoice {
  if (virtualHost.message.matcher === undefined) return firstMatching(virtualHost.routes, virtualHost.at, request, behaviour, journal);
  const result = evaluateMatcher(virtualHost.message.matcher, readHttpInput(request.headers, connection), behaviour);
  switch (result.outcome) {
    case "none":
      journal.decide("route", "none", "the virtual host's matcher leads nowhere", result.at);
      return { candidates: [], mayMiss: true, near: [] };
    case "action":
      return firstMatching(routesOf(result.action), result.at, request, behaviour, journal);
    case "undecided": {
      journal.leaveOpen({
        code: "undecided-match",
        at: result.at,
        message: `virtual host matcher: ${result.because}`,
        decidedBy: result.decidedBy,
      });
      const routes = result.possible.flatMap((action) => (action === null ? [] : routesOf(action)));
      return { ...firstMatching(routes, result.at, request, behaviour, journal), mayMiss: true };
    }
  }
}

/** The routes that a matcher's action holds: one, or a list. */
export function routesOf(action: MatcherExtension): readonly Route[] {
  const single = unpack(action.typed_config, "envoy.config.route.v3.Route");
  if (single !== undefined) return [decodeRoute(single, 0)];
  const list = unpack(action.typed_config, "envoy.config.route.v3.RouteList");
  return (list?.routes ?? []).map(decodeRoute);
}

/** A route that fails on something else than the path is a near miss. */
const takesPath = (route: Route, { path, headers }: MatchedRequest, { regexEncoding }: MatchingBehaviour): boolean =>
  matchPath(route.message.match ?? {}, path, headers, regexEncoding).outcome !== "no-match";

function firstMatching(
  routes: readonly Route[],
  at: string,
  request: MatchedRequest,
  behaviour: MatchingBehaviour,
  journal: Journal,
): RouteChoice {
  const candidates: Route[] = [];
  // Near misses: routes that take the path, and fail on something else.
  const rejected: RejectedCandidate[] = [];
  const onPath: RejectedCandidate[] = [];
  for (const route of routes) {
    const verdict = matchRoute(route.message.match ?? {}, request, behaviour);
    if (verdict.outcome === "no-match") {
      const misses = takesPath(route, request, behaviour) ? rejected : onPath;
      misses.push({ candidate: routeName(route), because: verdict.because, at: verdict.at });
      continue;
    }
    candidates.push(route);
    if (verdict.outcome === "match") {
      journal.decide("route", routeName(route), verdict.because, route.at, rejected.slice(-mostNear));
      return { candidates, mayMiss: false, near: [] };
    }
    journal.leaveOpen({
      code: "undecided-match",
      at: verdict.at,
      message: `route ${routeName(route)} (${describeRouteMatch(route.message.match ?? {})}): ${verdict.because}`,
      decidedBy: verdict.decidedBy,
    });
  }
  const near = [...rejected, ...onPath]
    .slice(0, mostNear)
    .map(({ candidate, because, at: place }) => ({ candidate, failedOn: because, at: place }));
  const because = routes.length === 0 ? "the virtual host has no routes" : `none of ${routes.length} routes matches for certain`;
  journal.decide(
    "route",
    candidates.length === 0 ? "none" : candidates.map(routeName).join(" or "),
    because,
    at,
    rejected.slice(-mostNear),
  );
  return { candidates, mayMiss: true, near };
}
