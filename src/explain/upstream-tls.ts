import type { TransportSocket, UpstreamTlsContext } from "../generated/messages.js";
import type { Cluster } from "../model/cluster.js";
import type { Endpoint } from "../model/endpoint.js";
import type { HttpFilter } from "../model/filter-chain.js";
import { type Any, messageNameOf, placeOf, unpack } from "../model/proto-json.js";
import type { HttpVersion } from "../model/request.js";
import { isDeepEqual } from "../util/deep-equal.js";
import { isJsonObject, type Json, member } from "../util/json.js";
import type { EndpointChoice } from "./choose-endpoints.js";
import type { UpstreamTls } from "./explanation.js";
import type { Journal } from "./journal.js";

/** What of an HTTP request bears on the TLS towards upstream. */
export interface UpstreamHttp {
  /** As it goes upstream. */
  readonly authority: string;
  readonly version: HttpVersion;
  /** The HTTP filters that the request has passed: istio.alpn chooses the ALPN in place of the TLS context. */
  readonly filters: readonly HttpFilter[];
}

const istioAlpn = "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig";
const tlsContext = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
/** Where Envoy keeps the labels that transport_socket_matches look at. */
const matchNamespace = "envoy.transport_socket_match";
/** The SDS name of the workload's own certificate in Istio. */
const workloadCertificate = "default";

/**
 * The TLS that a cluster speaks towards an endpoint: of the first entry of transport_socket_matches that the endpoint's metadata
 * satisfies, else of the cluster's own transport socket. null where the dump does not hold what decides it.
 *
 * @param http of the request as it goes upstream, for auto_sni and the ALPN that HTTP offers by itself; null for TCP
 */
export function upstreamTls(
  cluster: Cluster,
  { decoded: endpoints, labelled }: EndpointChoice,
  http: UpstreamHttp | null,
  journal: Journal,
): UpstreamTls | null {
  if (!labelled && (cluster.message.transport_socket_matches ?? []).length > 0) {
    journal.leaveOpen({
      code: "endpoints-not-in-dump",
      at: placeOf(cluster.message, "transport_socket_matches"),
      message: `the TLS towards ${cluster.name} depends on its endpoints' labels`,
      decidedBy: "a dump taken with ?include_eds",
    });
    return null;
  }
  const sockets = endpoints.length === 0 ? [socketFor(cluster, undefined)] : endpoints.map((endpoint) => socketFor(cluster, endpoint));
  const [first = undefined] = sockets;
  if (sockets.some((socket) => socket !== first)) {
    journal.leaveOpen({
      code: "load-balancing",
      at: placeOf(cluster.message, "transport_socket_matches"),
      message: `the endpoints of ${cluster.name} are reached over different transport sockets; TLS is shown for the first`,
      decidedBy: "the endpoint that the load balancer picks",
    });
  }
  const tls = describeSocket(first, cluster, http);
  const shown = [tls.sni === null ? "" : `SNI ${tls.sni}`, tls.alpn.length === 0 ? "" : `ALPN ${tls.alpn.join(", ")}`];
  journal.decide("upstream TLS", tls.mode, shown.filter((text) => text !== "").join("; "), tls.at);
  return tls;
}

function socketFor(cluster: Cluster, endpoint: Endpoint | undefined): TransportSocket | undefined {
  const labels = endpoint?.metadata?.filter_metadata?.[matchNamespace] ?? {};
  const matching = (cluster.message.transport_socket_matches ?? []).find(({ match }) =>
    Object.entries(match ?? {}).every(([key, wanted]) => isDeepEqual(member(labels, key), wanted)),
  );
  return matching === undefined ? cluster.message.transport_socket : matching.transport_socket;
}

function describeSocket(socket: TransportSocket | undefined, cluster: Cluster, http: UpstreamHttp | null): UpstreamTls {
  const context = tlsContextIn(socket?.typed_config);
  if (context === undefined) return { mode: "PLAINTEXT", sni: null, alpn: [], at: socket === undefined ? cluster.at : placeOf(socket) };
  const common = context.common_tls_context;
  const sds = common?.tls_certificate_sds_secret_configs?.[0]?.name;
  const offersCertificate =
    sds !== undefined || (common?.tls_certificates ?? []).length > 0 || common?.tls_certificate_provider_instance !== undefined;
  return {
    mode: !offersCertificate ? "SIMPLE" : sds === workloadCertificate ? "ISTIO_MUTUAL" : "MUTUAL",
    sni: sniOf(context, cluster, http),
    alpn:
      (http === null ? undefined : alpnOverride(cluster, http)) ??
      common?.alpn_protocols ??
      (http === null ? [] : [upstreamProtocol(cluster, http.version)]),
    at: placeOf(context),
  };
}

/** The TLS context of a transport socket, also inside a wrapper (proxy protocol, tap, …) that holds another socket. */
function tlsContextIn(config: Any | undefined, depth = 0): UpstreamTlsContext | undefined {
  if (config === undefined || depth > 4) return undefined;
  if (messageNameOf(config) === tlsContext) return unpack(config, tlsContext);
  const inner = isJsonObject(config) ? member(member(config, "transport_socket"), "typed_config") : undefined;
  return isAny(inner) ? tlsContextIn(inner, depth + 1) : undefined;
}

const isAny = (value: Json | undefined): value is Json & Any => isJsonObject(value) && typeof value["@type"] === "string";

const httpOptionsOf = (cluster: Cluster) =>
  unpack(
    cluster.message.typed_extension_protocol_options?.["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"],
    "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
  );

function sniOf(context: UpstreamTlsContext, cluster: Cluster, http: UpstreamHttp | null): string | null {
  const options = httpOptionsOf(cluster)?.upstream_http_protocol_options ?? cluster.message.upstream_http_protocol_options;
  if (options?.auto_sni === true && http !== null) return http.authority.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return context.sni || null;
}

/** The ALPN that Istio's own HTTP filter offers for the upstream protocol; a cluster may decline it by its metadata. */
function alpnOverride(cluster: Cluster, { filters, version }: UpstreamHttp): readonly string[] | undefined {
  if (member(cluster.message.metadata?.filter_metadata?.istio, "alpn_override") === "false") return undefined;
  const protocol = upstreamProtocol(cluster, version) === "h2" ? "HTTP2" : "HTTP11";
  const overrides = filters.flatMap((filter) => unpack(filter.config ?? undefined, istioAlpn)?.alpn_override ?? []);
  return overrides.find(({ upstream_protocol = "HTTP10" }) => upstream_protocol === protocol)?.alpn_override;
}

/** The ALPN of the protocol that a cluster speaks, which HTTP offers where the TLS context names none. */
export function upstreamProtocol(cluster: Cluster, downstream: HttpVersion): "h2" | "http/1.1" {
  const options = httpOptionsOf(cluster);
  if (options?.explicit_http_config !== undefined)
    return options.explicit_http_config.http2_protocol_options === undefined ? "http/1.1" : "h2";
  if (options?.use_downstream_protocol_config !== undefined || cluster.message.protocol_selection === "USE_DOWNSTREAM_PROTOCOL") {
    return downstream === "h2" ? "h2" : "http/1.1";
  }
  return cluster.message.http2_protocol_options === undefined ? "http/1.1" : "h2";
}
