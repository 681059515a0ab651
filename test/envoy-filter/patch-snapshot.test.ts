import { describe, expect, it } from "vitest";
import type { ConfigPatch, EnvoyFilter } from "../../src/index.js";
import { patchSnapshot, readSnapshot, type Snapshot } from "../../src/index.js";
import type { Json, JsonObject } from "../../src/util/json.js";
import { valueAt } from "../../src/util/json-pointer.js";
import { dumpOf, manager, type Parts, snapshotOf, tcpProxy } from "../diff/dump.js";

const nodeOf = (type: string, metadata: JsonObject = {}): JsonObject => ({
  node: {
    id: `${type}~10.244.1.5~reviews-v2.default~default.svc.cluster.local`,
    metadata: { NAMESPACE: "default", ISTIO_VERSION: "1.30.1", LABELS: { app: "reviews" }, ...metadata },
  },
});
const sidecar = (parts: Parts): Snapshot => snapshotOf(dumpOf({ bootstrap: nodeOf("sidecar"), ...parts }));
const filter = (...configPatches: readonly ConfigPatch[]): EnvoyFilter => ({
  metadata: { name: "reviews", namespace: "default" },
  spec: { configPatches },
});
const listener = (name: string, direction: string | null, ...filters: readonly JsonObject[]): JsonObject => ({
  name,
  ...(direction === null ? {} : { traffic_direction: direction }),
  filter_chains: [{ filters: filters.length === 0 ? [tcpProxy({ cluster: "reviews" })] : filters }],
});
const merge = (context: ConfigPatch["match"], applyTo: ConfigPatch["applyTo"], value: JsonObject): ConfigPatch => ({
  applyTo,
  ...(context === undefined ? {} : { match: context }),
  patch: { operation: "MERGE", value },
});
const add = (applyTo: ConfigPatch["applyTo"], value: JsonObject): ConfigPatch => ({ applyTo, patch: { operation: "ADD", value } });

/** Names of the resources that a patch changed, those that it added with a plus. */
function touched(snapshot: Snapshot, ...patches: readonly ConfigPatch[]): readonly string[] {
  const { account } = patchSnapshot(snapshot, [filter(...patches)]);
  return account
    .flatMap(({ places }) => places.map(({ resource, in: within }) => `${within === "result" ? "+" : ""}${resource.name}`))
    .sort();
}

const limit = { per_connection_buffer_limit_bytes: 65536 };

describe("the listeners of a sidecar", () => {
  const listeners = [
    listener("virtualInbound", "INBOUND"),
    listener("virtualOutbound", "OUTBOUND"),
    listener("10.96.0.11_9080", "OUTBOUND"),
    listener("127.0.0.1_15002", "OUTBOUND", manager({ rds: { route_config_name: "http_proxy" } })),
    listener("from-an-envoy-filter", null),
  ];

  it.each([
    ["SIDECAR_INBOUND", ["virtualInbound"]],
    ["SIDECAR_OUTBOUND", ["10.96.0.11_9080", "127.0.0.1_15002", "virtualOutbound"]],
    ["ANY", ["10.96.0.11_9080", "127.0.0.1_15002", "virtualInbound", "virtualOutbound"]],
    ["GATEWAY", []],
  ] as const)("in context %s", (context, want) => {
    expect(touched(sidecar({ listeners }), merge({ context }, "LISTENER", limit))).toEqual(want);
  });

  it("one without a direction is none of istiod's, which is said", () => {
    const { assumptions } = patchSnapshot(sidecar({ listeners }), [filter(merge({}, "LISTENER", limit))]);
    expect(assumptions.find(({ code }) => code === "not-from-istiod")).toMatchObject({
      message: expect.stringContaining("from-an-envoy-filter"),
      at: "/configs/3/dynamic_listeners/4/active_state/listener",
    });
  });

  it("a listener is added once, however many calls there are", () => {
    expect(touched(sidecar({ listeners }), add("LISTENER", { name: "new" }))).toEqual(["+new"]);
  });

  it("a name once: the one that warms before the one that serves; those drained, refused or static not at all", () => {
    const dump = dumpOf({ bootstrap: nodeOf("sidecar"), listeners: [listener("10.96.0.11_9080", "OUTBOUND")] }) as {
      configs: JsonObject[];
    };
    const section = dump.configs[3] as { dynamic_listeners: JsonObject[] } & JsonObject;
    const [entry] = section.dynamic_listeners;
    const active = entry?.active_state as JsonObject;
    dump.configs[3] = {
      ...section,
      static_listeners: [{ listener: active.listener ?? null }],
      dynamic_listeners: [
        {
          ...entry,
          warming_state: active,
          draining_state: active,
          error_state: { failed_configuration: active.listener ?? null, details: "no" },
        },
      ],
    };
    const { account, assumptions } = patchSnapshot(snapshotOf(dump), [filter(merge({}, "LISTENER", limit))]);
    expect(account[0]?.places.map(({ at }) => at)).toEqual(["/configs/3/dynamic_listeners/0/warming_state/listener"]);
    expect(assumptions.map(({ code }) => code)).toContain("refused-update");
  });
});

