import { describe, expect, it } from "vitest";
import { diffSnapshots } from "../../src/index.js";
import type { Json } from "../../src/util/json.js";
import { diffOf, dumpOf, linesOf, manager, type Parts, snapshotOf, tcpProxy, typed } from "./dump.js";

interface Case {
  readonly why: string;
  readonly old: Parts;
  readonly new: Parts;
  readonly want: readonly string[];
  readonly ignored?: Readonly<Record<string, number>>;
}

type Message = Readonly<Record<string, Json>>;

const route = (name: string, prefix: string, cluster: string, further: Message = {}): Message => ({
  ...(name === "" ? {} : { name }),
  match: { prefix },
  route: { cluster, ...further },
});
const reviews = (routes: readonly Message[], further: Message = {}): Parts => ({
  routes: [{ name: "9080", virtual_hosts: [{ name: "reviews:9080", domains: ["reviews:9080"], routes, ...further }] }],
});
const vh = 'virtual_hosts[name="reviews:9080"]';
const listener = (fields: Message): Parts => ({ listeners: [{ name: "0.0.0.0_9080", ...fields }] });
const cluster = (fields: Message): Parts => ({
  clusters: [{ name: "outbound|9080||reviews.default.svc.cluster.local", type: "EDS", ...fields }],
});
const clusterName = "outbound|9080||reviews.default.svc.cluster.local";

