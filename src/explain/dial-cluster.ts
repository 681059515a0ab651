import type { Configuration } from "../decode/configuration.js";
import type { Cluster } from "../model/cluster.js";
import { chooseEndpoints, type EndpointChoice, type WantedEndpoint } from "./choose-endpoints.js";
import type { Cause } from "./explanation.js";
import type { Journal } from "./journal.js";
import { cause } from "./passthrough-cause.js";

const shownAddresses = 4;

/**
 * The endpoints of a cluster that a request or connection goes to; notes the cluster and them.
 *
 * @param picking what the load balancer goes by beside its own policy (a hash policy); "" for nothing
 */
export function dialCluster(
  configuration: Configuration,
  cluster: Cluster,
  wanted: WantedEndpoint,
  picking: string,
  journal: Journal,
): EndpointChoice {
  const policy = cluster.message.lb_policy ?? "ROUND_ROBIN";
  const own = policy === "CLUSTER_PROVIDED" ? "" : `, ${policy}`;
  journal.decide("cluster", cluster.name, `${cluster.type}${own}${picking === "" ? "" : `, ${picking}`}`, cluster.at);
  const choice = chooseEndpoints(configuration, cluster, wanted, journal);
  const { endpoints } = choice;
  const more = endpoints.length > shownAddresses ? ` and ${endpoints.length - shownAddresses} more` : "";
  const addresses = endpoints
    .slice(0, shownAddresses)
    .map(({ address }) => address)
    .join(", ");
  journal.decide("endpoints", healthText(choice), addresses + more, choice.at);
  return choice;
}

function healthText({ endpoints, available, decoded }: EndpointChoice): string {
  if (available === "unknown") return "not in this dump";
  if (endpoints.length === 0) return "none";
  const healthy = decoded.filter(({ health }) => health !== "UNHEALTHY" && health !== "DRAINING" && health !== "TIMEOUT").length;
  return decoded.length === 0 ? `${endpoints.length}` : `${healthy} healthy of ${decoded.length}`;
}

/** Why a cluster in service has nobody to dial; null where it has somebody, or that is not known. */
export function noEndpointCause(cluster: Cluster, { available, at }: EndpointChoice): Cause | null {
  if (available === "none") return cause("no-endpoints", `${cluster.name} has no endpoint`, at);
  return available === "none-healthy" ? cause("no-healthy-endpoints", `${cluster.name} has no healthy endpoint`, at) : null;
}

/** Why a cluster is missing, as far as the dump shows it: it may be there in a state that does not serve. */
export function missingClusterText({ snapshot }: Configuration, name: string): string {
  const other = snapshot.resources("cluster").find((resource) => resource.name === name);
  return other === undefined ? `cluster ${name} is not in the dump` : `cluster ${name} is ${other.state}, not active`;
}
