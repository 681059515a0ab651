import { goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen } from "./http-filter.js";
import { untypedField } from "./untyped-field.js";

/**
 * The rate limit filter (envoy.extensions.filters.http.ratelimit.v3): asks its service about the descriptors that the route, the virtual
 * host or the filter itself configure; without any it does nothing.
 */
export function ratelimit({ filter, perRoutes, route, virtualHost }: HttpFilterInput): HttpFilterDecision {
  const configured = [filter.config, ...perRoutes].some((config) => untypedField(config, "rate_limits") !== undefined);
  const limits = [...(route?.message.route?.rate_limits ?? []), ...(virtualHost?.message.rate_limits ?? [])];
  if (!configured && (route === null || limits.length === 0)) return goesOn();
  const onFailure = untypedField(filter.config, "failure_mode_deny") === true ? ", or 500 (RLSE) where its service fails" : "";
  const may = `it may answer 429 (RL request_rate_limited)${onFailure}`;
  return { does: "continues", because: "", open: leavesOpen(filter, "state", may, "the rate limit service") };
}
