import { describe, expect, it } from "vitest";
import type { ApplyTo, PatchMatch, PatchOperation } from "../../src/envoy-filter/envoy-filter.js";
import type { PatchableResources } from "../../src/envoy-filter/patched-resources.js";
import type { JsonObject } from "../../src/util/json.js";
import { accountOf, applied, chain, cors, fault, listener, manager, managerName, namesIn, packed, patch, router } from "./bookinfo.js";

const listenerFilter = (name: string): JsonObject => ({
  name,
  typed_config: packed("envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector"),
});
const networkFilter = (name: string): JsonObject => ({
  name,
  typed_config: packed("envoy.extensions.filters.network.sni_cluster.v3.SniCluster"),
});

/** Lists that patches insert into, each with the items a and b. */
const lists: Readonly<
  Partial<
    Record<
      ApplyTo,
      {
        readonly resources: PatchableResources;
        readonly value: JsonObject;
        readonly named: (name: string) => PatchMatch;
        readonly names: (resources: PatchableResources) => readonly unknown[];
      }
    >
  >
> = {
  LISTENER_FILTER: {
    resources: {
      listeners: [
        { ...listener("0.0.0.0_9080", 9080, chain(networkFilter("x"))), listener_filters: [listenerFilter("a"), listenerFilter("b")] },
      ],
    },
    value: listenerFilter("new"),
    named: (name) => ({ listener: { listenerFilter: name } }),
    names: ({ listeners }) => namesIn(listeners, 0, "listener_filters"),
  },
  NETWORK_FILTER: {
    resources: { listeners: [listener("0.0.0.0_9080", 9080, chain(networkFilter("a"), networkFilter("b")))] },
    value: networkFilter("new"),
    named: (name) => ({ listener: { filterChain: { filter: { name } } } }),
    names: ({ listeners }) => namesIn(listeners, 0, "filter_chains", 0, "filters"),
  },
  HTTP_FILTER: {
    resources: { listeners: [listener("0.0.0.0_9080", 9080, chain(manager({ ...cors, name: "a" }, { ...fault, name: "b" })))] },
    value: { ...router, name: "new" },
    named: (name) => ({ listener: { filterChain: { filter: { name: managerName, subFilter: { name } } } } }),
    names: ({ listeners }) => namesIn(listeners, 0, "filter_chains", 0, "filters", 0, "typed_config", "http_filters"),
  },
  HTTP_ROUTE: {
    resources: {
      routeConfigs: [
        {
          name: "9080",
          virtual_hosts: [
            {
              name: "reviews.default.svc.cluster.local:9080",
              domains: ["reviews"],
              routes: [
                { name: "a", match: { prefix: "/a" }, route: { cluster: "a" } },
                { name: "b", match: { prefix: "/" }, route: { cluster: "b" } },
              ],
            },
          ],
        },
      ],
    },
    value: { name: "new", match: { prefix: "/new" }, direct_response: { status: 200 } },
    named: (name) => ({ routeConfiguration: { vhost: { route: { name } } } }),
    names: ({ routeConfigs }) => namesIn(routeConfigs, 0, "virtual_hosts", 0, "routes"),
  },
};

const filterKinds = ["LISTENER_FILTER", "NETWORK_FILTER", "HTTP_FILTER"] as const;

/** Operation, then what comes of a and b where b is named, where a name is that nobody has, and where none is. */
const table: readonly (readonly [PatchOperation, string, string, string])[] = [
  ["ADD", "a b new", "a b new", "a b new"],
  ["INSERT_FIRST", "new a b", "new a b", "new a b"],
  ["INSERT_BEFORE", "a new b", "a b", "new a b"],
  ["INSERT_AFTER", "a b new", "a b", "a b new"],
  ["REPLACE", "a new", "a b", "a b"],
  ["REMOVE", "a", "a b", "a b"],
  ["MERGE_AND_REPLACE_LIST", "a b", "a b", "a b"],
];

const routeTable: typeof table = [
  ["ADD", "a b new", "a b new", "a b new"],
  ["INSERT_FIRST", "new a b", "a b", "new a b"],
  ["INSERT_BEFORE", "a new b", "a b", "new a b"],
  ["INSERT_AFTER", "a b new", "a b", "a b new"],
  ["REMOVE", "a", "a b", ""],
  ["REPLACE", "a b", "a b", "a b"],
];

const cases = [
  ...filterKinds.flatMap((kind) => table.map((row) => [kind, ...row] as const)),
  ...routeTable.map((row) => ["HTTP_ROUTE", ...row] as const),
];

