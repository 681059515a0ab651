/**
 * Does the order of a list decide anything? `within-key`: only among items of one key; `where-both-match`: only of items whose `match`
 * one request may satisfy both.
 */
export type OrderMeaning = "decides" | "where-both-match" | "within-key" | "none";

/** How the items of one list are told apart, and whether their order has a meaning. */
export interface ListIdentity {
  /** Full name of the message; `*` for any message with that field. */
  readonly message: string;
  readonly field: string;
  /**
   * What identifies an item, the first that it has; fields that stand together are one key. A field is a path within the item,
   * "" the item itself; an enum that is not set counts as its zero value. An Address on that path is read as Envoy writes it. None: items are told apart by what they hold.
   */
  readonly keys: readonly (readonly string[])[];
  readonly order: OrderMeaning;
  /** Are the items instances of one thing, so that the same change in several of them is one change? */
  readonly instances: boolean;
  /** Is the key a mere label, so that an item with another key and the same content has been renamed? */
  readonly label: boolean;
  readonly why: string;
}

const named: ListIdentity["keys"] = [["name"]];
const itself: ListIdentity["keys"] = [[""]];
const byHeader: ListIdentity["keys"] = [["header.key"]];
const byContent: ListIdentity["keys"] = [];

const row = (
  message: string,
  fields: string,
  keys: ListIdentity["keys"],
  order: OrderMeaning,
  why: string,
  { instances = false, label = false }: { readonly instances?: boolean; readonly label?: boolean } = {},
): readonly ListIdentity[] => fields.split(" ").map((field) => ({ message, field, keys, order, instances, label, why }));

const instances = { instances: true };
const label = { label: true };
const labelledInstances = { instances: true, label: true };
const listener = "envoy.config.listener.v3.";
const route = "envoy.config.route.v3.";
const cluster = "envoy.config.cluster.v3.";
const endpoint = "envoy.config.endpoint.v3.";
const manager = "envoy.extensions.filters.network.http_connection_manager.v3.";
const tls = "envoy.extensions.transport_sockets.tls.v3.";
const jwt = "envoy.extensions.filters.http.jwt_authn.v3.";

/**
 * What identifies an item of a list and whether order decides. A list without a row: its items go by `name` where their type has
 * one, else by what they hold, and their order is taken to decide, so that nothing is hidden. Printed in docs/diff-classes.md.
 */
