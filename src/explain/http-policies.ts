import type { HttpConnectionManager, RouteAction, RouteAction_RequestMirrorPolicy } from "../generated/messages.js";
import type { RuntimeValues } from "../match/behaviour.js";
import { fractionInEffect } from "../match/fraction.js";
import { firstHeaderValue, type RequestHeaders } from "../match/request-headers.js";
import { placeOf } from "../model/proto-json.js";
import type { Route, RouteConfiguration, VirtualHost } from "../model/route-configuration.js";
import type { Explanation } from "./explanation.js";

/** Envoy's defaults, where neither the route nor the connection manager says otherwise. */
const defaultRouteTimeout = "15s";
const defaultStreamIdleTimeout = "300s";

/** The time-outs of a forwarding route: the whole answer's, and the stream's while nothing moves. "0s" is none. */
export function timeoutOf(route: Route, manager: HttpConnectionManager): Explanation["timeout"] {
  const action = route.message.route ?? {};
  return {
    route:
      action.max_stream_duration === undefined
        ? (action.timeout ?? defaultRouteTimeout)
        : (action.max_stream_duration.max_stream_duration ?? "0s"),
    idle: action.idle_timeout ?? manager.stream_idle_timeout ?? defaultStreamIdleTimeout,
    at: placeOf(action, action.timeout === undefined && action.max_stream_duration !== undefined ? "max_stream_duration" : "timeout"),
  };
}

/** The retry policy in force: the route's, else the virtual host's; they are never merged. */
export function retryOf(route: Route, virtualHost: VirtualHost): Explanation["retry"] {
  const policy = route.message.route?.retry_policy ?? virtualHost.message.retry_policy;
  if (policy === undefined) return null;
  const on = (policy.retry_on ?? "").split(",").filter((condition) => condition !== "");
  return { on, attempts: policy.num_retries ?? 1, at: placeOf(policy) };
}

/** The clusters that get a copy of the request: by the route's policies, else the virtual host's, else the configuration's. */
export function mirrorsOf(
  route: Route,
  virtualHost: VirtualHost,
  configuration: RouteConfiguration,
  headers: RequestHeaders,
  runtime: RuntimeValues,
): Explanation["mirrors"] {
  const policies =
    route.message.route?.request_mirror_policies ??
    virtualHost.message.request_mirror_policies ??
    configuration.message.request_mirror_policies ??
    [];
  return policies
    .filter((policy) => isOn(policy, runtime))
    .flatMap((policy) => {
      const name = policy.cluster || (policy.cluster_header === undefined ? "" : (firstHeaderValue(headers, policy.cluster_header) ?? ""));
      return name === "" ? [] : [{ name, at: placeOf(policy) }];
    });
}

function isOn(policy: RouteAction_RequestMirrorPolicy, runtime: RuntimeValues): boolean {
  if (policy.runtime_fraction === undefined) return true;
  return (fractionInEffect(policy.runtime_fraction, runtime)?.numerator ?? 1) > 0;
}

/** What a route's hash policies go by, in words; "" where it has none. */
export function hashPolicyText(action: RouteAction): string {
  const parts = (action.hash_policy ?? []).map((policy) => {
    if (policy.header !== undefined) return `header ${policy.header.header_name ?? ""}`;
    if (policy.cookie !== undefined) return `cookie ${policy.cookie.name ?? ""}`;
    if (policy.query_parameter !== undefined) return `query parameter ${policy.query_parameter.name ?? ""}`;
    if (policy.connection_properties?.source_ip === true) return "source IP";
    return policy.filter_state === undefined ? "an unknown policy" : `filter state ${policy.filter_state.key ?? ""}`;
  });
  return parts.length === 0 ? "" : `hashed by ${parts.join(", ")}`;
}