const cases: readonly Case[] = [
  {
    why: "nothing",
    old: reviews([route("main", "/", "v1")]),
    new: reviews([route("main", "/", "v1")]),
    want: [],
  },
  {
    why: "versions and times are no change",
    old: reviews([route("main", "/", "v1")]),
    new: { ...reviews([route("main", "/", "v1")]), version: "2", updated: "2026-11-24T00:00:00Z" },
    want: [],
    ignored: { version: 1, timestamp: 1 },
  },
  {
    why: "another spelling of a duration is none",
    old: reviews([route("main", "/", "v1", { timeout: "0.250s" })]),
    new: reviews([route("main", "/", "v1", { timeout: "0.25s" })]),
    want: [],
    ignored: { spelling: 1 },
  },
  {
    why: "another duration is one",
    old: reviews([route("main", "/", "v1", { timeout: "0.250s" })]),
    new: reviews([route("main", "/", "v1", { timeout: "0.26s" })]),
    want: [`resilience change route_configuration 9080: ${vh}.routes[name="main"].route.timeout`],
  },
  {
    why: "an explicit default without presence is none",
    old: reviews([route("main", "/", "v1")], { require_tls: "NONE" }),
    new: reviews([route("main", "/", "v1")]),
    want: [],
    ignored: { spelling: 1 },
  },
  {
    why: "an explicit zero of a wrapper is one",
    old: cluster({ per_connection_buffer_limit_bytes: 0 }),
    new: cluster({}),
    want: [`limits remove cluster ${clusterName}: per_connection_buffer_limit_bytes`],
  },
  {
    why: "routes in another order are a reorder",
    old: reviews([route("canary", "/api", "v2"), route("debug", "/debug", "v3"), route("main", "/", "v1")]),
    new: reviews([route("main", "/", "v1"), route("canary", "/api", "v2"), route("debug", "/debug", "v3")]),
    want: [`routing reorder route_configuration 9080: ${vh}.routes`],
  },
  {
    why: "virtual hosts in another order are nothing",
    old: {
      routes: [
        {
          name: "9080",
          virtual_hosts: [
            { name: "a", domains: ["a"] },
            { name: "b", domains: ["b", "c"] },
          ],
        },
      ],
    },
    new: {
      routes: [
        {
          name: "9080",
          virtual_hosts: [
            { name: "b", domains: ["c", "b"] },
            { name: "a", domains: ["a"] },
          ],
        },
      ],
    },
    want: [],
    ignored: { order: 2 },
  },
  {
    why: "an added domain is named",
    old: { routes: [{ name: "9080", virtual_hosts: [{ name: "b", domains: ["b", "c"] }] }] },
    new: { routes: [{ name: "9080", virtual_hosts: [{ name: "b", domains: ["c", "*.b", "b"] }] }] },
    want: ['routing add route_configuration 9080: virtual_hosts[name="b"].domains["*.b"]'],
    ignored: { order: 1 },
  },
  {
    why: "routes without a name go by their match",
    old: reviews([route("", "/api", "v2"), route("", "/", "v1")]),
    new: reviews([route("", "/new", "v3"), route("", "/api", "v2"), route("", "/", "v4")]),
    want: [
      `routing add route_configuration 9080: ${vh}.routes[match={"prefix":"/new"}]`,
      `routing change route_configuration 9080: ${vh}.routes[match={"prefix":"/"}].route.cluster`,
    ],
  },
  {
    why: "routes of one name are told apart by their match",
    old: reviews([route("default", "/api", "v2"), route("default", "/", "v1")]),
    new: reviews([route("default", "/new", "v3"), route("default", "/api", "v2"), route("default", "/", "v4")]),
    want: [
      `routing add route_configuration 9080: ${vh}.routes[name="default",#0]`,
      `routing change route_configuration 9080: ${vh}.routes[name="default",#2].route.cluster`,
    ],
  },
  {
    why: "a route with another match and the same action has another match",
    old: reviews([route("", "/api", "v2"), route("", "/", "v1")]),
    new: reviews([route("", "/v2", "v2"), route("", "/", "v1")]),
    want: [`routing change route_configuration 9080: ${vh}.routes[match={"prefix":"/v2"}].match.prefix`],
  },
  {
    why: "a route with another name and the same content is renamed",
    old: reviews([route("main", "/", "v1")]),
    new: reviews([route("all", "/", "v1")]),
    want: [`routing rename route_configuration 9080: ${vh}.routes[name="main"].name`],
  },
  {
    why: "one member of a oneof in place of another is one change",
    old: reviews([route("main", "/", "v1")]),
    new: reviews([
      {
        name: "main",
        match: { prefix: "/" },
        route: {
          weighted_clusters: {
            clusters: [
              { name: "v1", weight: 90 },
              { name: "v3", weight: 10 },
            ],
          },
        },
      },
    ]),
    want: [`routing change route_configuration 9080: ${vh}.routes[name="main"].route.cluster_specifier`],
  },
  {
    why: "weighted clusters go by name, in any order",
    old: reviews([
      {
        name: "main",
        match: { prefix: "/" },
        route: {
          weighted_clusters: {
            clusters: [
              { name: "v1", weight: 90 },
              { name: "v3", weight: 10 },
            ],
          },
        },
      },
    ]),
    new: reviews([
      {
        name: "main",
        match: { prefix: "/" },
        route: {
          weighted_clusters: {
            clusters: [
              { name: "v3", weight: 20 },
              { name: "v1", weight: 90 },
            ],
          },
        },
      },
    ]),
    want: [`routing change route_configuration 9080: ${vh}.routes[name="main"].route.weighted_clusters.clusters[name="v3"].weight`],
    ignored: { order: 1 },
  },
  {
    why: "headers to add of different names, in any order",
    old: reviews([], { request_headers_to_add: [{ header: { key: "x-a", value: "1" } }, { header: { key: "x-b", value: "1" } }] }),
    new: reviews([], { request_headers_to_add: [{ header: { key: "x-b", value: "1" } }, { header: { key: "x-a", value: "1" } }] }),
    want: [],
    ignored: { order: 1 },
  },
  {
    why: "headers to add of one name, in their order",
    old: reviews([], { request_headers_to_add: [{ header: { key: "x-a", value: "1" } }, { header: { key: "x-a", value: "2" } }] }),
    new: reviews([], { request_headers_to_add: [{ header: { key: "x-a", value: "2" } }, { header: { key: "x-a", value: "1" } }] }),
    want: [`routing reorder route_configuration 9080: ${vh}.request_headers_to_add`],
  },
  {
    why: "filter chains without a name go by their match, in any order, and the match's lists too",
    old: listener({
      filter_chains: [
        { filter_chain_match: { application_protocols: ["http/1.1", "h2c"] }, filters: [tcpProxy({ cluster: "v1" })] },
        { filter_chain_match: { server_names: ["reviews"] }, filters: [tcpProxy({ cluster: "v2" })] },
      ],
    }),
    new: listener({
      filter_chains: [
        { filter_chain_match: { server_names: ["reviews"] }, filters: [tcpProxy({ cluster: "v3" })] },
        { filter_chain_match: { application_protocols: ["h2c", "http/1.1"] }, filters: [tcpProxy({ cluster: "v1" })] },
      ],
    }),
    want: [
      'routing change listener 0.0.0.0_9080: filter_chains[filter_chain_match={"server_names":["reviews"]}].filters[name="envoy.filters.network.tcp_proxy"].typed_config.cluster',
    ],
    ignored: { order: 2 },
  },
  {
    why: "the same change in several chains, the default one included, is one",
    old: listener({
      filter_chains: [
        { name: "a", filters: [tcpProxy({})] },
        { name: "b", filters: [tcpProxy({})] },
      ],
      default_filter_chain: { filters: [tcpProxy({})] },
    }),
    new: listener({
      filter_chains: [
        { name: "a", filters: [tcpProxy({ idle_timeout: "5s" })] },
        { name: "b", filters: [tcpProxy({ idle_timeout: "5s" })] },
      ],
      default_filter_chain: { filters: [tcpProxy({ idle_timeout: "5.0s" })] },
    }),
    want: [
      'resilience add listener 0.0.0.0_9080: filter_chains[name="a"].filters[name="envoy.filters.network.tcp_proxy"].typed_config.idle_timeout ×3',
    ],
  },
  {
    why: "HTTP filters in another order",
    old: listener({ filter_chains: [{ filters: [manager({ http_filters: [{ name: "cors" }, { name: "fault" }, { name: "router" }] })] }] }),
    new: listener({ filter_chains: [{ filters: [manager({ http_filters: [{ name: "fault" }, { name: "cors" }, { name: "router" }] })] }] }),
    want: [
      'extension reorder listener 0.0.0.0_9080: filter_chains[#0].filters[name="envoy.filters.network.http_connection_manager"].typed_config.http_filters',
    ],
  },
  {
    why: "an added filter is one change with its type's class, and the order of the others stands",
    old: listener({ filter_chains: [{ filters: [tcpProxy({})] }] }),
    new: listener({
      filter_chains: [
        {
          filters: [
            { name: "rbac", typed_config: typed("envoy.extensions.filters.network.rbac.v3.RBAC", { stat_prefix: "tcp." }) },
            tcpProxy({}),
          ],
        },
      ],
    }),
    want: ['security add listener 0.0.0.0_9080: filter_chains[#0].filters[name="rbac"]'],
  },
  {
    why: "a message of another type in an Any is one change",
    old: listener({ filter_chains: [{ filters: [{ ...tcpProxy({ cluster: "v1" }), name: "last" }] }] }),
    new: listener({ filter_chains: [{ filters: [{ ...manager({}), name: "last" }] }] }),
    want: ['routing change listener 0.0.0.0_9080: filter_chains[#0].filters[name="last"].typed_config'],
  },
  {
    why: "two access logs of one name are told apart by what they say",
    old: listener({ access_log: [fileLog("/dev/stdout"), fileLog("/dev/stderr")] }),
    new: listener({ access_log: [fileLog("/dev/stderr"), fileLog("/var/log/reviews"), fileLog("/dev/stdout")] }),
    want: ['telemetry add listener 0.0.0.0_9080: access_log[name="envoy.access_loggers.file",#1]'],
    ignored: { order: 1 },
  },
  {
    why: "a key of a Struct is a field",
    old: listener({ metadata: { filter_metadata: { istio: { config: "reviews", tags: ["a", "b"] } } } }),
    new: listener({ metadata: { filter_metadata: { istio: { config: "ratings", tags: ["b"] } } } }),
    want: [
      'other change listener 0.0.0.0_9080: metadata.filter_metadata["istio"].config',
      'other remove listener 0.0.0.0_9080: metadata.filter_metadata["istio"].tags[#0]',
    ],
  },
  {
    why: "endpoints go by their address, whatever locality's order",
    old: {
      endpoints: [{ cluster_name: clusterName, endpoints: [{ lb_endpoints: [endpoint("10.244.0.7", 1), endpoint("10.244.0.8", 1)] }] }],
    },
    new: {
      endpoints: [{ cluster_name: clusterName, endpoints: [{ lb_endpoints: [endpoint("10.244.0.8", 3), endpoint("10.244.0.7", 1)] }] }],
    },
    want: [
      `endpoints change endpoints ${clusterName}: endpoints[#0].lb_endpoints[endpoint.address="10.244.0.8:9080"].load_balancing_weight`,
    ],
    ignored: { order: 1 },
  },
  {
    why: "thresholds go by priority, the default one included",
    old: cluster({ circuit_breakers: { thresholds: [{ max_requests: 5 }, { priority: "HIGH", max_requests: 9 }] } }),
    new: cluster({
      circuit_breakers: {
        thresholds: [
          { priority: "HIGH", max_requests: 9 },
          { priority: "DEFAULT", max_requests: 6 },
        ],
      },
    }),
    want: [`limits change cluster ${clusterName}: circuit_breakers.thresholds[priority="DEFAULT"].max_requests`],
    ignored: { order: 1 },
  },
  {
    why: "a cluster renamed",
    old: { clusters: [{ name: "reviews", type: "EDS", connect_timeout: "1s" }] },
    new: { clusters: [{ name: "reviews-v2", type: "EDS", connect_timeout: "1.0s" }] },
    want: ["routing rename cluster reviews-v2: name"],
  },
  {
    why: "a cluster renamed and changed is another one",
    old: { clusters: [{ name: "reviews", type: "EDS", connect_timeout: "1s" }] },
    new: { clusters: [{ name: "reviews-v2", type: "EDS", connect_timeout: "2s" }] },
    want: ["routing add cluster reviews-v2: ", "routing remove cluster reviews: "],
  },
  {
    why: "the hosts that an ORIGINAL_DST cluster remembers",
    old: { clusters: [{ name: "PassthroughCluster", type: "ORIGINAL_DST" }], endpoints: [{ cluster_name: "PassthroughCluster" }] },
    new: {
      clusters: [{ name: "PassthroughCluster", type: "ORIGINAL_DST" }],
      endpoints: [{ cluster_name: "PassthroughCluster", endpoints: [{ lb_endpoints: [endpoint("10.244.0.8", 3)] }] }],
    },
    want: [],
    ignored: { "original-dst-hosts": 1 },
  },
  {
    why: "the hosts of a cluster of another type count",
    old: { clusters: [{ name: "PassthroughCluster", type: "STATIC" }], endpoints: [{ cluster_name: "PassthroughCluster" }] },
    new: {
      clusters: [{ name: "PassthroughCluster", type: "STATIC" }],
      endpoints: [{ cluster_name: "PassthroughCluster", endpoints: [{ lb_endpoints: [endpoint("10.244.0.8", 3)] }] }],
    },
    want: ["endpoints add endpoints PassthroughCluster: endpoints[#0]"],
  },
  {
    why: "a field that is not known here is compared as JSON",
    old: cluster({ shiny_new_field: { sides: [1, 2] } }),
    new: cluster({ shiny_new_field: { sides: [1, 3] } }),
    want: [`extension change cluster ${clusterName}: shiny_new_field.sides[#1]`],
  },
  {
    why: "a value that does not fit its field is no less a change",
    old: cluster({ connect_timeout: "soon" }),
    new: cluster({ connect_timeout: "later" }),
    want: [`extension change cluster ${clusterName}: connect_timeout`],
  },
  {
    why: "a static resource stands in the bootstrap and in its section: one change",
    old: staticCluster("1s"),
    new: staticCluster("2s"),
    want: ["resilience change cluster zipkin: connect_timeout ×2"],
  },
  {
    why: "the bootstrap itself",
    old: { bootstrap: { node: { id: "sidecar~10.244.1.5~sleep-v1.default~default.svc.cluster.local" } } },
    new: { bootstrap: { node: { id: "sidecar~10.244.1.6~sleep-v1.default~default.svc.cluster.local" } } },
    want: ["other change bootstrap : node.id"],
  },
];

