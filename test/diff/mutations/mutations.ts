import type { ChangeClass } from "../../../src/diff/change.js";
import { fieldOf, typeOfValue } from "../../../src/identity/value-type.js";
import { jsonNameOf } from "../../../src/proto/describe-type.js";
import { isJsonObject, type Json, type JsonObject, member } from "../../../src/util/json.js";
import { pointTo } from "../../../src/util/json-pointer.js";
import type { Random } from "./random.js";
import { replaceAt, type Site } from "./sites.js";

/** A way to change what a dump means, and what a diff must say of it. */
export interface Mutation {
  readonly name: string;
  /** null: any class will do, as the place decides it. */
  readonly class: ChangeClass | null;
  /** Full names of the message types that it changes; null: any. */
  readonly types: readonly string[] | null;
  /** The message changed; undefined where this message offers nothing to change. */
  readonly change: (site: Site, random: Random) => Mutated | undefined;
}

export interface Mutated {
  /** What stands in OLD in place of the message; absent: the message itself. */
  readonly old?: JsonObject;
  readonly now: JsonObject;
  /** Pointers, within the message, at one of which the change must be reported. */
  readonly at: readonly string[];
}

const listener = "envoy.config.listener.v3.";
const route = "envoy.config.route.v3.";
const cluster = "envoy.config.cluster.v3.";
const tls = "envoy.extensions.transport_sockets.tls.v3.";
const manager = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const tcpProxy = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";

/** The key of a field as the message writes it. */
function keyIn({ type, message }: Site, field: string): string {
  const jsonName = fieldOf(type, field)?.jsonName ?? field;
  return !Object.hasOwn(message, field) && Object.hasOwn(message, jsonName) ? jsonName : field;
}

const listIn = (site: Site, field: string): readonly Json[] => {
  const value = member(site.message, keyIn(site, field));
  return Array.isArray(value) ? value : [];
};

/** Gives a field one of some values that it does not have. */
const set = (name: string, kind: ChangeClass, type: string, field: string, ...values: readonly Json[]): Mutation => ({
  name,
  class: kind,
  types: [type],
  change: (site, random) => {
    const key = keyIn(site, field);
    const value = random.oneOf(values.filter((other) => JSON.stringify(other) !== JSON.stringify(site.message[key])));
    return value === undefined ? undefined : { now: { ...site.message, [key]: value }, at: [pointTo("", key)] };
  },
});

/** Changes a text or a number where there is one; `alsoAt` where the field is the key of its message in a list. */
const alter = (name: string, kind: ChangeClass, type: string, field: string, alsoAt: readonly string[] = []): Mutation => ({
  name,
  class: kind,
  types: [type],
  change: (site) => {
    const key = keyIn(site, field);
    const value = member(site.message, key);
    const other = typeof value === "number" ? value + 1 : typeof value === "string" ? `${value}-v2` : undefined;
    return other === undefined ? undefined : { now: { ...site.message, [key]: other }, at: [pointTo("", key), ...alsoAt] };
  },
});

/** Takes an item out of a list. */
const drop = (name: string, kind: ChangeClass | null, type: string, field: string): Mutation => ({
  name,
  class: kind,
  types: [type],
  change: (site, random) => {
    const list = listIn(site, field);
    if (list.length === 0) return undefined;
    const index = random.below(list.length);
    const rest = list.filter((_, other) => other !== index);
    const key = keyIn(site, field);
    // Of equal items any may be the one that went.
    const text = JSON.stringify(list[index]);
    return {
      now: { ...site.message, [key]: rest },
      at: list.flatMap((item, place) => (JSON.stringify(item) === text ? [pointTo("", key, place)] : [])),
    };
  },
});

/** Takes a field away. */
const unset = (name: string, kind: ChangeClass, type: string, field: string): Mutation => ({
  name,
  class: kind,
  types: [type],
  change: (site) => {
    const key = keyIn(site, field);
    if (!Object.hasOwn(site.message, key)) return undefined;
    const { [key]: _, ...now } = site.message;
    return { now, at: [pointTo("", key)] };
  },
});

