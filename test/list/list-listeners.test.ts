import { describe, expect, it } from "vitest";
import { listListeners } from "../../src/list/listeners.js";
import type { JsonObject } from "../../src/util/json.js";
import { dumpFixture, listenerDump, snapshotOf } from "./dump-fixture.js";

const list = (listener: JsonObject) => listListeners(snapshotOf(listenerDump(listener))).items;
const typed = (type: string, config: JsonObject = {}): JsonObject => ({ "@type": `type.googleapis.com/${type}`, ...config });
const filter = (type: string, config: JsonObject = {}): JsonObject => ({ name: "renamed by a patch", typed_config: typed(type, config) });
const tcp = (config: JsonObject) => filter("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", config);
const http = (config: JsonObject) => filter("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", config);
const inline = (...virtualHosts: readonly JsonObject[]) => http({ route_config: { virtual_hosts: virtualHosts } });

describe("a filter chain's match", () => {
  it.each([
    { match: {}, says: "ALL" },
    { match: { destination_port: 15006 }, says: "Addr: *:15006" },
    {
      match: { prefix_ranges: [{ address_prefix: "10.96.0.11", prefix_len: 32 }], destination_port: 9080 },
      says: "Addr: 10.96.0.11/32:9080",
    },
    { match: { prefix_ranges: [{ address_prefix: "10.96.0.11" }] }, says: "Addr: 10.96.0.11/0" },
    {
      match: { server_names: ["reviews.example", "*.reviews.example"], transport_protocol: "tls", application_protocols: ["h2"] },
      says: "SNI: reviews.example,*.reviews.example; Trans: tls; App: h2",
    },
    {
      match: { source_prefix_ranges: [{ address_prefix: "10.0.0.0", prefix_len: 8 }], source_ports: [4711] },
      says: "Src: 10.0.0.0/8; Src port: 4711",
    },
    { match: { source_type: "SAME_IP_OR_LOOPBACK" }, says: "Src type: SAME_IP_OR_LOOPBACK" },
    { match: { direct_source_prefix_ranges: [{ address_prefix: "fd00::", prefix_len: 8 }] }, says: "Direct src: fd00::/8" },
    { match: { phase_of_moon: "full" }, says: 'phase_of_moon: "full"' },
  ])("$says", ({ match, says }) => {
    expect(list({ filter_chains: [{ filter_chain_match: match, filters: [tcp({ cluster: "reviews" })] }] })[0]?.match).toBe(says);
  });
});

describe("a filter chain's destination", () => {
  it.each([
    {
      why: "RDS, whatever the filter is called",
      filters: [http({ rds: { route_config_name: "9080" } })],
      says: "Route: 9080",
      type: "HTTP",
    },
    {
      why: "a cluster",
      filters: [tcp({ cluster: "outbound|3306||mysql.default.svc.cluster.local" })],
      says: "Cluster: outbound|3306||mysql.default.svc.cluster.local",
      type: "TCP",
    },
    {
      why: "a cluster whose name says that it is one",
      filters: [tcp({ cluster: "BlackHoleCluster" })],
      says: "BlackHoleCluster",
      type: "TCP",
    },
    {
      why: "weighted clusters",
      filters: [
        tcp({
          weighted_clusters: {
            clusters: [
              { name: "mysql-v1", weight: 3 },
              { name: "mysql-v2", weight: 1 },
            ],
          },
        }),
      ],
      says: "Cluster: mysql-v1 75%, mysql-v2 25%",
      type: "TCP",
    },
    {
      why: "an inline route that takes everything",
      filters: [inline({ domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster: "inbound|9080||" } }] })],
      says: "Cluster: inbound|9080||",
      type: "HTTP",
    },
    {
      why: "an inline route that takes only some requests",
      filters: [inline({ domains: ["*"], routes: [{ match: { prefix: "/", grpc: {} }, route: { cluster: "inbound|9080||" } }] })],
      says: "Inline Route: /*",
      type: "HTTP",
    },
    {
      why: "inline routes",
      filters: [
        inline(
          { domains: ["reviews", "reviews.default"], routes: [{ match: { path: "/ready" }, direct_response: { status: 200 } }] },
          {
            domains: ["*"],
            routes: [
              { match: { prefix: "/a" }, route: { cluster: "a" } },
              { match: { prefix: "/b" }, route: { cluster: "b" } },
            ],
          },
        ),
      ],
      says: "Inline Route: reviews,reviews.default /ready; /a*, /b*",
      type: "HTTP",
    },
    {
      why: "a filter of another kind",
      filters: [filter("acme.example.v1.SecretSauce")],
      says: "Non-HTTP/Non-TCP: renamed by a patch",
      type: "UNKNOWN",
    },
    { why: "no filters", filters: [], says: "Non-HTTP/Non-TCP: no filters", type: "UNKNOWN" },
  ])("$why", ({ filters, says, type }) => {
    expect(list({ filter_chains: [{ filters }] })).toMatchObject([{ destination: says, type }]);
  });
});

