import type { Snapshot } from "../../src/index.js";
import { isJsonObject, type Json, type JsonObject, member } from "../../src/util/json.js";
import { listener, snapshotWith, socketAddress } from "../explain/dump.js";

const port = 10_000;

/** The address that the tool's requests go to, and come from. */
export const toolAddress = { ip: "127.0.0.1", port };

/**
 * The config dump of an Envoy 1.40.0 that serves a route configuration as the tool treats it: one listener, every cluster that the
 * configuration names with an endpoint, and runtime fractions of 0 taken for 1.
 *
 * @param key the tool's `runtime`: fractions under this key count, those under any other are off
 */
export function toolSnapshot(routeConfig: JsonObject, runtime: JsonObject, key: string | undefined): Snapshot {
  const keys = everyField(routeConfig, "runtime_key").filter((name) => name !== key);
  const off = Object.fromEntries(keys.map((name) => [String(name), 0] as const));
  return snapshotWith({
    bootstrap: {
      node: { id: "router-check", user_agent_name: "envoy", user_agent_build_version: { version: { major_number: 1, minor_number: 40 } } },
      layered_runtime: { layers: [{ name: "static", static_layer: { ...runtime, ...off } }] },
    },
    clusters: clusterNames(routeConfig).map(cluster),
    listeners: [listener("router-check", toolAddress.ip, port, manager(withoutZeroFractions(routeConfig)))],
  });
}

/** The configuration with every numerator of 0 made 1. */
const withoutZeroFractions = (routeConfig: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(routeConfig), (name, value: Json) => (name === "numerator" && value === 0 ? 1 : value));

/** Requests that come by way of 127.0.0.1 are internal to it, which is how the tool's `internal` is brought about. */
const manager = (routeConfig: JsonObject): JsonObject => ({
  name: "envoy.filters.network.http_connection_manager",
  typed_config: {
    "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    stat_prefix: "router-check",
    route_config: { ...routeConfig, name: "router-check" },
    internal_address_config: { cidr_ranges: [{ address_prefix: toolAddress.ip, prefix_len: 32 }] },
    http_filters: [
      {
        name: "envoy.filters.http.router",
        typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
      },
    ],
  },
});

const clusterNames = (routeConfig: JsonObject): readonly string[] => [
  ...new Set([
    ...everyField(routeConfig, "route").flatMap((action) => textOf(member(action, "cluster"))),
    ...everyField(routeConfig, "clusters").flatMap((entries) =>
      Array.isArray(entries) ? entries.flatMap((entry: Json) => textOf(member(entry, "name"))) : [],
    ),
  ]),
];

const textOf = (value: Json | undefined): readonly string[] => (typeof value === "string" ? [value] : []);

const cluster = (name: string): JsonObject => ({
  name,
  type: "STATIC",
  load_assignment: {
    cluster_name: name,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: socketAddress("10.244.0.7", 9080) } }] }],
  },
});

/** The values of a field at any depth. */
function everyField(value: Json | undefined, name: string): readonly Json[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => everyField(item, name));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [...(key === name ? [inner] : []), ...everyField(inner, name)]);
}
