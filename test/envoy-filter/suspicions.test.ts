import { describe, expect, it } from "vitest";
import type { ConfigPatch } from "../../src/envoy-filter/envoy-filter.js";
import { type SuspicionCode, suspicionCodes } from "../../src/envoy-filter/patch-account.js";
import type { PatchableResources } from "../../src/envoy-filter/patched-resources.js";
import type { JsonObject } from "../../src/util/json.js";
import {
  applied,
  chain,
  cors,
  fault,
  faultType,
  listener,
  manager,
  managerName,
  managerType,
  packed,
  patch,
  proxyName,
  proxyType,
  router,
  tcpProxy,
} from "./bookinfo.js";

const protocolOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
const reviews: JsonObject = {
  name: "outbound|9080||reviews",
  connect_timeout: "10s",
  circuit_breakers: { thresholds: [{ max_connections: 100 }] },
  respect_dns_ttl: true,
  typed_extension_protocol_options: {
    [protocolOptions]: packed(protocolOptions, { explicit_http_config: { http2_protocol_options: {} } }),
  },
};
const clusters = { clusters: [reviews] };
const http = { listeners: [listener("0.0.0.0_9080", 9080, chain(manager(cors, fault, router)))] };
const both = { listeners: [...http.listeners, listener("0.0.0.0_8080", 8080, chain(manager(router)))] };
const tcp = { listeners: [listener("mongodb", 27017, { name: "mongodb", ...chain(tcpProxy) })] };
const routes = {
  routeConfigs: [
    {
      name: "9080",
      virtual_hosts: [
        { name: "reviews", domains: ["reviews"], routes: [{ name: "main", match: { prefix: "/" }, route: { cluster: "a" } }] },
        { name: "ratings", domains: ["ratings"] },
      ],
    },
  ],
};
const mergeCluster = (value: JsonObject): ConfigPatch => patch("CLUSTER", "MERGE", value);
const ofHttpFilter = (name: string) => ({ listener: { filterChain: { filter: { name: managerName, subFilter: { name } } } } });
const ofFilter = (name: string) => ({ listener: { filterChain: { filter: { name } } } });
const lua: JsonObject = {
  name: "lua",
  typed_config: packed("envoy.extensions.filters.http.lua.v3.Lua", { default_source_code: { inline_string: "x" } }),
};

interface Row {
  readonly why: string;
  readonly given: PatchableResources;
  readonly patch: ConfigPatch;
  /** Code and place of each suspicion. */
  readonly want: readonly (readonly [SuspicionCode, string])[];
}

