import type { Cluster } from "../model/cluster.js";
import { placeOf } from "../model/proto-json.js";
import type { Route } from "../model/route-configuration.js";
import type { ClusterCandidate } from "./choose-cluster.js";
import { wantedLabels } from "./choose-subset.js";
import { dialCluster, missingClusterText, noEndpointCause } from "./dial-cluster.js";
import { rewriteRequest } from "./finalize-request.js";
import type { Findings } from "./findings.js";
import { hashPolicyText, mirrorsOf, retryOf, timeoutOf } from "./http-policies.js";
import { localResponse } from "./local-reply.js";
import { cause, httpCatchAllCause } from "./passthrough-cause.js";
import type { FoundSoFar, RoutedRequest } from "./routed-request.js";
import { endsTunnel } from "./tunnel.js";
import { upstreamTls } from "./upstream-tls.js";

const notFoundStatuses: Readonly<Record<string, number>> = { NOT_FOUND: 404, INTERNAL_SERVER_ERROR: 500 };

/** What becomes of a request at its cluster: an endpoint to dial, or the answer that Envoy gives in its place. */
export function forwardRequest(
  routed: RoutedRequest,
  route: Route,
  candidates: readonly ClusterCandidate[],
  likely: ClusterCandidate | undefined,
  found: FoundSoFar,
): Findings {
  const { arrived, received, virtualHost, http, configuration, terminal } = routed;
  const { context, journal, request } = arrived;
  const action = route.message.route ?? {};
  const open = candidates.filter(({ chosen }) => chosen === null);
  if (open.length > 1) {
    journal.leaveOpen({
      code: "random",
      at: placeOf(action, "weighted_clusters"),
      message: `one of ${open.length} clusters, by weight`,
      decidedBy: "the random number that Envoy draws (--random gives one)",
    });
  }
  const name = likely?.name ?? "";
  const cluster = context.configuration.cluster(name);
  const at = likely?.at ?? route.at;
  if (cluster === undefined) {
    const status = notFoundStatuses[action.cluster_not_found_response_code ?? ""] ?? 503;
    journal.decide("cluster", name, "the dump has no such cluster in service", at);
    return {
      ...found,
      outcome: "rejected",
      response: localResponse({ status, details: "cluster_not_found", flags: ["NC"] }, received.isGrpc),
      cause: cause("cluster-missing", missingClusterText(context.configuration, name), at),
    };
  }
  const choice = dialCluster(
    context.configuration,
    cluster,
    {
      destination: arrived.restored ? request.destination : null,
      headers: received.headers,
      labels: wantedLabels(action.metadata_match, likely?.metadataMatch),
    },
    hashPolicyText(action),
    journal,
  );
  const catchAll =
    virtualHost === null
      ? null
      : httpCatchAllCause(arrived, virtualHost.virtualHost, virtualHost.domain, cluster, cluster.name, routed.near);
  const noEndpoint = noEndpointCause(cluster, choice);
  if (noEndpoint !== null) {
    return {
      ...found,
      outcome: "rejected",
      response: localResponse({ status: 503, details: "no_healthy_upstream", flags: ["UH"] }, received.isGrpc),
      cause: catchAll ?? noEndpoint,
      endpoints: choice.endpoints,
    };
  }
  const rewritten = rewriteRequest(routed, route, likely?.entry ?? null);
  const authority = autoHost(action.auto_host_rewrite === true, cluster, choice.decoded) ?? rewritten.authority;
  // What comes out of a CONNECT that ends here is sent as it is.
  const unpacked = received.method === "CONNECT" && endsTunnel(route);
  if (received.path === undefined && rewritten.path !== null && !unpacked) {
    const details = "filter_removed_required_request_headers{missing_required_header:_:protocol}";
    return {
      ...found,
      outcome: "rejected",
      response: localResponse({ status: 503, details, flags: ["DPE"] }, received.isGrpc),
      cause: cause("protocol-error", "the route's rewrite gives the CONNECT a path, and Envoy sends none that has one", placeOf(action)),
      endpoints: choice.endpoints,
    };
  }
  // The target of a CONNECT is its authority, as the client sent it.
  const sent = received.path === undefined ? (http.authority ?? null) : rewritten.path;
  const upstreamAuthority = received.path === undefined ? (http.authority ?? authority) : authority;
  const changed = !unpacked && (upstreamAuthority !== http.authority || sent !== (http.path ?? null));
  return {
    ...found,
    outcome: "forward",
    cause: catchAll,
    endpoints: choice.endpoints,
    rewrite: changed ? { authority: upstreamAuthority, path: sent } : null,
    mirrors:
      virtualHost === null || configuration === null
        ? []
        : mirrorsOf(route, virtualHost.virtualHost, configuration, received.headers, context.runtime),
    timeout: timeoutOf(route, terminal.manager),
    retry: virtualHost === null ? null : retryOf(route, virtualHost.virtualHost),
    tls: upstreamTls(cluster, choice, { authority, version: http.version, filters: terminal.httpFilters }, journal),
  };
}

/** auto_host_rewrite takes the host name of the endpoint picked; known where all have the same. */
function autoHost(
  on: boolean,
  { type }: Pick<Cluster, "type">,
  endpoints: readonly { readonly hostname: string; readonly address: { readonly kind: string; readonly ip?: string } | null }[],
): string | undefined {
  if (!on) return undefined;
  // Endpoints that are not looked up by their name have none but the one that they are given.
  const byName = type === "STRICT_DNS" || type === "LOGICAL_DNS";
  const nameOf = (address: { readonly kind: string; readonly ip?: string } | null) =>
    byName && address?.kind === "socket" ? (address.ip ?? "") : "";
  const names = new Set(endpoints.map(({ hostname, address }) => hostname || nameOf(address)));
  const [name] = names;
  return names.size === 1 && name !== "" ? name : undefined;
}
