import { describe, expect, it } from "vitest";
import { applyEnvoyFilters } from "../../src/envoy-filter/apply-envoy-filters.js";
import type { ConfigPatch } from "../../src/envoy-filter/envoy-filter.js";
import {
  accountOf,
  applied,
  chain,
  cors,
  envoyFilter,
  fault,
  listener,
  manager,
  managerName,
  packed,
  patch,
  productpage,
  proxyName,
  proxyType,
  router,
  tcpProxy,
} from "./bookinfo.js";

const outbound = {
  listeners: [
    listener("0.0.0.0_9080", 9080, chain(manager(cors, router))),
    listener("10.96.0.20_27017", 27017, chain(tcpProxy), chain(tcpProxy)),
  ],
};
const accessLog = {
  name: "envoy.access_loggers.file",
  typed_config: packed("envoy.extensions.access_loggers.file.v3.FileAccessLog", { path: "/dev/stdout" }),
};
const logTcp = (name = proxyName): ConfigPatch =>
  patch(
    "NETWORK_FILTER",
    "MERGE",
    { typed_config: packed(proxyType, { access_log: [accessLog] }) },
    { context: "SIDECAR_OUTBOUND", listener: { filterChain: { filter: { name } } } },
  );

describe("the account of a patch", () => {
  it("says what was looked at, matched and changed, and where", () => {
    expect(accountOf(outbound, logTcp())).toEqual({
      envoyFilter: "default/bookinfo",
      patch: 0,
      applyTo: "NETWORK_FILTER",
      operation: "MERGE",
      context: "SIDECAR_OUTBOUND",
      status: "applied",
      reason: null,
      because: null,
      candidates: 3,
      matched: 2,
      changed: 2,
      places: [0, 1].map((index) => ({
        resource: { type: "listener", name: "10.96.0.20_27017" },
        in: "given",
        at: `/listeners/1/filter_chains/${index}/filters/0`,
      })),
      nearest: [],
      suspicions: [],
    });
  });

  it("points to what was added in the result, and to what was removed in what was given, whatever else moved", () => {
    const first = patch("HTTP_FILTER", "INSERT_FIRST", fault);
    const removed = patch("HTTP_FILTER", "REMOVE", undefined, {
      listener: { filterChain: { filter: { name: managerName, subFilter: { name: cors.name as string } } } },
    });
    const [one, two] = applied(outbound, first, removed).account;
    const filters = "/listeners/0/filter_chains/0/filters/0/typed_config/http_filters";
    expect(one?.places).toEqual([{ resource: { type: "listener", name: "0.0.0.0_9080" }, in: "result", at: `${filters}/0` }]);
    expect(two?.places).toEqual([{ resource: { type: "listener", name: "0.0.0.0_9080" }, in: "given", at: `${filters}/0` }]);
  });

  it("tells apart what changes nothing, and what matches nothing", () => {
    const clusters = [{ name: "outbound|9080||reviews", alt_stat_name: "a" }];
    const merge = (name: string, stat: string) =>
      accountOf({ clusters }, patch("CLUSTER", "MERGE", { alt_stat_name: stat }, { cluster: { name } }));
    expect(merge("outbound|9080||reviews", "a")).toMatchObject({
      status: "changed-nothing",
      candidates: 1,
      matched: 1,
      changed: 0,
      places: [],
    });
    expect(merge("reviews", "a")).toMatchObject({ status: "matched-nothing", candidates: 1, matched: 0, changed: 0 });
  });

  it("is one for each patch, in the order given, whatever the order of application", () => {
    const filters = [
      { ...envoyFilter("late", logTcp(), logTcp("x")), spec: { priority: 9, configPatches: [logTcp(), logTcp("x")] } },
      envoyFilter("early", logTcp()),
    ];
    expect(applyEnvoyFilters(outbound, productpage, filters).account.map(({ envoyFilter: name, patch: index }) => [name, index])).toEqual([
      ["default/late", 0],
      ["default/late", 1],
      ["default/early", 0],
    ]);
  });
});

describe("the nearest candidates of a patch that matches nothing", () => {
  it("are those that fail last, by what they are and what failed", () => {
    expect(accountOf(outbound, logTcp("envoy.tcp_proxy")).nearest).toEqual([
      {
        candidate: "filter envoy.filters.network.tcp_proxy of filter chain #0 of listener 10.96.0.20_27017",
        failedOn: "filter name is envoy.filters.network.tcp_proxy, not envoy.tcp_proxy",
        at: "/listeners/1/filter_chains/0/filters/0",
      },
      {
        candidate: `filter ${managerName} of filter chain #0 of listener 0.0.0.0_9080`,
        failedOn: `filter name is ${managerName}, not envoy.tcp_proxy`,
        at: "/listeners/0/filter_chains/0/filters/0",
      },
    ]);
  });

  it("are those with the most similar names", () => {
    const clusters = [
      "outbound|9080||details",
      "outbound|9080||ratings",
      "outbound|9080|v1|reviews",
      "outbound|9080|v2|reviews",
      "PassthroughCluster",
    ].map((name) => ({ name }));
    const { nearest } = accountOf({ clusters }, patch("CLUSTER", "REMOVE", undefined, { cluster: { name: "outbound|9080|v3|reviews" } }));
    expect(nearest.map(({ at }) => at)).toEqual(["/clusters/2", "/clusters/3", "/clusters/1"]);
  });

  it("are those that have all its words, before shorter ones", () => {
    const virtual_hosts = ["allow_any", "catalog.other:9080", "reviews.default.svc.cluster.local:9080"].map((name) => ({
      name,
      domains: [name],
    }));
    const match = { routeConfiguration: { vhost: { name: "reviews:9080" } } };
    const { nearest } = accountOf({ routeConfigs: [{ name: "9080", virtual_hosts }] }, patch("VIRTUAL_HOST", "REMOVE", undefined, match));
    expect(nearest[0]).toEqual({
      candidate: "virtual host reviews.default.svc.cluster.local:9080 of route configuration 9080",
      failedOn: "virtual host name is reviews.default.svc.cluster.local:9080, not reviews:9080",
      at: "/routeConfigs/0/virtual_hosts/2",
    });
  });

  it("are those of another context, where it would match there", () => {
    const inbound = {
      listeners: [listener("virtualInbound", 15006, { filter_chain_match: { destination_port: 9090 }, ...chain(tcpProxy) })],
    };
    const merge = patch("FILTER_CHAIN", "MERGE", { name: "a" }, { context: "SIDECAR_OUTBOUND", listener: { portNumber: 9090 } });
    const elsewhere = [{ context: "SIDECAR_INBOUND", resources: inbound }] as const;
    const nearestTo = (one: ConfigPatch) =>
      applyEnvoyFilters(outbound, productpage, [envoyFilter("bookinfo", one)], { elsewhere }).account[0]?.nearest[0];
    expect(nearestTo(merge)).toEqual({
      candidate: "filter chain #0 of listener virtualInbound",
      failedOn: "context SIDECAR_OUTBOUND, but the only filter chain with that port is inbound",
      at: "/elsewhere/0/listeners/0/filter_chains/0",
    });
    expect(nearestTo({ ...merge, match: { listener: { portNumber: 9090 } } })?.failedOn).toBe("listener port is 9080, not 9090");
    expect(inbound.listeners[0]).not.toHaveProperty("name", "a");
  });
});

it("an account is a plain value", () => {
  const { account } = applied(outbound, logTcp(), logTcp("envoy.tcp_proxy"), patch("LISTENER", "ADD", { name: "a" }));
  expect(structuredClone(account)).toEqual(JSON.parse(JSON.stringify(account)));
});
