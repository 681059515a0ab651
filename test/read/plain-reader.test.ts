import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { type Resource, UnreadableInputError } from "../../src/model/snapshot.js";
import { readSnapshot } from "../../src/read/read-snapshot.js";
import { type ByteSource, sourceOf } from "../../src/util/byte-source.js";
import type { Json, JsonObject } from "../../src/util/json.js";
import { decodeUtf8, encodeUtf8 } from "../../src/util/utf8.js";
import { hostile, layouts, type PlainResource, readPlainly } from "./plain-reader.js";

const kinds = ["bootstrap", "cluster", "endpoints", "listener", "route_configuration", "secret", "extension"] as const;

const plainOf = (resource: Resource): PlainResource => ({
  kind: resource.kind,
  state: resource.state,
  name: resource.name,
  at: resource.at,
  entryAt: resource.entryAt,
  versionInfo: resource.versionInfo,
  lastUpdated: resource.lastUpdated,
  failure: resource.failure?.details ?? null,
  json: resource.json(),
});

/** The resources as reading finds them, in the oracle's order: that of the file. */
function readByPlaces(bytes: Uint8Array | ByteSource): readonly PlainResource[] {
  const { snapshot } = readSnapshot(bytes);
  return kinds.flatMap((kind) => snapshot.resources(kind).map(plainOf));
}

const inOrderOfKinds = (resources: readonly PlainResource[]): readonly PlainResource[] =>
  kinds.flatMap((kind) => resources.filter((resource) => resource.kind === kind));

function expectTheSame(text: string): void {
  expect(readByPlaces(encodeUtf8(text))).toEqual(inOrderOfKinds(readPlainly(text)));
}

/** Every dump at or below a folder, as text. */
function dumpsBelow(folder: string): readonly { readonly name: string; readonly text: () => string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /(^|[/\\])[^/\\]*\.json\.gz$/.test(name) && !/envoy-|istiod-10000|requests|clusters/.test(name))
    .sort()
    .map((name) => ({ name, text: () => gunzipSync(readFileSync(join(folder, name))).toString("utf8") }));
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const ownDumps = ["../../snapshots", "fixtures", "../list/fixtures", "../summary/fixtures"].flatMap((folder) => dumpsBelow(here(folder)));
const recorded = dumpsBelow(here("../../../shared/data"));
const isDump = (text: string): boolean => text.startsWith("{") && JSON.parse(text).configs !== undefined;

describe("reading by places finds what parsing the whole file finds", () => {
  it.each(ownDumps)("$name, in every layout", ({ text }) => {
    const original = text();
    if (!isDump(original)) return;
    expectTheSame(original);
    const value: Json = JSON.parse(original);
    for (const [name, layOut] of Object.entries(layouts)) {
      const laidOut = layOut(value);
      const [found, wanted] = [readByPlaces(encodeUtf8(laidOut)), inOrderOfKinds(readPlainly(laidOut))];
      expect(found.length, name).toBe(wanted.length);
      expect(found, name).toEqual(wanted);
    }
  });

  it.skipIf(recorded.length === 0)("every recorded dump (skipped where ../shared is not there)", () => {
    let dumps = 0;
    for (const { text } of recorded) {
      const original = text();
      if (!isDump(original)) continue;
      dumps++;
      expectTheSame(original);
    }
    expect(dumps).toBeGreaterThan(20);
  });
});

/** A small dump of every section, with hostile members in each resource, entry and section. */
function hostileDump(): JsonObject {
  const section = (message: string, members: JsonObject): JsonObject => ({
    "@type": `type.googleapis.com/envoy.admin.v3.${message}`,
    version_info: "7",
    ...members,
  });
  const named = (name: string): JsonObject => ({ ...hostile, name, after: hostile });
  return {
    configs: [
      section("BootstrapConfigDump", { bootstrap: { node: { id: "sidecar" }, ...hostile } }),
      section("ClustersConfigDump", {
        static_clusters: [{ cluster: named("agent") }],
        dynamic_active_clusters: [
          { version_info: '"7"', cluster: named('outbound|9080||"reviews"'), last_updated: "2026-11-24T09:00:00Z", ...hostile },
          { ...hostile, cluster: { name: 7, ...hostile } },
        ],
      }),
      section("EndpointsConfigDump", {
        dynamic_endpoint_configs: [{ endpoint_config: { ...hostile, name: "no", clusterName: "outbound|9080||reviews" } }],
      }),
      section("ListenersConfigDump", {
        dynamic_listeners: [
          {
            ...hostile,
            name: "10.96.0.11_9080",
            active_state: { ...hostile, version_info: "8", listener: named("10.96.0.11_9080") },
            error_state: { details: "{\n}", failed_configuration: hostile, version_info: "9" },
          },
          { name: "refused", error_state: { details: "no" } },
        ],
      }),
      section("RoutesConfigDump", { dynamic_route_configs: [{ route_config: named("9080") }] }),
    ],
  };
}

