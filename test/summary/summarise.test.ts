import { describe, expect, it } from "vitest";
import { readSnapshot, type Summary, summarise, summaryRenderers } from "../../src/index.js";

type Member = Record<string, unknown>;

const admin = (name: string, members: Member = {}): Member => ({ "@type": `type.googleapis.com/envoy.admin.v3.${name}`, ...members });
const any = (type: string, members: Member = {}): Member => ({ "@type": `type.googleapis.com/${type}`, ...members });

interface Parts {
  readonly listeners?: readonly Member[];
  readonly clusters?: readonly Member[];
  readonly routes?: readonly Member[];
  readonly endpoints?: readonly Member[] | null;
  readonly secrets?: Member;
  readonly extra?: readonly Member[];
}

/** A whole dump of reviews-v2 with these active resources. */
function summaryOf({ listeners = [], clusters = [], routes = [], endpoints = [], secrets = {}, extra = [] }: Parts): Summary {
  const active = (kind: string, resource: Member): Member => ({ [kind]: resource, last_updated: "2026-11-23T14:46:09.250Z" });
  const configs = [
    admin("BootstrapConfigDump", { bootstrap: { node: { id: "sidecar~10.244.1.7~reviews-v2-5d8.default~default.svc.cluster.local" } } }),
    admin("ClustersConfigDump", {
      dynamic_active_clusters: clusters.map((cluster) => active("cluster", any("envoy.config.cluster.v3.Cluster", cluster))),
    }),
    ...(endpoints === null
      ? []
      : [
          admin("EndpointsConfigDump", {
            dynamic_endpoint_configs: endpoints.map((assignment) =>
              active("endpoint_config", any("envoy.config.endpoint.v3.ClusterLoadAssignment", assignment)),
            ),
          }),
        ]),
    admin("ListenersConfigDump", {
      dynamic_listeners: listeners.map((listener) => ({
        name: listener.name,
        active_state: active("listener", any("envoy.config.listener.v3.Listener", listener)),
      })),
    }),
    admin("ScopedRoutesConfigDump"),
    admin("RoutesConfigDump", {
      dynamic_route_configs: routes.map((route) => active("route_config", any("envoy.config.route.v3.RouteConfiguration", route))),
    }),
    admin("SecretsConfigDump", secrets),
    ...extra,
  ];
  return summarise(readSnapshot(new TextEncoder().encode(JSON.stringify({ configs })), { fileName: "reviews-v2.json" }).snapshot);
}

const tcpProxy = (members: Member): Member => ({
  name: "envoy.filters.network.tcp_proxy",
  typed_config: any("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", members),
});
const manager = (members: Member): Member => ({
  name: "envoy.filters.network.http_connection_manager",
  typed_config: any("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", members),
});
const listening = (filter: Member, members: Member = {}): Member => ({
  name: "0.0.0.0_9080",
  filter_chains: [{ filters: [filter] }],
  ...members,
});
const routesTo = (action: Member): Member => ({
  name: "9080",
  virtual_hosts: [{ name: "reviews", domains: ["*"], routes: [{ match: { prefix: "/" }, route: action }] }],
});

describe("outbound policy", () => {
  const catchAll = (cluster: string, members: Member = {}): Member => ({
    name: "virtualOutbound",
    traffic_direction: "OUTBOUND",
    use_original_dst: true,
    filter_chains: [{ filter_chain_match: { destination_port: 15001 }, filters: [tcpProxy({ cluster: "BlackHoleCluster" })] }],
    default_filter_chain: { filters: [tcpProxy({ cluster })] },
    ...members,
  });
  const cases: readonly { why: string; listener: Member; want: string | null | undefined }[] = [
    { why: "PassthroughCluster", listener: catchAll("PassthroughCluster"), want: "ALLOW_ANY" },
    { why: "BlackHoleCluster", listener: catchAll("BlackHoleCluster"), want: "REGISTRY_ONLY" },
    { why: "an egress proxy of one's own", listener: catchAll("outbound|443||egress.default.svc.cluster.local"), want: null },
    {
      why: "a chain that matches everything comes before the default chain",
      listener: catchAll("BlackHoleCluster", { filter_chains: [{ filters: [tcpProxy({ cluster: "PassthroughCluster" })] }] }),
      want: "ALLOW_ANY",
    },
    { why: "not the inbound listener", listener: catchAll("PassthroughCluster", { traffic_direction: "INBOUND" }), want: undefined },
    {
      why: "not a listener for addresses of its own",
      listener: catchAll("PassthroughCluster", { use_original_dst: false }),
      want: undefined,
    },
  ];
  it.each(cases)("$why", ({ listener, want }) => {
    const { outboundPolicy } = summaryOf({ listeners: [listener] });
    expect(want === undefined ? outboundPolicy : outboundPolicy?.mode).toBe(want === undefined ? null : want);
  });
});

