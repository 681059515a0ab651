import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type ResourceKind, type Snapshot, sectionNames } from "../../src/model/snapshot.js";
import { portablePlatform } from "../../src/platform.js";
import { readSnapshot } from "../../src/read/read-snapshot.js";
import type { ByteSource } from "../../src/util/byte-source.js";
import type { Json, JsonObject } from "../../src/util/json.js";
import { valueAt } from "../../src/util/json-pointer.js";
import { bytesOf, clusters, dumpOf, fixture, inflatedFixture, type } from "./dump-text.js";

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

const list = (snapshot: Snapshot, kind: ResourceKind) => snapshot.resources(kind).map(({ name, state, at }) => ({ name, state, at }));
const parse = (bytes: Uint8Array): Json => JSON.parse(new TextDecoder().decode(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes));
const problemsOf = (...sections: readonly Json[]) =>
  readSnapshot(dumpOf(...sections)).problems.filter(({ code }) => code !== "missing-sections");

/** Every resource is what its pointer points to, and its range holds just that. */
function expectPlaces(bytes: Uint8Array): Snapshot {
  const { snapshot } = readSnapshot(bytes);
  const whole = parse(bytes);
  for (const kind of kinds)
    for (const resource of snapshot.resources(kind)) {
      expect(resource.json(), resource.at).toEqual(valueAt(whole, resource.at));
      expect(parse(resource.bytes())).toEqual(resource.json());
      expect(resource.at.startsWith(resource.entryAt)).toBe(true);
    }
  return snapshot;
}