describe("routes of a sidecar", () => {
  const host = {
    name: "reviews:9080",
    domains: ["*"],
    routes: [{ name: "default", match: { prefix: "/" }, route: { cluster: "reviews" } }],
  };
  const routes = [{ name: "9080", virtual_hosts: [host] }];
  const inline = { route_config: { name: "inbound|9080||", virtual_hosts: [{ ...host, name: "inbound|http|9080" }] } };
  const listeners = [listener("virtualInbound", "INBOUND", manager(inline)), listener("10.96.0.11_9080", "OUTBOUND", manager(inline))];
  const timeout = { route: { timeout: "3s" } };

  it.each([
    ["SIDECAR_OUTBOUND", ["9080"], "/configs/4/dynamic_route_configs/0/route_config/virtual_hosts/0/routes/0"],
    [
      "SIDECAR_INBOUND",
      ["inbound|9080||"],
      "/configs/3/dynamic_listeners/0/active_state/listener/filter_chains/0/filters/0/typed_config/route_config/virtual_hosts/0/routes/0",
    ],
  ] as const)("in context %s: those of RDS are outbound, those within inbound listeners inbound", (context, want, at) => {
    const snapshot = sidecar({ routes, listeners });
    const { account, snapshot: patched } = patchSnapshot(snapshot, [filter(merge({ context }, "HTTP_ROUTE", timeout))]);
    expect(account[0]?.places.map(({ resource }) => resource.name)).toEqual(want);
    expect(account[0]?.places.map((place) => place.at)).toEqual([at]);
    expect(valueAt(patched.documents[0]?.json() ?? null, `${at}/route/timeout`)).toBe("3s");
  });

  it("those within an inbound listener are patched before the listener is", () => {
    const remove: ConfigPatch = {
      applyTo: "NETWORK_FILTER",
      match: {
        context: "SIDECAR_INBOUND",
        listener: { filterChain: { filter: { name: "envoy.filters.network.http_connection_manager" } } },
      },
      patch: { operation: "REMOVE" },
    };
    const { account } = patchSnapshot(sidecar({ routes, listeners }), [
      filter(remove, merge({ context: "SIDECAR_INBOUND" }, "HTTP_ROUTE", timeout)),
    ]);
    expect(account.map(({ status }) => status)).toEqual(["applied", "applied"]);
  });
});

