import type { MessageTypes } from "../../generated/messages.js";
import { fractionInEffect, isAmong } from "../../match/fraction.js";
import { firstHeaderValue, type RequestHeaders } from "../../match/request-headers.js";
import { matchesAnyString, type StringMatcher } from "../../match/string.js";
import { type Answer, anyAnswer } from "../../match/verdict.js";
import { placeOf, unpack } from "../../model/proto-json.js";
import { goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen } from "./http-filter.js";

type CorsPolicy = MessageTypes["envoy.extensions.filters.http.cors.v3.CorsPolicy"];

/** Is this a preflight: OPTIONS with an origin and the method that it asks for? */
export function isPreflight(method: string, headers: RequestHeaders): boolean {
  const has = (name: string) => (firstHeaderValue(headers, name) ?? "") !== "";
  return method === "OPTIONS" && has("origin") && has("access-control-request-method");
}

/**
 * The CORS filter (envoy.extensions.filters.http.cors.v3): answers a preflight itself where the route forwards, a policy is in effect and
 * lists the origin. Another origin is forwarded like any request, unless `forward_not_matching_preflights` is false.
 */
export function cors(input: HttpFilterInput): HttpFilterDecision {
  const { filter, matched, received, behaviour } = input;
  if (!isPreflight(received.method, matched.headers) || !forwards(input)) return goesOn();
  const policies = policiesOf(input);
  const [nearest] = policies;
  if (nearest === undefined) return goesOn("a CORS preflight, for which nothing here has a policy");
  const fraction = nearest.filter_enabled === undefined ? undefined : fractionInEffect(nearest.filter_enabled, matched.runtime);
  const enabled: Answer | null = nearest.filter_enabled === undefined ? true : fraction === undefined ? null : isAmong(fraction, undefined);
  if (enabled === false) return goesOn("a CORS preflight; the policy's filter_enabled is 0%");
  const origin = firstHeaderValue(matched.headers, "origin") ?? "";
  const listing = policies.find(({ allow_origin_string_match: list = [] }) => list.length > 0);
  const list: readonly StringMatcher[] = listing?.allow_origin_string_match ?? [];
  // A pattern that takes "*" takes any origin.
  const allowed = anyAnswer(["*", origin].map((text) => matchesAnyString(list, text, behaviour.regexEncoding)));
  const forwardsOthers =
    policies.find((policy) => policy.forward_not_matching_preflights !== undefined)?.forward_not_matching_preflights ?? true;
  if (allowed === false && forwardsOthers)
    return goesOn(`a CORS preflight from ${origin}, which the policy does not list: forwarded like any request`);
  const at = listing === undefined ? placeOf(nearest) : placeOf(listing, "allow_origin_string_match");
  if (enabled !== true || (allowed !== true && allowed !== false && forwardsOthers)) {
    const unknown = enabled !== true ? enabled : allowed;
    const decidedBy = unknown !== null && typeof unknown === "object" ? unknown.decidedBy : "Envoy's runtime";
    const code = enabled !== true ? "random" : "undecided-match";
    return {
      does: "continues",
      because: "",
      open: leavesOpen(filter, code, "it may answer the CORS preflight with 200 (cors_response)", decidedBy, at),
    };
  }
  return {
    does: "answers",
    outcome: "direct_response",
    cause: null,
    reply: { status: 200, details: "cors_response" },
    because:
      allowed === true
        ? `a CORS preflight from ${origin}, which the policy lists`
        : `a CORS preflight from ${origin}, which is not forwarded`,
    at,
  };
}

/** Only routes that forward have a policy; redirects and direct responses have none. */
const forwards = ({ route }: HttpFilterInput): boolean =>
  route !== null && route.action !== "redirect" && route.action !== "direct_response";

/** The policies in effect, the nearest first: typed ones, else the deprecated `cors` of the route and of the virtual host. */
function policiesOf({ perRoutes, route, virtualHost }: HttpFilterInput): readonly CorsPolicy[] {
  const typed = perRoutes.flatMap((config) => unpack(config, "envoy.extensions.filters.http.cors.v3.CorsPolicy") ?? []);
  if (typed.length > 0) return typed;
  return [route?.message.route?.cors, virtualHost?.message.cors].filter((policy) => policy !== undefined);
}
