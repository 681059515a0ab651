import type { TcpProxy } from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import { type ClusterCandidate, clustersOfTcpProxy, describeChoice } from "./choose-cluster.js";
import { wantedLabels } from "./choose-subset.js";
import { dialCluster, missingClusterText, noEndpointCause } from "./dial-cluster.js";
import type { Cause, LocalResponse } from "./explanation.js";
import type { ArrivedConnection, Findings } from "./findings.js";
import { noResponse } from "./local-reply.js";
import { cause, tcpCatchAllCause } from "./passthrough-cause.js";
import { upstreamTls } from "./upstream-tls.js";

/**
 * What the TCP proxy does with a connection: the cluster, its endpoints, and how it ends where there is nobody to dial.
 *
 * @param chosenBefore the cluster that a network filter before it has chosen (sni_cluster and the like); weighted clusters go before it
 */
export function explainTcp(
  arrived: ArrivedConnection,
  proxy: TcpProxy,
  chosenBefore: { readonly name: string; readonly at: string } | undefined,
): Findings {
  const override = proxy.weighted_clusters === undefined ? chosenBefore : undefined;
  const { context, journal, request } = arrived;
  const candidates: readonly ClusterCandidate[] =
    override === undefined
      ? clustersOfTcpProxy(proxy, request.random)
      : [{ ...override, weight: null, chosen: true, entry: null, metadataMatch: undefined }];
  const names = candidates.map(({ name }) => name).join(", ");
  journal.decide(
    "TCP proxy",
    names,
    override === undefined ? "named by the TCP proxy" : "chosen by a network filter before it",
    override?.at ?? placeOf(proxy),
  );
  const clusters = candidates.map((candidate) => describeChoice(candidate, context.configuration));
  if (clusters.length > 1 && clusters.every(({ chosen }) => chosen !== true)) {
    journal.leaveOpen({
      code: "random",
      at: placeOf(proxy, "weighted_clusters"),
      message: `one of ${clusters.length} clusters, by weight`,
      decidedBy: "chance",
    });
  }
  const likely = candidates.find(({ chosen }) => chosen === true) ?? candidates.find(({ chosen }) => chosen === null);
  const cluster = likely === undefined ? undefined : context.configuration.cluster(likely.name);
  if (likely === undefined || cluster === undefined) {
    const name = likely?.name ?? "";
    journal.decide("cluster", name, "the dump has no such cluster in service", likely?.at ?? placeOf(proxy));
    return closed(
      clusters,
      noResponse(null, ["NC"]),
      cause("cluster-missing", missingClusterText(context.configuration, name), likely?.at ?? placeOf(proxy)),
    );
  }
  const choice = dialCluster(
    context.configuration,
    cluster,
    {
      destination: arrived.restored ? request.destination : null,
      headers: null,
      labels: wantedLabels(proxy.metadata_match, likely.metadataMatch),
    },
    "",
    journal,
  );
  const catchAll = tcpCatchAllCause(arrived, cluster.name);
  const noEndpoint = noEndpointCause(cluster, choice);
  if (noEndpoint !== null) return closed(clusters, noResponse(null, ["UH"]), catchAll ?? noEndpoint);
  return {
    outcome: "forward",
    clusters,
    cause: catchAll,
    endpoints: choice.endpoints,
    tls: upstreamTls(cluster, choice, null, journal),
  };
}

const closed = (clusters: Findings["clusters"], response: LocalResponse, why: Cause): Findings => ({
  outcome: "closed",
  ...(clusters === undefined ? {} : { clusters }),
  response,
  cause: why,
});
