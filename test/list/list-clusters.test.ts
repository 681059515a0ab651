import { describe, expect, it } from "vitest";
import { listClusters } from "../../src/list/clusters.js";
import { clustersDump, dumpFixture, snapshotOf } from "./dump-fixture.js";

const names = [
  "outbound|9080||reviews.default.svc.cluster.local",
  "outbound|9080|v1|reviews.default.svc.cluster.local",
  "outbound|9080|v1-canary|reviews.default.svc.cluster.local",
  "outbound|9080||myreviews.default.svc.cluster.local",
  "outbound|19080||reviews.other.svc.cluster.local",
  "inbound|9080||",
  "PassthroughCluster",
];
const mesh = snapshotOf(clustersDump(...names));

describe("listClusters", () => {
  it.each([
    { why: "leading labels", filters: { fqdn: "reviews" }, want: [0, 1, 2, 4] },
    { why: "more labels", filters: { fqdn: "reviews.default" }, want: [0, 1, 2] },
    { why: "a whole host", filters: { fqdn: "reviews.other.svc.cluster.local" }, want: [4] },
    { why: "half a label is none", filters: { fqdn: "review" }, want: [] },
    { why: "a cluster of Envoy's own by its name", filters: { fqdn: "PassthroughCluster" }, want: [6] },
    { why: "a port as a number, not as text", filters: { port: 9080 }, want: [0, 1, 2, 3, 5] },
    { why: "a whole subset", filters: { subset: "v1" }, want: [1] },
    { why: "a subset is no service", filters: { subset: "reviews" }, want: [] },
    { why: "a direction", filters: { direction: "inbound" }, want: [5] },
    { why: "filters together", filters: { fqdn: "reviews", port: 19080 }, want: [4] },
    { why: "filters that only together match nothing", filters: { fqdn: "myreviews", subset: "v1" }, want: [] },
  ])("filters by $why", ({ filters, want }) => {
    const listing = listClusters(mesh, filters);
    expect(listing.items.map(({ name }) => name)).toEqual(want.map((index) => names[index]));
    expect(listing.filters).toEqual(filters);
  });

  it("says which filter matches nothing and what is near", () => {
    expect(listClusters(mesh, { fqdn: "reveiws", port: 9081 }).unmatched).toEqual([
      {
        filter: "fqdn",
        value: "reveiws",
        nearest: ["reviews.default.svc.cluster.local"],
      },
      { filter: "port", value: 9081, nearest: ["9080"] },
    ]);
    expect(listClusters(mesh, { fqdn: "reviews" }).unmatched).toEqual([]);
  });

  it("takes Istio's names apart and leaves others whole", () => {
    expect(listClusters(mesh).items[1]).toEqual({
      fqdn: "reviews.default.svc.cluster.local",
      port: 9080,
      subset: "v1",
      direction: "outbound",
      type: "STATIC",
      destinationRule: null,
      name: "outbound|9080|v1|reviews.default.svc.cluster.local",
      state: "static",
      failure: null,
      versionInfo: null,
      lastUpdated: null,
      at: "/configs/0/static_clusters/1/cluster",
    });
    expect(listClusters(mesh).items[5]).toMatchObject({ fqdn: null, port: 9080, direction: "inbound" });
    expect(listClusters(mesh).items[6]).toMatchObject({ fqdn: "PassthroughCluster", port: null, direction: null });
  });

  it("lists warming clusters", () => {
    const states = new Set(listClusters(dumpFixture("warming")).items.map(({ state }) => state));
    expect([...states]).toContain("warming");
  });
});
