import { describe, expect, it } from "vitest";
import { listBootstraps } from "../../src/list/bootstraps.js";
import { listClusters } from "../../src/list/clusters.js";
import { listEndpoints } from "../../src/list/endpoints.js";
import { listExtensions } from "../../src/list/extensions.js";
import { listListeners } from "../../src/list/listeners.js";
import { listRoutes } from "../../src/list/routes.js";
import { listSecrets } from "../../src/list/secrets.js";
import type { ResourceKind, Snapshot } from "../../src/model/snapshot.js";
import type { Json } from "../../src/util/json.js";
import { valueAt } from "../../src/util/json-pointer.js";
import { clustersDump, dumpFixture, fixtureNames, snapshotOf } from "./dump-fixture.js";

const now = "2026-11-24T09:00:00Z";

describe.each(fixtureNames)("every list of %s", (name) => {
  const snapshot = dumpFixture(name);
  const file: Json = snapshot.documents[0]?.json() ?? null;

  it.each<{ kind: ResourceKind; list: (snapshot: Snapshot) => { readonly items: readonly { readonly at: string }[] } }>([
    { kind: "listener", list: listListeners },
    { kind: "route_configuration", list: listRoutes },
    { kind: "cluster", list: listClusters },
    { kind: "secret", list: (from) => listSecrets(from, now) },
    { kind: "bootstrap", list: listBootstraps },
    { kind: "extension", list: listExtensions },
  ])("has every $kind, at its place in the file", ({ kind, list }) => {
    const places = list(snapshot).items.map(({ at }) => at);
    for (const at of places) expect(valueAt(file, at), at).toBeDefined();
    const resources = snapshot.resources(kind);
    for (const { at } of resources)
      expect(
        places.some((place) => place === at || place.startsWith(`${at}/`)),
        at,
      ).toBe(true);
    const order = places.map((place) => resources.findIndex(({ at }) => place === at || place.startsWith(`${at}/`)));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});

describe("listEndpoints", () => {
  it("has a row for a cluster without endpoints", () => {
    const { items } = listEndpoints(dumpFixture("virtual-services"), { cluster: "BlackHoleCluster" });
    expect(items).toMatchObject([{ endpoint: null, status: null, cluster: "BlackHoleCluster", state: "active" }]);
  });

  it("takes those of the clusters themselves from a dump without a section of endpoints", () => {
    const { items } = listEndpoints(dumpFixture("without-endpoints"));
    expect(items.map(({ cluster, endpoint }) => [cluster, endpoint])).toContainEqual(["xds-grpc", "unix://./etc/istio/proxy/XDS"]);
    for (const { at } of items) expect(at).toMatch(/^\/configs\/1\/.*load_assignment/);
  });

  it.each([
    { filters: { cluster: "reviews" }, clusters: ["outbound|9080||reviews.default.svc.cluster.local"] },
    { filters: { cluster: "review" }, clusters: [] },
    { filters: { status: "UNHEALTHY" }, clusters: [] },
  ])("$filters", ({ filters, clusters }) => {
    const { items } = listEndpoints(dumpFixture("virtual-services"), filters);
    expect([...new Set(items.map(({ cluster }) => cluster))].filter((cluster) => !/\|v\d\|/.test(cluster))).toEqual(clusters);
  });
});

describe("listSecrets", () => {
  it.each([
    { now: "2026-11-24T09:00:00Z", valid: true },
    { now: "2036-11-24T00:00:00Z", valid: false },
    { now: "2026-11-23T00:00:00Z", valid: false },
  ])("holds certificates against $now", ({ now, valid }) => {
    expect(listSecrets(dumpFixture("bookinfo"), now, { name: "default" }).items).toMatchObject([
      { type: "Cert Chain", validCertificate: valid, state: "active" },
    ]);
  });

  it("never holds a key", () => {
    const text = JSON.stringify(listSecrets(dumpFixture("bookinfo"), now));
    expect(text).not.toMatch(/private|W3JlZGFjdGVkXQ|BEGIN/);
  });
});

describe("listBootstraps", () => {
  it("names the proxy", () => {
    expect(listBootstraps(dumpFixture("virtual-services")).items).toMatchObject([
      { istioVersion: "1.32.0", envoyVersion: "1.40.0/Clean/RELEASE/BoringSSL", proxyType: "sidecar", namespace: "default" },
    ]);
  });
});

describe("hostile names", () => {
  it("are only names", () => {
    const names = ["__proto__", "constructor", "outbound|9080||__proto__", "\u001b[31mred\u001b[0m"];
    expect(listClusters(snapshotOf(clustersDump(...names))).items.map(({ name }) => name)).toEqual(names);
    expect(listClusters(snapshotOf(clustersDump(...names)), { fqdn: "__proto__" }).items).toHaveLength(2);
  });
});