describe("a list of a and b", () => {
  it.each(cases)("%s %s: b named gives [%s], an unknown name [%s], none [%s]", (kind, operation, found, unknown, without) => {
    const list = lists[kind];
    if (list === undefined) throw new Error(`no list for ${kind}`);
    const { resources, value, named, names } = list;
    const result = (match: PatchMatch): string => names(applied(resources, patch(kind, operation, value, match)).resources).join(" ");
    expect([result(named("b")), result(named("z")), result({})]).toEqual([found, unknown, without]);
  });

  it("is inserted into beside the first of a name, and removed from for every one", () => {
    const { resources, value, named, names } = lists.HTTP_FILTER ?? {};
    if (resources === undefined || value === undefined || named === undefined || names === undefined) throw new Error("no list");
    const twice = { listeners: [listener("0.0.0.0_9080", 9080, chain(manager({ ...cors, name: "b" }, { ...fault, name: "b" })))] };
    const result = (operation: PatchOperation): readonly unknown[] =>
      names(applied(twice, patch("HTTP_FILTER", operation, value, named("b"))).resources);
    expect(result("INSERT_AFTER")).toEqual(["b", "new", "b"]);
    expect(result("REPLACE")).toEqual(["new", "b"]);
    expect(result("REMOVE")).toEqual([]);
  });
});

const cluster = (name: string): JsonObject => ({ name, connect_timeout: "10s" });
const clusters = { clusters: [cluster("outbound|9080||reviews"), cluster("outbound|9080||ratings")] };
const routeConfigs = {
  routeConfigs: [
    {
      name: "9080",
      virtual_hosts: [
        { name: "reviews", domains: ["reviews"] },
        { name: "ratings", domains: ["ratings"] },
      ],
    },
  ],
};
const listeners = { listeners: [listener("9080", 9080, chain(networkFilter("a"))), listener("27017", 27017, chain(networkFilter("b")))] };

describe("what is no list of filters or routes", () => {
  it.each([
    ["LISTENER", "ADD", "9080 27017 new"],
    ["LISTENER", "INSERT_FIRST", "9080 27017 new"],
    ["LISTENER", "REMOVE", "27017"],
    ["LISTENER", "REPLACE", "9080 27017"],
  ] as const)("%s %s gives [%s]", (applyTo, operation, want) => {
    const value = listener("new", 1, chain(networkFilter("c")));
    const { resources } = applied(listeners, patch(applyTo, operation, value, { listener: { name: "9080" } }));
    expect(namesIn(resources.listeners).join(" ")).toBe(want);
  });

  it.each([
    ["ADD", "outbound|9080||reviews outbound|9080||ratings new"],
    ["INSERT_BEFORE", "outbound|9080||reviews outbound|9080||ratings new"],
    ["REMOVE", "outbound|9080||ratings"],
    ["REPLACE", "outbound|9080||reviews outbound|9080||ratings"],
  ] as const)("CLUSTER %s gives [%s]", (operation, want) => {
    const one = patch("CLUSTER", operation, cluster("new"), { cluster: { service: "reviews" } });
    expect(namesIn(applied(clusters, one).resources.clusters).join(" ")).toBe(want);
  });

  it.each([
    ["ADD", "reviews ratings new"],
    ["INSERT_AFTER", "reviews ratings new"],
    ["REMOVE", "ratings"],
    ["REPLACE", "new ratings"],
    ["MERGE", "new ratings"],
  ] as const)("VIRTUAL_HOST %s gives [%s]", (operation, want) => {
    const one = patch("VIRTUAL_HOST", operation, { name: "new" }, { routeConfiguration: { vhost: { name: "reviews" } } });
    expect(namesIn(applied(routeConfigs, one).resources.routeConfigs, 0, "virtual_hosts").join(" ")).toBe(want);
  });

  it.each(["ADD", "REMOVE", "REPLACE", "INSERT_FIRST"] as const)("ROUTE_CONFIGURATION %s does nothing", (operation) => {
    const { resources, account } = applied(routeConfigs, patch("ROUTE_CONFIGURATION", operation, { name: "new" }));
    expect(resources).toEqual(routeConfigs);
    expect(account[0]).toMatchObject({ status: "not-applied", reason: "operation" });
  });

  it("FILTER_CHAIN ADD goes behind the chains, and REMOVE takes the default one away", () => {
    const withDefault = {
      ...listener("9080", 9080, { ...chain(networkFilter("a")), name: "one" }),
      default_filter_chain: chain(networkFilter("d")),
    };
    const added = applied({ listeners: [withDefault] }, patch("FILTER_CHAIN", "ADD", { name: "two", filters: [networkFilter("b")] }));
    expect(namesIn(added.resources.listeners, 0, "filter_chains")).toEqual(["one", "two"]);
    const removed = applied({ listeners: [withDefault] }, patch("FILTER_CHAIN", "REMOVE"));
    expect(removed.resources.listeners?.[0]).not.toHaveProperty("default_filter_chain");
    expect(namesIn(removed.resources.listeners, 0, "filter_chains")).toEqual([]);
  });

  it("an added filter chain without filters is dropped, one that lost its last filter stays", () => {
    const given = { listeners: [listener("9080", 9080, chain(networkFilter("a")), { name: "empty" })] };
    const added = applied(given, patch("FILTER_CHAIN", "ADD", { name: "two" }));
    expect(added.account[0]?.places).toEqual([{ resource: { type: "listener", name: "9080" }, in: "result", at: null }]);
    const emptied = applied(given, patch("NETWORK_FILTER", "REMOVE", undefined, { listener: { filterChain: { filter: { name: "a" } } } }));
    expect(emptied.resources.listeners?.[0]).toMatchObject({ filter_chains: [{}] });
  });

  it("a removed virtual host takes those of its name with it, one that was just added too", () => {
    const twice = {
      routeConfigs: [
        {
          name: "9080",
          virtual_hosts: [
            { name: "reviews", domains: ["a"] },
            { name: "reviews", domains: ["b"] },
          ],
        },
      ],
    };
    const onlyA = { routeConfiguration: { vhost: { domainName: "a" } } };
    const { resources, account } = applied(
      twice,
      patch("VIRTUAL_HOST", "REMOVE", undefined, onlyA),
      patch("VIRTUAL_HOST", "ADD", { name: "reviews" }),
    );
    expect(namesIn(resources.routeConfigs, 0, "virtual_hosts")).toEqual([]);
    expect(account.map(({ changed }) => changed)).toEqual([3, 1]);
  });

  it("what comes behind the REPLACE of a virtual host is held against the replacement", () => {
    const replaced = patch(
      "VIRTUAL_HOST",
      "REPLACE",
      { name: "new", domains: ["*"] },
      { routeConfiguration: { vhost: { name: "reviews" } } },
    );
    const merge = (name: string) =>
      patch("VIRTUAL_HOST", "MERGE", { include_request_attempt_count: true }, { routeConfiguration: { vhost: { name } } });
    const { account } = applied(routeConfigs, replaced, merge("reviews"), merge("new"));
    expect(account.map(({ status }) => status)).toEqual(["applied", "matched-nothing", "applied"]);
  });
});