const rows: readonly Row[] = [
  {
    why: "a second threshold of one priority",
    given: clusters,
    patch: mergeCluster({ circuit_breakers: { thresholds: [{ max_connections: 5 }] } }),
    want: [["duplicate-item", "/patch/value/circuit_breakers/thresholds"]],
  },
  {
    why: "a threshold of another priority",
    given: clusters,
    patch: mergeCluster({ circuitBreakers: { thresholds: [{ priority: "HIGH" }] } }),
    want: [],
  },
  {
    why: "a second threshold that takes the place of the first",
    given: clusters,
    patch: {
      ...mergeCluster({ circuit_breakers: { thresholds: [{ max_connections: 5 }] } }),
      patch: { operation: "MERGE_AND_REPLACE_LIST", value: { circuit_breakers: { thresholds: [{ max_connections: 5 }] } } },
    },
    want: [],
  },
  {
    why: "the first list of a field",
    given: { clusters: [{ name: "a" }] },
    patch: mergeCluster({ circuit_breakers: { thresholds: [{ max_connections: 5 }] } }),
    want: [],
  },
  {
    why: "an access log beside another",
    given: tcp,
    patch: patch("NETWORK_FILTER", "MERGE", { typed_config: packed(proxyType, { access_log: [{ name: "a" }] }) }, ofFilter(proxyName)),
    want: [],
  },
  {
    why: "a domain that is there",
    given: routes,
    patch: patch("VIRTUAL_HOST", "MERGE", { domains: ["reviews"] }, { routeConfiguration: { vhost: { name: "reviews" } } }),
    want: [
      ["duplicate-item", "/patch/value/domains"],
      ["invalid-result", "/routeConfigs/0/virtual_hosts/0/domains"],
    ],
  },
  {
    why: "a false where there is true",
    given: clusters,
    patch: mergeCluster({ respect_dns_ttl: false }),
    want: [["default-not-merged", "/patch/value/respect_dns_ttl"]],
  },
  { why: "a false where there is nothing", given: clusters, patch: mergeCluster({ ignore_health_on_host_removal: false }), want: [] },
  {
    why: "an empty list where there is one",
    given: clusters,
    patch: mergeCluster({ circuit_breakers: { thresholds: [] } }),
    want: [["default-not-merged", "/patch/value/circuit_breakers/thresholds"]],
  },
  {
    why: "a wrapped default where there is another value",
    given: { listeners: [{ ...tcp.listeners[0], freebind: true }] },
    patch: patch("LISTENER", "MERGE", { freebind: false }),
    want: [["default-not-merged", "/patch/value/freebind"]],
  },
  {
    why: "a wrapped default where there is the same",
    given: { listeners: [{ ...tcp.listeners[0], freebind: false }] },
    patch: patch("LISTENER", "MERGE", { freebind: false }),
    want: [],
  },
  {
    why: "an Any replaced whole, without what its type needs",
    given: clusters,
    patch: mergeCluster({
      typed_extension_protocol_options: {
        [protocolOptions]: packed(protocolOptions, { common_http_protocol_options: { max_headers_count: 300 } }),
      },
    }),
    want: [
      ["any-replaced", "/patch/value/typed_extension_protocol_options"],
      ["invalid-result", `/clusters/0/typed_extension_protocol_options/${protocolOptions}`],
    ],
  },
  {
    why: "an Any replaced by all of it and more",
    given: clusters,
    patch: mergeCluster({
      typed_extension_protocol_options: {
        [protocolOptions]: packed(protocolOptions, {
          explicit_http_config: { http_protocol_options: {} },
          common_http_protocol_options: {},
        }),
      },
    }),
    want: [],
  },
  {
    why: "a field that is unknown",
    given: clusters,
    patch: mergeCluster({ connect_timout: "1s" }),
    want: [["unknown-field", "/patch/value/connect_timout"]],
  },
  {
    why: "a field that is deprecated",
    given: http,
    patch: patch("HTTP_FILTER", "INSERT_FIRST", {
      name: "lua",
      typed_config: packed("envoy.extensions.filters.http.lua.v3.Lua", { inline_code: "x" }),
    }),
    want: [["deprecated-field", "/patch/value/typed_config/inline_code"]],
  },
  {
    why: "a type that is not the filter's",
    given: http,
    patch: patch("HTTP_FILTER", "MERGE", { typed_config: packed(proxyType) }, ofHttpFilter("envoy.filters.http.fault")),
    want: [["type-difference", "/patch/value/typed_config"]],
  },
  {
    why: "an anchor that is not in every chain",
    given: both,
    patch: patch("HTTP_FILTER", "INSERT_BEFORE", lua, ofHttpFilter("envoy.filters.http.cors")),
    want: [["anchor-not-everywhere", "/listeners/1/filter_chains/0/filters/0"]],
  },
  {
    why: "an anchor that is in every chain",
    given: both,
    patch: patch("HTTP_FILTER", "INSERT_BEFORE", lua, ofHttpFilter("envoy.filters.http.router")),
    want: [],
  },
  {
    why: "an anchor that is not in a chain of another listener",
    given: both,
    patch: patch("HTTP_FILTER", "INSERT_BEFORE", lua, {
      listener: { portNumber: 9080, ...ofHttpFilter("envoy.filters.http.cors").listener },
    }),
    want: [],
  },
  {
    why: "a filter behind the router",
    given: http,
    patch: patch("HTTP_FILTER", "ADD", lua),
    want: [["behind-terminal-filter", "/listeners/0/filter_chains/0/filters/0/typed_config/http_filters/3"]],
  },
  {
    why: "a filter merged behind the router",
    given: http,
    patch: patch("NETWORK_FILTER", "MERGE", { typed_config: packed(managerType, { http_filters: [lua] }) }, ofFilter(managerName)),
    want: [["behind-terminal-filter", "/listeners/0/filter_chains/0/filters/0/typed_config/http_filters/3"]],
  },
  {
    why: "a filter behind the TCP proxy",
    given: tcp,
    patch: patch("NETWORK_FILTER", "ADD", {
      name: "sni",
      typed_config: packed("envoy.extensions.filters.network.sni_cluster.v3.SniCluster"),
    }),
    want: [["behind-terminal-filter", "/listeners/0/filter_chains/0/filters/1"]],
  },
  {
    why: "a filter before the TCP proxy",
    given: tcp,
    patch: patch("NETWORK_FILTER", "INSERT_FIRST", {
      name: "sni",
      typed_config: packed("envoy.extensions.filters.network.sni_cluster.v3.SniCluster"),
    }),
    want: [],
  },
  {
    why: "the router removed",
    given: http,
    patch: patch("HTTP_FILTER", "REMOVE", undefined, ofHttpFilter("envoy.filters.http.router")),
    want: [["invalid-result", "/listeners/0/filter_chains/0/filters/0"]],
  },
  {
    why: "a field of a filter that a merge does not look at",
    given: http,
    patch: patch("HTTP_FILTER", "MERGE", { disabled: true, name: "envoy.filters.http.fault" }, ofHttpFilter("envoy.filters.http.fault")),
    want: [["value-ignored", "/patch/value/disabled"]],
  },
  {
    why: "a filter without a configuration",
    given: { listeners: [listener("a", 1, chain({ name: "bare" }))] },
    patch: patch("NETWORK_FILTER", "MERGE", { name: "b" }, ofFilter("bare")),
    want: [["value-ignored", "/patch/value"]],
  },
  {
    why: "a value beside a cluster's transport socket",
    given: clusters,
    patch: mergeCluster({ connect_timeout: "1s", transport_socket: { name: "tls" } }),
    want: [["value-ignored", "/patch/value/connect_timeout"]],
  },
  {
    why: "the value of a REMOVE",
    given: clusters,
    patch: patch("CLUSTER", "REMOVE", { name: "a" }),
    want: [["value-ignored", "/patch/value"]],
  },
  {
    why: "a filter in the match of a chain",
    given: tcp,
    patch: patch("FILTER_CHAIN", "MERGE", { metadata: {} }, ofFilter(managerName)),
    want: [["match-ignored", "/match/listener/filterChain/filter"]],
  },
  {
    why: "a cluster's name beside its service",
    given: clusters,
    patch: patch("CLUSTER", "MERGE", { alt_stat_name: "a" }, { cluster: { name: "outbound|9080||reviews", service: "ratings" } }),
    want: [["match-ignored", "/match/cluster/service"]],
  },
  {
    why: "a match of an added cluster",
    given: clusters,
    patch: patch("CLUSTER", "ADD", { name: "new" }, { cluster: { service: "reviews" } }),
    want: [["match-ignored", "/match/cluster"]],
  },
  {
    why: "a virtual host in the match of an added one",
    given: routes,
    patch: patch("VIRTUAL_HOST", "ADD", { name: "new", domains: ["new"] }, { routeConfiguration: { vhost: { name: "reviews" } } }),
    want: [["match-ignored", "/match/routeConfiguration/vhost"]],
  },
  {
    why: "a listener filter in a match that reaches all",
    given: { listeners: [{ ...tcp.listeners[0], listener_filters: [{ name: "a", typed_config: packed(faultType) }] }] },
    patch: patch(
      "LISTENER_FILTER",
      "MERGE",
      { typed_config: packed(faultType, { max_active_faults: 1 }) },
      { listener: { listenerFilter: "b" } },
    ),
    want: [["match-ignored", "/match/listener/listenerFilter"]],
  },
  { why: "no filter chain left", given: tcp, patch: patch("FILTER_CHAIN", "REMOVE"), want: [["invalid-result", "/listeners/0"]] },
  {
    why: "two chains of one match",
    given: tcp,
    patch: patch("FILTER_CHAIN", "ADD", { name: "two", filters: [tcpProxy] }),
    want: [["invalid-result", "/listeners/0/filter_chains/1"]],
  },
  {
    why: "a second cluster of one name",
    given: clusters,
    patch: patch("CLUSTER", "ADD", { name: "outbound|9080||reviews" }),
    want: [["invalid-result", "/clusters/1"]],
  },
  {
    why: "a domain of another virtual host",
    given: routes,
    patch: patch("VIRTUAL_HOST", "ADD", { name: "new", domains: ["new", "ratings"] }),
    want: [["invalid-result", "/routeConfigs/0/virtual_hosts/2/domains"]],
  },
  {
    why: "a value that Envoy's definitions do not allow",
    given: clusters,
    patch: mergeCluster({ connect_timeout: "0s" }),
    want: [["invalid-result", "/clusters/0/connect_timeout"]],
  },
  { why: "a value that they do", given: clusters, patch: mergeCluster({ connect_timeout: "1ms" }), want: [] },
];

