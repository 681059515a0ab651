import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { messageTypeOf, readResource } from "../../src/decode/decode-resource.js";
import { readSnapshot } from "../../src/index.js";
import type { ResourceKind, Snapshot } from "../../src/model/snapshot.js";
import { decodeMessage, encodeMessage } from "../../src/proto/codec.js";
import { type ReadMessage, readMessage } from "../../src/proto/read-message.js";
import { isDeepEqual } from "../../src/util/deep-equal.js";
import type { JsonObject } from "../../src/util/json.js";

const kinds: readonly ResourceKind[] = [
  "bootstrap",
  "cluster",
  "endpoints",
  "listener",
  "scoped_route",
  "route_configuration",
  "secret",
  "extension",
];

/** A message after decoding in full and encoding again, read as the first time. */
function roundTrip(type: string, read: ReadMessage): ReadMessage {
  return readMessage(type, encodeMessage(decodeMessage(type, read)), "");
}

const codesOf = ({ problems }: ReadMessage) => problems.map(({ code }) => code).sort();

/** The resources of a snapshot that a round trip changes; resources seen before, byte by byte, are passed over. */
function* changedResources(snapshot: Snapshot, seen: Set<string>): Generator<unknown> {
  for (const kind of kinds) {
    for (const resource of snapshot.resources(kind)) {
      const digest = createHash("sha1").update(kind).update(resource.bytes()).digest("base64");
      if (seen.has(digest)) continue;
      seen.add(digest);
      const read = readResource(resource);
      const again = roundTrip(messageTypeOf(kind), read);
      if (!isDeepEqual(again.value, read.value) || codesOf(again).join() !== codesOf(read).join()) {
        yield { kind, name: resource.name, read: read.value, again: again.value, codes: [codesOf(read), codesOf(again)] };
      }
    }
  }
}

const tests = fileURLToPath(new URL("..", import.meta.url));
const besideTests = ["list", "read", "summary"].flatMap((folder) =>
  readdirSync(join(tests, folder, "fixtures"))
    .filter((name) => name.endsWith(".json.gz"))
    .map((name) => join(folder, "fixtures", name)),
);

it.each(besideTests)("decoding %s and encoding it again loses nothing", (name) => {
  const { snapshot } = readSnapshot(readFileSync(join(tests, name)));
  expect([...changedResources(snapshot, new Set())]).toEqual([]);
});

const cluster = (members: JsonObject): JsonObject => ({
  "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
  name: "reviews-v2",
  ...members,
});

describe("what the descriptors do not know is put back where it stood", () => {
  it.each<[string, JsonObject]>([
    ["an unknown field", cluster({ warp_drive: { factor: 9 } })],
    ["an unknown field in a list's item", cluster({ filters: [{ name: "a" }, { name: "b", warp: [1, null] }] })],
    ["an unknown field in a message that is empty without it", cluster({ connect_timeout: "1s", common_lb_config: { warp: true } })],
    [
      "an unknown field in a map's value",
      cluster({ typed_extension_protocol_options: { http: { "@type": "type.googleapis.com/acme.Http", x: 1 } } }),
    ],
    ["an unknown enum value", cluster({ type: "QUANTUM_DNS" })],
    [
      "an unknown enum value in a list",
      cluster({ upstream_connection_options: {}, health_checks: [{ http_health_check: { path: "/", codec_client_type: "HTTP9" } }] }),
    ],
    [
      "unknown enum values among known ones",
      { "@type": "type.googleapis.com/envoy.config.core.v3.HealthStatusSet", statuses: ["HEALTHY", "UNWELL", "DRAINING", "LOST"] },
    ],
    ["an enum value by an unknown number", cluster({ type: 77 })],
    ["a value of the wrong type", cluster({ connect_timeout: 3, name: ["reviews"] })],
    ["a wrong value among right ones", cluster({ filters: [{ name: "a" }, 7, { name: "b" }] })],
    [
      "an unknown type in an Any",
      cluster({ filters: [{ name: "sauce", typed_config: { "@type": "type.googleapis.com/acme.Sauce", spice: { level: 3 } } }] }),
    ],
    [
      "the name __proto__",
      cluster(JSON.parse('{"metadata":{"filter_metadata":{"__proto__":{"polluted":true}}},"__proto__":{"polluted":true}}')),
    ],
  ])("%s", (_, json) => {
    const read = readMessage("", json, "");
    expect(read.problems.length + (JSON.stringify(json).includes("__proto__") ? 1 : 0)).toBeGreaterThan(0);
    const encoded = encodeMessage(decodeMessage("", read));
    const again = readMessage("", encoded, "");
    expect(isDeepEqual(again.value, read.value), JSON.stringify(again.value)).toBe(true);
    expect(codesOf(again)).toEqual(codesOf(read));
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("a TypedStruct stays one", () => {
    const typedConfig = {
      "@type": "type.googleapis.com/udpa.type.v1.TypedStruct",
      type_url: "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
      value: { stat_prefix: "reviews" },
    };
    const encoded = encodeMessage(
      decodeMessage("", readMessage("", cluster({ filters: [{ name: "tcp", typed_config: typedConfig }] }), "")),
    );
    expect(encoded).toEqual(cluster({ filters: [{ name: "tcp", typedConfig: { ...typedConfig, value: { statPrefix: "reviews" } } }] }));
  });

  it("an older type URL stays the older one", () => {
    const any = { "@type": "type.googleapis.com/envoy.config.filter.network.tcp_proxy.v2.TcpProxy", stat_prefix: "reviews" };
    const encoded = encodeMessage(decodeMessage("", readMessage("", cluster({ filters: [{ name: "tcp", typed_config: any }] }), "")));
    expect(encoded).toEqual(cluster({ filters: [{ name: "tcp", typedConfig: { "@type": any["@type"], statPrefix: "reviews" } }] }));
  });
});

const shared = fileURLToPath(new URL("../../../shared", import.meta.url));
const hasShared = existsSync(join(shared, "data"));

function* dumpsBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* dumpsBelow(path);
    else if (/config_?dump[^/]*\.json(\.gz)?$/.test(entry.name)) yield path;
  }
}

/** Envoy's failure text is no config dump; the dumps of thousands of services hold nothing that the others do not. */
const leftOut = /10a0-|11-scale/;

describe.skipIf(!hasShared)(`every dump there is${hasShared ? "" : " (skipped: ../shared is not here)"}`, () => {
  it("decodes and encodes without loss", { timeout: 120_000 }, () => {
    const seen = new Set<string>();
    const dumps = [join(shared, "data"), join(shared, "cases", "istioctl")].filter(existsSync).flatMap((folder) => [...dumpsBelow(folder)]);
    expect(dumps.length).toBeGreaterThan(100);
    const changed: unknown[] = [];
    for (const dump of dumps) {
      if (leftOut.test(dump)) continue;
      const { snapshot } = readSnapshot(readFileSync(dump), { fileName: relative(shared, dump) });
      for (const change of changedResources(snapshot, seen)) changed.push({ dump: relative(shared, dump), change });
    }
    expect(changed).toEqual([]);
  });
});