function fileLog(path: string): Message {
  return { name: "envoy.access_loggers.file", typed_config: typed("envoy.extensions.access_loggers.file.v3.FileAccessLog", { path }) };
}

function endpoint(address: string, weight: number): Message {
  return { endpoint: { address: { socket_address: { address, port_value: 9080 } } }, load_balancing_weight: weight };
}

function staticCluster(timeout: string): Parts {
  const zipkin = { name: "zipkin", type: "STRICT_DNS", connect_timeout: timeout };
  return { bootstrap: { static_resources: { clusters: [zipkin] } }, clusters: [zipkin] };
}

describe("diffSnapshots", () => {
  it.each(cases)("$why", ({ old, new: now, want, ignored = {} }) => {
    const diff = diffOf(old, now);
    expect(linesOf(diff)).toEqual(want);
    expect(diff.equal).toBe(want.length === 0);
    expect(diff.ignored).toEqual(ignored);
  });

  it("is the same the other way round, with add and remove exchanged", () => {
    const mirrored: Readonly<Record<string, string>> = { add: "remove", remove: "add" };
    for (const { old, new: now } of cases) {
      const forth = diffOf(old, now).changes.map(({ op, class: kind }) => `${kind} ${op}`);
      const back = diffOf(now, old).changes.map(({ op, class: kind }) => `${kind} ${mirrored[op] ?? op}`);
      expect(back.sort()).toEqual(forth.sort());
    }
  });

  it("points at both sides, and at neither where there is nothing", () => {
    const [change] = diffOf(reviews([route("main", "/", "v1")]), reviews([route("first", "/api", "v2"), route("main", "/", "v1")])).changes;
    expect(change?.places).toEqual([
      {
        name: "9080",
        path: `${vh}.routes[name="first"]`,
        old: null,
        new: "/configs/4/dynamic_route_configs/0/route_config/virtual_hosts/0/routes/0",
      },
    ]);
    expect(change?.position).toEqual({ index: 0, of: 2, before: '[name="main"]' });
    const [moved] = diffOf(cluster({ connect_timeout: "1s" }), {
      clusters: [{ name: "first" }, ...(cluster({ connect_timeout: "2s" }).clusters ?? [])],
    }).changes.filter(({ op }) => op === "change");
    expect(moved?.places).toEqual([
      {
        name: clusterName,
        path: "connect_timeout",
        old: "/configs/1/dynamic_active_clusters/0/cluster/connect_timeout",
        new: "/configs/1/dynamic_active_clusters/1/cluster/connect_timeout",
      },
    ]);
  });

  it("gives the keys of a reorder in their order", () => {
    const [change] = diffOf(
      reviews([route("canary", "/api", "v2"), route("", "/", "v1")]),
      reviews([route("", "/", "v1"), route("canary", "/api", "v2")]),
    ).changes;
    expect(change).toMatchObject({ op: "reorder", before: ["canary", 'match={"prefix":"/"}'], after: ['match={"prefix":"/"}', "canary"] });
  });

  it("says among how many, and which are left out", () => {
    const proxies = (first: Message): Parts => ({
      listeners: [
        { name: "10.96.0.1_443", traffic_direction: "OUTBOUND", filter_chains: [{ filters: [tcpProxy(first)] }] },
        { name: "10.96.0.2_443", traffic_direction: "OUTBOUND", filter_chains: [{ filters: [tcpProxy(first)] }] },
        { name: "10.96.0.3_443", traffic_direction: "OUTBOUND", filter_chains: [{ filters: [tcpProxy({})] }] },
        { name: "virtualInbound", traffic_direction: "INBOUND", filter_chains: [{ filters: [tcpProxy({})] }] },
      ],
    });
    const [change] = diffOf(proxies({}), proxies({ idle_timeout: "5s" })).changes;
    expect(change?.scope).toEqual({
      message: "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
      direction: "outbound",
      changed: 2,
      of: 3,
      exceptions: [
        { name: "10.96.0.3_443", at: "/configs/3/dynamic_listeners/2/active_state/listener/filter_chains/0/filters/0/typed_config" },
      ],
    });
  });

  it("hides what Envoy's definitions mark as a secret", () => {
    const secret = (password: string): Parts => ({ secrets: [{ name: "vault", generic_secret: { secret: { inline_string: password } } }] });
    const diff = diffOf(secret("swordfish"), secret("mellon"));
    expect(linesOf(diff)).toEqual(["security change secret vault: generic_secret.secret.inline_string"]);
    expect(JSON.stringify(diff)).not.toMatch(/swordfish|mellon/);
    expect(JSON.stringify(diffOf({}, secret("mellon")))).not.toMatch(/mellon/);
  });

  it("does not compare a section that one side lacks, and says so", () => {
    const withRoutes = dumpWithout([], reviews([route("main", "/", "v1")]));
    const withoutRoutes = dumpWithout(["RoutesConfigDump"], reviews([]));
    const diff = diffDumps(withRoutes, withoutRoutes);
    expect(diff.equal).toBe(true);
    expect(diff.notes.map(({ code }) => code)).toEqual(["section-missing", "sampled"]);
  });

  it("takes an empty bootstrap section, as istiod prints it, for a missing one", () => {
    const dump = JSON.parse(JSON.stringify(dumpOf(cluster({}))));
    dump.configs[0] = { "@type": dump.configs[0]["@type"] };
    const diff = diffDumps(dumpOf(cluster({})), dump);
    expect(diff.equal).toBe(true);
    expect(diff.notes.map(({ code }) => code)).toContain("section-missing");
  });

  it("filters by class, and says so", () => {
    const [old, now] = [cluster({ connect_timeout: "1s", type: "EDS" }), cluster({ connect_timeout: "2s", type: "STATIC" })];
    const only = diffOf(old, now, { only: ["routing"] });
    expect(linesOf(only)).toEqual([`routing change cluster ${clusterName}: type`]);
    expect(only.notes.map(({ code }) => code)).toContain("filtered");
    expect(diffOf(old, now, { ignore: ["routing", "resilience"] }).equal).toBe(true);
  });

  it("keeps standing apart: a refused listener is not the one that serves", () => {
    const section = (details: string): Json => ({
      configs: [
        {
          "@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump",
          dynamic_listeners: [
            {
              name: "0.0.0.0_9080",
              active_state: { listener: typed("envoy.config.listener.v3.Listener", { name: "0.0.0.0_9080" }) },
              error_state: {
                details,
                failed_configuration: typed("envoy.config.listener.v3.Listener", { name: "0.0.0.0_9080", bind_to_port: false }),
              },
            },
          ],
        },
      ],
    });
    const diff = diffDumps(section("duplicate filter chain"), section("no filter chains specified"));
    expect(diff.changes).toMatchObject([
      {
        resource: { type: "listener", name: "0.0.0.0_9080", state: "error" },
        path: "details",
        before: "duplicate filter chain",
        places: [{ old: "/configs/0/dynamic_listeners/0/error_state/details" }],
      },
    ]);
  });

  it("survives hostile nesting", () => {
    let deep: Json = "reviews";
    for (let depth = 0; depth < 3000; depth++) deep = { deeper: deep };
    const [old, now] = [
      listener({ metadata: { filter_metadata: { istio: { a: deep } } } }),
      listener({ metadata: { filter_metadata: { istio: { b: deep } } } }),
    ];
    expect(diffOf(old, now).equal).toBe(false);
    expect(diffOf(old, old).equal).toBe(true);
  });

  it("takes names from a file for what they are", () => {
    const named = (value: string): Parts =>
      reviews([], { typed_per_filter_config: Object.fromEntries([["__proto__", typed("google.protobuf.StringValue", { value })]]) });
    expect(linesOf(diffOf(named("a"), named("b")))).toHaveLength(1);
  });
});

const diffDumps = (old: Json, now: Json) => diffSnapshots(snapshotOf(old), snapshotOf(now));

function dumpWithout(sections: readonly string[], parts: Parts): Json {
  const dump = JSON.parse(JSON.stringify(dumpOf(parts)));
  dump.configs = dump.configs.filter((section: { "@type": string }) => !sections.some((name) => section["@type"].endsWith(`.${name}`)));
  return dump;
}
