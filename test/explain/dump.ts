import type { Snapshot } from "../../src/index.js";
import { readSnapshot } from "../../src/index.js";
import type { JsonObject } from "../../src/util/json.js";

/** What a small dump holds, resources in ProtoJSON. */
export interface DumpParts {
  readonly bootstrap?: JsonObject;
  readonly listeners?: readonly JsonObject[];
  readonly clusters?: readonly JsonObject[];
  readonly routes?: readonly JsonObject[];
  /** Absent: the dump has no such section. */
  readonly endpoints?: readonly JsonObject[];
}

const urlOf = (name: string) => `type.googleapis.com/${name}`;
const section = (name: string, members: JsonObject): JsonObject => ({ "@type": urlOf(`envoy.admin.v3.${name}`), ...members });
const typed = (name: string, message: JsonObject): JsonObject => ({ "@type": urlOf(name), ...message });

const productpage: JsonObject = {
  node: { id: "sidecar~10.244.1.5~productpage-v1.default~default.svc.cluster.local", metadata: { INSTANCE_IPS: "10.244.1.5,fd00::5" } },
};

/** A config dump of a sidecar with these resources; everything in it serves. */
export function snapshotWith({ bootstrap = productpage, listeners = [], clusters = [], routes = [], endpoints }: DumpParts): Snapshot {
  const dump = {
    configs: [
      section("BootstrapConfigDump", { bootstrap }),
      section("ClustersConfigDump", {
        static_clusters: clusters.map((cluster) => ({ cluster: typed("envoy.config.cluster.v3.Cluster", cluster) })),
      }),
      ...(endpoints === undefined
        ? []
        : [
            section("EndpointsConfigDump", {
              dynamic_endpoint_configs: endpoints.map((assignment) => ({
                endpoint_config: typed("envoy.config.endpoint.v3.ClusterLoadAssignment", assignment),
              })),
            }),
          ]),
      section("ListenersConfigDump", {
        static_listeners: listeners.map((listener) => ({ listener: typed("envoy.config.listener.v3.Listener", listener) })),
      }),
      section("RoutesConfigDump", {
        dynamic_route_configs: routes.map((configuration) => ({
          route_config: typed("envoy.config.route.v3.RouteConfiguration", configuration),
        })),
      }),
    ],
  };
  return readSnapshot(new TextEncoder().encode(JSON.stringify(dump)), { fileName: "productpage.json" }).snapshot;
}

export const socketAddress = (ip: string, port: number, members: JsonObject = {}): JsonObject => ({
  socket_address: { address: ip, port_value: port, ...members },
});

export const tcpProxy = (cluster: string): JsonObject => ({
  name: "envoy.filters.network.tcp_proxy",
  typed_config: typed("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", { stat_prefix: cluster, cluster }),
});

const router: JsonObject = { name: "envoy.filters.http.router", typed_config: typed("envoy.extensions.filters.http.router.v3.Router", {}) };

/** An HTTP connection manager that takes its routes from RDS. */
export const connectionManager = (routeConfiguration: string, members: JsonObject = {}): JsonObject => ({
  name: "envoy.filters.network.http_connection_manager",
  typed_config: typed("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", {
    stat_prefix: routeConfiguration,
    rds: { route_config_name: routeConfiguration, config_source: { ads: {} } },
    http_filters: [router],
    ...members,
  }),
});

/** A listener with one filter chain of one filter. */
export const listener = (name: string, ip: string, port: number, filter: JsonObject, members: JsonObject = {}): JsonObject => ({
  name,
  address: socketAddress(ip, port),
  filter_chains: [{ filters: [filter] }],
  ...members,
});

/** A sidecar's catch-all listener for outbound connections, which hands them on. */
export const virtualOutbound: JsonObject = {
  name: "virtualOutbound",
  address: socketAddress("0.0.0.0", 15001),
  use_original_dst: true,
  traffic_direction: "OUTBOUND",
  filter_chains: [{ name: "virtualOutbound-catchall-tcp", filters: [tcpProxy("PassthroughCluster")] }],
};

/** A listener that is reached by hand-off only. */
export const handedTo = (name: string, ip: string, port: number, filter: JsonObject, members: JsonObject = {}): JsonObject =>
  listener(name, ip, port, filter, { bind_to_port: false, traffic_direction: "OUTBOUND", ...members });
