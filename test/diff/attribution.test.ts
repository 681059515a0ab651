import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type Diff,
  diffFleets,
  diffRenderers,
  diffSnapshots,
  patchSnapshot,
  readEnvoyFilters,
  readSnapshot,
  type Snapshot,
} from "../../src/index.js";
import { runInMemory } from "../cli/memory-io.js";
import { dumpOf, type Parts, snapshotOf, tcpProxy } from "./dump.js";

const filtersOf = (text: string) => ({ envoyFilters: readEnvoyFilters([{ name: "filters.yaml", text }]).envoyFilters, facts: {} });

describe("every change of the recorded pairs is explained", () => {
  const folder = new URL("../envoy-filter/filters/", import.meta.url);
  const names = readdirSync(folder).map((file) => file.replace(/\.yaml$/, ""));
  const read = (name: string): Snapshot =>
    readSnapshot(readFileSync(new URL(`fixtures/${name}.json.gz`, import.meta.url)), { fileName: name }).snapshot;

  it.each(names)("%s", async (name) => {
    const patches = filtersOf(readFileSync(new URL(`${name}.yaml`, folder), "utf8"));
    const diff = diffSnapshots(read(`${name}.before`), read(`${name}.after`), { patches });
    expect(diff.attribution?.unexplained).toBe(0);
    expect(diff.changes.filter(({ attributedTo }) => attributedTo?.length === 0)).toEqual([]);
    const refused = name.endsWith("refused");
    for (const { expected, made, lacking } of diff.attribution?.patches ?? []) {
      if (!refused) expect({ made, lacking }).toEqual({ made: expected, lacking: [] });
      else for (const { because } of lacking) expect(["refused", "gone"]).toContain(because);
    }
    if (!refused) return;
    const options = { colour: false, columns: 80, at: false, all: false };
    await expect(diffRenderers.text(diff, options)).toMatchFileSnapshot(
      new URL(`goldens/${name}.attributed.txt`, import.meta.url).pathname,
    );
  });
});

const log = (path: string) => ({
  name: "envoy.access_loggers.file",
  typed_config: { "@type": "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog", path },
});
const listener = (port: number, ...logs: readonly string[]) => ({
  name: `10.96.0.16_${port}`,
  address: { socket_address: { address: "10.96.0.16", port_value: port } },
  traffic_direction: "OUTBOUND",
  filter_chains: [{ filters: [tcpProxy({ cluster: "mysql", ...(logs.length === 0 ? {} : { access_log: logs.map(log) }) })] }],
});
const cluster = (timeout: string) => ({ name: "outbound|3306||mysql.default.svc.cluster.local", type: "EDS", connect_timeout: timeout });
const parts = (listeners: Parts["listeners"] = [], clusters: Parts["clusters"] = []): Parts => ({ listeners, clusters });

const accesslog = `
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: accesslog, namespace: istio-system }
spec:
  configPatches:
  - applyTo: NETWORK_FILTER
    match: { context: SIDECAR_OUTBOUND, listener: { filterChain: { filter: { name: envoy.filters.network.tcp_proxy } } } }
    patch:
      operation: MERGE
      value:
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
          access_log:
          - name: envoy.access_loggers.file
            typed_config: { "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: /dev/stdout }
  - applyTo: CLUSTER
    match: { context: SIDECAR_OUTBOUND }
    patch: { operation: MERGE, value: { connect_timeout: 1s } }
`;

const attributed = (old: Parts, now: Parts): Diff =>
  diffSnapshots(snapshotOf(dumpOf(old), "before.json"), snapshotOf(dumpOf(now), "after.json"), { patches: filtersOf(accesslog) });
const effects = ({ attribution }: Diff) =>
  attribution?.patches.map(({ made, expected, lacking }) =>
    `${made}/${expected} ${lacking.map(({ resource, because }) => `${because} ${resource.name}`).join()}`.trim(),
  );

