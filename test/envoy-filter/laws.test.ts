import fc from "fast-check";
import { expect, it } from "vitest";
import { applyEnvoyFilters } from "../../src/envoy-filter/apply-envoy-filters.js";
import {
  type ApplyTo,
  applyToKinds,
  type ConfigPatch,
  type EnvoyFilter,
  type PatchMatch,
  patchOperations,
} from "../../src/envoy-filter/envoy-filter.js";
import type { PatchAccount } from "../../src/envoy-filter/patch-account.js";
import type { PatchableResources } from "../../src/envoy-filter/patched-resources.js";
import type { JsonObject } from "../../src/util/json.js";
import { pointerKeys, valueAt } from "../../src/util/json-pointer.js";
import {
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
  router,
  routerType,
  tcpProxy,
} from "./bookinfo.js";
import { canonicalResources } from "./istio-case.js";

const some = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);
const few = <Value>(one: fc.Arbitrary<Value>, least = 0): fc.Arbitrary<Value[]> => fc.array(one, { minLength: least, maxLength: 3 });

const sniCluster: JsonObject = { name: "sni", typed_config: packed("envoy.extensions.filters.network.sni_cluster.v3.SniCluster") };
const httpFilters = few(some(cors, fault, router));
const filter = fc.oneof(
  httpFilters.map((filters) => manager(...filters)),
  some(tcpProxy, sniCluster),
);
const filterChain = few(filter, 1).chain((filters) =>
  some({}, { name: "mongodb" }, { filter_chain_match: { server_names: ["reviews"] } }).map(
    (rest): JsonObject => ({ ...rest, ...chain(...filters) }),
  ),
);
const oneListener = fc.tuple(some("0.0.0.0_9080", "virtualInbound", "mongodb"), few(filterChain, 1), fc.boolean()).map(
  ([name, chains, hasDefault]): JsonObject => ({
    ...listener(name, name === "mongodb" ? 27017 : 9080, ...chains),
    listener_filters: [{ name: "envoy.filters.listener.tls_inspector" }],
    ...(hasDefault && { default_filter_chain: chain(tcpProxy) }),
  }),
);
const cluster = some("outbound|9080||reviews", "outbound|9080|v1|reviews", "inbound|9080||", "BlackHoleCluster").chain((name) =>
  some<JsonObject>({}, { connect_timeout: "10s" }, { circuit_breakers: { thresholds: [{ max_connections: 1 }] } }).map(
    (rest): JsonObject => ({ name, ...rest }),
  ),
);
const route = some("main", "canary").chain((name) =>
  some<JsonObject>({ route: { cluster: "a" } }, { redirect: {} }).map(
    (action): JsonObject => ({ name, match: { prefix: "/" }, ...action }),
  ),
);
const virtualHost = fc
  .tuple(some("reviews", "ratings"), few(route))
  .map(([name, routes]): JsonObject => ({ name, domains: [name], routes }));
const configuration = fc
  .tuple(some("9080", "http_proxy"), few(virtualHost))
  .map(([name, hosts]): JsonObject => ({ name, virtual_hosts: hosts }));
const resources: fc.Arbitrary<PatchableResources> = fc.record({
  listeners: few(oneListener),
  clusters: few(cluster),
  routeConfigs: few(configuration),
  extensionConfigs: fc.constant([]),
});

const values: Readonly<Record<ApplyTo, readonly JsonObject[]>> = {
  LISTENER: [{ stat_prefix: "new" }, { name: "new", filter_chains: [chain(tcpProxy)] }, { freebind: false }],
  FILTER_CHAIN: [{ name: "new" }, { name: "new", filters: [tcpProxy] }, {}],
  NETWORK_FILTER: [sniCluster, { name: "new" }, { ...tcpProxy, name: "new" }, manager(fault)],
  HTTP_FILTER: [cors, { name: "new" }, { typed_config: packed(routerType, { suppress_envoy_headers: true }) }],
  LISTENER_FILTER: [{ name: "new" }],
  ROUTE_CONFIGURATION: [{ request_headers_to_remove: ["a"] }, {}],
  VIRTUAL_HOST: [{ name: "new" }, { domains: ["*"] }, { include_request_attempt_count: false }],
  HTTP_ROUTE: [{ name: "new", redirect: {} }, { route: { timeout: "1s" } }],
  CLUSTER: [{ name: "new" }, { connect_timeout: "10s" }, { circuit_breakers: { thresholds: [{ max_connections: 5 }] } }],
  EXTENSION_CONFIG: [{ name: "asked" }, { name: "not asked" }],
  BOOTSTRAP: [{}],
};

const matches: readonly PatchMatch[] = [
  {},
  { listener: { portNumber: 9080 } },
  { listener: { name: "mongodb", filterChain: { name: "mongodb" } } },
  { listener: { filterChain: { filter: { name: proxyName } } } },
  { listener: { filterChain: { filter: { name: managerName } } } },
  { listener: { listenerFilter: "envoy.filters.listener.tls_inspector" } },
  { cluster: { service: "reviews", portNumber: 9080 } },
  { cluster: { name: "inbound|9080||" } },
  { routeConfiguration: { portNumber: 9080 } },
  { routeConfiguration: { vhost: { name: "reviews" } } },
  { routeConfiguration: { vhost: { route: { name: "canary" } } } },
  { routeConfiguration: { vhost: { route: { action: "REDIRECT" } } } },
];
const subFilter: PatchMatch = { listener: { filterChain: { filter: { name: managerName, subFilter: { name: cors.name as string } } } } };

