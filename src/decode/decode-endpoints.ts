import type { ClusterLoadAssignment, LbEndpoint, LocalityLbEndpoints } from "../generated/messages.js";
import type { ClusterEndpoints, Endpoint } from "../model/endpoint.js";
import { placeOf } from "../model/proto-json.js";
import type { Resource } from "../model/snapshot.js";
import type { FieldChoice } from "../proto/read-message.js";
import { addressFields, decodeAddress } from "./decode-address.js";
import { decodeAs } from "./decode-resource.js";

/** All of an endpoint's model but its metadata, which is most of its text. */
export const endpointsWithoutMetadata = {
  cluster_name: null,
  endpoints: {
    locality: null,
    priority: null,
    lb_endpoints: { endpoint: { address: addressFields, hostname: null }, health_status: null, load_balancing_weight: null },
  },
} as const satisfies FieldChoice;

/** An endpoints resource as a typed model; null where the file holds another type in its place. */
export function decodeEndpoints(resource: Resource): ClusterEndpoints | null {
  const message = decodeAs(resource, "envoy.config.endpoint.v3.ClusterLoadAssignment");
  return message === null ? null : decodeLoadAssignment(message);
}

/** The same of a cluster's own load_assignment. */
export function decodeLoadAssignment(message: ClusterLoadAssignment): ClusterEndpoints {
  return {
    clusterName: message.cluster_name ?? "",
    at: placeOf(message),
    endpoints: (message.endpoints ?? []).flatMap((group) => (group.lb_endpoints ?? []).map((endpoint) => decodeEndpoint(endpoint, group))),
    message,
  };
}

function decodeEndpoint(message: LbEndpoint, group: LocalityLbEndpoints): Endpoint {
  const { region = "", zone = "", sub_zone = "" } = group.locality ?? {};
  return {
    address: decodeAddress(message.endpoint?.address),
    hostname: message.endpoint?.hostname ?? "",
    health: message.health_status ?? "UNKNOWN",
    weight: message.load_balancing_weight ?? 1,
    priority: group.priority ?? 0,
    locality: [region, zone, sub_zone].join("/").replace(/\/+$/, ""),
    metadata: message.metadata,
    at: placeOf(message),
  };
}
