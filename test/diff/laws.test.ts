import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldOf, typeOfValue } from "../../src/diff/value-type.js";
import { type Diff, diffSnapshots, readSnapshot, type Snapshot } from "../../src/index.js";
import { isJsonObject, type Json, type JsonObject } from "../../src/util/json.js";
import { pointTo } from "../../src/util/json-pointer.js";
import { linesOf } from "./dump.js";
import { inAnotherOrder, inCamelCase, rewriteMessages, withDefaults } from "./respell.js";

const fixtures = new URL("fixtures/", import.meta.url);
const dumps = readdirSync(fixtures)
  .filter((file) => file.endsWith(".after.json.gz"))
  .map((file) => ({ file, json: JSON.parse(gunzipSync(readFileSync(new URL(file, fixtures))).toString("utf8")) as Json }));

const snapshotOf = (json: Json, indent = 0): Snapshot =>
  readSnapshot(new TextEncoder().encode(JSON.stringify(json, null, indent))).snapshot;

function expectNothing(diff: Diff): void {
  expect(linesOf(diff)).toEqual([]);
  expect(diff.equal).toBe(true);
}

describe.each(dumps)("$file", { timeout: 30_000 }, ({ json }) => {
  const snapshot = snapshotOf(json);

  it("has no difference from itself, nor anything to ignore", () => {
    const diff = diffSnapshots(snapshot, snapshot);
    expectNothing(diff);
    expect(diff.ignored).toEqual({});
  });

  it("has none from itself with other blanks", () => {
    const diff = diffSnapshots(snapshot, snapshotOf(json, 2));
    expectNothing(diff);
    expect(Object.keys(diff.ignored)).toEqual(["spelling"]);
  });

  it("has none from itself in lowerCamelCase", () => {
    const respelled = rewriteMessages(json, inCamelCase);
    expect(JSON.stringify(respelled)).toContain("filterChainMatch");
    expectNothing(diffSnapshots(snapshot, snapshotOf(respelled)));
    expectNothing(diffSnapshots(snapshotOf(respelled), snapshot));
  });

  it("has none from itself with defaults written out", () => {
    expectNothing(diffSnapshots(snapshot, snapshotOf(rewriteMessages(json, withDefaults))));
  });

  it("has none from itself with every list in another order whose order means nothing", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (numbers) => {
        const shuffle = <Item>(items: readonly Item[]): Item[] =>
          items
            .map((item) => ({ item, rank: numbers.next().value }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ item }) => item);
        expectNothing(diffSnapshots(snapshot, snapshotOf(rewriteMessages(json, inAnotherOrder(shuffle)))));
      }),
      { numRuns: 5, seed: 7 },
    );
  });

  it("reports a changed value at its pointer", () => {
    const leaves = leavesOf(json);
    expect(leaves.length).toBeGreaterThan(2000);
    fc.assert(
      fc.property(fc.constantFrom(...leaves), (pointer) => {
        const diff = diffSnapshots(snapshot, snapshotOf(mutate(json, pointer)));
        const places = diff.changes.flatMap((change) => change.places.flatMap(({ old, new: now }) => [old, now]));
        expect(
          places.some((place) => place !== null && (pointer === place || pointer.startsWith(`${place}/`))),
          `${pointer} among ${JSON.stringify(places)}`,
        ).toBe(true);
      }),
      { numRuns: 60, seed: 7 },
    );
  });
});

/** The pointers of the values of fields in resources that are compared, where another value of the same type can stand. */
function leavesOf(dump: Json): readonly string[] {
  const leaves: string[] = [];
  const visit = (type: string, message: JsonObject, at: string): void => {
    for (const [key, value] of Object.entries(message)) {
      const field = fieldOf(type, key);
      if (field === undefined || field.kind === "enum" || field.mapKey !== null) continue;
      const items: [Json, string][] =
        field.repeated && Array.isArray(value)
          ? value.map((item: Json, index) => [item, pointTo(at, key, index)])
          : [[value, pointTo(at, key)]];
      for (const [item, itemAt] of items) {
        const inner = typeOfValue(field, item);
        if (inner.kind === "message" && isJsonObject(item)) visit(inner.type, item, itemAt);
        else if (inner.kind === "single" && field.kind === "scalar" && field.scalar !== "bytes") leaves.push(itemAt);
        else if (field.kind === "message" && /^google.protobuf.(Duration|BoolValue|UInt32Value)$/.test(field.type)) leaves.push(itemAt);
      }
    }
  };
  const resources = [
    ["dynamic_active_clusters", "cluster", "envoy.config.cluster.v3.Cluster"],
    ["dynamic_listeners", "listener", "envoy.config.listener.v3.Listener"],
    ["dynamic_route_configs", "route_config", "envoy.config.route.v3.RouteConfiguration"],
  ] as const;
  const sections = isJsonObject(dump) && Array.isArray(dump.configs) ? dump.configs : [];
  for (const [index, section] of sections.entries()) {
    for (const [list, name, type] of resources) {
      const entries = isJsonObject(section) && Array.isArray(section[list]) ? section[list] : [];
      for (const [nth, entry] of entries.entries()) {
        const at = pointTo("", "configs", index, list, nth, ...(name === "listener" ? ["active_state"] : []), name);
        const resource = at
          .split("/")
          .slice(5)
          .reduce<Json | undefined>((value, key) => (isJsonObject(value) ? value[key] : undefined), entry);
        if (isJsonObject(resource)) visit(type, resource, at);
      }
    }
  }
  return leaves;
}

function mutate(dump: Json, pointer: string): Json {
  const copy = JSON.parse(JSON.stringify(dump));
  const keys = pointer
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = keys.pop() ?? "";
  const parent = keys.reduce((value, key) => value[key], copy);
  const value: Json = parent[last];
  if (typeof value === "boolean") parent[last] = !value;
  else if (typeof value === "number") parent[last] = value + 1;
  else if (typeof value === "string" && /^\d+(\.\d+)?s$/.test(value)) parent[last] = "77.5s";
  else if (typeof value === "string" && /^\d+$/.test(value)) parent[last] = `${value}1`;
  else parent[last] = `${String(value)}x`;
  return copy;
}
