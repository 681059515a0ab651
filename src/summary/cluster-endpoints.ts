import { resourcesByName } from "../decode/configuration.js";
import { clusterHead, decodeCluster } from "../decode/decode-cluster.js";
import { asMessage } from "../decode/decode-resource.js";
import { SharedAnswers } from "../decode/shared-answers.js";
import type { ClusterLoadAssignment, LbEndpoint } from "../generated/messages.js";
import type { Cluster } from "../model/cluster.js";
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
    else if (endpoints.count === 0 && name === "BlackHoleCluster") emptyOnPurpose.push({ name, at: cluster.at });
    else if (!endpoints.anyHealthy) lacking.push({ name, type: cluster.type, endpoints: endpoints.count, at: cluster.at });
  }
  return { lacking, emptyOnPurpose, undecided };
}

/** How many endpoints there are, and whether one of them can be sent to. */
interface EndpointsHealth {
  readonly count: number;
  readonly anyHealthy: boolean;
}

const healthOfDiscovered = SharedAnswers.fromFields("endpoints", healthFields, (value) => {
  const message = asMessage(value, "envoy.config.endpoint.v3.ClusterLoadAssignment");
  return message === undefined ? null : healthOf(message);
});

function healthOf({ endpoints = [] }: ClusterLoadAssignment): EndpointsHealth {
  const all = endpoints.flatMap(({ lb_endpoints = [] }) => lb_endpoints);
  return { count: all.length, anyHealthy: all.some(isHealthy) };
}

/** EDS's endpoints of a cluster, else those of the cluster itself; undefined for an EDS cluster that has neither. */
function endpointsOf(
  { name, type, message: { eds_cluster_config, load_assignment } }: Cluster,
  discovered: ReadonlyMap<string, Resource>,
): EndpointsHealth | undefined {
  const resource = discovered.get(eds_cluster_config?.service_name || name);
  const found = resource === undefined ? null : healthOfDiscovered.of(resource);
  if (found !== null) return found;
  if (load_assignment !== undefined) return healthOf(load_assignment);
  return type === "EDS" ? undefined : { count: 0, anyHealthy: false };
}

/** Envoy takes an endpoint of unknown health for a healthy one, and a degraded one when no healthy one is left. */
const isHealthy = ({ health_status: health = "UNKNOWN" }: LbEndpoint): boolean =>
  health === "UNKNOWN" || health === "HEALTHY" || health === "DEGRADED";
