import { describe, expect, it } from "vitest";
import { applyEnvoyFilters } from "../../src/envoy-filter/apply-envoy-filters.js";
import type { EnvoyFilter, EnvoyFilterSpec, ProxyMatch } from "../../src/envoy-filter/envoy-filter.js";
import type { PatchedProxy } from "../../src/envoy-filter/patched-resources.js";
import { accountOf, envoyFilter, namesIn, patch, productpage } from "./bookinfo.js";

const add = (name: string) => patch("CLUSTER", "ADD", { name }, { context: "SIDECAR_OUTBOUND" });

/** Why a proxy gets nothing of an EnvoyFilter; null where it gets it. */
function reasonFor(spec: EnvoyFilterSpec, proxy: Partial<PatchedProxy>, namespace = "default"): string | null {
  const filter: EnvoyFilter = { metadata: { name: "bookinfo", namespace }, spec: { ...spec, configPatches: [add("new")] } };
  return applyEnvoyFilters({ clusters: [] }, { ...productpage, ...proxy }, [filter]).account[0]?.reason ?? null;
}

const gatewayLabel = { "gateway.networking.k8s.io/gateway-name": "bookinfo-gateway" };
const gateway: Partial<PatchedProxy> = { type: "router", labels: gatewayLabel };
const waypoint: Partial<PatchedProxy> = { type: "waypoint", labels: gatewayLabel };
const group = "gateway.networking.k8s.io";

describe("an EnvoyFilter is for a proxy", () => {
  it.each([
    ["of its own namespace", {}, {}, "default", null],
    ["of any, from the root namespace", {}, {}, "istio-system", null],
    ["not of another namespace", {}, {}, "bookinfo", "namespace"],
    ["not from the root namespace where the mesh has none", {}, { rootNamespace: "" }, "istio-system", "namespace"],
    ["not from no namespace where the mesh has no root namespace", {}, { rootNamespace: "" }, "", "namespace"],
    ["with all of its labels", { workloadSelector: { labels: { app: "productpage" } } }, {}, "default", null],
    [
      "not with some of its labels",
      { workloadSelector: { labels: { app: "productpage", version: "v2" } } },
      {},
      "default",
      "workload-selector",
    ],
    ["not with another label", { workloadSelector: { labels: { team: "books" } } }, {}, "default", "workload-selector"],
    ["with no labels in the selector", { workloadSelector: {} }, {}, "default", null],
    [
      "that is a Gateway of the name in targetRefs",
      { targetRefs: [{ group, kind: "Gateway", name: "bookinfo-gateway" }] },
      gateway,
      "default",
      null,
    ],
    ["not of another Gateway", { targetRefs: [{ group, kind: "Gateway", name: "bookinfo" }] }, gateway, "default", "target-refs"],
    [
      "of one of two targetRefs",
      {
        targetRefs: [
          { group, kind: "Gateway", name: "x" },
          { group, kind: "Gateway", name: "bookinfo-gateway" },
        ],
      },
      gateway,
      "default",
      null,
    ],
    [
      "not of a Gateway of another group",
      { targetRefs: [{ kind: "Gateway", name: "bookinfo-gateway" }] },
      gateway,
      "default",
      "target-refs",
    ],
    [
      "not of a Gateway from the root namespace",
      { targetRefs: [{ group, kind: "Gateway", name: "bookinfo-gateway" }] },
      gateway,
      "istio-system",
      "target-refs",
    ],
    [
      "not of a Gateway of another namespace",
      { targetRefs: [{ group, kind: "Gateway", name: "bookinfo-gateway", namespace: "x" }] },
      gateway,
      "default",
      "target-refs",
    ],
    ["not of a Service", { targetRefs: [{ kind: "Service", name: "reviews" }] }, waypoint, "default", "target-refs"],
    [
      "that is no Gateway, not with targetRefs",
      { targetRefs: [{ group, kind: "Gateway", name: "bookinfo-gateway" }] },
      {},
      "default",
      "target-refs",
    ],
    ["that is a Gateway, by its selector", { workloadSelector: { labels: { app: "x" } } }, gateway, "default", "workload-selector"],
    ["that is a Gateway, without either", {}, gateway, "default", null],
    ["that is a waypoint, not without targetRefs", {}, waypoint, "default", "target-refs"],
    [
      "that is a waypoint, by its class",
      { targetRefs: [{ group, kind: "GatewayClass", name: "istio-waypoint" }] },
      waypoint,
      "istio-system",
      null,
    ],
    [
      "that is a waypoint, not by its class from its own namespace",
      { targetRefs: [{ group, kind: "GatewayClass", name: "istio-waypoint" }] },
      waypoint,
      "default",
      "target-refs",
    ],
    [
      "that is a Gateway, not by the waypoints' class",
      { targetRefs: [{ group, kind: "GatewayClass", name: "istio-waypoint" }] },
      gateway,
      "istio-system",
      "target-refs",
    ],
  ] as const)("%s", (_, spec, proxy, namespace, want) => expect(reasonFor(spec, proxy, namespace)).toBe(want));
});