describe("suspicions", () => {
  it.each(rows)("$why", ({ given, patch: one, want }) => {
    const [account] = applied(given, one).account;
    expect(account?.suspicions.map(({ code, at }) => [code, at])).toEqual(want);
  });

  it("say once what is so in many places", () => {
    const many = { clusters: [reviews, { ...reviews, name: "outbound|9080||ratings" }] };
    const messages = applied(many, mergeCluster({ respect_dns_ttl: false })).account[0]?.suspicions.map(({ message }) => message);
    expect(messages).toEqual(["respect_dns_ttl: false is the default, which a merge takes for not set; it stays as it is (in 2 places)"]);
  });

  it("all have a row here, or below", () => {
    const covered = new Set(rows.flatMap(({ want }) => want.map(([code]) => code)));
    expect(suspicionCodes.filter((code) => !covered.has(code))).toEqual(["appended-behind", "undone"]);
  });

  it("a list of values in which the first count", () => {
    const tls = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
    const socket = (...alpn: readonly string[]): JsonObject => ({
      name: "tls",
      typed_config: packed(tls, { common_tls_context: { alpn_protocols: alpn } }),
    });
    const codes = (...alpn: readonly string[]) =>
      applied(
        { clusters: [{ name: "a", transport_socket: socket(...alpn) }] },
        mergeCluster({ transport_socket: socket("h2") }),
      ).account[0]?.suspicions.map(({ code }) => code);
    expect(codes("istio")).toEqual(["appended-behind"]);
    expect(codes()).toEqual([]);
  });
});