describe("clusters", () => {
  const services = (...hosts: readonly string[]) => ({
    metadata: { filter_metadata: { istio: { services: hosts.map((host) => ({ host })) } } },
  });
  const clusters = [
    { name: "outbound|9080||reviews.default.svc.cluster.local" },
    { name: "outbound_.9080_.v2_.reviews.default.svc.cluster.local" },
    { name: "BlackHoleCluster" },
    { name: "PassthroughCluster" },
    { name: "InboundPassthroughCluster" },
    { name: "inbound|9080||", ...services("reviews.default.svc.cluster.local") },
    { name: "inbound|9090||", ...services("metrics.default.svc.cluster.local", "reviews.default.svc.cluster.local") },
    { name: "inbound|9091||" },
    { name: "connect_originate" },
    { name: "from-an-envoy-filter" },
  ];
  const slow = { connect_timeout: "1s" };

  it.each([
    [
      "SIDECAR_OUTBOUND",
      [
        "BlackHoleCluster",
        "PassthroughCluster",
        "outbound_.9080_.v2_.reviews.default.svc.cluster.local",
        "outbound|9080||reviews.default.svc.cluster.local",
      ],
    ],
    ["SIDECAR_INBOUND", ["InboundPassthroughCluster", "inbound|9080||", "inbound|9090||", "inbound|9091||"]],
  ] as const)("of a sidecar in context %s, by their names", (context, want) => {
    expect(touched(sidecar({ clusters }), merge({ context }, "CLUSTER", slow))).toEqual(want);
  });

  it.each([
    ["reviews.default.svc.cluster.local", ["inbound|9080||", "inbound|9090||"]],
    ["metrics.default.svc.cluster.local", ["inbound|9090||"]],
    ["ratings.default.svc.cluster.local", []],
  ])("inbound ones are found by the services behind them: %s", (service, want) => {
    expect(touched(sidecar({ clusters }), merge({ context: "SIDECAR_INBOUND", cluster: { service } }, "CLUSTER", slow))).toEqual(want);
  });

  it.each([
    ["ANY", "sidecar", ["+new"]],
    ["SIDECAR_INBOUND", "sidecar", ["+new"]],
    ["SIDECAR_INBOUND", "waypoint", ["+new"]],
    ["SIDECAR_OUTBOUND", "waypoint", []],
    ["ANY", "router", ["+new"]],
  ] as const)("one is added once: context %s of a %s", (context, type, want) => {
    const snapshot = snapshotOf(dumpOf({ bootstrap: nodeOf(type), clusters }));
    expect(touched(snapshot, { ...add("CLUSTER", { name: "new" }), match: { context } })).toEqual(want);
  });

  it("of a gateway and of a waypoint", () => {
    const all = merge({}, "CLUSTER", slow);
    const of = (type: string) => touched(snapshotOf(dumpOf({ bootstrap: nodeOf(type), clusters })), all);
    expect(of("router")).toEqual([
      "BlackHoleCluster",
      "PassthroughCluster",
      "outbound_.9080_.v2_.reviews.default.svc.cluster.local",
      "outbound|9080||reviews.default.svc.cluster.local",
    ]);
    expect(of("waypoint")).toEqual(of("router"));
  });
});

describe("a gateway's ports", () => {
  const routes = [{ name: "http.8080", virtual_hosts: [{ name: "bookinfo", domains: ["*"] }] }];
  const gateway = snapshotOf(dumpOf({ bootstrap: nodeOf("router"), routes }));
  const patch = merge({ context: "GATEWAY", routeConfiguration: { portNumber: 80 } }, "ROUTE_CONFIGURATION", {
    most_specific_header_mutations_wins: true,
  });
  const statusWith = (options: Parameters<typeof patchSnapshot>[2]) => patchSnapshot(gateway, [filter(patch)], options);

  it("are their own service ports unless it is said otherwise, which is said", () => {
    expect(statusWith({}).account[0]?.status).toBe("matched-nothing");
    expect(statusWith({}).assumptions.map(({ code }) => code)).toContain("gateway-ports");
  });

  it("are what they are said to be", () => {
    const told = statusWith({ gatewayPorts: { 8080: [80] } });
    expect(told.account[0]?.status).toBe("applied");
    expect(told.assumptions.map(({ code }) => code)).not.toContain("gateway-ports");
  });
});

