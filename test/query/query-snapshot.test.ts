import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/model/usage-error.js";
import { followPath } from "../../src/query/json-path.js";
import { querySnapshot } from "../../src/query/query-snapshot.js";
import type { Json } from "../../src/util/json.js";
import { valueAt } from "../../src/util/json-pointer.js";
import { dumpFixture } from "../list/dump-fixture.js";

const file: Json = JSON.parse(`{
  "clusters": [
    { "name": "reviews-v1", "port": 9080, "@type": "cluster" },
    { "name": "reviews-v2", "tls": { "sni": "reviews.example", "a~b/c": [1, 2] } }
  ],
  "__proto__": { "name": "own" },
  "constructor": { "name": "own too" }
}`);
const valuesOf = (path: string): readonly Json[] => followPath(file, path).matches.map(({ value }) => value);

describe("followPath", () => {
  it.each([
    { path: "$.clusters[*].name", want: ["reviews-v1", "reviews-v2"] },
    { path: '$.clusters[?(@.name=="reviews-v1")].port', want: [9080] },
    { path: '$.clusters[?(@.name=="reviews")].port', want: [] },
    { path: "$.clusters[?(@.name.match(/v2$/) && !@.port)].name", want: ["reviews-v2"] },
    { path: '$.clusters[?(@.tls.sni=="reviews.example")].name', want: ["reviews-v2"] },
    { path: '$.clusters[*]["@type"]', want: ["cluster"] },
    { path: "$.clusters[0].@type", want: ["cluster"] },
    { path: "$..['@type']", want: ["cluster"] },
    { path: '$.clusters[?(@["@type"]=="cluster")].name', want: ["reviews-v1"] },
    { path: '$.clusters[?(@.name!="reviews-v1")].name', want: ["reviews-v2"] },
    { path: "$.clusters[*].port@number()", want: [9080] },
    { path: "$.clusters[*].name@number()", want: [] },
    { path: "$.clusters[0].*@number()", want: [9080] },
    { path: "$..sni", want: ["reviews.example"] },
    { path: '$.clusters[1].tls["a~b/c"][1]', want: [2] },
    { path: "$.__proto__.name", want: ["own"] },
    { path: "$.toString", want: [] },
    { path: "$.clusters.length", want: [2] },
    { path: "/clusters/1/tls/a~0b~1c/0", want: [1] },
    { path: "/clusters/2", want: [] },
    { path: "/__proto__/name", want: ["own"] },
    { path: "", want: [file] },
  ])("$path", ({ path, want }) => {
    expect(valuesOf(path)).toEqual(want);
  });

  it("knows where each value stands", () => {
    expect(followPath(file, '$..["a~b/c"]').matches[0]?.keys).toEqual(["clusters", "1", "tls", "a~b/c"]);
    expect(followPath(file, "$.clusters.length").matches[0]?.keys).toBeNull();
  });

  it.each([
    "clusters",
    "$[",
    "$.clusters[?(@.name==]",
    "$.clusters]",
    '$.clusters[?(@.name=="x)]',
    "$.clusters[?(@.name ==== 1)]",
    "$.clusters[?(+)]",
  ])("refuses %s", (path) => {
    expect(() => followPath(file, path)).toThrow(UsageError);
  });

  it.each([
    { path: '$.clusters[?(name=="reviews-v1")]', says: /name is not defined/ },
    { path: "$.clusters[?(@.name=~/v1/)]", says: /assignment/ },
  ])("says why the filter of $path comes to nothing", ({ path, says }) => {
    expect(followPath(file, path)).toMatchObject({ matches: [], failure: expect.stringMatching(says) });
  });

  it.each([
    "@.constructor.constructor('return process')()",
    "process.exit(3)",
    "globalThis.leaked = 1",
    "@.name.constructor.constructor('return 1')()",
  ])("runs no code: %s", (code) => {
    expect(followPath(file, `$.clusters[?(${code})]`)).toMatchObject({ matches: [] });
    expect(Object.hasOwn(globalThis, "leaked")).toBe(false);
  });

  it("never evaluates what stands in the file", () => {
    const hostile: Json = { clusters: [{ name: '"); throw new Error("ran"); ("' }, { name: "process.exit(3)" }] };
    expect(followPath(hostile, '$.clusters[?(@.name!="reviews")]').matches).toHaveLength(2);
  });

  it("refuses a search through nesting that is too deep, and follows a pointer through it", () => {
    let deep: Json = 1;
    for (let level = 0; level < 50_000; level++) deep = [deep];
    expect(() => followPath(deep, "$..name")).toThrow(/nests too deep/);
    expect(followPath(deep, "/0".repeat(50_000)).matches).toEqual([expect.objectContaining({ value: 1 })]);
  });
});

describe("querySnapshot", () => {
  it.each(["virtual-services", "waypoint"] as const)("points from decoded messages of %s into the file, in its own spelling", (name) => {
    const snapshot = dumpFixture(name);
    const whole: Json = snapshot.documents[0]?.json() ?? null;
    const { results } = querySnapshot(snapshot, "$.listeners[*].filter_chains[*].filters[*].typed_config.stat_prefix", { decoded: true });
    expect(results.length).toBeGreaterThan(2);
    for (const { at, value } of results) expect(valueAt(whole, at ?? "-")).toBe(value);
  });

  it("has sections and lists of them at no place", () => {
    expect(querySnapshot(dumpFixture("waypoint"), "/clusters", { decoded: true }).results[0]?.at).toBeNull();
    expect(querySnapshot(dumpFixture("waypoint"), "$.clusters[0]", { decoded: true }).results[0]?.at).toBe(
      "/configs/1/dynamicActiveClusters/0/cluster",
    );
    expect(querySnapshot(dumpFixture("virtual-services"), "/bootstrap/node/id", { decoded: true }).results[0]?.at).toBe(
      "/configs/0/bootstrap/node/id",
    );
  });

  it("asks the file as it is", () => {
    const { results } = querySnapshot(dumpFixture("waypoint"), "$.configs[1].dynamicActiveClusters[0].cluster.name");
    expect(results).toMatchObject([{ at: "/configs/1/dynamicActiveClusters/0/cluster/name" }]);
  });
});
