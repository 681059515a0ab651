import { describe, expect, it } from "vitest";
import type { ConfigPatch } from "../../src/envoy-filter/envoy-filter.js";
import type { JsonObject } from "../../src/util/json.js";
import {
  applied,
  at,
  chain,
  cors,
  fault,
  listener,
  manager,
  managerName,
  namesIn,
  packed,
  patch,
  proxyName,
  proxyType,
  router,
  routerType,
  tcpProxy,
} from "./bookinfo.js";

const ofHttpFilter = (name: string) => ({ listener: { filterChain: { filter: { name: managerName, subFilter: { name } } } } });
const ofFilter = (name: string) => ({ listener: { filterChain: { filter: { name } } } });
const otherType = { typed_config: packed(routerType) };
const mergeStat = patch("LISTENER", "MERGE", { stat_prefix: "patched" });
const addListener = patch("LISTENER", "ADD", { name: "added", filter_chains: [chain(tcpProxy)] });

const three = {
  listeners: [
    listener("first", 1, chain(tcpProxy)),
    listener("second", 2, chain({ ...tcpProxy, name: "other" }, manager(cors, fault, router)), chain(manager(fault))),
    listener("third", 3, chain(tcpProxy)),
  ],
};
const statuses = (patches: readonly ConfigPatch[]) =>
  applied(three, ...patches).account.map(({ status, reason, changed }) => [status, reason, changed]);

describe("two types in one merge, where istiod panics", () => {
  const broken = patch("HTTP_FILTER", "MERGE", otherType, ofHttpFilter("envoy.filters.http.fault"));

  it("leaves what was done, loses what was to come, and the connection manager that it was in", () => {
    const rename = patch("NETWORK_FILTER", "MERGE", { name: "renamed" }, ofFilter(proxyName));
    const addFilter = patch("HTTP_FILTER", "ADD", { name: "lost" });
    const { resources, account } = applied(three, mergeStat, rename, addFilter, broken, addListener);
    expect(namesIn(resources.listeners)).toEqual(["first", "second", "third"]);
    expect(resources.listeners?.map((one) => one.stat_prefix)).toEqual(["patched", "patched", undefined]);
    expect(namesIn(resources.listeners, 0, "filter_chains", 0, "filters")).toEqual(["renamed"]);
    expect(namesIn(resources.listeners, 1, "filter_chains", 0, "filters", 1, "typed_config", "http_filters")).toEqual([
      cors.name,
      fault.name,
      router.name,
    ]);
    expect(account.map(({ status, reason, changed }) => [status, reason, changed])).toEqual([
      ["applied", null, 2],
      ["applied", null, 1],
      ["not-applied", "abandoned", 0],
      ["failed", "type-difference", 0],
      ["not-applied", "abandoned", 0],
    ]);
    expect(account[3]?.suspicions.map(({ code }) => code)).toContain("type-difference");
  });

  it("leaves a listener that was to be removed without its name", () => {
    const removeFirst = patch("LISTENER", "REMOVE", undefined, { listener: { name: "first" } });
    const { resources } = applied(three, removeFirst, broken);
    expect(namesIn(resources.listeners)).toEqual([undefined, "second", "third"]);
  });

  it("leaves a filter chain that was to be removed without its filters", () => {
    const given = { listeners: [listener("second", 2, { name: "gone", ...chain(tcpProxy) }, { name: "stays", ...chain(manager(fault)) })] };
    const removeChain = patch("FILTER_CHAIN", "REMOVE", undefined, { listener: { filterChain: { name: "gone" } } });
    expect(at(applied(given, removeChain, broken).resources.listeners, 0, "filter_chains", 0)).toEqual({ name: "gone" });
    expect(namesIn(applied(given, removeChain).resources.listeners, 0, "filter_chains")).toEqual(["stays"]);
  });

  it("of a network filter too", () => {
    expect(statuses([patch("NETWORK_FILTER", "MERGE", otherType, ofFilter(proxyName)), mergeStat])).toEqual([
      ["failed", "type-difference", 0],
      ["applied", null, 1],
    ]);
  });

  it("does not happen where nothing is matched, or the target has no configuration, or an unknown one", () => {
    const plain = { listeners: [listener("first", 1, chain({ name: "bare" }, { name: "sauce", typed_config: packed("acme.Sauce") }))] };
    const merge = (name: string): string | undefined =>
      applied(plain, patch("NETWORK_FILTER", "MERGE", otherType, ofFilter(name))).account[0]?.status;
    expect([merge("z"), merge("bare"), merge("sauce")]).toEqual(["matched-nothing", "changed-nothing", "changed-nothing"]);
  });

  it("of a cluster loses only what was still to be done to that one", () => {
    const socket = (type: string): JsonObject => ({ name: "tls", typed_config: packed(type) });
    const clusters = [
      { name: "a", transport_socket: socket(proxyType) },
      { name: "b", transport_socket: socket(routerType) },
    ];
    const { resources, account } = applied(
      { clusters },
      patch("CLUSTER", "MERGE", { alt_stat_name: "before" }),
      patch("CLUSTER", "MERGE", { transport_socket: socket(proxyType) }),
      patch("CLUSTER", "MERGE", { connect_timeout: "1s" }),
      patch("CLUSTER", "ADD", { name: "added" }),
    );
    expect(namesIn(resources.clusters)).toEqual(["a", "b", "added"]);
    expect(resources.clusters?.map((one) => [one.alt_stat_name, one.connect_timeout])).toEqual([
      ["before", "1s"],
      ["before", undefined],
      [undefined, undefined],
    ]);
    expect(account.map(({ status }) => status)).toEqual(["applied", "failed", "applied", "applied"]);
  });
});