describe("references", () => {
  const cluster = (name: string): Member => ({ name, type: "EDS" });
  const reviews = "outbound|9080|v2|reviews.default.svc.cluster.local";
  const cases: readonly { why: string; parts: Parts; want: readonly string[] }[] = [
    { why: "a route's cluster is there", parts: { routes: [routesTo({ cluster: reviews })], clusters: [cluster(reviews)] }, want: [] },
    { why: "a route's cluster is missing", parts: { routes: [routesTo({ cluster: reviews })] }, want: [`cluster ${reviews} absent route`] },
    { why: "a cluster by header may be any", parts: { routes: [routesTo({ cluster_header: "x-cluster" })] }, want: [] },
    {
      why: "one of the weighted clusters is missing",
      parts: {
        routes: [
          routesTo({
            weighted_clusters: {
              clusters: [
                { name: reviews, weight: 9 },
                { name: "reviews-v3", weight: 1 },
              ],
            },
          }),
        ],
        clusters: [cluster(reviews)],
      },
      want: ["cluster reviews-v3 absent weighted_cluster"],
    },
    {
      why: "a mirror's cluster is missing",
      parts: {
        routes: [routesTo({ cluster: reviews, request_mirror_policies: [{ cluster: "reviews-shadow" }] })],
        clusters: [cluster(reviews)],
      },
      want: ["cluster reviews-shadow absent request_mirror_policy"],
    },
    {
      why: "a TCP proxy's cluster is missing",
      parts: { listeners: [listening(tcpProxy({ cluster: "mysql" }))] },
      want: ["cluster mysql absent tcp_proxy"],
    },
    {
      why: "a TCP proxy's cluster is fetched on demand",
      parts: { listeners: [listening(tcpProxy({ cluster: "mysql", on_demand: { odcds_config: { ads: {} } } }))] },
      want: [],
    },
    {
      why: "RDS has not delivered a route configuration",
      parts: { listeners: [listening(manager({ rds: { config_source: { ads: {} }, route_config_name: "9080" } }))] },
      want: ["route_configuration 9080 absent http_connection_manager"],
    },
    {
      why: "RDS has delivered it",
      parts: {
        listeners: [listening(manager({ rds: { config_source: { ads: {} }, route_config_name: "9080" } }))],
        routes: [{ name: "9080" }],
      },
      want: [],
    },
    {
      why: "an authorization service's cluster is missing",
      parts: {
        listeners: [
          listening(
            manager({
              http_filters: [
                {
                  name: "envoy.filters.http.ext_authz",
                  typed_config: any("envoy.extensions.filters.http.ext_authz.v3.ExtAuthz", {
                    grpc_service: { envoy_grpc: { cluster_name: "opa" } },
                  }),
                },
              ],
            }),
          ),
        ],
      },
      want: ["cluster opa absent grpc_service"],
    },
    {
      why: "ECDS has not delivered a filter",
      parts: {
        listeners: [
          listening(manager({ http_filters: [{ name: "default.ratings-wasm", config_discovery: { config_source: { ads: {} } } }] })),
        ],
      },
      want: ["extension default.ratings-wasm absent filter"],
    },
    {
      why: "ECDS has not delivered a filter that has a default",
      parts: {
        listeners: [
          listening(
            manager({
              http_filters: [
                {
                  name: "default.ratings-wasm",
                  config_discovery: { config_source: { ads: {} }, default_config: any("envoy.extensions.filters.http.rbac.v3.RBAC") },
                },
              ],
            }),
          ),
        ],
      },
      want: [],
    },
    {
      why: "an aggregate cluster's member is missing",
      parts: {
        clusters: [
          {
            name: "reviews-any",
            cluster_type: {
              name: "envoy.clusters.aggregate",
              typed_config: any("envoy.extensions.clusters.aggregate.v3.ClusterConfig", { clusters: ["reviews-any", "reviews-old"] }),
            },
          },
        ],
      },
      want: ["cluster reviews-old absent aggregate_cluster"],
    },
    {
      why: "a secret is warming",
      parts: {
        clusters: [
          {
            name: reviews,
            type: "EDS",
            transport_socket: {
              name: "tls",
              typed_config: any("envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", {
                common_tls_context: { tls_certificate_sds_secret_configs: [{ name: "default", sds_config: { ads: {} } }] },
              }),
            },
          },
        ],
        secrets: {
          dynamic_warming_secrets: [
            { name: "default", secret: any("envoy.extensions.transport_sockets.tls.v3.Secret", { name: "default" }) },
          ],
        },
      },
      want: ["secret default warming tls_context"],
    },
  ];
  it.each(cases)("$why", ({ parts, want }) => {
    const { references } = summaryOf(parts);
    expect(references.unmet.map(({ kind, name, state, from }) => [kind, name, state, ...from.map(({ by }) => by)].join(" "))).toEqual(want);
    expect(references.undecided).toEqual([]);
  });
});

