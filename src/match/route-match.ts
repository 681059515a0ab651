import type { FilterStateMatcher, RouteMatch } from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import type { MatchingBehaviour } from "./behaviour.js";
import { describeCookieMatcher, matchCookie } from "./cookie.js";
import { describeFraction, matchFraction } from "./fraction.js";
import { describeHeaderMatcher, matchHeader } from "./header.js";
import type { ClientCertificate, MatchedRequest } from "./matched-request.js";
import { describeMetadataMatcher, matchMetadata } from "./metadata.js";
import { describePath, matchPath, pathSpecifiers } from "./path.js";
import { describeQueryParameterMatcher, matchQueryParameter } from "./query.js";
import { isGrpcRequest, unknownHeader } from "./request-headers.js";
import { describeStringMatcher, matchesString } from "./string.js";
import { unknownCriterion } from "./unknown-criterion.js";
import { allOf, contrary, judge, matched, notMatched, undecided, type Verdict } from "./verdict.js";

const knownFields: ReadonlySet<string> = new Set([
  ...pathSpecifiers,
  ...[
    "case_sensitive",
    "runtime_fraction",
    "grpc",
    "headers",
    "query_parameters",
    "cookies",
    "tls_context",
    "dynamic_metadata",
    "filter_state",
  ],
]);

/**
 * Does the request satisfy the route match (envoy.config.route.v3.RouteMatch)? The criteria are tried in Envoy's order, the path
 * last; the first that fails is the reason of a no-match.
 */
export function matchRoute(match: RouteMatch, request: MatchedRequest, behaviour: MatchingBehaviour): Verdict {
  return allOf(verdictsOf(match, request, behaviour), () => matched(describeRouteMatch(match), placeOf(match)));
}

/** All criteria of a route match in one line: `prefix /api, header end-user = jason`. */
export function describeRouteMatch(match: RouteMatch): string {
  return [
    describePath(match),
    ...(match.headers ?? []).map(describeHeaderMatcher),
    ...(match.query_parameters ?? []).map(describeQueryParameterMatcher),
    ...(match.cookies ?? []).map(describeCookieMatcher),
    ...(match.grpc === undefined ? [] : ["gRPC"]),
    ...(match.runtime_fraction === undefined ? [] : [describeFraction(match.runtime_fraction)]),
    ...certificateCriteria(match).map(({ field, wanted }) => `client certificate ${wanted ? "" : "not "}${field}`),
    ...(match.dynamic_metadata ?? []).map(describeMetadataMatcher),
    ...(match.filter_state ?? []).map(describeFilterState),
  ].join(", ");
}

function* verdictsOf(match: RouteMatch, request: MatchedRequest, behaviour: MatchingBehaviour): Generator<Verdict> {
  const { regexEncoding } = behaviour;
  // Envoy passes such routes over before it looks at anything else.
  if (request.path === undefined && match.connect_matcher === undefined) yield matchPath(match, undefined, request.headers, regexEncoding);
  const odd = unknownCriterion(match, knownFields);
  if (odd !== undefined) yield undecided(odd, placeOf(match));
  if (match.runtime_fraction !== undefined) yield matchFraction(match.runtime_fraction, placeOf(match, "runtime_fraction"), request);
  if (match.grpc !== undefined) {
    yield judge(isGrpcRequest(request.headers), placeOf(match, "grpc"), { yes: "the request is gRPC", no: "the request is not gRPC" });
  }
  for (const header of match.headers ?? []) yield matchHeader(header, request.headers, behaviour);
  for (const parameter of match.query_parameters ?? []) yield matchQueryParameter(parameter, request.query, behaviour);
  const openCookies = unknownHeader(request.headers, "cookie");
  for (const cookie of match.cookies ?? []) {
    yield openCookies === undefined ? matchCookie(cookie, request.cookies, regexEncoding) : undecided(openCookies, placeOf(cookie));
  }
  for (const { field, wanted, at } of certificateCriteria(match)) {
    const answer = request.certificate[field];
    yield judge(wanted ? answer : contrary(answer), at, {
      yes: `the client certificate is ${wanted ? "" : "not "}${field}`,
      no: `the client certificate is ${wanted ? "not " : ""}${field}`,
    });
  }
  for (const metadata of match.dynamic_metadata ?? []) {
    const verdict = matchMetadata(metadata, request.dynamicMetadata, regexEncoding);
    yield request.unknownState === undefined ? verdict : undecided(request.unknownState, verdict.at);
  }
  for (const matcher of match.filter_state ?? []) yield matchFilterState(matcher, request, behaviour);
  yield matchPath(match, request.path, request.headers, regexEncoding);
}

function certificateCriteria(match: RouteMatch): readonly { field: keyof ClientCertificate; wanted: boolean; at: string }[] {
  const context = match.tls_context;
  if (context === undefined) return [];
  return (["presented", "validated"] as const).flatMap((field) => {
    const wanted = context[field];
    return wanted === undefined ? [] : [{ field, wanted, at: placeOf(context, field) }];
  });
}

function matchFilterState(matcher: FilterStateMatcher, request: MatchedRequest, behaviour: MatchingBehaviour): Verdict {
  const at = placeOf(matcher);
  if (request.unknownState !== undefined) return undecided(request.unknownState, at);
  const value = request.filterState.get(matcher.key ?? "");
  const subject = `filter state ${matcher.key ?? ""}`;
  if (value === undefined) return notMatched(`${subject} is absent`, at);
  const odd = unknownCriterion(matcher, new Set(["key", "string_match"]));
  if (odd !== undefined || matcher.string_match === undefined) {
    return undecided(odd ?? { because: `${subject} is matched by nothing known here`, decidedBy: "what Envoy makes of it" }, at);
  }
  return judge(matchesString(matcher.string_match, value, behaviour.regexEncoding), at, {
    yes: `${subject} matches`,
    no: `${subject} has another value`,
  });
}

function describeFilterState(matcher: FilterStateMatcher): string {
  const value = matcher.string_match === undefined ? "present" : describeStringMatcher(matcher.string_match);
  return `filter state ${matcher.key ?? ""} ${value}`;
}