describe("hostile text", () => {
  const dump = hostileDump();

  test.each(Object.keys(layouts))("%s", (name) => expectTheSame(layouts[name]?.(dump) ?? ""));

  test("keys twice, and keys with escapes: the last counts, as in JSON.parse", () => {
    const text = JSON.stringify(hostileDump())
      .replaceAll('"name":"', '"name":"first","n\\u0061me":"second","name":"')
      .replaceAll('"cluster":{', '"cluster":{"name":"before"},"cluster":{"cluster_name":7,')
      .replace('"active_state":', '"active_state":{"listener":{"name":"early"}},"active_st\\u0061te":')
      .replace('"dynamic_route_configs":', '"dynamic_route_configs":[],"dynamic_route_configs":')
      .replaceAll('"version_info":"8"', '"version_info":1,"versionInfo":"8"');
    expectTheSame(text);
  });

  test("escaped names of resources, whichever escape, in whichever place of the key", () => {
    for (const key of ["\\u006eame", "n\\u0061me", "nam\\u0065", "na\\u006De", "name"]) {
      for (const name of ["a", "a\\\\", '\\"', "\\u00e9", "\\n", "é", "x".repeat(1500)]) {
        expectTheSame(
          `{"configs":[{"@type":"envoy.admin.v3.ClustersConfigDump","static_clusters":[{"cluster":{"type":"EDS","${key}":"${name}","alt":"name"}}]}]}`,
        );
      }
    }
  });

  test("wherever a block or a chunk begins", () => {
    const small = JSON.stringify({
      configs: [
        {
          "@type": "envoy.admin.v3.ClustersConfigDump",
          dynamic_active_clusters: [
            { version_info: "1", cluster: { "@type": "c", name: 'a"\\', v: ["name", { name: 1 }] }, last_updated: "t" },
            { cluster: { x: "\\\\", name: "b" } },
          ],
        },
      ],
    }).replace('"name":"b"', '"n\\u0061me" : "b\\u0062"');
    const wanted = readPlainly(small).map(({ name, json }) => ({ name, json }));
    const chunk = 256 * 1024;
    const shifts = [...Array(70).keys(), ...Array.from({ length: small.length + 2 }, (_, index) => chunk - small.length - 1 + index)];
    for (const shift of shifts) {
      const found = readByPlaces(encodeUtf8(" ".repeat(shift) + small)).map(({ name, json }) => ({ name, json }));
      expect(found, `${shift}`).toEqual(wanted);
    }
  });

  test("a source is asked for small pieces, never for all of it", () => {
    const text = layouts.tabs?.(dump) ?? "";
    const inner = sourceOf(encodeUtf8(text));
    const asked: number[] = [];
    const source: ByteSource = {
      size: inner.size,
      read: (start, end) => {
        asked.push(end - start);
        return inner.read(start, end);
      },
      copy: (target, start) => inner.copy(target, start),
    };
    expect(readByPlaces(source)).toEqual(inOrderOfKinds(readPlainly(text)));
    expect(Math.max(...asked)).toBeLessThan(inner.size / 4);
  });

  test("any byte changed: the same as from parsing it all, and nothing thrown but one line", () => {
    const text = JSON.stringify(
      {
        configs: [{ "@type": "envoy.admin.v3.ClustersConfigDump", static_clusters: [{ cluster: { name: "a", list: [1, { b: true }] } }] }],
      },
      null,
      1,
    );
    const bytes = encodeUtf8(text);
    const entries = text.indexOf("[", text.indexOf("static_clusters"));
    fc.assert(
      fc.property(
        fc.integer({ min: entries, max: bytes.length - 1 }),
        fc.constantFrom(...encodeUtf8('{}[],:"\\ \n0tn')),
        (offset, byte) => {
          const changed = bytes.slice();
          changed[offset] = byte;
          const wanted = unless(SyntaxError, () => inOrderOfKinds(readPlainly(decodeUtf8(changed))));
          // Malformed text goes unnoticed only where nothing is read of it.
          const found = unless(UnreadableInputError, () => readByPlaces(changed));
          if (wanted !== undefined) expect(found).toEqual(wanted);
        },
      ),
      { numRuns: 600 },
    );
  });
});

/** What `read` answers; undefined where it throws an error of that class. */
function unless<Found>(refusal: new (message: string) => Error, read: () => Found): Found | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof refusal) return undefined;
    throw error;
  }
}