describe("listListeners", () => {
  it("has a row for each chain, the default one last, and one for a listener without chains", () => {
    const chain = (name: string) => ({ name, filters: [tcp({ cluster: name })] });
    expect(
      list({ default_filter_chain: chain("rest"), filter_chains: [chain("b"), chain("a")] }).map(({ chain, defaultChain }) => [
        chain,
        defaultChain,
      ]),
    ).toEqual([
      ["b", false],
      ["a", false],
      ["rest", true],
    ]);
    expect(list({ listener_filters: [{ name: "envoy.filters.udp.dns_filter" }] })).toMatchObject([
      { match: null, destination: "no filter chains: envoy.filters.udp.dns_filter" },
    ]);
  });

  it("shows both versions of a refused listener, and why", () => {
    const items = listListeners(dumpFixture("listeners-rejected")).items;
    const refused = items.filter(({ state }) => state === "error");
    expect(refused.length).toBeGreaterThan(0);
    for (const { failure, at } of refused) {
      expect(failure).not.toBe("");
      expect(at).toMatch(/error_state/);
    }
    expect(items.some(({ state, failure }) => state === "active" && failure !== null)).toBe(true);
  });

  it("shows the ways through a waypoint's filter_chain_matcher", () => {
    const chains = listListeners(dumpFixture("waypoint"), { name: "main_internal" }).items;
    expect(chains.map(({ chain, match }) => [chain, match])).toEqual([
      ["inbound-vip|8000|http|httpbin.default.svc.cluster.local", "Addr: 10.96.0.14/32; Port: 8000"],
      ["inbound-vip|3306|tcp|mysql.default.svc.cluster.local", "Addr: 10.96.0.16/32; Port: 3306"],
      ["inbound-vip|9080|http|reviews.default.svc.cluster.local", "Addr: 10.96.0.11/32; Port: 9080"],
      ["direct-tcp", "none: the filter_chain_matcher does not name it"],
      ["direct-http", "none: the filter_chain_matcher does not name it"],
    ]);
  });

  it("does not say that a chain is never chosen where the matcher holds something unknown", () => {
    const chain = { name: "reviews", filter_chain_match: { destination_port: 1 }, filters: [tcp({ cluster: "reviews" })] };
    const custom = { name: "moon", typed_config: typed("acme.example.v1.Moon") };
    const items = list({ filter_chains: [chain], filter_chain_matcher: { matcher_tree: { input: custom, custom_match: custom } } });
    expect(items).toMatchObject([{ match: "what the filter_chain_matcher decides", filterChainMatch: null }]);
  });

  it("reads the ways of lists, predicates, maps and fallbacks", () => {
    const input = (name: string) => ({ name, typed_config: typed(`envoy.extensions.matching.common_inputs.network.v3.${name}`) });
    const to = (value: string) => ({ action: { name: value, typed_config: typed("google.protobuf.StringValue", { value }) } });
    const single = (name: string, value_match: JsonObject) => ({ single_predicate: { input: input(name), value_match } });
    const matcher = {
      matcher_list: {
        matchers: [
          {
            predicate: {
              and_matcher: {
                predicate: [
                  single("ServerNameInput", { prefix: "reviews" }),
                  { not_matcher: single("SourceTypeInput", { exact: "local" }) },
                ],
              },
            },
            on_match: to("tls"),
          },
          {
            predicate: single("TransportProtocolInput", { exact: "raw_buffer" }),
            on_match: {
              matcher: {
                matcher_tree: { input: input("DestinationPortInput"), exact_match_map: { map: { "80": to("web") } } },
                on_no_match: to("rest"),
              },
            },
          },
        ],
      },
      on_no_match: to("rest"),
    };
    const chains = ["tls", "web", "rest", "forgotten"].map((name) => ({ name, filters: [tcp({ cluster: name })] }));
    expect(list({ filter_chains: chains, filter_chain_matcher: matcher }).map(({ match }) => match)).toEqual([
      "(SNI starts with reviews and not Src type = local)",
      "Trans = raw_buffer; Port: 80",
      "else | Trans = raw_buffer; else",
      "none: the filter_chain_matcher does not name it",
    ]);
  });

  it.each([
    { filters: { port: 9080 }, want: true },
    { filters: { port: 908 }, want: false },
    { filters: { address: "10.96.0.11" }, want: true },
    { filters: { address: "10.96" }, want: true },
    { filters: { address: "10.9" }, want: false },
    { filters: { type: "TCP" as const }, want: true },
    { filters: { type: "HTTP" as const }, want: false },
    { filters: { name: "reviews-gateway" }, want: true },
    { filters: { name: "reviews" }, want: false },
  ])("$filters", ({ filters, want }) => {
    const socket = { socket_address: { address: "10.96.0.11", port_value: 9080 } };
    const snapshot = snapshotOf(listenerDump({ address: socket, filter_chains: [{ filters: [tcp({ cluster: "reviews" })] }] }));
    expect(listListeners(snapshot, filters).items.length > 0).toBe(want);
  });
});