describe("transport sockets", () => {
  const tls = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
  const socket = (name: string, sni: string): JsonObject => ({ name, typed_config: packed(tls, { sni }) });
  const merge = (given: JsonObject): unknown =>
    applied(
      { clusters: [given] },
      patch("CLUSTER", "MERGE", {
        alt_stat_name: "lost",
        transport_socket: { name: "tls", typed_config: packed(tls, { max_session_keys: 3 }) },
      }),
    ).resources.clusters?.[0];

  it("of a cluster are merged under their name, and nothing else of the patch", () => {
    expect(merge({ name: "a", transport_socket: socket("tls", "b") })).toEqual({
      name: "a",
      transport_socket: { name: "tls", typed_config: packed(tls, { sni: "b", max_session_keys: 3 }) },
    });
    expect(merge({ name: "a", transport_socket: socket("raw", "b") })).toEqual({
      name: "a",
      transport_socket: { name: "tls", typed_config: packed(tls, { max_session_keys: 3 }) },
    });
    expect(merge({ name: "a" })).toMatchObject({ name: "a", transport_socket: { name: "tls" } });
  });

  it("of a cluster with socket matches are merged into the first of their name, or not at all", () => {
    const matches = (...names: readonly string[]): JsonObject => ({
      name: "a",
      transport_socket_matches: names.map((name, index) => ({ name: `m${index}`, transport_socket: socket(name, "b") })),
    });
    expect(at(merge(matches("raw", "tls", "tls")), "transport_socket_matches")).toMatchObject([
      { transport_socket: { typed_config: { sni: "b" } } },
      { transport_socket: { typed_config: { sni: "b", max_session_keys: 3 } } },
      { transport_socket: { typed_config: { sni: "b" } } },
    ]);
    expect(merge(matches("raw"))).toEqual(matches("raw"));
  });

  it("of a filter chain are merged under their name, else as part of all", () => {
    const value = { name: "renamed", transport_socket: socket("tls", "new") };
    const mergeChain = (given: JsonObject): unknown => {
      const { resources } = applied(
        { listeners: [listener("a", 1, { ...chain(tcpProxy), ...given })] },
        patch("FILTER_CHAIN", "MERGE", value),
      );
      return at(resources.listeners, 0, "filter_chains", 0);
    };
    expect(mergeChain({ transport_socket: socket("tls", "old") })).toEqual({ filters: [tcpProxy], transport_socket: socket("tls", "new") });
    expect(mergeChain({ transport_socket: socket("raw", "old") })).toEqual({ filters: [tcpProxy], ...value });
    expect(mergeChain({})).toEqual({ filters: [tcpProxy], ...value });
  });
});
