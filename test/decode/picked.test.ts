import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { listClusters, listEndpoints, listListeners, listRoutes, listSecrets, readSnapshot, summarise } from "../../src/index.js";
import type { Resource, Snapshot } from "../../src/model/snapshot.js";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function dumpsBelow(folder: string): readonly { readonly name: string; readonly path: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(
      (name) =>
        /\.json\.gz$/.test(name) && /config_?-?dump|bookinfo|accesslog|gateway|registry/.test(name) && !/10000|unconvertible/.test(name),
    )
    .sort()
    .map((name) => ({ name, path: join(folder, name) }));
}

/** The same resource, of which no part can be taken: all of it is parsed. */
const parsedWhole = (resource: Resource): Resource => ({
  kind: resource.kind,
  state: resource.state,
  name: resource.name,
  at: resource.at,
  entryAt: resource.entryAt,
  versionInfo: resource.versionInfo,
  lastUpdated: resource.lastUpdated,
  failure: resource.failure,
  isNamed: (name) => resource.isNamed(name),
  bytes: () => resource.bytes(),
  picked: () => null,
  json: () => resource.json(),
});

function answersOf(snapshot: Snapshot): unknown {
  return JSON.parse(
    JSON.stringify([
      summarise(snapshot, { now: "2026-11-24T09:00:00Z" }),
      listClusters(snapshot),
      listEndpoints(snapshot),
      listListeners(snapshot),
      listRoutes(snapshot),
      listSecrets(snapshot, "2026-11-24T09:00:00Z"),
    ]),
  );
}

function expectTheSame(path: string): void {
  const { snapshot } = readSnapshot(gunzipSync(readFileSync(path)));
  expect(answersOf({ ...snapshot, resources: (kind) => snapshot.resources(kind).map(parsedWhole) })).toEqual(answersOf(snapshot));
}

describe("what is picked from resources gives the answers that parsing all of them gives", () => {
  it.each([...dumpsBelow(here("../../snapshots")), ...dumpsBelow(here("../summary/fixtures"))])("$name", ({ path }) => expectTheSame(path));

  const recorded = dumpsBelow(here("../../../shared/data"));
  it.skipIf(recorded.length === 0)("every recorded dump (skipped where ../shared is not there)", () => {
    for (const { path } of recorded) expectTheSame(path);
    expect(recorded.length).toBeGreaterThan(20);
  });
});