describe("what is not as a patch makes it", () => {
  it("one listener without what the others have", () => {
    const diff = attributed(
      parts([listener(1), listener(2), listener(3)]),
      parts([listener(1, "/dev/stdout"), listener(2), listener(3, "/dev/stdout")]),
    );
    expect(effects(diff)).toEqual(["2/3 absent 10.96.0.16_2", "0/0"]);
    expect(diff.attribution).toMatchObject({ explained: 2, unexplained: 0 });
  });

  it("a change that no patch makes", () => {
    const diff = attributed(parts([listener(1), listener(2)]), parts([listener(1, "/dev/stdout"), listener(2, "/var/log/mysql")]));
    expect(diff.changes.map(({ attributedTo, places }) => [attributedTo, places.length])).toEqual([
      [[{ envoyFilter: "istio-system/accesslog", patch: 0 }], 1],
      [[], 1],
    ]);
    expect(diff.attribution).toMatchObject({ explained: 1, unexplained: 1 });
    expect(effects(diff)).toEqual(["1/2 absent 10.96.0.16_2", "0/0"]);
  });

  it("a value that a patch makes otherwise", () => {
    const diff = attributed(parts([], [cluster("10s")]), parts([], [cluster("2s")]));
    expect(diff.changes.map(({ attributedTo }) => attributedTo)).toEqual([[]]);
    expect(effects(diff)).toEqual(["0/0", "0/1 absent outbound|3306||mysql.default.svc.cluster.local"]);
  });

  it("a cluster that is gone, with the endpoints that only it asks for", () => {
    const endpoints = [
      { cluster_name: cluster("").name, endpoints: [] },
      { cluster_name: "outbound|80||other", endpoints: [] },
    ];
    const diff = attributed({ ...parts([], [cluster("10s")]), endpoints }, { ...parts([], []), endpoints: [] });
    expect(
      diff.changes.map(({ resource, attributedTo }) => `${resource.type} ${resource.name}: ${attributedTo?.map(({ patch }) => patch)}`),
    ).toEqual([
      "cluster outbound|3306||mysql.default.svc.cluster.local: 1",
      "endpoints outbound|3306||mysql.default.svc.cluster.local: 1",
      "endpoints outbound|80||other: ",
    ]);
    expect(effects(diff)).toEqual(["0/0", "0/1 gone outbound|3306||mysql.default.svc.cluster.local"]);
  });

  it("a patch that was in force before makes no change that could be missing", () => {
    const logged = listener(1, "/dev/stdout");
    const diff = attributed(parts([logged], [cluster("10s")]), parts([logged], [cluster("1s")]));
    expect(effects(diff)).toEqual(["0/0", "1/1"]);
    expect(diff.attribution?.patches.map(({ inForceBefore }) => inForceBefore)).toEqual([true, false]);
  });
});

it("of several proxies, what the patches make in all of them", () => {
  const file = (name: string) => ({ name, size: 0, sha256: "0".repeat(64) });
  const proxy = (pod: string, ...listeners: NonNullable<Parts["listeners"]>) =>
    snapshotOf(
      dumpOf({ ...parts(listeners), bootstrap: { node: { id: `sidecar~10.244.1.5~${pod}.default~default.svc.cluster.local` } } }),
      pod,
    );
  const olds = [proxy("reviews-v1", listener(1)), proxy("ratings-v1", listener(1), listener(2))];
  const news = [proxy("reviews-v1", listener(1, "/dev/stdout")), proxy("ratings-v1", listener(1, "/dev/stdout"), listener(2))];
  const diff = diffFleets(
    { file: file("before"), snapshots: olds },
    { file: file("after"), snapshots: news },
    { patches: filtersOf(accesslog) },
  );
  expect(diff.changes).toMatchObject([{ proxies: ["default/ratings-v1", "default/reviews-v1"], attributedTo: [{ patch: 0 }] }]);
  expect(diff.attribution?.patches[0]).toMatchObject({
    expected: 3,
    made: 2,
    lacking: [{ proxy: "default/ratings-v1", because: "absent" }],
  });
  expect(diffRenderers.text(diff, { colour: false, columns: 80, at: false, all: false })).toContain(
    "istio-system/accesslog #0: 2 of 3 changes in NEW\n    1 listener lacks it: default/ratings-v1: 10.96.0.16_2\n",
  );
});

it("what a patch repeats is explained by it, and nobody expects it", () => {
  const [once, twice] = [listener(1, "/dev/stdout"), listener(1, "/dev/stdout", "/dev/stdout")];
  const diff = attributed(parts([once]), parts([twice]));
  expect(diff.attribution).toMatchObject({ explained: 1, unexplained: 0 });
  expect(effects(diff)).toEqual(["0/0", "0/0"]);
});

it("a dump with its own patches applied is explained in full", () => {
  const old = snapshotOf(dumpOf(parts([listener(1), listener(2)], [cluster("10s")])));
  const patches = filtersOf(accesslog);
  const { snapshot } = patchSnapshot(
    old,
    patches.envoyFilters.map(({ envoyFilter }) => envoyFilter),
  );
  expect(diffSnapshots(old, snapshot, { patches }).attribution).toMatchObject({ explained: 3, unexplained: 0 });
});

describe("through the command", () => {
  const files = {
    "before.json": JSON.stringify(dumpOf(parts([listener(1), listener(2)]))),
    "after.json": JSON.stringify(dumpOf(parts([listener(1, "/dev/stdout"), listener(2, "/var/log/mysql")]))),
    "accesslog.yaml": accesslog,
    "wrong.yaml": accesslog.replace("MERGE", "MERG"),
  };
  const diff = (...argv: readonly string[]) => runInMemory(["diff", "before.json", "after.json", ...argv, "-q"], files);

  it.each(["text", "markdown", "github"])("as %s", async (format) => {
    const { out, status } = await diff("--envoyfilter", "accesslog.yaml", "-o", format);
    expect(status).toBe(1);
    await expect(out).toMatchFileSnapshot(new URL(`goldens/attributed.${format}.txt`, import.meta.url).pathname);
  });

  it("wrong YAML is refused before anything is compared", async () => {
    const { out, err, status } = await diff("--envoyfilter", "wrong.yaml");
    expect({ out, status }).toEqual({ out: "", status: 2 });
    expect(err).toContain("wrong.yaml: line 10: spec.configPatches.0.patch.operation: must be one of MERGE, ");
  });

  it("standard input is one thing", async () => {
    expect((await runInMemory(["diff", "-", "after.json", "--envoyfilter", "-"], files)).status).toBe(2);
  });
});