describe("a patch is for a proxy", () => {
  const reason = (proxy: ProxyMatch, istioVersion = "1.27.1"): string | null =>
    accountOf({ clusters: [] }, { ...add("new"), match: { context: "SIDECAR_OUTBOUND", proxy } }, { ...productpage, istioVersion }).reason;
  it.each([
    ["^1\\.27.*", "1.27.1", null],
    ["27", "1.27.1", null],
    ["^27", "1.27.1", "proxy-version"],
    ["1.27.1$", "1.27.1-dev", "proxy-version"],
    ["^1\\.2[0-9]", "1.27.1", null],
    ["^1\\.20.*", "1.27.1", "proxy-version"],
    ["^1\\.20.*", "1.20.3", null],
    [".*", "", "proxy-version"],
    ["", "", null],
    [`1${"\\.27".repeat(300)}|1`, "1.27.1", "proxy-version"],
  ] as const)("of version %j where it is %j: %s", (proxyVersion, version, want) => expect(reason({ proxyVersion }, version)).toBe(want));

  it.each([
    [{ CLUSTER_ID: "Kubernetes" }, null],
    [{ CLUSTER_ID: "kubernetes" }, "proxy-metadata"],
    [{ INTERCEPTION: "5" }, null],
    [{ PROXY_CONFIG: "2" }, "proxy-metadata"],
    [{ MESH_ID: "" }, "proxy-metadata"],
    [{ CLUSTER_ID: "Kubernetes", MESH_ID: "a" }, "proxy-metadata"],
    [{ constructor: "" }, "proxy-metadata"],
  ] as const)("of metadata %j: %s", (metadata, want) => expect(reason({ metadata })).toBe(want));

  it.each([
    ["ANY", "SIDECAR_INBOUND", null],
    ["SIDECAR_INBOUND", "SIDECAR_INBOUND", null],
    ["SIDECAR_OUTBOUND", "SIDECAR_INBOUND", "context"],
    ["GATEWAY", "SIDECAR_INBOUND", "context"],
    ["WAYPOINT", "SIDECAR_INBOUND", "context"],
  ] as const)("of context %s in %s: %s", (context, call, want) => {
    const merge = patch("CLUSTER", "MERGE", { alt_stat_name: "a" }, { context });
    expect(accountOf({ clusters: [{ name: "inbound|80||" }] }, merge, { ...productpage, context: call }).reason).toBe(want);
  });
});

describe("patches are applied in the order of", () => {
  const filter = (
    name: string,
    more: { readonly priority?: number; readonly namespace?: string; readonly created?: string } = {},
  ): EnvoyFilter => ({
    metadata: { name, namespace: more.namespace ?? "default", ...(more.created !== undefined && { creationTimestamp: more.created }) },
    spec: { ...(more.priority !== undefined && { priority: more.priority }), configPatches: [add(name), add(`${name} again`)] },
  });
  const order = (...filters: readonly EnvoyFilter[]): string =>
    namesIn(applyEnvoyFilters({ clusters: [] }, productpage, filters).resources.clusters)
      .filter((name) => !String(name).endsWith(" again"))
      .join(" ");
  const [early, late] = ["2026-11-01T00:00:00Z", "2026-11-02T01:00:00+02:00"];
  it("priority before all else", () => {
    expect(
      order(
        filter("a", { priority: 5 }),
        filter("b"),
        filter("c", { priority: -1, created: late }),
        filter("d", { namespace: "istio-system" }),
      ),
    ).toBe("c d b a");
  });
  it("the root namespace, before times", () => {
    expect(order(filter("a", { created: early }), filter("b", { namespace: "istio-system", created: late }))).toBe("b a");
  });
  it("times of creation, which may stand in other zones", () => {
    expect(order(filter("a", { created: late }), filter("b", { created: "2026-11-01T23:30:00Z" }), filter("c", { created: early }))).toBe(
      "c a b",
    );
  });
  it("names where times are equal", () => {
    expect(order(filter("bookinfo-2", { created: early }), filter("bookinfo-10", { created: early }))).toBe("bookinfo-10 bookinfo-2");
  });
  it("what was given where there are no times, behind those with one", () => {
    expect(order(filter("z"), filter("a"), filter("m", { created: late }))).toBe("m z a");
  });
  it("the object within one", () => {
    expect(namesIn(applyEnvoyFilters({ clusters: [] }, productpage, [filter("a"), filter("b")]).resources.clusters)).toEqual([
      "a",
      "a again",
      "b",
      "b again",
    ]);
  });
});

it("an EnvoyFilter that is both of the root and of the proxy's namespace counts once", () => {
  const proxy: PatchedProxy = { ...productpage, rootNamespace: "default" };
  expect(namesIn(applyEnvoyFilters({ clusters: [] }, proxy, [envoyFilter("a", add("new"))]).resources.clusters)).toEqual(["new"]);
});
