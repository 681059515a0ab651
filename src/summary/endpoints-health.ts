import type { ClusterLoadAssignment, LbEndpoint } from "../generated/messages.js";

/** How many endpoints there are, and whether one of them can be sent to. */
export interface EndpointsHealth {
  readonly count: number;
  readonly anyHealthy: boolean;
}

/** The health of endpoints by a message of which nothing else need be there. */
export function healthOf({ endpoints = [] }: ClusterLoadAssignment): EndpointsHealth {
  const all = endpoints.flatMap(({ lb_endpoints = [] }) => lb_endpoints);
  return { count: all.length, anyHealthy: all.some(isHealthy) };
}

/** Envoy takes an endpoint of unknown health for a healthy one, and a degraded one when no healthy one is left. */
const isHealthy = ({ health_status: health = "UNKNOWN" }: LbEndpoint): boolean =>
  health === "UNKNOWN" || health === "HEALTHY" || health === "DEGRADED";
