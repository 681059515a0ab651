import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diffSnapshots, patchSnapshot, readEnvoyFilters, readSnapshot, type Snapshot } from "../../src/index.js";
import { valueAt } from "../../src/util/json-pointer.js";

const filters = new URL("filters/", import.meta.url);
const dumps = new URL("../diff/fixtures/", import.meta.url);
const names = readdirSync(filters).map((file) => file.replace(/\.yaml$/, ""));

/** What Envoy refused of what istiod sent, and what went with it: in the patched dump, and not in the one after. */
const refused: Readonly<Record<string, readonly string[]>> = {
  "clusters-refused": [
    "remove cluster outbound|7070||grpc-echo.default.svc.cluster.local",
    "remove cluster outbound|8000|v1|httpbin.default.svc.cluster.local",
    "remove cluster outbound|8000|v2|httpbin.default.svc.cluster.local",
    "remove cluster outbound|8000||httpbin.default.svc.cluster.local",
  ],
  "listener-refused": [
    "add listener 10.96.0.18_9999",
    "remove listener 10.96.0.18_9999",
    "remove route_configuration unnamed.default.svc.cluster.local:9999",
  ],
};

/** What EnvoyFilters can touch. */
const patched: readonly string[] = ["listener", "cluster", "route_configuration", "extension"];

const read = (name: string): Snapshot => readSnapshot(readFileSync(new URL(`${name}.json.gz`, dumps)), { fileName: name }).snapshot;

describe.each(names)("%s", (name) => {
  const text = readFileSync(new URL(`${name}.yaml`, filters), "utf8");
  const { envoyFilters, warnings } = readEnvoyFilters([{ name: `${name}.yaml`, text }]);
  const before = read(`${name}.before`);
  const result = patchSnapshot(
    before,
    envoyFilters.map(({ envoyFilter }) => envoyFilter),
  );

  it("is written as istiod takes it", () => {
    // A filter match does nothing on FILTER_CHAIN, and one of these has it there.
    expect(warnings).toHaveLength(name === "listener-refused" ? 1 : 0);
  });

  it("gives the dump that Envoy printed once istiod had applied it", () => {
    const { changes } = diffSnapshots(result.snapshot, read(`${name}.after`));
    const left = changes.filter(({ resource }) => patched.includes(resource.type));
    expect(left.map(({ op, resource }) => `${op} ${resource.type} ${resource.name}`).sort()).toEqual(refused[name] ?? []);
  });

  it("points at what it changed, in both dumps", () => {
    const [given, now] = [before, result.snapshot].map((snapshot) => snapshot.documents[0]?.json() ?? null);
    for (const { places, nearest } of result.account) {
      for (const { in: within, at } of places) expect(valueAt((within === "given" ? given : now) ?? null, at ?? ""), `${at}`).toBeDefined();
      for (const { at } of nearest) expect(valueAt(given ?? null, at), at).toBeDefined();
    }
  });

  it("leaves every resource that it does not touch as it was, byte by byte", () => {
    const touched = new Set(result.account.flatMap(({ places }) => places.map(({ resource }) => `${resource.type} ${resource.name}`)));
    for (const kind of ["bootstrap", "cluster", "listener", "route_configuration", "secret", "endpoints"] as const) {
      const texts = (snapshot: Snapshot): readonly string[] =>
        snapshot
          .resources(kind)
          .filter((resource) => !touched.has(`${kind} ${resource.name}`))
          .map((resource) => `${resource.state} ${resource.name} ${new TextDecoder().decode(resource.bytes())}`);
      expect(texts(result.snapshot)).toEqual(texts(before));
    }
  });
});
