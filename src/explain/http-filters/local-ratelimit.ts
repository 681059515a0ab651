import { fractionInEffect } from "../../match/fraction.js";
import { unpack } from "../../model/proto-json.js";
import { goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen, notModelled } from "./http-filter.js";

/**
 * The local rate limit filter (envoy.extensions.filters.http.local_ratelimit.v3): 429 once its tokens are spent, for the share of requests
 * for which it is both enabled and enforced; each is nothing unless it is set.
 */
export function localRatelimit({ filter, perRoute, matched }: HttpFilterInput): HttpFilterDecision {
  const settings = unpack(perRoute ?? filter.config ?? undefined, "envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit");
  if (settings === undefined) return perRoute === undefined ? goesOn() : notModelled(filter, "it may answer 429");
  for (const field of ["filter_enabled", "filter_enforced"] as const) {
    const share = settings[field];
    if (share === undefined || fractionInEffect(share, matched.runtime)?.numerator === 0)
      return goesOn(`limits nothing: its ${field} is 0%`);
  }
  const status = settings.status?.code ?? "TooManyRequests";
  const may = `it may answer ${status === "TooManyRequests" ? "429" : status} (RL local_rate_limited) once its tokens are spent`;
  return { does: "continues", because: "", open: leavesOpen(filter, "state", may, "how many requests came lately") };
}