/** Moves an item of an ordered list before the one that it stands behind. */
const move = (
  name: string,
  kind: ChangeClass,
  type: string,
  field: string,
  matters: (first: Json, second: Json) => boolean = () => true,
): Mutation => ({
  name,
  class: kind,
  types: [type],
  change: (site, random) => {
    const list = listIn(site, field);
    const places = list.flatMap((item, index) => {
      const next = list[index + 1];
      return next !== undefined && JSON.stringify(item) !== JSON.stringify(next) && matters(item, next) ? [index] : [];
    });
    const index = random.oneOf(places);
    if (index === undefined) return undefined;
    const moved = [...list];
    moved.splice(index, 2, ...list.slice(index, index + 2).reverse());
    const key = keyIn(site, field);
    return { now: { ...site.message, [key]: moved }, at: [pointTo("", key)] };
  },
});

/** Puts another text into a list of texts, adds one or takes one away. */
const changeTexts = (name: string, kind: ChangeClass, type: string, field: string, further: readonly string[]): Mutation => ({
  name,
  class: kind,
  types: [type],
  change: (site, random) => {
    const list = listIn(site, field);
    const text = random.oneOf(further.filter((other) => !list.includes(other)));
    if (text === undefined) return undefined;
    const key = keyIn(site, field);
    const index = random.below(list.length + 1);
    const now = random.yes() && index < list.length ? list.with(index, text) : list.toSpliced(index, 0, text);
    return { now: { ...site.message, [key]: now }, at: [pointTo("", key, index), pointTo("", key)] };
  },
});

/** Takes every request: no other criterion, and every path. */
const takesAll = (value: Json): boolean => {
  const match = member(value, "match");
  const criteria = isJsonObject(match) ? Object.keys(match).filter((key) => key !== "caseSensitive" && key !== "case_sensitive") : [];
  return member(match, "prefix") === "/" && criteria.length === 1;
};

const rbac = "envoy.config.rbac.v3.";