describe("patches that later ones undo", () => {
  const undone = (given: PatchableResources, ...patches: readonly ConfigPatch[]): readonly boolean[] =>
    applied(given, ...patches).account.map(({ suspicions }) => suspicions.some(({ code }) => code === "undone"));

  it.each([
    ["a scalar set twice", clusters, [mergeCluster({ connect_timeout: "1s" }), mergeCluster({ connect_timeout: "2s" })], [true, false]],
    ["two scalars", clusters, [mergeCluster({ connect_timeout: "1s" }), mergeCluster({ alt_stat_name: "a" })], [false, false]],
    ["a cluster changed and removed", clusters, [mergeCluster({ connect_timeout: "1s" }), patch("CLUSTER", "REMOVE")], [true, false]],
    [
      "a filter added and removed",
      http,
      [patch("HTTP_FILTER", "INSERT_FIRST", lua), patch("HTTP_FILTER", "REMOVE", undefined, ofHttpFilter("lua"))],
      [true, false],
    ],
    [
      "a filter added and another removed",
      http,
      [patch("HTTP_FILTER", "INSERT_FIRST", lua), patch("HTTP_FILTER", "REMOVE", undefined, ofHttpFilter("envoy.filters.http.cors"))],
      [false, false],
    ],
    [
      "a filter renamed and then found by its new name",
      http,
      [
        patch("HTTP_FILTER", "MERGE", { name: "new" }, ofHttpFilter("envoy.filters.http.fault")),
        patch("HTTP_FILTER", "MERGE", { name: "newer" }, ofHttpFilter("new")),
      ],
      [false, false],
    ],
    [
      "a virtual host changed and replaced",
      routes,
      [patch("VIRTUAL_HOST", "MERGE", { require_tls: "ALL" }), patch("VIRTUAL_HOST", "REPLACE", { name: "new" })],
      [true, false],
    ],
  ] as const)("%s", (_, given, patches, want) => {
    expect(undone(given, ...patches)).toEqual(want);
  });

  it("name the patch that does", () => {
    const [first] = applied(clusters, mergeCluster({ connect_timeout: "1s" }), mergeCluster({ connect_timeout: "2s" })).account;
    expect(first?.suspicions).toEqual([
      { code: "undone", at: "/clusters/0", message: "patch 1 of default/bookinfo undoes it: without this patch the result is the same" },
    ]);
  });
});