describe("extension configs", () => {
  const lua = { name: "lua", config_discovery: { type_urls: ["envoy.extensions.filters.http.lua.v3.Lua"] } };
  const config = (inline: string) =>
    add("EXTENSION_CONFIG", {
      name: "lua",
      typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua", inline_code: inline },
    });
  const asking = [listener("10.96.0.11_9080", "OUTBOUND", manager({ http_filters: [lua] }))];
  const ecds = (inline: string) => [
    {
      "@type": "type.googleapis.com/envoy.admin.v3.EcdsConfigDump",
      ecds_filters: [
        {
          ecds_filter: {
            "@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig",
            name: "lua",
            typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua", inline_code: inline },
          },
        },
      ],
    },
  ];

  it("come when a filter asks for them, in a section of their own where the dump has none", () => {
    const { account, snapshot } = patchSnapshot(sidecar({ listeners: asking }), [filter(config("-- one"))]);
    const [place] = account[0]?.places ?? [];
    expect(valueAt(snapshot.documents[0]?.json() ?? null, place?.at ?? "")).toMatchObject({ name: "lua" });
    expect(snapshot.resources("extension")).toHaveLength(1);
  });

  it("do not when none does", () => {
    const { account, snapshot } = patchSnapshot(sidecar({}), [filter(config("-- one"))]);
    expect(account[0]?.status).toBe("matched-nothing");
    expect(snapshot.resources("extension")).toHaveLength(0);
  });

  it("one of that name gives way", () => {
    const { snapshot } = patchSnapshot(sidecar({ listeners: asking, sections: ecds("-- old") }), [filter(config("-- new"))]);
    expect(snapshot.resources("extension").map((resource) => JSON.stringify(resource.json()).includes("-- new"))).toEqual([true]);
  });
});

describe("what istiod knows of the proxy", () => {
  const listeners = [listener("virtualOutbound", "OUTBOUND")];
  const patch = (match: ConfigPatch["match"]) => merge(match, "LISTENER", limit);
  const statusOf = (envoyFilter: EnvoyFilter, options = {}) =>
    patchSnapshot(sidecar({ listeners }), [envoyFilter], options).account[0]?.status;

  it.each([
    ["its version", { proxy: { proxyVersion: "^1\\.30" } }, "applied"],
    ["not another version", { proxy: { proxyVersion: "^1\\.31" } }, "not-selected"],
    ["its metadata", { proxy: { metadata: { NAMESPACE: "default" } } }, "applied"],
    ["not other metadata", { proxy: { metadata: { NAMESPACE: "other" } } }, "not-selected"],
  ] as const)("%s", (_, match, status) => expect(statusOf(filter(patch(match)))).toBe(status));

  it.each([
    ["its labels", { app: "reviews" }, "applied"],
    ["not other labels", { app: "ratings" }, "not-selected"],
  ] as const)("%s", (_, labels, status) => {
    const { metadata, spec } = filter(patch({}));
    expect(statusOf({ metadata, spec: { ...spec, workloadSelector: { labels } } })).toBe(status);
  });

  it("namespaces: its own for what names none, the root namespace for all", () => {
    const { spec = {} } = filter(patch({}));
    const within = (namespace: string | undefined, options = {}) =>
      statusOf({ metadata: { name: "reviews", ...(namespace === undefined ? {} : { namespace }) }, spec }, options);
    expect([within(undefined), within("istio-system"), within("other")]).toEqual(["applied", "applied", "not-selected"]);
    expect(within(undefined, { namespace: "other" })).toBe("not-selected");
    expect([within("istio-system", { rootNamespace: "mesh" }), within("mesh", { rootNamespace: "mesh" })]).toEqual([
      "not-selected",
      "applied",
    ]);
  });

  it.each(["ztunnel~10.244.1.5~ztunnel.default~x", "my-envoy", ""])("nothing of a node that is none of Istio's proxies: %j", (id) => {
    const snapshot = snapshotOf(dumpOf({ bootstrap: { node: { id } } }));
    expect(() => patchSnapshot(snapshot, [])).toThrow("is none of a sidecar, gateway or waypoint");
  });
});