export const mutations: readonly Mutation[] = [
  // Routes
  move("a route moved before one that it overlaps", "routing", `${route}VirtualHost`, "routes", (a, b) => takesAll(a) || takesAll(b)),
  drop("a route removed", "routing", `${route}VirtualHost`, "routes"),
  drop("a virtual host removed", "routing", `${route}RouteConfiguration`, "virtual_hosts"),
  changeTexts("a domain", "routing", `${route}VirtualHost`, "domains", ["reviews.example.com", "*.example.com", "reviews-*"]),
  alter("a prefix", "routing", `${route}RouteMatch`, "prefix", [""]),
  alter("an exact path", "routing", `${route}RouteMatch`, "path", [""]),
  set("a path of any case", "routing", `${route}RouteMatch`, "case_sensitive", false),
  set("gRPC only", "routing", `${route}RouteMatch`, "grpc", {}),
  alter("the name of a matched header", "routing", `${route}HeaderMatcher`, "name", [""]),
  set("a header match turned round", "routing", `${route}HeaderMatcher`, "invert_match", true),
  alter("the value of a string matcher", "routing", "envoy.type.matcher.v3.StringMatcher", "exact"),
  alter("a route's cluster", "routing", `${route}RouteAction`, "cluster"),
  alter("a weight", "routing", `${route}WeightedCluster.ClusterWeight`, "weight"),
  alter("a weighted cluster", "routing", `${route}WeightedCluster.ClusterWeight`, "name", [""]),
  set("a rewritten prefix", "routing", `${route}RouteAction`, "prefix_rewrite", "/v2", "/v3"),
  alter("the status of a direct response", "routing", `${route}DirectResponseAction`, "status"),
  alter("the path of a redirect", "routing", `${route}RedirectAction`, "path_redirect"),
  alter("a mirror's cluster", "routing", `${route}RouteAction.RequestMirrorPolicy`, "cluster", [""]),
  {
    name: "two values of one header exchanged",
    class: "routing",
    types: [`${route}VirtualHost`, `${route}Route`, `${route}RouteConfiguration`],
    change: (site) => {
      const key = keyIn(site, "request_headers_to_add");
      const list = listIn(site, "request_headers_to_add");
      const [first, second] = ["canary", "stable"].map((value): Json => ({ header: { key: "x-track", value } }));
      if (first === undefined || second === undefined) return undefined;
      return {
        old: { ...site.message, [key]: [...list, first, second] },
        now: { ...site.message, [key]: [second, ...list, first] },
        at: [pointTo("", key)],
      };
    },
  },
  set("TLS required", "security", `${route}VirtualHost`, "require_tls", "ALL", "EXTERNAL_ONLY"),
  set("a route's timeout", "resilience", `${route}RouteAction`, "timeout", "7.5s", "0.001s"),
  set("a route's idle timeout", "resilience", `${route}RouteAction`, "idle_timeout", "7.5s", "61s"),
  alter("retries", "resilience", `${route}RetryPolicy`, "num_retries"),
  alter("when to retry", "resilience", `${route}RetryPolicy`, "retry_on"),
  // Listeners
  {
    name: "a listener's port",
    class: "routing",
    types: [`${listener}Listener`],
    change: (site) => changePort(site, ["address", "socket_address"]),
  },
  set("a listener that binds no port", "routing", `${listener}Listener`, "bind_to_port", false, true),
  move("a listener filter moved", "routing", `${listener}Listener`, "listener_filters"),
  drop("a listener filter removed", "routing", `${listener}Listener`, "listener_filters"),
  drop("a filter chain removed", "routing", `${listener}Listener`, "filter_chains"),
  unset("the default filter chain removed", "routing", `${listener}Listener`, "default_filter_chain"),
  set("the port of a chain", "routing", `${listener}FilterChainMatch`, "destination_port", 8443, 9443),
  changeTexts("the names of a chain", "routing", `${listener}FilterChainMatch`, "server_names", [
    "reviews.example.com",
    "ratings.example.com",
  ]),
  changeTexts("the protocols of a chain", "routing", `${listener}FilterChainMatch`, "application_protocols", ["istio-h2", "mysql"]),
  set("the transport of a chain", "routing", `${listener}FilterChainMatch`, "transport_protocol", "quic"),
  drop("the addresses of a chain", "routing", `${listener}FilterChainMatch`, "prefix_ranges"),
  move("a network filter moved", "extension", `${listener}FilterChain`, "filters"),
  alter("a TCP proxy's cluster", "routing", tcpProxy, "cluster"),
  alter("a TCP proxy's weight", "routing", `${tcpProxy}.WeightedCluster.ClusterWeight`, "weight"),
  set("a TCP proxy's idle timeout", "resilience", tcpProxy, "idle_timeout", "7.5s"),
  set("listener filters' timeout", "resilience", `${listener}Listener`, "listener_filters_timeout", "7.5s"),
  set("a listener's buffer", "limits", `${listener}Listener`, "per_connection_buffer_limit_bytes", 4096, 8192),
  unset("plain text in place of TLS", "security", `${listener}FilterChain`, "transport_socket"),
  // HTTP connection managers
  move("an HTTP filter moved", "extension", manager, "http_filters"),
  drop("an HTTP filter removed", null, manager, "http_filters"),
  set("larger headers", "limits", manager, "max_request_headers_kb", 96, 97),
  set("a stream's idle timeout", "resilience", manager, "stream_idle_timeout", "7.5s"),
  set("paths with two slashes", "routing", manager, "merge_slashes", true),
  set("the client's certificate passed on", "security", manager, "forward_client_cert_details", "ALWAYS_FORWARD_ONLY", "SANITIZE_SET"),
  set("trusted hops", "security", manager, "xff_num_trusted_hops", 2, 3),
  alter("statistics' prefix", "telemetry", manager, "stat_prefix"),
  // Access logs
  drop("an access log removed", "telemetry", manager, "access_log"),
  drop("a TCP proxy's access log removed", "telemetry", tcpProxy, "access_log"),
  alter("an access log's file", "telemetry", "envoy.extensions.access_loggers.file.v3.FileAccessLog", "path"),
  // Clusters
  set("a connect timeout", "resilience", `${cluster}Cluster`, "connect_timeout", "7.5s", "3.25s"),
  set("a balancer", "endpoints", `${cluster}Cluster`, "lb_policy", "RANDOM", "MAGLEV"),
  set("a cluster's kind", "routing", `${cluster}Cluster`, "type", "LOGICAL_DNS", "STRICT_DNS"),
  set("outliers", "resilience", `${cluster}OutlierDetection`, "consecutive_5xx", 17, 18),
  set("connections at once", "limits", `${cluster}CircuitBreakers.Thresholds`, "max_connections", 17, 18),
  set("requests at once", "limits", `${cluster}CircuitBreakers.Thresholds`, "max_requests", 17, 18),
  set("pending requests", "limits", `${cluster}CircuitBreakers.Thresholds`, "max_pending_requests", 17),
  unset("no circuit breakers", "limits", `${cluster}Cluster`, "circuit_breakers"),
  drop("a transport socket match removed", "security", `${cluster}Cluster`, "transport_socket_matches"),
  move("a transport socket match moved", "security", `${cluster}Cluster`, "transport_socket_matches"),
  alter("statistics' name", "telemetry", `${cluster}Cluster`, "alt_stat_name"),
  set("streams at once", "limits", "envoy.config.core.v3.Http2ProtocolOptions", "max_concurrent_streams", 17),
  // TLS
  set("the least TLS version", "security", `${tls}TlsParameters`, "tls_minimum_protocol_version", "TLSv1_3", "TLSv1_1"),
  changeTexts("ALPN", "security", `${tls}CommonTlsContext`, "alpn_protocols", ["istio-http/1.0", "h3"]),
  move("ALPN's preference", "security", `${tls}CommonTlsContext`, "alpn_protocols"),
  alter("an SNI", "security", `${tls}UpstreamTlsContext`, "sni"),
  set("no client certificate", "security", `${tls}DownstreamTlsContext`, "require_client_certificate", false, true),
  drop("a name of a certificate", "security", `${tls}CertificateValidationContext`, "match_typed_subject_alt_names"),
  alter("a secret's name", "security", `${tls}SdsSecretConfig`, "name", [""]),
  // Authorization
  set("what a policy does", "security", `${rbac}RBAC`, "action", "DENY", "LOG"),
  drop("a principal", "security", `${rbac}Policy`, "principals"),
  drop("a permission", "security", `${rbac}Policy`, "permissions"),
  // Endpoints
  drop("an endpoint removed", "endpoints", "envoy.config.endpoint.v3.LocalityLbEndpoints", "lb_endpoints"),
  set("an endpoint's weight", "endpoints", "envoy.config.endpoint.v3.LbEndpoint", "load_balancing_weight", 17, 18),
  set("an endpoint's health", "endpoints", "envoy.config.endpoint.v3.LbEndpoint", "health_status", "DRAINING", "TIMEOUT"),
  {
    name: "an endpoint's port",
    class: "endpoints",
    types: ["envoy.config.endpoint.v3.LbEndpoint"],
    change: (site) => changePort(site, ["endpoint", "address", "socket_address"]),
  },
  set("a locality's priority", "endpoints", "envoy.config.endpoint.v3.LocalityLbEndpoints", "priority", 3, 4),
  // The rest
  {
    name: "a field that is not known",
    class: "extension",
    types: [`${cluster}Cluster`, `${listener}Listener`, `${route}Route`],
    change: ({ message }) => ({ now: { ...message, later_field: { on: true } }, at: ["/later_field"] }),
  },
  { name: "any single value", class: null, types: null, change: changeAny },
];

