import type { JsonObject } from "../../src/util/json.js";

export const echoClusters = ["reviews-v1", "reviews-v2", "ratings"] as const;
export const greetingClusters = ["mysql", "mongo"] as const;

/** Nobody listens on it: the port of an old protocol that needs a privileged user. */
const refusedPort = 1;

const endpoint = (port: number, health?: string): JsonObject => ({
  endpoint: { address: { socket_address: { address: "127.0.0.1", port_value: port } } },
  ...(health === undefined ? {} : { health_status: health }),
});

const assignment = (name: string, endpoints: readonly JsonObject[]): JsonObject => ({
  cluster_name: name,
  endpoints: endpoints.length === 0 ? [] : [{ lb_endpoints: endpoints }],
});

const fixed = (name: string, endpoints: readonly JsonObject[], more: JsonObject = {}): JsonObject => ({
  name,
  type: "STATIC",
  connect_timeout: "1s",
  load_assignment: assignment(name, endpoints),
  ...more,
});

/** Clusters of every kind that a trial's routes name: with endpoints, without, unhealthy, refusing; by EDS too. */
export function clustersOf(ports: ReadonlyMap<string, number>, edsPath: (name: string) => string): readonly JsonObject[] {
  const portOf = (name: string) => ports.get(name) ?? refusedPort;
  const eds = (name: string): JsonObject => ({
    name,
    type: "EDS",
    connect_timeout: "1s",
    eds_cluster_config: { eds_config: { path_config_source: { path: edsPath(name) }, resource_api_version: "V3" } },
  });
  const [first, second] = echoClusters;
  return [
    ...[...echoClusters, ...greetingClusters].map((name) => fixed(name, [endpoint(portOf(name))])),
    fixed("empty", []),
    fixed("refused", [endpoint(refusedPort)]),
    fixed("unhealthy", [endpoint(portOf(first), "UNHEALTHY")]),
    fixed("unhealthy-no-panic", [endpoint(portOf(first), "UNHEALTHY")], { common_lb_config: { healthy_panic_threshold: {} } }),
    fixed("half-healthy", [endpoint(portOf(second)), endpoint(portOf(first), "UNHEALTHY")]),
    eds("discovered"),
    eds("discovered-empty"),
  ];
}

/** What EDS delivers, by the cluster that asks for it. */
export function assignmentsOf(ports: ReadonlyMap<string, number>): ReadonlyMap<string, JsonObject> {
  const type = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
  const [first] = echoClusters;
  return new Map([
    ["discovered", { "@type": type, ...assignment("discovered", [endpoint(ports.get(first) ?? refusedPort)]) }],
    ["discovered-empty", { "@type": type, ...assignment("discovered-empty", []) }],
  ]);
}

export function bootstrapOf(clusters: readonly JsonObject[], ldsPath: string): JsonObject {
  return {
    node: { id: "xdsight-trial", cluster: "trial" },
    admin: { address: { socket_address: { address: "127.0.0.1", port_value: 0 } } },
    static_resources: { clusters },
    dynamic_resources: { lds_config: { path_config_source: { path: ldsPath }, resource_api_version: "V3" } },
    layered_runtime: {
      layers: [
        {
          name: "trial",
          static_layer: {
            "re2.max_program_size.error_level": 5000,
            "canary.on": 100,
            "canary.off": 0,
            "weights.reviews-v1": 5,
          },
        },
      ],
    },
  };
}
