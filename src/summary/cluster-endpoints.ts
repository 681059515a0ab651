import { resourcesByName } from "../decode/configuration.js";
import type { Resource, Snapshot } from "../model/snapshot.js";
import type { EndpointsHealth } from "./endpoints-health.js";
import type { ClusterFacts, FactsOf } from "./facts.js";
import type { ClusterEndpointsSummary } from "./summary.js";

/** The types whose hosts come from endpoints; an ORIGINAL_DST cluster dials whatever the client dialled, a custom one its own. */
const endpointTypes: readonly string[] = ["EDS", "STATIC", "STRICT_DNS", "LOGICAL_DNS"];

/**
 * The serving clusters without a healthy endpoint. EDS clusters are decided only where the dump has an endpoints section;
 * for the others their own load_assignment stands in for it.
 */
export function summariseClusterEndpoints(snapshot: Snapshot, facts: FactsOf): ClusterEndpointsSummary {
  const discovered = resourcesByName(snapshot, "endpoints");
  const lacking: ClusterEndpointsSummary["lacking"][number][] = [];
  const emptyOnPurpose: ClusterEndpointsSummary["emptyOnPurpose"][number][] = [];
  let undecided = 0;
  for (const [name, resource] of resourcesByName(snapshot, "cluster")) {
    const { answer, nameOf } = facts(resource);
    const { cluster } = answer;
    if (cluster === null || !endpointTypes.includes(cluster.type)) continue;
    const endpoints = endpointsOf(cluster, discovered.get(nameOf(cluster.serviceName) || name), facts);
    if (endpoints === undefined) undecided++;
    else if (endpoints.count === 0 && name === "BlackHoleCluster") emptyOnPurpose.push({ name, at: resource.at });
    else if (!endpoints.anyHealthy) lacking.push({ name, type: cluster.type, endpoints: endpoints.count, at: resource.at });
  }
  return { lacking, emptyOnPurpose, undecided };
}

/** EDS's endpoints of a cluster, else those of the cluster itself; undefined for an EDS cluster that has neither. */
function endpointsOf({ type, own }: ClusterFacts, discovered: Resource | undefined, facts: FactsOf): EndpointsHealth | undefined {
  const found = discovered === undefined ? null : facts(discovered).answer.endpoints;
  return found ?? own ?? (type === "EDS" ? undefined : { count: 0, anyHealthy: false });
}
