import { isJsonObject, type Json, type JsonObject } from "../../src/util/json.js";
import type { Trial } from "./trial.js";

const hcm = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const tcpProxy = "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";
const fileLog = "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog";

/** The namespace of the metadata in which a virtual host's name is written, for the access log. */
const namespace = "xdsight";

export const proxyProtocolFilter: JsonObject = {
  name: "envoy.filters.listener.proxy_protocol",
  typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol" },
};

/** A trial as Envoy loads it. */
export interface DressedTrial {
  readonly listeners: readonly JsonObject[];
  /** Route configurations that come by RDS. */
  readonly routeConfigurations: readonly JsonObject[];
  /** The kind of action of each route, by the name that the access log gives. */
  readonly actions: ReadonlyMap<string, string>;
  /** Filter chains that take TLS off, as listener/chain. */
  readonly secured: ReadonlySet<string>;
}

interface Placement {
  readonly name: string;
  readonly port: number;
  readonly logPath: string;
  readonly rdsPath: (name: string) => string;
}

/** Adds what makes a trial observable: names of listeners, virtual hosts and routes, access logs, and the address that accepts. */
export function dressTrial(trial: Trial, { name, port, logPath, rdsPath }: Placement): DressedTrial {
  const routeConfigurations: JsonObject[] = [];
  const actions = new Map<string, string>();
  let routes = 0;
  let virtualHosts = 0;
  let managers = 0;

  const accessLog = (kind: string, listener: string, config: string | null) => [
    {
      name: "envoy.access_loggers.file",
      typed_config: {
        "@type": fileLog,
        path: logPath,
        log_format: { json_format: { kind, listener, routeConfiguration: config, ...logFields } },
      },
    },
  ];

  const dressRoute = (route: JsonObject): JsonObject => {
    const named = { ...route, name: `r${routes++}` };
    const action = ["redirect", "direct_response", "non_forwarding_action", "filter_action"].find((field) => Object.hasOwn(route, field));
    actions.set(named.name, action ?? "route");
    return named;
  };

  const dress = (value: Json, listener: string): Json => {
    if (Array.isArray(value)) return value.map((item) => dress(item, listener));
    if (!isJsonObject(value)) return value;
    const dressed = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, dressMember(key, inner, listener)]));
    switch (value["@type"]) {
      case hcm:
        return dressManager(dressed, listener);
      case tcpProxy:
        return { ...dressed, stat_prefix: "tcp", access_log: accessLog("tcp", listener, null) };
      case "type.googleapis.com/envoy.config.route.v3.Route":
        return dressRoute(dressed);
      default:
        return dressed;
    }
  };

  const dressMember = (key: string, value: Json, listener: string): Json => {
    const inner = dress(value, listener);
    if (!Array.isArray(inner)) return inner;
    if (key === "routes") return inner.map((route: Json) => (isJsonObject(route) ? dressRoute(route) : route));
    if (key !== "virtual_hosts") return inner;
    return inner.map((host: Json) => (isJsonObject(host) ? dressVirtualHost(host) : host));
  };

  const dressVirtualHost = (host: JsonObject): JsonObject => {
    const own = `v${virtualHosts++}`;
    return { ...host, name: own, metadata: { filter_metadata: { [namespace]: { vh: own } } } };
  };

  const dressManager = (manager: JsonObject, listener: string): JsonObject => {
    const configuration = isJsonObject(manager.route_config) ? manager.route_config : {};
    const own = { ...configuration, name: `rc_${listener}_${managers++}`, validate_clusters: false };
    const { route_config: _, ...rest } = manager;
    const logged = { ...rest, stat_prefix: "http", access_log: accessLog("http", listener, own.name) };
    if (!trial.byRds) return { ...logged, route_config: own };
    routeConfigurations.push({ "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration", ...own });
    const source = { path_config_source: { path: rdsPath(own.name) }, resource_api_version: "V3" };
    return { ...logged, rds: { route_config_name: own.name, config_source: source } };
  };

  const listeners = trial.listeners.map((listener, index) => {
    const own = `${name}_${index}`;
    const dressed = dress(listener, own);
    const first = index === 0 ? { address: { socket_address: { address: "127.0.0.1", port_value: port } } } : { bind_to_port: false };
    return { ...(isJsonObject(dressed) ? dressed : {}), ...first, name: own, access_log: accessLog("listener", own, null) };
  });
  const secured = new Set(
    listeners.flatMap((listener) =>
      chainsOf(listener).flatMap((chain) => (Object.hasOwn(chain, "transport_socket") ? [`${listener.name}/${String(chain.name)}`] : [])),
    ),
  );
  return { listeners, routeConfigurations, actions, secured };
}

const chainsOf = (listener: JsonObject): readonly JsonObject[] =>
  [listener.default_filter_chain, ...(Array.isArray(listener.filter_chains) ? listener.filter_chains : [])].filter(isJsonObject);

const logFields = {
  filterChain: "%FILTER_CHAIN_NAME%",
  virtualHost: `%METADATA(VIRTUAL_HOST:${namespace}:vh)%`,
  route: "%ROUTE_NAME%",
  code: "%RESPONSE_CODE%",
  flags: "%RESPONSE_FLAGS%",
  details: "%RESPONSE_CODE_DETAILS%",
  cluster: "%UPSTREAM_CLUSTER_RAW%",
  host: "%UPSTREAM_HOST%",
  location: "%RESP(LOCATION)%",
  grpcStatus: "%RESP(GRPC-STATUS)%",
  termination: "%CONNECTION_TERMINATION_DETAILS%",
  peer: "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%",
};
