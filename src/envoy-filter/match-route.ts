import type { RouteMatch } from "./envoy-filter.js";
import { isAsked } from "./match-listener.js";
import { nameOf } from "./message-fields.js";
import { type Mismatch, mismatch } from "./mismatch.js";
import type { Piece } from "./pieces.js";

/** What a route does, by the field that says it. */
const actions = { route: "ROUTE", redirect: "REDIRECT", direct_response: "DIRECT_RESPONSE" } as const;

/** The first condition of a match that a route fails; its virtual host has been asked already. */
export function routeMismatch(route: Piece, match: RouteMatch | undefined): Mismatch | undefined {
  if (match === undefined) return undefined;
  const name = nameOf(route.value);
  if (isAsked(match.name) && match.name !== name) return mismatch("route name", route, match.name, name);
  const wanted = match.action ?? "ANY";
  const action = Object.entries(actions).find(([field]) => Object.hasOwn(route.value, field))?.[1];
  // A route that does none of the three, and so not what is asked for either, passes.
  if (wanted === "ANY" || action === undefined || action === wanted) return undefined;
  return mismatch("route action", route, wanted, action);
}