describe("dumps of the real Envoy", () => {
  test("a sidecar's dump has every section, and every resource by its name and state", () => {
    const { snapshot, problems } = readSnapshot(fixture("bookinfo.json.gz"), { fileName: "productpage.json.gz" });
    expect(problems).toEqual([]);
    expect(snapshot.origin).toBe("envoy");
    expect(snapshot.sections.map(({ name }) => name)).toEqual(sectionNames.filter((name) => name !== "ecds"));
    expect(snapshot.missingSections).toEqual(["ecds"]);
    expect(list(snapshot, "bootstrap")).toEqual([{ name: "", state: "static", at: "/configs/0/bootstrap" }]);
    expect(list(snapshot, "cluster").at(-1)).toEqual({
      name: "InboundPassthroughCluster",
      state: "active",
      at: "/configs/1/dynamic_active_clusters/1/cluster",
    });
    expect(list(snapshot, "endpoints")[0]?.name).toBe("agent");
    expect(snapshot.file).toMatchObject({ name: "productpage.json.gz", size: fixture("bookinfo.json.gz").length });
  });

  test("the file's size and hash are those of the bytes as given, and hashed once, when asked", () => {
    let hashed = 0;
    const sha256 = (source: ByteSource): string => {
      hashed++;
      return portablePlatform.sha256(source);
    };
    const { snapshot } = readSnapshot(bytesOf('{"configs":[]}'), { platform: { ...portablePlatform, sha256 } });
    expect(hashed).toBe(0);
    expect(snapshot.file.sha256).toBe("e16cbe87a8c57d022cab1a8cf0455de59205ad60fc1f37efcf4f659511222f68");
    expect(snapshot.file.sha256).toHaveLength(64);
    expect(hashed).toBe(1);
    expect(snapshot.file).toMatchObject({ name: "-", size: 14 });
  });

  test("refused listeners: each state of an entry is a resource, and an entry without a name has the listener's", () => {
    const snapshot = expectPlaces(inflatedFixture("listeners-rejected.json.gz"));
    const listeners = snapshot.resources("listener");
    expect(listeners.filter(({ name }) => name === "0.0.0.0_8000").map(({ state, at }) => ({ state, at }))).toEqual([
      { state: "active", at: "/configs/3/dynamic_listeners/1/active_state/listener" },
      { state: "error", at: "/configs/3/dynamic_listeners/1/error_state/failed_configuration" },
      { state: "error", at: "/configs/3/dynamic_listeners/4/error_state/failed_configuration" },
    ]);
    const [serving, refused] = listeners.filter(({ name }) => name === "0.0.0.0_8000");
    expect(refused?.failure?.details).toContain("script load error");
    expect(refused?.failure?.lastUpdateAttempt).toMatch(/^2026-/);
    expect(serving?.failure).toEqual(refused?.failure);
    expect(serving?.lastUpdated).toMatch(/^2026-/);
    expect(refused?.entryAt).toBe("/configs/3/dynamic_listeners/1");
    expect(listeners[0]?.failure).toBeNull();
  });

  test("warming clusters, secrets and listeners are told from active ones", () => {
    const warming = (name: string, kind: ResourceKind) =>
      expectPlaces(inflatedFixture(name))
        .resources(kind)
        .filter(({ state }) => state === "warming");
    expect(warming("warming.json.gz", "cluster")).toHaveLength(1);
    expect(warming("warming.json.gz", "secret").map(({ versionInfo }) => versionInfo)).toContain("uninitialized");
    expect(warming("warming-after-update.json.gz", "listener").map(({ at }) => at)).toEqual([
      "/configs/3/dynamic_listeners/1/warming_state/listener",
    ]);
  });

  test("istiod's dump: its own spelling in the pointers, its versions, no bootstrap", () => {
    const snapshot = expectPlaces(fixture("istiod.json.gz"));
    expect(snapshot.origin).toBe("istiod");
    expect(snapshot.resources("bootstrap")).toEqual([]);
    expect(snapshot.missingSections).toEqual([]);
    const [endpoints] = snapshot.resources("endpoints");
    expect(endpoints).toMatchObject({
      name: "outbound|8083||multi.default.svc.cluster.local",
      entryAt: "/configs/2/dynamicEndpointConfigs/0",
    });
    expect(endpoints?.versionInfo).toMatch(/^2026-/);
    expect(snapshot.resources("listener")[0]).toMatchObject({ at: "/configs/3/dynamicListeners/0/activeState/listener", state: "active" });
  });

  test("an ECDS section", () => {
    expect(list(expectPlaces(fixture("extension-config.json.gz")), "extension")).toEqual([
      { name: "lab-ecds-lua", state: "active", at: "/configs/2/ecds_filters/0/ecds_filter" },
    ]);
  });

  test("pretty, compact, gzip and plain are the same dump", () => {
    const text = inflatedFixture("bookinfo.json.gz");
    const compact = bytesOf(JSON.stringify(parse(text)));
    const found = [text, compact, new Uint8Array(gzipSync(compact))].map((bytes) =>
      kinds.map((kind) => list(readSnapshot(bytes).snapshot, kind)),
    );
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });
});

