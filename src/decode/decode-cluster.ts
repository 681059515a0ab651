import type { Cluster } from "../model/cluster.js";
import { parseIstioClusterName } from "../model/istio-name.js";
import type { Resource } from "../model/snapshot.js";
import type { FieldChoice } from "../proto/read-message.js";
import { decodeAs } from "./decode-resource.js";

/** What a cluster is called and of which type it is. */
export const clusterHead = { name: null, type: null, cluster_type: { name: null } } as const satisfies FieldChoice;

/**
 * A cluster resource as a typed model; null where the file holds another type in its place.
 *
 * @param chosen the fields of its message that are read, `clusterHead` among them; all where absent
 */
export function decodeCluster(resource: Resource, chosen?: FieldChoice & typeof clusterHead): Cluster | null {
  const message = decodeAs(resource, "envoy.config.cluster.v3.Cluster", chosen);
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