describe("the patched text", () => {
  const one = listener("one", "OUTBOUND");
  const remove = (name: string): ConfigPatch => ({
    applyTo: "LISTENER",
    match: { context: "SIDECAR_OUTBOUND", listener: { name } },
    patch: { operation: "REMOVE" },
  });

  it("keeps every byte that no patch touches, and its layout", () => {
    const text = JSON.stringify(dumpOf({ bootstrap: nodeOf("sidecar"), listeners: [one, listener("two", "OUTBOUND")] }), null, 1);
    const { snapshot } = readSnapshot(new TextEncoder().encode(text));
    const { texts } = patchSnapshot(snapshot, [filter(remove("one"))]);
    const patched = new TextDecoder().decode(texts[0]);
    expect(patched.length).toBeLessThan(text.length);
    for (const line of patched.split("\n")) expect(text).toContain(line.replace(/,$/, ""));
    expect(new TextDecoder().decode(patchSnapshot(snapshot, [filter(remove("three"))]).texts[0])).toBe(text);
  });

  it("leaves out what does not fit its field, and says so where that resource is patched", () => {
    const odd = { ...listener("odd", "OUTBOUND"), listener_filters_timeout: "soon" };
    const codes = (name: string) =>
      patchSnapshot(sidecar({ listeners: [odd, one] }), [filter(merge({ listener: { name } }, "LISTENER", limit))]).assumptions.filter(
        ({ code }) => code === "unreadable-values",
      );
    expect(codes("odd").map(({ at }) => at)).toEqual(["/configs/3/dynamic_listeners/0/active_state/listener/listener_filters_timeout"]);
    expect(codes("one")).toEqual([]);
  });

  it("has pointers to what stands elsewhere now that something before it is gone", () => {
    const { account, snapshot } = patchSnapshot(sidecar({ listeners: [one, listener("two", "OUTBOUND")] }), [
      filter(remove("one"), {
        applyTo: "NETWORK_FILTER",
        match: { listener: { name: "two" } },
        patch: { operation: "ADD", value: { name: "rbac" } },
      }),
    ]);
    const at = account[1]?.places[0]?.at ?? "";
    expect(at).toBe("/configs/3/dynamic_listeners/0/active_state/listener/filter_chains/0/filters/1");
    expect(valueAt(snapshot.documents[0]?.json() ?? null, at)).toMatchObject({ name: "rbac" });
  });

  it("of lists as istioctl prints them is such a list", () => {
    const bytes = (value: Json) => new TextEncoder().encode(JSON.stringify(value));
    const bootstrap = { "@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump", bootstrap: nodeOf("sidecar") };
    const { snapshot } = readSnapshot(bytes([one]), {
      fileName: "listeners.json",
      with: [{ fileName: "bootstrap.json", bytes: bytes(bootstrap) }],
    });
    const { texts } = patchSnapshot(snapshot, [filter(add("LISTENER", { name: "new" }), merge({}, "LISTENER", limit))]);
    expect(JSON.parse(new TextDecoder().decode(texts[0]))).toMatchObject([{ name: "one", ...limit }, { name: "new" }]);
    expect(JSON.parse(new TextDecoder().decode(texts[1]))).toEqual(bootstrap);
  });
});

it("what a panic leaves of the listeners is what istiod sends", () => {
  const listeners = ["one", "two", "three"].map((name) => listener(name, "OUTBOUND"));
  const wrong = merge(
    { context: "SIDECAR_OUTBOUND", listener: { name: "two", filterChain: { filter: { name: "envoy.filters.network.tcp_proxy" } } } },
    "NETWORK_FILTER",
    { typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC", stat_prefix: "x" } },
  );
  const { account, snapshot } = patchSnapshot(sidecar({ listeners }), [
    filter(merge({}, "LISTENER", limit), wrong, add("LISTENER", { name: "new" })),
  ]);
  expect(account.map(({ status }) => status)).toEqual(["applied", "failed", "not-applied"]);
  expect(snapshot.resources("listener").map((resource) => [resource.name, resource.json()?.per_connection_buffer_limit_bytes])).toEqual([
    ["one", 65536],
    ["two", 65536],
    ["three", undefined],
  ]);
});
