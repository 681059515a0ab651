import { describe, expect, it } from "vitest";
import { configurationOf } from "../../src/decode/configuration.js";
import { readSnapshot } from "../../src/index.js";
import type { JsonObject } from "../../src/util/json.js";

const urlOf = (name: string) => `type.googleapis.com/${name}`;
const listener = (name: string, members: JsonObject = {}): JsonObject => ({
  "@type": urlOf("envoy.config.listener.v3.Listener"),
  name,
  ...members,
});
const cluster = (name: string, members: JsonObject = {}): JsonObject => ({
  "@type": urlOf("envoy.config.cluster.v3.Cluster"),
  name,
  ...members,
});
const section = (name: string, members: JsonObject): JsonObject => ({ "@type": urlOf(`envoy.admin.v3.${name}`), ...members });
const configurationWith = (...configs: readonly JsonObject[]) =>
  configurationOf(readSnapshot(new TextEncoder().encode(JSON.stringify({ configs }))).snapshot);

describe("what serves", () => {
  const configuration = configurationWith(
    section("ListenersConfigDump", {
      static_listeners: [{ listener: listener("prometheus") }],
      dynamic_listeners: [
        {
          name: "0.0.0.0_9080",
          active_state: { listener: listener("0.0.0.0_9080") },
          warming_state: { listener: listener("0.0.0.0_9080") },
        },
        { name: "0.0.0.0_8080", warming_state: { listener: listener("0.0.0.0_8080") } },
        { name: "0.0.0.0_7070", draining_state: { listener: listener("0.0.0.0_7070") } },
        { name: "0.0.0.0_6060", error_state: { failed_configuration: listener("0.0.0.0_6060"), details: "duplicate" } },
      ],
    }),
    section("ClustersConfigDump", {
      static_clusters: [{ cluster: cluster("xds-grpc", { type: "STATIC" }) }],
      dynamic_active_clusters: [{ cluster: cluster("reviews", { type: "EDS" }) }, { cluster: cluster("reviews", { type: "STRICT_DNS" }) }],
      dynamic_warming_clusters: [{ cluster: cluster("ratings") }],
    }),
  );

  it("is static and active: what warms, drains or was refused takes no traffic", () => {
    expect(configuration.listeners.map(({ name, at }) => [name, at])).toEqual([
      ["prometheus", "/configs/0/static_listeners/0/listener"],
      ["0.0.0.0_9080", "/configs/0/dynamic_listeners/0/active_state/listener"],
    ]);
    expect(configuration.clusterNames()).toEqual(["xds-grpc", "reviews"]);
    expect(configuration.cluster("ratings")).toBeUndefined();
  });

  it("is taken once by its name", () => {
    expect(configuration.cluster("reviews")).toMatchObject({ type: "EDS", at: "/configs/1/dynamic_active_clusters/0/cluster" });
    expect(configuration.cluster("reviews")).toBe(configuration.cluster("reviews"));
    expect(configuration.cluster("__proto__")).toBeUndefined();
  });

  it("is nothing in a dump without sections", () => {
    const empty = configurationWith(section("RoutesConfigDump", {}));
    expect([empty.listeners, empty.clusterNames(), empty.bootstrap, empty.routeConfiguration("9080")]).toEqual([[], [], null, undefined]);
  });
});

