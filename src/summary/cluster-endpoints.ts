import type { Configuration } from "../decode/configuration.js";
import type { Cluster } from "../model/cluster.js";
import type { Endpoint } from "../model/endpoint.js";
import type { ClusterEndpointsSummary } from "./summary.js";

/** The types whose hosts come from endpoints; an ORIGINAL_DST cluster dials whatever the client dialled, a custom one its own. */
const endpointTypes: readonly string[] = ["EDS", "STATIC", "STRICT_DNS", "LOGICAL_DNS"];

/**
 * The serving clusters without a healthy endpoint. EDS clusters are decided only where the dump has an endpoints section;
 * for the others their own load_assignment stands in for it.
 */
export function summariseClusterEndpoints(configuration: Configuration): ClusterEndpointsSummary {
  const lacking: ClusterEndpointsSummary["lacking"][number][] = [];
  const emptyOnPurpose: ClusterEndpointsSummary["emptyOnPurpose"][number][] = [];
  let undecided = 0;
  for (const name of configuration.clusterNames()) {
    const cluster = configuration.cluster(name);
    if (cluster === undefined || !endpointTypes.includes(cluster.type)) continue;
    const endpoints = endpointsOf(cluster, configuration);
    if (endpoints === undefined) undecided++;
    else if (endpoints.length === 0 && name === "BlackHoleCluster") emptyOnPurpose.push({ name, at: cluster.at });
    else if (!endpoints.some(isHealthy)) lacking.push({ name, type: cluster.type, endpoints: endpoints.length, at: cluster.at });
  }
  return { lacking, emptyOnPurpose, undecided };
}

function endpointsOf(cluster: Cluster, configuration: Configuration): readonly Endpoint[] | undefined {
  const found = configuration.endpoints(cluster);
  return found === undefined && cluster.type !== "EDS" ? [] : found?.endpoints;
}

/** Envoy takes an endpoint of unknown health for a healthy one, and a degraded one when no healthy one is left. */
const isHealthy = ({ health }: Endpoint): boolean => health === "UNKNOWN" || health === "HEALTHY" || health === "DEGRADED";