export const listIdentities: readonly ListIdentity[] = [
  // Listeners
  ...row(
    `${listener}Listener`,
    "filter_chains",
    [["name"], ["filter_chain_match"]],
    "none",
    "the most specific match takes a connection, wherever its chain stands",
    labelledInstances,
  ),
  ...row(`${listener}Listener`, "listener_filters", named, "decides", "they run in this order, and what one finds steers the next", label),
  ...row(`${listener}Listener`, "additional_addresses", [["address"]], "none", "each address is a key of its own"),
  ...row(`${listener}FilterChain`, "filters", named, "decides", "they run in this order; the last one ends the chain", label),
  ...row(
    `${listener}FilterChainMatch`,
    "prefix_ranges source_prefix_ranges direct_source_prefix_ranges",
    byContent,
    "none",
    "the longest matching prefix is taken, of whatever chain",
  ),
  ...row(
    `${listener}FilterChainMatch`,
    "server_names application_protocols source_ports",
    itself,
    "none",
    "a set; of application protocols the client's order counts",
  ),
  ...row("*", "access_log", named, "none", "every access log is written", label),
  ...row("*", "formatters", named, "none", "each adds commands of its own"),
  ...row("*", "filter_state_objects_to_log", itself, "none", "a set"),
  ...row(
    "envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig",
    "additional_request_headers_to_log additional_response_headers_to_log additional_response_trailers_to_log",
    itself,
    "none",
    "a set",
  ),
  ...row(`${listener}ListenerFilterChainMatchPredicate.MatchSet`, "rules", byContent, "none", "a set, all or any of which must hold"),
  ...row("*", "socket_options", [["level", "name", "state"]], "none", "each sets an option of its own"),
  // HTTP connection managers
  ...row("*", "http_filters", named, "decides", "requests pass them in this order, responses in the other", label),
  ...row(`${manager}HttpConnectionManager`, "upgrade_configs", [["upgrade_type"]], "none", "found by the kind of upgrade"),
  ...row(`${manager}HttpConnectionManager.UpgradeConfig`, "filters", named, "decides", "requests pass them in this order", label),
  ...row(`${manager}LocalReplyConfig`, "mappers", byContent, "decides", "the first whose filter matches changes the reply"),
  ...row(`${manager}HttpConnectionManager.InternalAddressConfig`, "cidr_ranges", byContent, "none", "any of them will do"),
  ...row("*", "custom_tags", [["tag"]], "none", "each sets a tag of its own"),
  // Routes
  ...row(
    `${route}RouteConfiguration`,
    "virtual_hosts",
    named,
    "none",
    "the most specific domain takes a request, wherever its virtual host stands",
    labelledInstances,
  ),
  ...row(`${route}RouteConfiguration`, "internal_only_headers", itself, "none", "a set"),
  ...row(`${route}VirtualHost`, "domains", itself, "none", "exact goes before suffix before prefix before *, in any order"),
  ...row(
    `${route}VirtualHost`,
    "routes",
    [["name"], ["match"]],
    "where-both-match",
    "the first route that matches takes the request; two that no request can both match may stand in any order",
    labelledInstances,
  ),
  ...row(
    `${route}RouteList`,
    "routes",
    [["name"], ["match"]],
    "where-both-match",
    "the first route that matches takes the request; two that no request can both match may stand in any order",
    labelledInstances,
  ),
  ...row(`${route}VirtualCluster`, "headers", named, "none", "all of them must match"),
  ...row(`${route}RateLimit.Action.HeaderValueMatch`, "headers", named, "none", "all of them must match"),
  ...row(`${route}RateLimit.Action.QueryParameterValueMatch`, "query_parameters", named, "none", "all of them must match"),
  ...row("*", "rate_limits", byContent, "none", "each is asked for by itself"),
  ...row(`${route}RateLimit`, "actions", byContent, "decides", "they make the entries of a descriptor in this order"),
  ...row(`${route}InternalRedirectPolicy`, "redirect_response_codes response_headers_to_copy", itself, "none", "a set"),
  ...row(`${route}InternalRedirectPolicy`, "predicates", named, "none", "all of them must agree"),
  ...row(`${route}VirtualHost`, "virtual_clusters", named, "decides", "the first that matches counts the request", label),
  ...row(`${route}RouteMatch`, "headers query_parameters cookies", named, "none", "all of them must match"),
  ...row(`${route}RouteMatch`, "dynamic_metadata filter_state", byContent, "none", "all of them must match"),
  ...row(
    "*",
    "request_headers_to_add response_headers_to_add headers_to_add",
    byHeader,
    "within-key",
    "headers of different names do not touch each other; of one name the later goes over or behind the earlier",
  ),
  ...row("*", "request_headers_to_remove response_headers_to_remove", itself, "none", "a set"),
  ...row("*", "request_mirror_policies", [["cluster"], ["cluster_header"]], "none", "each policy sends a copy of its own"),
  ...row(`${route}RouteAction`, "upgrade_configs", [["upgrade_type"]], "none", "found by the kind of upgrade"),
  ...row("*", "hash_policy", byContent, "decides", "hashes are combined in this order, and a terminal policy ends the list"),
  ...row(`${route}RetryPolicy`, "retriable_status_codes", itself, "none", "any of them will do"),
  ...row(`${route}RetryPolicy`, "retriable_headers retriable_request_headers", byContent, "none", "any of them will do"),
  ...row(`${route}RetryPolicy`, "retry_host_predicate", named, "none", "a host is passed over when any of them says so"),
  ...row(
    `${route}WeightedCluster`,
    "clusters",
    [["name"], ["cluster_header"]],
    "none",
    "order moves the intervals of the random value, not the shares",
  ),
  ...row(
    "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster",
    "clusters",
    named,
    "none",
    "order moves the intervals of the random value, not the shares",
  ),
  ...row("*", "allow_origin_string_match", byContent, "none", "any of them will do"),
  // Clusters and endpoints
  ...row(`${cluster}Cluster`, "transport_socket_matches", named, "decides", "the first whose criteria match the endpoint is used", label),
  ...row(`${cluster}Cluster`, "health_checks", byContent, "none", "all of them run"),
  ...row(
    `${cluster}CircuitBreakers`,
    "thresholds per_host_thresholds",
    [["priority"]],
    "within-key",
    "each is for a priority of its own; of two for one priority the first counts",
  ),
  ...row(
    `${cluster}LoadBalancingPolicy`,
    "policies",
    [["typed_extension_config.name"]],
    "decides",
    "the first that Envoy supports is used",
  ),
  ...row("*", "subset_selectors", [["keys"]], "none", "the selector whose keys are those of the request's metadata is used"),
  ...row(`${cluster}Cluster.LbSubsetConfig.LbSubsetSelector`, "keys fallback_keys_subset", itself, "none", "a set"),
  ...row(
    "envoy.extensions.load_balancing_policies.subset.v3.Subset.LbSubsetSelector",
    "keys fallback_keys_subset",
    itself,
    "none",
    "a set",
  ),
  ...row(
    `${endpoint}ClusterLoadAssignment`,
    "endpoints",
    [["locality", "priority"]],
    "none",
    "localities are chosen by priority and weight",
    instances,
  ),
  ...row(
    `${endpoint}LocalityLbEndpoints`,
    "lb_endpoints",
    [["endpoint.address"], ["endpoint_name"]],
    "none",
    "hosts are chosen by the balancer, wherever they stand",
    instances,
  ),
  ...row(
    `${endpoint}LocalityLbEndpoints.LbEndpointList`,
    "lb_endpoints",
    [["endpoint.address"], ["endpoint_name"]],
    "none",
    "hosts are chosen by the balancer, wherever they stand",
    instances,
  ),
  ...row(
    "envoy.config.core.v3.HealthCheck.HttpHealthCheck",
    "expected_statuses retriable_statuses",
    byContent,
    "none",
    "any of them will do",
  ),
  ...row("envoy.config.core.v3.HealthStatusSet", "statuses", itself, "none", "a set"),
  ...row("envoy.config.core.v3.ExtensionConfigSource", "type_urls", itself, "none", "a set"),
  ...row("envoy.config.core.v3.HeaderMap", "headers", [["key"]], "within-key", "headers of different names do not touch each other"),
  ...row(
    "envoy.config.core.v3.GrpcService",
    "initial_metadata",
    [["key"]],
    "within-key",
    "headers of different names do not touch each other",
  ),
  ...row(`${endpoint}Endpoint`, "additional_addresses", [["address"]], "decides", "they are tried in this order"),
  ...row(
    `${endpoint}ClusterLoadAssignment.Policy`,
    "drop_overloads",
    [["category"]],
    "decides",
    "each drops of what the one before it let through",
  ),
  // TLS
  ...row(
    `${tls}CommonTlsContext`,
    "tls_certificate_sds_secret_configs",
    named,
    "decides",
    "the first is presented where none suits the name that the client asks for",
  ),
  ...row(
    `${tls}CommonTlsContext`,
    "tls_certificates",
    byContent,
    "decides",
    "the first is presented where none suits the name that the client asks for",
  ),
  ...row(`${tls}CommonTlsContext`, "alpn_protocols", itself, "decides", "the order is the preference"),
  ...row(`${tls}TlsParameters`, "cipher_suites ecdh_curves signature_algorithms", itself, "decides", "the order is the preference"),
  ...row(
    `${tls}CertificateValidationContext`,
    "match_typed_subject_alt_names match_subject_alt_names",
    byContent,
    "none",
    "any of them will do",
  ),
  ...row(`${tls}CertificateValidationContext`, "verify_certificate_hash verify_certificate_spki", itself, "none", "any of them will do"),
  ...row(`${tls}TlsSessionTicketKeys`, "keys", byContent, "decides", "the first encrypts, all decrypt"),
  ...row(`${tls}SPIFFECertValidatorConfig`, "trust_domains", named, "none", "each is for a domain of its own"),
  // Authorization and authentication
  ...row("envoy.config.rbac.v3.Policy", "permissions principals", byContent, "none", "any of them will do"),
  ...row("envoy.config.rbac.v3.Permission.Set", "rules", byContent, "none", "a set, all or any of which must hold"),
  ...row("envoy.config.rbac.v3.Principal.Set", "ids", byContent, "none", "a set, all or any of which must hold"),
  ...row(`${jwt}JwtAuthentication`, "rules", [["match"]], "decides", "the first whose match takes the request sets what it must show"),
  ...row(`${jwt}JwtProvider`, "audiences from_params from_cookies", itself, "none", "a set"),
  ...row(`${jwt}ProviderWithAudiences`, "audiences", itself, "none", "a set"),
  ...row(`${jwt}JwtProvider`, "from_headers", [["name"]], "none", "a token is looked for in all of them"),
  ...row(
    "*",
    "metadata_context_namespaces typed_metadata_context_namespaces route_metadata_context_namespaces route_typed_metadata_context_namespaces",
    itself,
    "none",
    "a set",
  ),
  ...row("envoy.extensions.filters.http.oauth2.v3.OAuth2Config", "auth_scopes resources allowed_redirect_domains", itself, "none", "a set"),
  ...row(
    "envoy.extensions.filters.http.oauth2.v3.OAuth2Config",
    "pass_through_matcher deny_redirect_matcher allow_failed_matcher",
    byContent,
    "none",
    "any of them will do",
  ),
  ...row("envoy.extensions.filters.http.csrf.v3.CsrfPolicy", "additional_origins", byContent, "none", "any of them will do"),
  // Other filters
  ...row("envoy.extensions.filters.http.fault.v3.HTTPFault", "headers", named, "none", "all of them must match"),
  ...row("envoy.extensions.filters.http.fault.v3.HTTPFault", "downstream_nodes", itself, "none", "a set"),
  ...row("envoy.extensions.filters.http.health_check.v3.HealthCheck", "headers", named, "none", "all of them must match"),
  ...row("envoy.extensions.filters.http.router.v3.Router", "strict_check_headers", itself, "none", "a set"),
  ...row(
    "envoy.extensions.filters.http.compressor.v3.Compressor.CommonDirectionConfig",
    "content_type",
    itself,
    "none",
    "any of them will do",
  ),
  ...row("envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor", "request_attributes response_attributes", itself, "none", "a set"),
  ...row(
    "envoy.extensions.filters.network.redis_proxy.v3.RedisProxy.PrefixRoutes",
    "routes",
    [["prefix"]],
    "none",
    "the longest prefix is taken",
  ),
  ...row(
    "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
    "alpn_override",
    [["upstream_protocol"]],
    "none",
    "each is for a protocol of its own",
  ),
  ...row("stats.MetricConfig", "tags_to_remove", itself, "none", "a set"),
  ...row("io.istio.http.peer_metadata.Config", "additional_labels", itself, "none", "a set"),
  // Matchers
  ...row("xds.type.matcher.v3.Matcher.MatcherList", "matchers", byContent, "decides", "the first whose predicate holds is taken"),
  ...row(
    "xds.type.matcher.v3.Matcher.MatcherList.Predicate.PredicateList",
    "predicate",
    byContent,
    "none",
    "a set, all or any of which must hold",
  ),
  ...row("xds.type.matcher.v3.IPMatcher.IPRangeMatcher", "ranges", byContent, "none", "any of them will do"),
  ...row("xds.type.matcher.v3.ServerNameMatcher.DomainMatcher", "domains", itself, "none", "any of them will do"),
  ...row("xds.type.matcher.v3.ListStringMatcher", "patterns", byContent, "none", "any of them will do"),
  ...row("envoy.type.matcher.v3.AddressMatcher", "ranges", byContent, "none", "any of them will do"),
  ...row("envoy.type.matcher.v3.ListStringMatcher", "patterns", byContent, "none", "any of them will do"),
  ...row("envoy.type.matcher.v3.OrMatcher", "value_matchers", byContent, "none", "any of them will do"),
  ...row("envoy.config.accesslog.v3.AndFilter", "filters", byContent, "none", "all of them must hold"),
  ...row("envoy.config.accesslog.v3.OrFilter", "filters", byContent, "none", "any of them will do"),
  ...row("envoy.config.accesslog.v3.ResponseFlagFilter", "flags", itself, "none", "a set"),
  ...row("envoy.config.accesslog.v3.LogTypeFilter", "types", itself, "none", "a set"),
  // Bootstrap
  ...row("envoy.config.core.v3.Node", "extensions", [["category", "name"]], "none", "a list of what this build of Envoy has"),
  ...row("envoy.config.core.v3.Node", "client_features", itself, "none", "a set"),
  ...row("envoy.config.core.v3.Extension", "type_urls", itself, "none", "a set"),
  ...row("envoy.config.bootstrap.v3.LayeredRuntime", "layers", named, "decides", "a later layer goes over an earlier one", label),
  ...row("envoy.config.bootstrap.v3.Bootstrap", "stats_sinks", named, "none", "each gets all of the statistics"),
  ...row("envoy.config.bootstrap.v3.Bootstrap", "node_context_params", itself, "none", "a set"),
  ...row("envoy.config.bootstrap.v3.Admin", "allow_paths", byContent, "none", "any of them will do"),
  ...row(
    "envoy.config.overload.v3.OverloadManager",
    "resource_monitors actions loadshed_points",
    named,
    "none",
    "each has a name of its own",
  ),
  ...row("*", "triggers", named, "none", "the highest of them counts"),
  ...row("envoy.config.metrics.v3.StatsConfig", "stats_tags", [["tag_name"]], "decides", "the first that matches takes the tag's value"),
];

const byField = new Map<string, ListIdentity>();
for (const identity of listIdentities) byField.set(`${identity.message} ${identity.field}`, identity);

/** The row for a list; undefined where the table has none. */
export function listIdentity(message: string, field: string): ListIdentity | undefined {
  return byField.get(`${message} ${field}`) ?? byField.get(`* ${field}`);
}