/** Another port in the address that the fields lead to; an endpoint's makes it another endpoint. */
function changePort(site: Site, fields: readonly string[]): Mutated | undefined {
  const keys = fields.map((field) => (Object.hasOwn(site.message, field) ? field : jsonNameOf(field)));
  const address = keys.reduce<Json | undefined>((value, key) => member(value, key), site.message);
  const portKey = member(address, "port_value") === undefined ? "portValue" : "port_value";
  const port = member(address, portKey);
  if (typeof port !== "number") return undefined;
  const at = pointTo("", ...keys, portKey);
  const now = replaceAt(site.message, [...keys, portKey], port + 1);
  return isJsonObject(now) ? { now, at: [at, ""] } : undefined;
}

/** Any value of a field, of whatever message. */
function changeAny(site: Site, random: Random): Mutated | undefined {
  const keys = Object.keys(site.message).filter((key) => {
    const field = fieldOf(site.type, key);
    const value = site.message[key] ?? null;
    if (field === undefined || field.repeated || field.mapKey !== null || field.kind === "enum") return false;
    // The name of a resource makes it another one.
    if (site.way.length === 0 && (key === "name" || field.name === "cluster_name")) return false;
    if (typeOfValue(field, value).kind !== "single") return false;
    return field.kind === "scalar" ? field.scalar !== "bytes" : /^google\.protobuf\.(Duration|BoolValue|UInt32Value)$/.test(field.type);
  });
  const key = random.oneOf(keys);
  if (key === undefined) return undefined;
  return { now: { ...site.message, [key]: otherThan(site.message[key] ?? null) }, at: [pointTo("", key)] };
}

function otherThan(value: Json): Json {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  const text = String(value);
  if (/^\d+(\.\d+)?s$/.test(text)) return "77.5s";
  return /^\d+$/.test(text) ? `${text}1` : `${text}x`;
}
