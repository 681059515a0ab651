import type { Cluster } from "../model/cluster.js";
import { parseIstioClusterName } from "../model/istio-name.js";
import type { Resource } from "../model/snapshot.js";
import { decodeAs } from "./decode-resource.js";

/** A cluster resource as a typed model; null where the file holds another type in its place. */
export function decodeCluster(resource: Resource): Cluster | null {
  const message = decodeAs(resource, "envoy.config.cluster.v3.Cluster");
  if (message === null) return null;
  const name = message.name ?? resource.name;
  return {
    resource,
    name,
    at: resource.at,
    istioName: parseIstioClusterName(name) ?? null,
    type: message.cluster_type?.name ?? message.type ?? "STATIC",
    message,
  };
}