describe("sections", () => {
  const reviews: JsonObject = { "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", name: "outbound|9080||reviews" };

  test("v2alpha names of types", () => {
    const { snapshot } = readSnapshot(dumpOf({ "@type": type("ClustersConfigDump", "v2alpha"), static_clusters: [{ cluster: reviews }] }));
    expect(list(snapshot, "cluster")).toEqual([
      { name: "outbound|9080||reviews", state: "static", at: "/configs/0/static_clusters/0/cluster" },
    ]);
  });

  test("@type need not come first", () => {
    const { snapshot } = readSnapshot(
      dumpOf({ dynamic_active_clusters: [{ cluster: reviews }], version_info: "7", "@type": type("ClustersConfigDump") }),
    );
    expect(snapshot.sections).toEqual([{ name: "clusters", at: "/configs/0", versionInfo: "7" }]);
    expect(snapshot.resources("cluster")).toHaveLength(1);
  });

  test("one section by itself, with its type or with its members alone", () => {
    for (const section of [clusters({ static_clusters: [{ cluster: reviews }] }), { staticClusters: [{ cluster: reviews }] }]) {
      const { snapshot } = readSnapshot(bytesOf(JSON.stringify(section)));
      expect(snapshot.sections).toEqual([{ name: "clusters", at: "", versionInfo: null }]);
      expect(snapshot.resources("cluster")[0]?.json()).toEqual(reviews);
    }
    const { snapshot } = readSnapshot(bytesOf('{"bootstrap":{"node":{"id":"sidecar~10.0.0.1~reviews-v2.default~default"}}}'));
    expect(list(snapshot, "bootstrap")).toEqual([{ name: "", state: "static", at: "/bootstrap" }]);
  });

  test("a section twice: both are read, and said; ECDS stands once per kind of filter", () => {
    const twice = clusters({ static_clusters: [{ cluster: reviews }] });
    expect(readSnapshot(dumpOf(twice, twice)).snapshot.resources("cluster")).toHaveLength(2);
    expect(problemsOf(twice, twice)).toEqual([{ code: "duplicate-section", at: "/configs/1", section: "clusters" }]);
    expect(problemsOf({ "@type": type("EcdsConfigDump") }, { "@type": type("EcdsConfigDump") })).toEqual([]);
  });

  test("missing sections are named, ECDS excepted", () => {
    const { snapshot, problems } = readSnapshot(dumpOf({ "@type": type("RoutesConfigDump") }));
    expect(snapshot.missingSections).toEqual(sectionNames.filter((name) => name !== "routes"));
    expect(problems).toEqual([{ code: "missing-sections", sections: sectionNames.filter((name) => name !== "routes" && name !== "ecds") }]);
  });

  test("unknown sections are kept and named", () => {
    const { snapshot, problems } = readSnapshot(dumpOf({ "@type": type("XdsTpConfigDump") }));
    expect(snapshot.unknownSections).toEqual([{ type: type("XdsTpConfigDump"), at: "/configs/0" }]);
    expect(problems[0]).toEqual({ code: "unknown-section", at: "/configs/0", type: type("XdsTpConfigDump") });
  });

  test("an unknown member is named once per section, at its first place", () => {
    const entry = { cluster: reviews, last_served: "today" };
    expect(problemsOf(clusters({ static_clusters: [entry, entry], retired_clusters: [] }))).toEqual([
      { code: "unknown-member", at: "/configs/0/static_clusters/0/last_served", member: "last_served" },
      { code: "unknown-member", at: "/configs/0/retired_clusters", member: "retired_clusters" },
    ]);
  });

  test.each<[string, Json, string, string]>([
    ["an entry that is a number", clusters({ static_clusters: [7] }), "/configs/0/static_clusters/0", "an object"],
    ["a list that is an object", clusters({ static_clusters: {} }), "/configs/0/static_clusters", "a list"],
    ["an entry without its resource", clusters({ static_clusters: [{ last_updated: "" }] }), "/configs/0/static_clusters/0", "a cluster"],
    ["a resource that is null", clusters({ static_clusters: [{ cluster: null }] }), "/configs/0/static_clusters/0", "a cluster"],
    ["a resource that is a list", clusters({ static_clusters: [{ cluster: [] }] }), "/configs/0/static_clusters/0/cluster", "an object"],
    [
      "a state without its listener",
      { "@type": type("ListenersConfigDump"), dynamic_listeners: [{ name: "virtualInbound", active_state: {} }] },
      "/configs/0/dynamic_listeners/0/active_state",
      "a listener",
    ],
    [
      "a state that is a text",
      { "@type": type("ListenersConfigDump"), dynamic_listeners: [{ name: "virtualInbound", active_state: "up" }] },
      "/configs/0/dynamic_listeners/0/active_state",
      "an object",
    ],
    ["a section that is a text", "reviews", "/configs/0", "a section with its @type"],
    ["a section without a type", { static_clusters: [] }, "/configs/0", "a section with its @type"],
  ])("%s is a problem, and reading goes on", (_, section, at, expected) => {
    expect(problemsOf(section, { "@type": type("RoutesConfigDump") })).toEqual([{ code: "malformed-entry", at, expected }]);
  });

  test("a null list is an absent one", () => {
    expect(problemsOf(clusters({ static_clusters: null }))).toEqual([]);
  });
});