describe("clusters without a healthy endpoint", () => {
  const name = "outbound|9080||ratings.default.svc.cluster.local";
  const cluster = { name, type: "EDS" };
  const assignment = (...health: string[]): Member => ({
    cluster_name: name,
    endpoints: [
      {
        lb_endpoints: health.map((health_status) => ({
          health_status,
          endpoint: { address: { socket_address: { address: "10.244.0.7", port_value: 9080 } } },
        })),
      },
    ],
  });
  const cases: readonly { why: string; parts: Parts; want: { lacking?: number; undecided?: number; onPurpose?: number } }[] = [
    { why: "none", parts: { clusters: [cluster], endpoints: [{ cluster_name: name }] }, want: { lacking: 1 } },
    { why: "one of unknown health", parts: { clusters: [cluster], endpoints: [assignment("UNKNOWN")] }, want: {} },
    { why: "one unhealthy, one healthy", parts: { clusters: [cluster], endpoints: [assignment("UNHEALTHY", "HEALTHY")] }, want: {} },
    { why: "all unhealthy", parts: { clusters: [cluster], endpoints: [assignment("UNHEALTHY", "DRAINING")] }, want: { lacking: 1 } },
    { why: "degraded ones serve", parts: { clusters: [cluster], endpoints: [assignment("DEGRADED")] }, want: {} },
    { why: "a dump without endpoints decides nothing", parts: { clusters: [cluster], endpoints: null }, want: { undecided: 1 } },
    {
      why: "a static cluster decides itself",
      parts: { clusters: [{ name: "zipkin", type: "STATIC" }], endpoints: null },
      want: { lacking: 1 },
    },
    {
      why: "BlackHoleCluster is meant to be empty",
      parts: { clusters: [{ name: "BlackHoleCluster", type: "STATIC" }] },
      want: { onPurpose: 1 },
    },
    { why: "PassthroughCluster needs none", parts: { clusters: [{ name: "PassthroughCluster", type: "ORIGINAL_DST" }] }, want: {} },
  ];
  it.each(cases)("$why", ({ parts, want }) => {
    const { lacking, undecided, emptyOnPurpose } = summaryOf(parts).clusterEndpoints;
    expect({ lacking: lacking.length, undecided, onPurpose: emptyOnPurpose.length }).toEqual({
      lacking: 0,
      undecided: 0,
      onPurpose: 0,
      ...want,
    });
  });
});

