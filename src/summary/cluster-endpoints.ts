import { resourcesByName } from "../decode/configuration.js";
import { clusterHead, decodeCluster } from "../decode/decode-cluster.js";
import { decodeEndpoints, decodeLoadAssignment } from "../decode/decode-endpoints.js";
import type { Cluster } from "../model/cluster.js";
import type { Endpoint } from "../model/endpoint.js";
import type { Resource, Snapshot } from "../model/snapshot.js";
import type { FieldChoice } from "../proto/read-message.js";
import type { ClusterEndpointsSummary } from "./summary.js";

/** The types whose hosts come from endpoints; an ORIGINAL_DST cluster dials whatever the client dialled, a custom one its own. */
const endpointTypes: readonly string[] = ["EDS", "STATIC", "STRICT_DNS", "LOGICAL_DNS"];

const healthFields = { endpoints: { lb_endpoints: { health_status: null } } } as const satisfies FieldChoice;
const clusterFields = { ...clusterHead, eds_cluster_config: { service_name: null }, load_assignment: healthFields };

/**
 * The serving clusters without a healthy endpoint. EDS clusters are decided only where the dump has an endpoints section;
 * for the others their own load_assignment stands in for it.
 */
export function summariseClusterEndpoints(snapshot: Snapshot): ClusterEndpointsSummary {
  const discovered = resourcesByName(snapshot, "endpoints");
  const lacking: ClusterEndpointsSummary["lacking"][number][] = [];
  const emptyOnPurpose: ClusterEndpointsSummary["emptyOnPurpose"][number][] = [];
  let undecided = 0;
  for (const [name, resource] of resourcesByName(snapshot, "cluster")) {
    const cluster = decodeCluster(resource, clusterFields);
    if (cluster === null || !endpointTypes.includes(cluster.type)) continue;
    const endpoints = endpointsOf(cluster, discovered);
    if (endpoints === undefined) undecided++;
    else if (endpoints.length === 0 && name === "BlackHoleCluster") emptyOnPurpose.push({ name, at: cluster.at });
    else if (!endpoints.some(isHealthy)) lacking.push({ name, type: cluster.type, endpoints: endpoints.length, at: cluster.at });
  }
  return { lacking, emptyOnPurpose, undecided };
}

/** EDS's endpoints of a cluster, else those of the cluster itself, as far as their health; undefined for an EDS cluster that has neither. */
function endpointsOf(
  { name, type, message: { eds_cluster_config, load_assignment } }: Cluster,
  discovered: ReadonlyMap<string, Resource>,
): readonly Endpoint[] | undefined {
  const resource = discovered.get(eds_cluster_config?.service_name || name);
  const found = resource === undefined ? null : decodeEndpoints(resource, healthFields);
  if (found !== null) return found.endpoints;
  if (load_assignment !== undefined) return decodeLoadAssignment(load_assignment).endpoints;
  return type === "EDS" ? undefined : [];
}

/** Envoy takes an endpoint of unknown health for a healthy one, and a degraded one when no healthy one is left. */
const isHealthy = ({ health }: Endpoint): boolean => health === "UNKNOWN" || health === "HEALTHY" || health === "DEGRADED";
