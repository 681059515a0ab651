import type { WeightedCluster_ClusterWeight } from "../generated/messages.js";
import { firstHeaderValue, type RequestHeaders, requestHeaders, unknownHeader } from "../match/request-headers.js";
import type { Unknown } from "../match/verdict.js";
import { placeOf } from "../model/proto-json.js";
import type { Route } from "../model/route-configuration.js";
import { finalizeRequestHeaders, finalizeResponseHeaders, type Operators, operatorsOf, type RouteLevels } from "./finalize-headers.js";
import { rewriteAuthority, rewritePath } from "./rewrite-path.js";
import type { RoutedRequest } from "./routed-request.js";
import { substituteFormat } from "./substitute-format.js";

type WeightedEntry = WeightedCluster_ClusterWeight | null;

/** Authority and path of a request as they go upstream. */
export interface RewrittenRequest {
  readonly authority: string;
  /** Null where the request has none: a CONNECT. One that a rewrite has given a path has one, and Envoy does not send it. */
  readonly path: string | null;
}

/**
 * Rewrites a request as its route says, in the router's order: the headers' mutations, then the authority, then the path. What a rewrite
 * takes from something unknown stays as received, and is left open.
 */
export function rewriteRequest(routed: RoutedRequest, route: Route, entry: WeightedEntry): RewrittenRequest {
  const { received, arrived } = routed;
  const action = route.message.route ?? {};
  const encoding = arrived.context.behaviour.regexEncoding;
  const looksAtHeaders = Boolean(action.host_rewrite_header || action.host_rewrite || action.path_rewrite);
  const operators: Operators = looksAtHeaders ? operatorsFor(routed, route) : new Map();
  const levels = looksAtHeaders ? levelsOf(routed, route, entry) : null;
  const headers = levels === null ? received.headers : finalizeRequestHeaders(levels, received.headers, operators);
  const authority = knownOr(
    received.authority,
    rewriteAuthority(action, entry?.host_rewrite_literal, { ...received, headers }, encoding, (format) =>
      substituteFormat(format, { request: headers, operators, absent: "-" }),
    ),
    routed,
    placeOf(action),
  );
  const renamed: RequestHeaders = { values: new Map(headers.values).set(":authority", [authority]), unknown: headers.unknown };
  const rewritten = rewritePath(action, route.message.match ?? {}, received.path ?? "", encoding, (format) =>
    substituteFormat(format, { request: renamed, operators, absent: "" }),
  );
  const path = knownOr(received.path ?? "", rewritten, routed, placeOf(action));
  const absent = received.path === undefined && path === "";
  const made = action.regex_rewrite !== undefined && arrived.context.behaviour.rewritesAbsentPath;
  return { authority, path: absent && !made ? null : path };
}

/** The text of a format string on the request as received, before any mutation. */
export function receivedFormat(routed: RoutedRequest, route: Route, format: string): string | Unknown {
  return format === ""
    ? ""
    : substituteFormat(format, { request: routed.received.headers, operators: operatorsFor(routed, route), absent: "" });
}

/**
 * The Location that an answer of the route carries in the end: Envoy's own redirects and direct responses go through the route's
 * response header mutations, which may add to it or take it away.
 */
export function answeredLocation(
  routed: RoutedRequest,
  route: Route,
  location: string | Unknown | undefined,
): { readonly location?: string } {
  const at = route.at;
  if (location !== undefined && typeof location !== "string") {
    knownOr("", location, routed, at);
    return {};
  }
  const levels = levelsOf(routed, route, null);
  const headers = requestHeaders(location === undefined ? [] : [["location", location]], "http/1.1");
  const answered =
    levels === null ? headers : finalizeResponseHeaders(levels, headers, routed.received.headers, operatorsFor(routed, route));
  const open = unknownHeader(answered, "location");
  if (open !== undefined) knownOr("", open, routed, at);
  const value = firstHeaderValue(answered, "location");
  return value === undefined ? {} : { location: value };
}

/** The value, where it is known; else the other, and it is left open. */
function knownOr(other: string, value: string | Unknown, { arrived }: RoutedRequest, at: string): string {
  if (typeof value === "string") return value;
  arrived.journal.leaveOpen({ code: "state", at, message: `what the route writes: ${value.because}`, decidedBy: value.decidedBy });
  return other;
}

function levelsOf({ configuration, virtualHost }: RoutedRequest, route: Route, entry: WeightedEntry): RouteLevels | null {
  if (configuration === null || virtualHost === null) return null;
  return { configuration: configuration.message, virtualHost: virtualHost.virtualHost.message, route: route.message, entry };
}

const operatorsFor = ({ arrived, received, http }: RoutedRequest, route: Route): Operators =>
  operatorsOf({
    connection: arrived.connection,
    version: http.version,
    remote: received.remote,
    route: route.message,
  });