describe("access logs", () => {
  const log = (type: string, members: Member): Member => ({
    name: "log",
    typed_config: any(`envoy.extensions.access_loggers.${type}`, members),
  });
  const grpc = { grpc_service: { envoy_grpc: { cluster_name: "otel" } } };
  const cases: readonly { why: string; log: Member; want: Member }[] = [
    {
      why: "a file, default format",
      log: log("file.v3.FileAccessLog", { path: "/dev/stdout" }),
      want: { kind: "file", to: "/dev/stdout", format: "default" },
    },
    {
      why: "a file, text",
      log: log("file.v3.FileAccessLog", { path: "/dev/stdout", log_format: { text_format_source: { inline_string: "%PROTOCOL%" } } }),
      want: { format: "text" },
    },
    {
      why: "a file, JSON",
      log: log("file.v3.FileAccessLog", {
        path: "/dev/stdout",
        log_format: { json_format: { method: "%REQ(:METHOD)%", path: "%REQ(:PATH)%" } },
      }),
      want: { format: "json", keys: 2 },
    },
    { why: "standard output", log: log("stream.v3.StdoutAccessLog", {}), want: { kind: "stdout" } },
    { why: "gRPC", log: log("grpc.v3.HttpGrpcAccessLogConfig", { common_config: grpc }), want: { kind: "grpc", to: "otel" } },
    {
      why: "OpenTelemetry",
      log: log("open_telemetry.v3.OpenTelemetryAccessLogConfig", { common_config: grpc }),
      want: { kind: "open_telemetry", to: "otel" },
    },
    {
      why: "a type of somebody's own",
      log: { name: "log", typed_config: any("acme.example.v1.Log") },
      want: { kind: "other", to: "acme.example.v1.Log" },
    },
    {
      why: "under a condition",
      log: { ...log("stream.v3.StdoutAccessLog", {}), filter: { not_health_check_filter: {} } },
      want: { conditional: 1 },
    },
  ];
  it.each(cases)("$why", ({ log, want }) => {
    const silent = listening(tcpProxy({ cluster: "mysql" }), { name: "0.0.0.0_3306", traffic_direction: "OUTBOUND" });
    const { accessLogs } = summaryOf({ listeners: [listening(manager({ access_log: [log] }), { traffic_direction: "OUTBOUND" }), silent] });
    expect(accessLogs).toMatchObject([
      {
        direction: "OUTBOUND",
        httpConnectionManagers: { total: 1, logging: 1 },
        tcpProxies: { total: 1, logging: 0 },
        listeners: { total: 2, logging: 0 },
      },
    ]);
    expect(accessLogs[0]?.destinations).toMatchObject([want]);
  });
});

describe("what is not understood", () => {
  it("is counted and named, with the first place of each", () => {
    const filter = { name: "sauce", typed_config: any("acme.example.v1.SecretSauce", { spice: 3 }) };
    const { notUnderstood, sections } = summaryOf({
      listeners: [listening(filter), listening(filter, { name: "0.0.0.0_9081", hotness: "extra" })],
      extra: [any("acme.example.v1.PantryDump")],
    });
    expect(notUnderstood).toEqual([
      {
        code: "unknown-type",
        what: "acme.example.v1.SecretSauce",
        count: 2,
        at: "/configs/3/dynamic_listeners/0/active_state/listener/filter_chains/0/filters/0/typed_config",
      },
      {
        code: "unknown-field",
        what: "envoy.config.listener.v3.Listener.hotness",
        count: 1,
        at: "/configs/3/dynamic_listeners/1/active_state/listener/hotness",
      },
    ]);
    expect(sections.unknown).toEqual([{ type: "type.googleapis.com/acme.example.v1.PantryDump", at: "/configs/7" }]);
  });
});

describe("text from the file", () => {
  it("cannot steer the terminal", () => {
    const name = "reviews\u001b]0;owned\u0007\nfake line";
    const text = summaryRenderers.text(summaryOf({ clusters: [{ name, type: "STATIC" }] }), {
      colour: false,
      columns: 80,
      at: true,
      all: true,
    });
    expect(text).not.toContain("\u001b");
    expect(text).toContain("reviews\\u{1b}]0;owned\\u{7} fake line");
  });
});

describe("the time of the dump", () => {
  it("is the newest time in it", () => {
    expect(summaryOf({ clusters: [{ name: "reviews", type: "STATIC" }] }).newestUpdate).toEqual({
      time: "2026-11-23T14:46:09.250Z",
      at: "/configs/1/dynamic_active_clusters/0",
    });
  });

  it("is not known without one", () => expect(summaryOf({}).newestUpdate).toBeNull());
});
