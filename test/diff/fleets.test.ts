import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { type Diff, type DiffOptions, diffFleets, diffRenderers, parseChangeSelector, type Snapshot } from "../../src/index.js";
import { diffOf, dumpOf, linesOf, manager, type Parts, snapshotOf } from "./dump.js";

const router = { name: "envoy.filters.http.router" };

const schema = JSON.parse(readFileSync(new URL("../../src/schemas/diff.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

interface Pod {
  readonly workload: string;
  readonly pod: string;
  readonly ip: string;
}

const reviews = (pod: string, ip: string): Pod => ({ workload: "reviews", pod, ip });
const ratings: Pod = { workload: "ratings", pod: "ratings-v1-k2m4p", ip: "10.244.1.9" };

/** A dump of a pod: a bootstrap that names it, and a cluster. */
const partsOf = ({ workload, pod, ip }: Pod, timeout: string): Parts => ({
  bootstrap: {
    node: {
      id: `sidecar~${ip}~${pod}.default~default.svc.cluster.local`,
      metadata: { WORKLOAD_NAME: workload, NAMESPACE: "default", NAME: pod, INSTANCE_IPS: ip },
    },
  },
  clusters: [{ name: "outbound|9080||details.default.svc.cluster.local", type: "EDS", connect_timeout: timeout }],
  listeners: [
    {
      name: "virtualInbound",
      filter_chains: [{ filter_chain_match: { prefix_ranges: [{ address_prefix: ip, prefix_len: 32 }] }, filters: [{ name: "tcp" }] }],
    },
  ],
});

const dumpOfPod = (pod: Pod, timeout: string): Snapshot => snapshotOf(dumpOf(partsOf(pod, timeout)), `${pod.pod}.json`);

const file = (name: string) => ({ name, size: 0, sha256: "0".repeat(64) });
const fleetDiff = (old: readonly Snapshot[], now: readonly Snapshot[], options?: DiffOptions): Diff =>
  diffFleets({ file: file("before"), snapshots: old }, { file: file("after"), snapshots: now }, options);

const [first, second, replaced] = [
  reviews("reviews-v1-aaaaa", "10.244.1.5"),
  reviews("reviews-v1-bbbbb", "10.244.1.50"),
  reviews("reviews-v1-ccccc", "10.244.1.51"),
];

describe("two pods of one workload", () => {
  it("do not differ in what their own names and addresses explain", () => {
    const diff = diffOf(partsOf(first, "1s"), partsOf(second, "1s"));
    expect(linesOf(diff)).toEqual([]);
    expect(diff.ignored).toEqual({ identity: 2 });
  });

  it("differ in all else, shown as it stands in NEW", () => {
    const added = { ...partsOf(second, "1s"), routes: [{ name: "10.244.1.50:9080", virtual_hosts: [{ name: "10.244.1.50" }] }] };
    const [change, ...others] = diffOf(partsOf(first, "1s"), added).changes;
    expect(change?.after).toEqual({ name: "10.244.1.50:9080", virtual_hosts: [{ name: "10.244.1.50" }] });
    expect(others).toEqual([]);
  });

  it("differ in an address that only begins like their own", () => {
    const near = JSON.parse(
      JSON.stringify(partsOf(second, "1s")).replace('"address_prefix":"10.244.1.50"', '"address_prefix":"10.244.1.5"'),
    );
    expect(diffOf(partsOf(first, "1s"), near).changes).toEqual([]);
    const other = JSON.parse(
      JSON.stringify(partsOf(second, "1s")).replace('"address_prefix":"10.244.1.50"', '"address_prefix":"10.244.1.500"'),
    );
    expect(linesOf(diffOf(partsOf(first, "1s"), other))).toHaveLength(1);
  });

  it("differ in their names where they are of two workloads", () => {
    expect(linesOf(diffOf(partsOf(first, "1s"), partsOf(ratings, "1s"))).length).toBeGreaterThan(2);
  });
});

describe("two pods of one workload that listen on different ports", () => {
  const portsOf = (pod: Pod, port: number, listed: string | undefined, outbound = 8080): Parts => {
    const parts = partsOf(pod, "1s");
    const bootstrap = JSON.parse(JSON.stringify(parts.bootstrap));
    if (listed !== undefined) bootstrap.node.metadata.POD_PORTS = listed;
    const address = { socket_address: { address: "0.0.0.0", port_value: outbound } };
    return {
      ...parts,
      bootstrap,
      clusters: [...(parts.clusters ?? []), { name: `inbound|${port}||`, type: "ORIGINAL_DST", lb_policy: "CLUSTER_PROVIDED" }],
      listeners: [
        {
          name: "virtualInbound",
          traffic_direction: "INBOUND",
          filter_chains: [
            {
              name: `0.0.0.0_${port}`,
              filter_chain_match: { destination_port: port },
              filters: [{ name: "tcp", config: { cluster: `inbound|${port}||` } }],
            },
          ],
        },
        { name: `0.0.0.0_${outbound}`, traffic_direction: "OUTBOUND", address },
      ],
    };
  };
  const listing = (...ports: readonly number[]): string =>
    JSON.stringify(ports.map((containerPort) => ({ containerPort, protocol: "TCP" })));

  it("do not differ in them where each pod lists its own", () => {
    const diff = diffOf(portsOf(first, 9080, listing(9080, 15020)), portsOf(second, 9081, listing(9081, 15020)));
    expect(linesOf(diff)).toEqual([]);
    expect(diff.behaviour.classes).toEqual([]);
  });

  it.each([
    { why: "the pods do not say which are theirs", old: undefined, now: undefined },
    { why: "what they say is no JSON", old: "[", now: "9081" },
    { why: "both list both", old: listing(9080, 9081), now: listing(9081, 9080) },
    { why: "one lists more of them", old: listing(9080), now: listing(9081, 9082) },
  ])("differ in them where $why", ({ old, now }) => {
    expect(linesOf(diffOf(portsOf(first, 9080, old), portsOf(second, 9081, now))).length).toBeGreaterThan(0);
  });

  it("differ in the same ports outbound", () => {
    const diff = diffOf(portsOf(first, 9080, listing(9080), 9080), portsOf(second, 9081, listing(9081), 9081));
    expect(diff.changes.map(({ resource }) => resource.name)).toEqual(expect.arrayContaining(["0.0.0.0_9081"]));
    for (const { resource } of diff.changes) expect(resource.type).toBe("listener");
  });
});

describe("diffFleets", () => {
  it("says of which proxies something was only sampled", () => {
    const lua = (code: string) => ({
      name: "lua",
      typed_config: {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
        default_source_code: { inline_string: code },
      },
    });
    const scripted = (pod: Pod, code: string): Snapshot =>
      snapshotOf(
        dumpOf({
          ...partsOf(pod, "1s"),
          listeners: [
            {
              name: "0.0.0.0_9080",
              address: { socket_address: { address: "0.0.0.0", port_value: 9080 } },
              filter_chains: [{ filters: [manager({ route_config: { name: "9080" }, http_filters: [lua(code), router] })] }],
            },
          ],
        }),
        `${pod.pod}.json`,
      );
    const [old, now] = ["-- first", "-- second"].map((code) => [scripted(first, code), dumpOfPod(ratings, "1s")]);
    const { notes } = fleetDiff(old ?? [], now ?? []);
    expect(notes).toEqual([
      { code: "sampled", message: "default/reviews-v1-aaaaa: routes 9080: what HTTP filter lua does is not decided by the dumps" },
    ]);
  });

  it("says once what all proxies share, and where the rest is", () => {
    const diff = fleetDiff(
      [dumpOfPod(first, "1s"), dumpOfPod(second, "1s"), dumpOfPod(ratings, "1s")],
      [dumpOfPod(ratings, "1s"), dumpOfPod(first, "2s"), dumpOfPod(replaced, "2s")],
    );
    expect(linesOf(diff)).toEqual(["resilience change cluster outbound|9080||details.default.svc.cluster.local: connect_timeout ×2"]);
    expect(diff.changes[0]?.proxies).toEqual(["default/reviews-v1-aaaaa", "default/reviews-v1-ccccc"]);
    expect(diff.proxies?.map(({ name, old, new: now, changes }) => [name, old?.name, now?.name, changes])).toEqual([
      ["default/ratings-v1-k2m4p", "ratings-v1-k2m4p.json", "ratings-v1-k2m4p.json", 0],
      ["default/reviews-v1-aaaaa", "reviews-v1-aaaaa.json", "reviews-v1-aaaaa.json", 1],
      ["default/reviews-v1-ccccc", "reviews-v1-bbbbb.json", "reviews-v1-ccccc.json", 1],
    ]);
    expect(diff.ignored).toEqual({ identity: 2 });
    validate(JSON.parse(JSON.stringify(diff)));
    expect(validate.errors).toBeNull();
    expect(
      diffRenderers.text(diff, { colour: false, columns: 80, at: false, all: false }),
    ).toBe(`1 change, resilience. No request is routed differently. 2 of 3 proxies differ.

resilience
  cluster outbound|9080||details.default.svc.cluster.local
    ~ connect_timeout   1s → 2s
        in 2 proxies: default/reviews-v1-aaaaa, default/reviews-v1-ccccc

not a change: 2 resources that name the pod itself
note: OLD and NEW are two pods of one workload: of traffic is said what would
  change if both had OLD's names and addresses
`);
  });

  it("says once what happens to traffic in several proxies", () => {
    const gone = (pod: Pod): Snapshot => snapshotOf(dumpOf({ ...partsOf(pod, "1s"), listeners: [] }), `${pod.pod}.json`);
    const old = [dumpOfPod(first, "1s"), dumpOfPod({ ...ratings, ip: first.ip }, "1s")];
    const diff = fleetDiff(old, [gone(first), gone({ ...ratings, ip: first.ip })]);
    const { behaviour } = diff;
    validate(JSON.parse(JSON.stringify(diff)));
    expect(validate.errors).toBeNull();
    expect(behaviour.classes.length).toBeGreaterThan(0);
    for (const { proxies } of behaviour.classes) expect(proxies).toEqual(["default/ratings-v1-k2m4p", "default/reviews-v1-aaaaa"]);
  });

  it("says of two pods that differ in their own names alone that they treat requests alike", () => {
    const diff = fleetDiff([dumpOfPod(first, "1s")], [dumpOfPod(second, "1s")]);
    expect(diff.behaviour).toEqual({ exact: true, classes: [], unreachable: [], revived: [] });
    expect(diff.notes).toEqual([]);
  });

  it("has no difference from itself, whatever the order of its files", () => {
    const fleet = [dumpOfPod(first, "1s"), dumpOfPod(second, "1s"), dumpOfPod(ratings, "1s")];
    const diff = fleetDiff(fleet, fleet.toReversed());
    expect(diff.equal).toBe(true);
    expect(diff.changes).toEqual([]);
  });

  it("names a proxy that one side lacks, which is a difference", () => {
    const diff = fleetDiff([dumpOfPod(first, "1s")], [dumpOfPod(first, "1s"), dumpOfPod(ratings, "1s")]);
    expect(diff.equal).toBe(false);
    expect(diff.notes[0]).toEqual({ code: "unpaired", message: "1 proxy in NEW only: default/ratings-v1-k2m4p" });
  });

  it("filters all of them alike, and says so once", () => {
    const old = [dumpOfPod(first, "1s"), dumpOfPod(ratings, "1s")];
    const diff = fleetDiff(old, [dumpOfPod(first, "2s"), dumpOfPod(ratings, "2s")], { only: [parseChangeSelector("routing")] });
    expect(diff.equal).toBe(true);
    expect(diff.notes.filter(({ code }) => code === "filtered")).toEqual([
      { code: "filtered", message: "filtered (only routing): 2 other changes not shown" },
    ]);
  });
});
