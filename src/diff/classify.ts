import { typesIn } from "../identity/value-type.js";
import type { ChangeClass } from "./change.js";
import type { Difference } from "./difference.js";

/** A rule for what a change is about. */
export interface ClassRow {
  readonly class: ChangeClass;
  /**
   * Full name of a message type, or a beginning of such names that ends in a dot; `*` is any, `?` a type that is not known here.
   * Without `fields` the row takes whatever changes in such a message or beside it in its filter, and where one is added or removed.
   */
  readonly message: string;
  /** Fields of such messages on the way to the change. */
  readonly fields?: readonly string[];
  /** Only where such a message is added, removed or replaced as a whole. */
  readonly whole?: true;
  readonly why: string;
}

const anywhere = (kind: ChangeClass, fields: string, why: string): ClassRow => ({
  class: kind,
  message: "*",
  fields: fields.split(" "),
  why,
});
const within = (kind: ChangeClass, message: string, why: string, fields?: string): ClassRow =>
  fields === undefined ? { class: kind, message, why } : { class: kind, message, fields: fields.split(" "), why };
const whole = (kind: ChangeClass, message: string, why: string): ClassRow => ({ class: kind, message, whole: true, why });

const http = "envoy.extensions.filters.http.";
const network = "envoy.extensions.filters.network.";

