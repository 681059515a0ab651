import { type Diff, type DiffOptions, diffSnapshots, readSnapshot, type Snapshot } from "../../src/index.js";
import type { Json } from "../../src/util/json.js";

type Message = Readonly<Record<string, Json>>;

/** What a small config dump holds: dynamic resources that serve, and whole sections for anything else. */
export interface Parts {
  readonly listeners?: readonly Message[];
  readonly routes?: readonly Message[];
  readonly clusters?: readonly Message[];
  readonly endpoints?: readonly Message[];
  readonly secrets?: readonly Message[];
  readonly bootstrap?: Message;
  readonly sections?: readonly Message[];
  readonly version?: string;
  readonly updated?: string;
}

const typed = (name: string, message: Message): Message => ({ "@type": `type.googleapis.com/${name}`, ...message });

/** A config dump as Envoy prints it. */
export function dumpOf(parts: Parts): Json {
  const { version = "2026-11-23T09:00:00Z/1", updated = "2026-11-23T09:00:01Z" } = parts;
  const stamp = { version_info: version, last_updated: updated };
  const listeners = (parts.listeners ?? []).map((listener) => ({
    name: String(listener.name ?? ""),
    active_state: { ...stamp, listener: typed("envoy.config.listener.v3.Listener", listener) },
  }));
  const section = (name: string, fields: Message): Message => typed(`envoy.admin.v3.${name}`, fields);
  return {
    configs: [
      section("BootstrapConfigDump", {
        bootstrap: parts.bootstrap ?? { node: { id: "sidecar~10.244.1.5~sleep-v1.default~default.svc.cluster.local" } },
      }),
      section("ClustersConfigDump", {
        dynamic_active_clusters: (parts.clusters ?? []).map((cluster) => ({
          ...stamp,
          cluster: typed("envoy.config.cluster.v3.Cluster", cluster),
        })),
      }),
      section("EndpointsConfigDump", {
        dynamic_endpoint_configs: (parts.endpoints ?? []).map((endpoints) => ({
          endpoint_config: typed("envoy.config.endpoint.v3.ClusterLoadAssignment", endpoints),
        })),
      }),
      section("ListenersConfigDump", { dynamic_listeners: listeners }),
      section("RoutesConfigDump", {
        dynamic_route_configs: (parts.routes ?? []).map((routes) => ({
          ...stamp,
          route_config: typed("envoy.config.route.v3.RouteConfiguration", routes),
        })),
      }),
      section("SecretsConfigDump", {
        dynamic_active_secrets: (parts.secrets ?? []).map((secret) => ({
          name: String(secret.name ?? ""),
          ...stamp,
          secret: typed("envoy.extensions.transport_sockets.tls.v3.Secret", secret),
        })),
      }),
      ...(parts.sections ?? []),
    ],
  };
}

export const snapshotOf = (dump: Json, fileName = "dump.json"): Snapshot =>
  readSnapshot(new TextEncoder().encode(JSON.stringify(dump)), { fileName }).snapshot;

export const diffOf = (old: Parts, now: Parts, options?: DiffOptions): Diff =>
  diffSnapshots(snapshotOf(dumpOf(old), "before.json"), snapshotOf(dumpOf(now), "after.json"), options);

/** A change in one line for tables: what a test asserts of it. */
export const linesOf = ({ changes }: Diff): readonly string[] =>
  changes.map(
    ({ class: kind, op, path, resource, places }) =>
      `${kind} ${op} ${resource.type} ${resource.name}: ${path}${places.length > 1 ? ` ×${places.length}` : ""}`,
  );

const hcmType = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

export const manager = (fields: Message): Message => ({
  name: "envoy.filters.network.http_connection_manager",
  typed_config: typed(hcmType, { stat_prefix: "outbound_0.0.0.0_9080", ...fields }),
});

export const tcpProxy = (fields: Message): Message => ({
  name: "envoy.filters.network.tcp_proxy",
  typed_config: typed("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", { stat_prefix: "PassthroughCluster", ...fields }),
});

export { typed };