describe("models", () => {
  const tcpProxy = urlOf("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy");
  const manager = (members: JsonObject): JsonObject => ({
    filters: [
      {
        name: "http",
        typedConfig: { "@type": urlOf("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"), ...members },
      },
    ],
  });
  const [decoded] = configurationWith(
    section("ListenersConfigDump", {
      static_listeners: [
        {
          listener: listener("reviews", {
            address: { socketAddress: { address: "::", portValue: 9080, ipv4Compat: true } },
            additionalAddresses: [{ address: { socket_address: { address: "10.96.0.11", port_value: 9081 } } }],
            trafficDirection: "OUTBOUND",
            bindToPort: false,
            useOriginalDst: true,
            listenerFilters: [
              { name: "tls", typedConfig: { "@type": urlOf("envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector") } },
            ],
            filterChains: [
              { name: "tcp", filters: [{ name: "anything", typedConfig: { "@type": tcpProxy, cluster: "mysql" } }] },
              manager({ rds: { routeConfigName: "9080" } }),
              manager({
                routeConfig: { name: "inline", virtualHosts: [{ name: "any", domains: ["*"], routes: [{ redirect: {} }, { name: "x" }] }] },
              }),
              manager({ scopedRoutes: { name: "scopes" } }),
              manager({ httpFilters: [{ name: "lua", disabled: true, configDiscovery: {} }] }),
              { filters: [{ name: "acme", typedConfig: { "@type": urlOf("acme.Sauce") } }] },
            ],
            defaultFilterChain: { filters: [] },
          }),
        },
      ],
    }),
  ).listeners;
  const terminals = decoded?.filterChains.map(({ filters }) => filters[0]?.terminal ?? null) ?? [];

  it("of a listener say where it listens and how it is reached", () => {
    expect(decoded).toMatchObject({
      address: { kind: "socket", ip: "::", port: 9080, ipv4Compat: true },
      additionalAddresses: [{ kind: "socket", ip: "10.96.0.11", port: 9081 }],
      direction: "OUTBOUND",
      bindToPort: false,
      useOriginalDst: true,
      listenerFilters: [{ type: "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector" }],
    });
  });

  it("of filter chains know their place, the default one too", () => {
    expect(decoded?.filterChains.map(({ name, index, at }) => [name, index, at]).slice(0, 2)).toEqual([
      ["tcp", 0, "/configs/0/static_listeners/0/listener/filterChains/0"],
      [null, 1, "/configs/0/static_listeners/0/listener/filterChains/1"],
    ]);
    expect(decoded?.defaultFilterChain).toMatchObject({
      default: true,
      index: -1,
      at: "/configs/0/static_listeners/0/listener/defaultFilterChain",
    });
  });

  it("of filters go by the type of the configuration, not by the name", () => {
    expect(terminals.map((terminal) => terminal?.kind)).toEqual([
      "tcp_proxy",
      ...Array<string>(4).fill("http_connection_manager"),
      undefined,
    ]);
  });

  it("of connection managers say where the routes come from", () => {
    const sources = terminals.flatMap((terminal) => (terminal?.kind === "http_connection_manager" ? [terminal.routes] : []));
    expect(sources).toMatchObject([
      { kind: "rds", name: "9080" },
      { kind: "inline", configuration: { name: "inline" } },
      { kind: "scoped", name: "scopes" },
      { kind: "none" },
    ]);
    const [, inline] = sources;
    const routes = inline?.kind === "inline" ? inline.configuration.virtualHosts[0]?.routes : [];
    expect(routes?.map(({ name, index, action }) => [name, index, action])).toEqual([
      [null, 0, "redirect"],
      ["x", 1, null],
    ]);
  });

  it("of HTTP filters know who is switched off and who is discovered", () => {
    const [, , , , last] = terminals;
    expect(last?.kind === "http_connection_manager" && last.httpFilters).toMatchObject([
      { name: "lua", disabled: true, discoveredAs: "lua", type: null },
    ]);
  });
});

describe("endpoints", () => {
  const assignment = (name: string, health_status: string) => ({
    cluster_name: name,
    endpoints: [
      {
        locality: { region: "eu", zone: "a" },
        priority: 1,
        lb_endpoints: [{ endpoint: { address: { pipe: { path: "/run/app" } } }, health_status, load_balancing_weight: 4 }],
      },
    ],
  });
  const configuration = configurationWith(
    section("ClustersConfigDump", {
      static_clusters: [
        { cluster: cluster("own", { load_assignment: assignment("own", "HEALTHY") }) },
        {
          cluster: cluster("eds", {
            type: "EDS",
            eds_cluster_config: { service_name: "service" },
            load_assignment: assignment("eds", "UNHEALTHY"),
          }),
        },
        { cluster: cluster("none", { type: "EDS" }) },
      ],
    }),
    section("EndpointsConfigDump", {
      dynamic_endpoint_configs: [
        { endpoint_config: { "@type": urlOf("envoy.config.endpoint.v3.ClusterLoadAssignment"), ...assignment("service", "DRAINING") } },
      ],
    }),
  );
  const endpointsOf = (name: string) => {
    const found = configuration.cluster(name);
    return found === undefined ? undefined : configuration.endpoints(found)?.endpoints;
  };

  it("are EDS's before the cluster's own, by the service name", () => {
    expect(endpointsOf("own")).toMatchObject([
      { address: { kind: "pipe", path: "/run/app" }, health: "HEALTHY", weight: 4, priority: 1, locality: "eu/a" },
    ]);
    expect(endpointsOf("eds")?.[0]?.health).toBe("DRAINING");
    expect(endpointsOf("none")).toBeUndefined();
  });
});