describe("extension configs", () => {
  const lua = (name: string): JsonObject => ({ name, typed_config: packed("envoy.extensions.filters.http.lua.v3.Lua") });
  it.each([
    ["ADD", ["lua", "other"], "lua"],
    ["INSERT_FIRST", ["lua"], "lua"],
    ["ADD", ["luas"], ""],
    ["ADD", null, ""],
    ["MERGE", ["lua"], ""],
  ] as const)("%s with %j asked for gives [%s]", (operation, requestedNames, want) => {
    const proxy = { type: "sidecar", context: null, configNamespace: "default", requestedNames } as const;
    const account = accountOf({ extensionConfigs: [] }, patch("EXTENSION_CONFIG", operation, lua("lua"), { context: "GATEWAY" }), proxy);
    expect(account.places.map(({ resource }) => resource.name).join(" ")).toBe(want);
  });
});

describe("adds that istiod leaves to another call", () => {
  it.each([
    ["LISTENER", "SIDECAR_OUTBOUND", false, "applied"],
    ["LISTENER", "GATEWAY", false, "applied"],
    ["LISTENER", "SIDECAR_INBOUND", false, "not-applied"],
    ["LISTENER", "SIDECAR_OUTBOUND", true, "not-applied"],
    ["CLUSTER", "SIDECAR_INBOUND", false, "not-applied"],
    ["CLUSTER", "SIDECAR_OUTBOUND", false, "applied"],
    ["CLUSTER", "SIDECAR_OUTBOUND", true, "not-applied"],
  ] as const)("%s of context ANY in %s, skipAdds %s: %s", (applyTo, context, skipAdds, status) => {
    const proxy = { type: "sidecar", context, configNamespace: "default", skipAdds } as const;
    expect(accountOf({ listeners: [], clusters: [] }, patch(applyTo, "ADD", { name: "new" }), proxy).status).toBe(status);
  });

  it("BOOTSTRAP is applied to nothing", () => {
    expect(accountOf({ clusters: [] }, patch("BOOTSTRAP", "MERGE", { admin: {} }))).toMatchObject({
      status: "not-applied",
      reason: "bootstrap",
    });
  });

  it("resources that are not given are not patched", () => {
    const { resources, account } = applied({ clusters: [] }, patch("LISTENER", "ADD", { name: "new" }));
    expect(resources).toEqual({ clusters: [] });
    expect(account[0]).toMatchObject({ status: "not-applied", reason: "no-resources" });
  });
});