/** The first row that matches decides. Printed in docs/diff-classes.md. */
export const classRows: readonly ClassRow[] = [
  // What is seen of traffic
  anywhere("telemetry", "access_log upstream_log access_log_options", "access logs"),
  anywhere("telemetry", "tracing custom_tags decorator start_child_span", "tracing"),
  anywhere(
    "telemetry",
    "stat_prefix alt_stat_name stats_config stats_sinks stats_flush_interval stats_flush_on_admin virtual_clusters track_cluster_stats",
    "statistics",
  ),
  anywhere(
    "telemetry",
    "generate_request_id request_id_extension always_set_request_id_in_response preserve_external_request_id",
    "request ids",
  ),
  within("telemetry", "stats.", "Istio's statistics filter"),
  within("telemetry", "io.istio.http.peer_metadata.", "Istio's exchange of workload metadata"),
  within("telemetry", "envoy.tcp.metadataexchange.", "Istio's exchange of workload metadata"),
  within("telemetry", `${http}grpc_stats.`, "statistics"),
  within("telemetry", "envoy.config.accesslog.", "access logs"),
  // Who may, and what is encrypted
  within("security", "envoy.extensions.transport_sockets.", "TLS: certificates, validation, protocols offered"),
  anywhere("security", "transport_socket transport_socket_matches transport_socket_matcher", "TLS"),
  within("security", "envoy.config.rbac.", "authorization"),
  within("security", `${http}rbac.`, "authorization"),
  within("security", `${network}rbac.`, "authorization"),
  within("security", `${http}jwt_authn.`, "authentication"),
  within("security", "istio.envoy.config.filter.http.authn.", "authentication"),
  within("security", "istio.authentication.", "authentication"),
  within("security", `${http}ext_authz.`, "authorization by a service"),
  within("security", `${network}ext_authz.`, "authorization by a service"),
  within("security", `${http}oauth2.`, "authentication"),
  within("security", `${http}basic_auth.`, "authentication"),
  within("security", `${http}api_key_auth.`, "authentication"),
  within("security", `${http}credential_injector.`, "credentials towards upstream"),
  within("security", `${http}csrf.`, "protection of browsers"),
  within("security", `${http}cors.`, "which origins a browser lets in"),
  within("security", "envoy.config.route.v3.CorsPolicy", "which origins a browser lets in"),
  anywhere("security", "require_tls", "plain text refused or redirected"),
  anywhere("security", "forward_client_cert_details set_current_client_cert_details", "what upstream is told of the client's certificate"),
  anywhere(
    "security",
    "use_remote_address xff_num_trusted_hops skip_xff_append internal_address_config original_ip_detection_extensions internal_only_headers",
    "whose word counts on who the client is",
  ),
  anywhere("security", "headers_with_underscores_action reject_unsupported_transfer_encodings", "requests refused for their form"),
  // Durations and repeated attempts
  anywhere(
    "resilience",
    "timeout idle_timeout connect_timeout stream_idle_timeout stream_flush_timeout request_timeout request_headers_timeout drain_timeout delayed_close_timeout listener_filters_timeout continue_on_listener_filters_timeout transport_socket_connect_timeout per_try_timeout per_try_idle_timeout flush_timeout",
    "timeouts",
  ),
  anywhere(
    "resilience",
    "max_stream_duration max_connection_duration max_downstream_connection_duration max_grpc_timeout grpc_timeout_offset grpc_timeout_header_max",
    "timeouts",
  ),
  anywhere(
    "resilience",
    "retry_policy retry_policy_typed_config retry_options max_connect_attempts backoff_options hedge_policy include_request_attempt_count",
    "retries",
  ),
  anywhere(
    "resilience",
    "outlier_detection health_checks health_check_config ignore_health_on_host_removal close_connections_on_host_health_failure",
    "hosts left out when they fail",
  ),
  anywhere(
    "resilience",
    "upstream_connection_options tcp_keepalive connection_keepalive preconnect_policy drain_type drain_connections_on_host_removal",
    "connections kept alive, opened ahead or drained",
  ),
  within("resilience", `${http}fault.`, "faults injected"),
  // How much
  anywhere("limits", "circuit_breakers", "connections and requests at once"),
  anywhere(
    "limits",
    "max_request_headers_kb max_headers_count max_response_headers_kb max_direct_response_body_size_bytes",
    "sizes of headers and bodies",
  ),
  anywhere(
    "limits",
    "per_connection_buffer_limit_bytes per_request_buffer_limit_bytes request_body_buffer_limit tcp_backlog_size",
    "buffers",
  ),
  anywhere(
    "limits",
    "max_requests_per_connection max_concurrent_streams initial_stream_window_size initial_connection_window_size max_outbound_frames max_outbound_control_frames max_consecutive_inbound_frames_with_empty_payload",
    "connections and streams",
  ),
  within("limits", "envoy.config.core.v3.Http2ProtocolOptions", "streams and windows of HTTP/2"),
  within("limits", "envoy.config.core.v3.HttpProtocolOptions", "connections and headers"),
  anywhere("limits", "max_connections_to_accept_per_socket_event connection_balance_config", "connections accepted"),
  anywhere("limits", "rate_limits overload_manager", "rates and overload"),
  within("limits", `${http}local_ratelimit.`, "rates"),
  within("limits", `${http}ratelimit.`, "rates"),
  within("limits", `${network}local_ratelimit.`, "rates"),
  within("limits", `${network}ratelimit.`, "rates"),
  within("limits", `${network}connection_limit.`, "connections at once"),
  within("limits", `${http}buffer.`, "sizes of bodies"),
  within("limits", `${http}bandwidth_limit.`, "rates"),
  within("limits", `${http}admission_control.`, "rates"),
  within("limits", `${http}adaptive_concurrency.`, "requests at once"),
  // Code and filters of others
  within("extension", `${http}lua.`, "a script"),
  within("extension", `${http}wasm.`, "a Wasm module"),
  within("extension", `${network}wasm.`, "a Wasm module"),
  within("extension", "envoy.extensions.wasm.", "a Wasm module"),
  within("extension", `${http}ext_proc.`, "a service that may change requests"),
  within("extension", `${http}golang.`, "a Go plugin"),
  within("extension", "envoy.extensions.dynamic_modules.", "a dynamic module"),
  within("extension", "?", "a type that is not known here"),
  // Hosts
  within("endpoints", "envoy.config.endpoint.", "the hosts of a cluster"),
  anywhere("endpoints", "load_assignment eds_cluster_config", "where a cluster's hosts come from"),
  within(
    "endpoints",
    "envoy.config.cluster.v3.Cluster",
    "which host of a cluster is picked",
    "lb_policy load_balancing_policy lb_subset_config ring_hash_lb_config maglev_lb_config least_request_lb_config round_robin_lb_config common_lb_config",
  ),
  within(
    "endpoints",
    "envoy.config.cluster.v3.Cluster",
    "how a cluster's hosts are resolved",
    "dns_lookup_family dns_refresh_rate dns_failure_refresh_rate dns_jitter respect_dns_ttl dns_resolvers dns_resolution_config typed_dns_resolver_config use_tcp_for_dns_lookups wait_for_warm_on_init upstream_bind_config",
  ),
  anywhere("other", "metadata", "what the control plane says about its configuration"),
  // Where traffic goes
  within("routing", "envoy.config.route.", "virtual hosts and routes"),
  anywhere("routing", "route_config rds scoped_routes route_specifier", "where routes come from"),
  within("routing", `${network}tcp_proxy.`, "where a TCP connection goes"),
  within(
    "routing",
    `${network}http_connection_manager.v3.HttpConnectionManager`,
    "how a request is read before its route is chosen",
    "normalize_path merge_slashes path_with_escaped_slashes_action strip_matching_host_port strip_any_host_port strip_trailing_host_dot codec_type http_protocol_options http2_protocol_options upgrade_configs proxy_100_continue local_reply_config scheme_header_transformation server_name server_header_transformation via append_x_forwarded_port",
  ),
  within(
    "routing",
    "envoy.config.listener.v3.Listener",
    "which connections a listener takes",
    "address additional_addresses bind_to_port use_original_dst listener_filters filter_chain_matcher traffic_direction internal_listener name",
  ),
  within("routing", "envoy.config.listener.v3.FilterChain", "which connections a filter chain takes", "filter_chain_match name"),
  within(
    "routing",
    "envoy.config.cluster.v3.Cluster",
    "how a cluster finds and speaks to its hosts",
    "type cluster_type original_dst_lb_config typed_extension_protocol_options http_protocol_options http2_protocol_options upstream_http_protocol_options protocol_selection name",
  ),
  within("routing", `${http}router.v3.Router`, "the filter that follows the routes"),
  within("routing", `${network}http_connection_manager.v3.HttpFilter`, "a filter on requests", "name"),
  within("extension", `${http}`, "other HTTP filters"),
  anywhere("extension", "http_filters typed_per_filter_config", "HTTP filters and their order"),
  whole("routing", `${network}http_connection_manager.v3.HttpConnectionManager`, "a filter chain ends in it"),
  within("routing", `${network}http_connection_manager.v3.HttpConnectionManager.UpgradeConfig`, "upgrades"),
  within("other", `${network}http_connection_manager.v3.HttpConnectionManager`, "what else is set there"),
  within("extension", `${network}`, "other network filters"),
  within("extension", "envoy.config.core.v3.TypedExtensionConfig", "extensions by discovery (ECDS)"),
  within("extension", "envoy.config.listener.v3.FilterChain", "network filters and their order", "filters"),
  whole("routing", "envoy.config.listener.", "listeners and filter chains"),
  whole("routing", "envoy.config.cluster.v3.Cluster", "clusters"),
];

export type Classified = Pick<Difference, "steps" | "valueTypes" | "opaque" | "around">;

/** What a difference is about: the class of the first row that matches, else `other`. */
export function classify(difference: Classified): ChangeClass {
  return classRows.find((row) => matches(row, difference))?.class ?? "other";
}

function matches({ message, fields, whole: asWhole }: ClassRow, { steps, valueTypes, opaque, around }: Classified): boolean {
  if (message === "?") return opaque;
  if (fields !== undefined) return steps.some((step) => fields.includes(step.field) && covers(message, step.message));
  if (valueTypes.some((type) => covers(message, type))) return true;
  if (asWhole) return false;
  const innermost = around.at(-1);
  const beside = innermost === undefined ? [] : typesIn({ kind: "message", type: innermost.type }, innermost.message);
  return around.some(({ type }) => covers(message, type)) || beside.some((type) => covers(message, type));
}

function covers(message: string, type: string | null): boolean {
  if (message === "*") return type !== null;
  return type !== null && (type === message || (message.endsWith(".") && type.startsWith(message)));
}
