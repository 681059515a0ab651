import type { RedirectAction } from "../generated/messages.js";
import type { Route } from "../model/route-configuration.js";
import type { ClusterCandidate } from "./choose-cluster.js";
import { answeredLocation, receivedFormat } from "./finalize-request.js";
import type { Findings } from "./findings.js";
import { forwardRequest } from "./forward-request.js";
import { localResponse } from "./local-reply.js";
import { blockedCause } from "./passthrough-cause.js";
import { redirectLocation, redirectStatus } from "./redirect-location.js";
import type { FoundSoFar, RoutedRequest } from "./routed-request.js";

/** What the route says: redirect, answer, or forward. */
export function actOnRoute(
  routed: RoutedRequest,
  route: Route,
  candidates: readonly ClusterCandidate[],
  likely: ClusterCandidate | undefined,
  found: FoundSoFar,
): Findings {
  const { received, arrived, virtualHost } = routed;
  const { redirect, direct_response: direct, route: action } = route.message;
  const { regexEncoding } = arrived.context.behaviour;
  const locationOf = (to: RedirectAction) =>
    redirectLocation(to, route, received, regexEncoding, (format) => receivedFormat(routed, route, format));
  if (redirect !== undefined) {
    const connect = received.method === "CONNECT" && received.path === undefined;
    const location = connect ? undefined : locationOf(redirect);
    return {
      ...found,
      outcome: "redirect",
      response: localResponse(
        { status: redirectStatus(redirect), details: "direct_response", ...answeredLocation(routed, route, location) },
        received.isGrpc,
      ),
    };
  }
  if (direct !== undefined) {
    const status = direct.status ?? 0;
    const located = status === 201 || (status >= 300 && status < 400);
    const location = located ? locationOf({}) : undefined;
    const blocked =
      virtualHost === null
        ? null
        : blockedCause(virtualHost.virtualHost, virtualHost.domain, direct.status, received.authority, routed.near);
    return {
      ...found,
      outcome: "direct_response",
      response: localResponse({ status, details: "direct_response", ...answeredLocation(routed, route, location) }, received.isGrpc),
      cause: blocked,
    };
  }
  if (action !== undefined && candidates.length === 0) return { ...found, outcome: "forward" };
  return forwardRequest(routed, route, candidates, likely, found);
}
