import type { FieldDescription } from "../proto/describe-type.js";

/**
 * What names a text may hold. `host`: a host or an address; `resource`: the name of a resource, which others refer to; `name`:
 * other names made of private words; `label`: a name of one's own choice, private where it repeats a private word; `text`:
 * anything; `key`: a key, which is no reference; `fixed`: none.
 */
export type Naming = "host" | "resource" | "name" | "label" | "text" | "key" | "fixed";

/** Names of Envoy's own or of protocols, which mean the same in every mesh. */
const fixedFields: ReadonlySet<string> = new Set([
  "envoy.config.listener.v3.FilterChainMatch.transport_protocol",
  "envoy.config.listener.v3.FilterChainMatch.application_protocols",
  "envoy.config.core.v3.Extension.name",
  "envoy.config.core.v3.Extension.category",
  "envoy.config.core.v3.Extension.type_urls",
  "envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.alpn_protocols",
  "envoy.extensions.transport_sockets.tls.v3.TlsParameters.cipher_suites",
]);

const hostFields: ReadonlySet<string> = new Set([
  "envoy.config.route.v3.VirtualHost.domains",
  "envoy.config.listener.v3.FilterChainMatch.server_names",
  "envoy.config.core.v3.SocketAddress.address",
  "envoy.config.core.v3.CidrRange.address_prefix",
  "envoy.config.endpoint.v3.Endpoint.hostname",
  "envoy.config.endpoint.v3.Endpoint.HealthCheckConfig.hostname",
  "envoy.config.route.v3.RouteAction.host_rewrite_literal",
  "envoy.config.route.v3.RedirectAction.host_redirect",
  "envoy.config.core.v3.HealthCheck.HttpHealthCheck.host",
  "envoy.config.core.v3.GrpcService.EnvoyGrpc.authority",
  "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext.sni",
  "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.TunnelingConfig.hostname",
  "envoy.admin.v3.HostStatus.hostname",
  "xds.type.matcher.v3.ServerNameMatcher.DomainMatcher.domains",
  "xds.type.matcher.v3.IPMatcher.IPRangeMatcher.ranges",
  "xds.core.v3.CidrRange.address_prefix",
]);

const nameFields: ReadonlySet<string> = new Set([
  "envoy.config.cluster.v3.Cluster.name",
  "envoy.config.cluster.v3.Cluster.alt_stat_name",
  "envoy.config.cluster.v3.Cluster.EdsClusterConfig.service_name",
  "envoy.config.endpoint.v3.ClusterLoadAssignment.cluster_name",
  "envoy.config.route.v3.WeightedCluster.ClusterWeight.name",
  "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster.ClusterWeight.name",
  "envoy.config.core.v3.Node.id",
  "envoy.config.core.v3.Node.cluster",
  "envoy.config.route.v3.Decorator.operation",
  "envoy.type.tracing.v3.CustomTag.Literal.value",
  "envoy.admin.v3.ClusterStatus.name",
  "envoy.admin.v3.ClusterStatus.eds_service_name",
  "envoy.extensions.clusters.aggregate.v3.ClusterConfig.clusters",
  "envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig.TrustDomain.name",
]);

const labelFields: ReadonlySet<string> = new Set([
  "envoy.config.listener.v3.Listener.name",
  "envoy.config.listener.v3.FilterChain.name",
  "envoy.config.route.v3.RouteConfiguration.name",
  "envoy.config.route.v3.VirtualHost.name",
  "envoy.config.route.v3.Route.name",
  "envoy.extensions.filters.network.http_connection_manager.v3.Rds.route_config_name",
  "envoy.extensions.transport_sockets.tls.v3.Secret.name",
  "envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig.name",
  "envoy.admin.v3.ListenersConfigDump.DynamicListener.name",
]);

/** What the texts of a field name; of a map, its keys. */
export function namingOf(message: string, field: FieldDescription): Naming {
  const name = `${message}.${field.name}`;
  // What statistics are named and matched by has no part in a request's way.
  if (field.kind === "enum" || fixedFields.has(name) || message === "envoy.config.metrics.v3.TagSpecifier") return "fixed";
  if (hostFields.has(name)) return "host";
  if (nameFields.has(name) || /^(?:cluster|cluster_name|clusters)$/.test(field.name)) return "resource";
  if (labelFields.has(name) || field.name === "stat_prefix") return "label";
  return "text";
}

/** Fields that match hosts, SPIFFE ids and the like by a matcher of their own. */
export const matchesHosts: ReadonlySet<string> = new Set([
  "envoy.config.route.v3.CorsPolicy.allow_origin_string_match",
  "envoy.extensions.filters.http.cors.v3.CorsPolicy.allow_origin_string_match",
  "envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext.match_subject_alt_names",
  "envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher.matcher",
  "envoy.config.rbac.v3.Principal.Authenticated.principal_name",
  "envoy.config.rbac.v3.Permission.requested_server_name",
]);

/** What a free structure (metadata, a type that nobody knows, a request) holds under a key. */
export function namingUnder(key: string): Naming {
  return namesUnder.get(key) ?? "text";
}

const namesUnder: ReadonlyMap<string, Naming> = new Map([
  ...[
    "host",
    "hostname",
    "authority",
    ":authority",
    "sni",
    "ip",
    "INSTANCE_IPS",
    "PILOT_SAN",
    "dns",
    "domains",
    "server_names",
    "serverNames",
  ].map((key) => [key, "host"] as const),
  ...["namespace", "workload", "workloads", "service", "services", "cluster", "cluster_id", "config", "pod", "sa", "app", "principal"].map(
    (key) => [key, "name"] as const,
  ),
  ...["NAME", "NAMESPACE", "CONFIG_NAMESPACE", "OWNER", "WORKLOAD_NAME", "SERVICE_ACCOUNT", "CLUSTER_ID", "MESH_ID", "NETWORK"].map(
    (key) => [key, "name"] as const,
  ),
  ...["NODE_NAME", "LABELS", "serviceCluster", "canonical_service", "APP_CONTAINERS", "uris"].map((key) => [key, "name"] as const),
]);