describe("entries", () => {
  test("a refused update of any kind is told with the serving resource, and is a resource of its own", () => {
    const { snapshot } = readSnapshot(
      dumpOf({
        "@type": type("RoutesConfigDump"),
        dynamic_route_configs: [
          {
            version_info: "3",
            route_config: { name: "9080" },
            error_state: { failed_configuration: { name: "9080", virtual_hosts: [] }, details: "duplicate domain", version_info: "4" },
            client_status: "NACKED",
          },
        ],
      }),
    );
    const [serving, refused] = snapshot.resources("route_configuration");
    const failure = { details: "duplicate domain", lastUpdateAttempt: null, versionInfo: "4" };
    expect(serving).toMatchObject({ state: "active", versionInfo: "3", failure });
    expect(refused).toMatchObject({ state: "error", versionInfo: "4", failure });
    expect(refused?.json()).toEqual({ name: "9080", virtual_hosts: [] });
  });

  test("a refused update without its configuration has the entry's name and no JSON", () => {
    const { snapshot } = readSnapshot(
      dumpOf({
        "@type": type("ListenersConfigDump"),
        dynamic_listeners: [{ name: "0.0.0.0_9080", error_state: { details: "no address" } }],
      }),
    );
    const [refused] = snapshot.resources("listener");
    expect(refused).toMatchObject({ name: "0.0.0.0_9080", state: "error", at: "/configs/0/dynamic_listeners/0/error_state" });
    expect(refused?.json()).toBeNull();
  });

  test("a status NACKED alone says that something was refused; ACKED does not", () => {
    const failures = ["NACKED", "ACKED"].map(
      (client_status) =>
        readSnapshot(
          dumpOf(clusters({ dynamic_active_clusters: [{ cluster: { name: "reviews-v2" }, client_status }] })),
        ).snapshot.resources("cluster")[0]?.failure,
    );
    expect(failures).toEqual([{ details: "", lastUpdateAttempt: null, versionInfo: null }, null]);
  });

  test("scoped routes: every configuration of a group is a resource; a group may be empty", () => {
    const section = {
      "@type": type("ScopedRoutesConfigDump"),
      inline_scoped_route_configs: [{ name: "gateway" }],
      dynamic_scoped_route_configs: [{ name: "scopes", version_info: "2", scoped_route_configs: [{ name: "eu" }, { name: "us" }] }],
    };
    expect(problemsOf(section)).toEqual([]);
    const { snapshot } = readSnapshot(dumpOf(section));
    expect(list(snapshot, "scoped_route")).toEqual([
      { name: "eu", state: "active", at: "/configs/0/dynamic_scoped_route_configs/0/scoped_route_configs/0" },
      { name: "us", state: "active", at: "/configs/0/dynamic_scoped_route_configs/0/scoped_route_configs/1" },
    ]);
    expect(snapshot.resources("scoped_route")[0]?.versionInfo).toBe("2");
  });

  test("a secret has its own name, else its entry's", () => {
    const { snapshot } = readSnapshot(
      dumpOf({
        "@type": type("SecretsConfigDump"),
        static_secrets: [{ name: "entry", secret: { name: "ROOTCA" } }],
        dynamic_active_secrets: [{ name: "default", secret: {} }],
        dynamic_warming_secrets: [{ secret: { name: "kubernetes://b-cert" } }, { secret: { name: 7 } }],
      }),
    );
    expect(list(snapshot, "secret").map(({ name, state }) => [name, state])).toEqual([
      ["ROOTCA", "static"],
      ["default", "active"],
      ["kubernetes://b-cert", "warming"],
      ["", "warming"],
    ]);
  });

  test("names are those of the resource, not of what is in it; escapes are undone", () => {
    const text = `{"configs":[{"\\u0040type":"${type("ClustersConfigDump")}","st\\u0061tic_clusters":[{"cluster":
      {"transport_socket":{"name":"tls"},"n\\u0061me":"caf\\u00e9 \\"\\u2603\\"","metadata":{"name":"x"}}}]}]}`;
    expect(list(readSnapshot(bytesOf(text)).snapshot, "cluster")).toEqual([
      { name: 'café "☃"', state: "static", at: "/configs/0/static_clusters/0/cluster" },
    ]);
  });

  test("of equal keys the last one counts, as with JSON.parse", () => {
    const section = `"@type":"x","@type":"${type("ClustersConfigDump")}","static_clusters":[7],"static_clusters":[{"cluster":{"name":"old"},
      "cluster":{"name":"v1","name":"v2"}}]`;
    const bytes = bytesOf(`{"configs":7,"configs":[{${section}}]}`);
    const { snapshot, problems } = readSnapshot(bytes);
    expect(list(snapshot, "cluster").map(({ name }) => name)).toEqual(["v2"]);
    expect(snapshot.resources("cluster")[0]?.json()).toEqual({ name: "v2" });
    expect(problems.map(({ code }) => code)).toEqual(["missing-sections"]);
  });

  test("keys such as __proto__ are keys like any other", () => {
    const text = `{"__proto__":{"configs":[]},"configs":[{"@type":"${type("ClustersConfigDump")}","__proto__":[],"constructor":1,
      "static_clusters":[{"cluster":{"name":"reviews-v2","__proto__":{"polluted":true}}}]}]}`;
    const { snapshot, problems } = readSnapshot(bytesOf(text));
    expect(problems.filter(({ code }) => code === "unknown-member")).toEqual([
      { code: "unknown-member", at: "/__proto__", member: "__proto__" },
      { code: "unknown-member", at: "/configs/0/__proto__", member: "__proto__" },
      { code: "unknown-member", at: "/configs/0/constructor", member: "constructor" },
    ]);
    const cluster = snapshot.resources("cluster")[0]?.json();
    expect(Object.keys(cluster ?? {})).toEqual(["name", "__proto__"]);
    expect(JSON.stringify({})).toBe("{}");
  });

  test("a byte-order mark is passed over", () => {
    expect(readSnapshot(bytesOf('\ufeff{"configs":[]}')).snapshot.sections).toEqual([]);
  });

  test("100,000 nested arrays in a resource neither overflow nor hang", () => {
    const deep = `{"name":"deep","metadata":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    const { snapshot } = readSnapshot(
      bytesOf(`{"configs":[{"@type":"${type("ClustersConfigDump")}","static_clusters":[{"cluster":${deep}}]}]}`),
    );
    expect(snapshot.resources("cluster")[0]?.json()).toHaveProperty("name", "deep");
  });
});

const shared = fileURLToPath(new URL("../../../shared/", import.meta.url));

function dumpsBelow(folder: string, isDump: RegExp): readonly string[] {
  if (!existsSync(shared + folder)) return [];
  return readdirSync(shared + folder, { recursive: true, encoding: "utf8" })
    .filter((path) => isDump.test(path) && !/11-scale|unconvertible|ztunnel/.test(path))
    .map((path) => `${shared}${folder}/${path}`);
}

const recorded = [
  ...dumpsBelow("data", /config_dump[^/]*\.json(\.gz)?$/),
  ...dumpsBelow("cases/istioctl", /config_?dump(_diff)?\.json$|_config\.json$/),
];

test.skipIf(recorded.length === 0)(
  "every recorded dump beside the project is read (skipped in a clean clone, which has none)",
  { timeout: 60_000 },
  () => {
    for (const path of recorded) expectPlaces(new Uint8Array(readFileSync(path)));
  },
);