const onePatch: fc.Arbitrary<ConfigPatch> = some(...applyToKinds).chain((applyTo) =>
  fc
    .tuple(some(...patchOperations), some(...values[applyTo]), some(...(applyTo === "HTTP_FILTER" ? [...matches, subFilter] : matches)))
    .map(([operation, value, match]) => patch(applyTo, operation, value, match)),
);
const filters = fc.array(few(onePatch, 1), { maxLength: 4 }).map((sets) =>
  sets.map(
    (patches, index): EnvoyFilter => ({
      ...envoyFilter(`bookinfo-${index}`, ...patches),
      metadata: { name: `bookinfo-${index}`, namespace: "default", creationTimestamp: `2026-11-0${index + 1}T00:00:00Z` },
    }),
  ),
);
const proxy = { ...productpage, requestedNames: ["asked"] };

/** Makes an assignment to any part of a value an error. */
function frozen<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

it("no EnvoyFilters change nothing: the resources are the ones given", () => {
  fc.assert(
    fc.property(resources, (given) => {
      const { resources: patched, account } = applyEnvoyFilters(given, proxy, []);
      expect(account).toEqual([]);
      for (const kind of ["listeners", "clusters", "routeConfigs"] as const)
        expect(patched[kind]?.every((each, index) => each === given[kind]?.[index])).toBe(true);
    }),
  );
});

it("what is given stays as it was, and the same is answered again", () => {
  fc.assert(
    fc.property(resources, filters, (given, envoyFilters) => {
      const first = applyEnvoyFilters(frozen(given), proxy, frozen(envoyFilters));
      expect(applyEnvoyFilters(structuredClone(given), proxy, structuredClone(envoyFilters))).toEqual(first);
    }),
    { numRuns: 200 },
  );
});

it("patches that have changed nothing leave the very objects that were given", () => {
  fc.assert(
    fc.property(resources, filters, (given, envoyFilters) => {
      const { resources: patched, account } = applyEnvoyFilters(given, proxy, envoyFilters);
      if (account.some(({ changed, status }) => changed > 0 || status === "failed")) return;
      for (const kind of ["listeners", "clusters", "routeConfigs"] as const) expect(patched[kind]).toEqual(given[kind]);
    }),
    { numRuns: 300 },
  );
});

/** Takes what stands at the pointers out of resources, last items first. */
function without(given: PatchableResources, pointers: readonly string[]): unknown {
  const copy = structuredClone(given) as unknown;
  const keys = pointers.map((pointer) => pointerKeys(pointer) ?? []);
  const parts = [...keys].sort((one, other) => compareKeys(other, one));
  for (const path of parts) {
    const last = path.at(-1) ?? "";
    let parent = copy as Record<string, unknown>;
    for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
  }
  return copy;
}

function compareKeys(one: readonly string[], other: readonly string[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const difference = Number(one[index] ?? -1) - Number(other[index] ?? -1);
    if (Number.isFinite(difference) && difference !== 0) return difference;
  }
  return 0;
}

const pointersOf = ({ places }: PatchAccount, kind: "given" | "result"): readonly string[] =>
  places.flatMap(({ in: where, at }) => (where === kind && at !== null ? [at] : []));
const removes: readonly string[] = ["REMOVE"];

it("one patch changes exactly the places of its account", () => {
  let changes = 0;
  fc.assert(
    fc.property(resources, onePatch, (given, one) => {
      const { resources: patched, account } = applyEnvoyFilters(given, proxy, [envoyFilter("bookinfo", one)]);
      const [before, after] = [canonicalResources(given), canonicalResources(patched)];
      const [entry] = account;
      if (entry === undefined || entry.status === "failed") return;
      changes += entry.changed;
      expect(entry.changed).toBe(entry.places.length);
      expect(entry.matched).toBeLessThanOrEqual(entry.candidates);
      const [old, added] = [pointersOf(entry, "given"), pointersOf(entry, "result")];
      if (removes.includes(one.patch.operation)) {
        expect(canonicalResources(without(before, old) as PatchableResources)).toEqual(after);
        return;
      }
      // Nothing moves where nothing is added, so what was changed stands where it stood.
      for (const pointer of old) expect(valueAt(after, pointer)).not.toEqual(valueAt(before, pointer));
      expect(without(canonicalResources(without(after, added) as PatchableResources), old)).toEqual(without(before, old));
    }),
    { numRuns: 1000 },
  );
  expect(changes).toBeGreaterThan(100);
});

it("the order in which EnvoyFilters are given counts for nothing where their times tell", () => {
  fc.assert(
    fc.property(resources, filters, fc.integer(), (given, envoyFilters, seed) => {
      const shuffled = envoyFilters
        .map((each, index) => ({ each, key: (index * 31 + seed) % 7 }))
        .sort((a, b) => a.key - b.key)
        .map(({ each }) => each);
      expect(applyEnvoyFilters(given, proxy, shuffled).resources).toEqual(applyEnvoyFilters(given, proxy, envoyFilters).resources);
    }),
    { numRuns: 200 },
  );
});
