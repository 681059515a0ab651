import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { dump } from "js-yaml";
import { describe, expect, it } from "vitest";
import {
  explain,
  type InputFile,
  listBootstraps,
  listClusters,
  listEndpoints,
  listListeners,
  listRoutes,
  listSecrets,
  type ReadOptions,
  type Request,
  readSnapshot,
  requestForTarget,
  type Snapshot,
  summarise,
} from "../../src/index.js";
import { sourceOf, wholeOf } from "../../src/util/byte-source.js";
import { isJsonObject, type Json } from "../../src/util/json.js";
import { bytesOf, fixture } from "./dump-text.js";
import { istioctlEndpoints, istioctlList, istioctlSection } from "./istioctl-output.js";

const now = "2026-11-25T20:00:00.000Z";
const lists = { listListeners, listRoutes, listClusters, listEndpoints } as const;
const targets = [
  "http://reviews:9080/reviews/0",
  "http://reviews:9080/v2/books",
  "https://api.example.com/",
  "tcp://mysql:3306",
  "http://productpage:9080/",
];

/** What only a dump's entries and sections say. */
const ofEntries = ["state", "lastUpdated", "versionInfo"];

/** An answer without the places in the file, the file itself and what else is left out. */
function bare(value: unknown, ...left: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => bare(item, ...left));
  if (typeof value !== "object" || value === null) return value;
  const own = ["at", "listenerAt", "routeConfigurationAt", "virtualHostAt", "file", ...left];
  return Object.fromEntries(Object.entries(value).flatMap(([key, member]) => (own.includes(key) ? [] : [[key, bare(member, ...left)]])));
}

const read = (bytes: Uint8Array, options: ReadOptions = {}) => readSnapshot(bytes, { fileName: "config_dump.json", ...options });
const requestsFor = (snapshot: Snapshot, names = targets): readonly Request[] =>
  names.map((target) => requestForTarget(snapshot, target, {}).request);
const codesOf = ({ problems }: ReturnType<typeof read>) => problems.map(({ code }) => code).sort();

const answersOf = (snapshot: Snapshot, requests: readonly Request[]) => ({
  summary: bare(summarise(snapshot, { now })),
  lists: [...Object.values(lists).map((list) => bare(list(snapshot))), bare(listSecrets(snapshot, now)), bare(listBootstraps(snapshot))],
  explanations: requests.map((request) => bare(explain(snapshot, request))),
});

const text = new Uint8Array(gunzipSync(readFileSync(new URL("../../snapshots/bookinfo.json.gz", import.meta.url))));
const words = new TextDecoder().decode(text);
const utf16 = (bigEndian: boolean, mark: boolean): Uint8Array => {
  const bytes = Buffer.from(`${mark ? "\ufeff" : ""}${words}`, "utf16le");
  return new Uint8Array(bigEndian ? bytes.swap16() : bytes);
};
const yaml = dump(JSON.parse(words));

describe("the same dump as another text", () => {
  const plain = read(text).snapshot;
  const requests = requestsFor(plain);
  const expected = answersOf(plain, requests);

  it.each<[string, Uint8Array, readonly string[]]>([
    ["compact", bytesOf(JSON.stringify(JSON.parse(words))), []],
    ["gzip", new Uint8Array(gzipSync(text)), []],
    ["gzip in gzip", new Uint8Array(gzipSync(gzipSync(text))), []],
    ["behind a byte-order mark", bytesOf(`\ufeff${words}`), []],
    ["lines that end with CRLF", bytesOf(words.replaceAll("\n", "\r\n")), []],
    ["UTF-16, little end first", utf16(false, true), ["encoding"]],
    ["UTF-16, big end first", utf16(true, true), ["encoding"]],
    ["UTF-16 without a mark, little end first", utf16(false, false), ["encoding"]],
    ["UTF-16 without a mark, big end first", utf16(true, false), ["encoding"]],
    ["gzip of UTF-16", new Uint8Array(gzipSync(utf16(false, true))), ["encoding"]],
    ["YAML", bytesOf(yaml), []],
    ["YAML behind words", bytesOf(`Defaulted container "istio-proxy" out of: istio-proxy, app\n${yaml}`), ["words-around"]],
    [
      "kubectl's choice of a container before",
      bytesOf(`Defaulted container "istio-proxy" out of: app, istio-proxy\n${words}`),
      ["words-around"],
    ],
    ["a port-forward's line before", bytesOf(`Handling connection for 15000\n${words}`), ["words-around"]],
    ["the same on the dump's own line", bytesOf(`Handling connection for 15000${words}`), ["words-around"]],
    ["a warning before", bytesOf(`Warning: the token expires soon\n\n${words}`), ["words-around"]],
    ["a prompt before and behind", bytesOf(`[me@bastion ~]$ cat dump\r\n${words}[me@bastion ~]$ `), ["words-around", "words-around"]],
    ["a port-forward's line behind", bytesOf(`${words}\nHandling connection for 15000\n`), ["words-around"]],
  ])("%s", (_, bytes, codes) => {
    const found = read(bytes);
    expect(codesOf(found)).toEqual(codes);
    expect(answersOf(found.snapshot, requests)).toEqual(expected);
    expect(listClusters(found.snapshot).items).toEqual(listClusters(plain).items);
  });

  it("a word more than words may be is no dump: the rest of a broken text, a second dump", () => {
    for (const behind of ["}", ",", "{}", '[{"configs":[]}]', ":"])
      expect(() => read(bytesOf(words + behind))).toThrow(/the end of the text/);
  });
});

describe("packed", () => {
  const plain = read(fixture("bookinfo.json.gz")).snapshot;

  it("zstd, made by zstd's own command", () => {
    const found = read(fixture("bookinfo.json.zst"));
    expect(answersOf(found.snapshot, [])).toEqual(answersOf(plain, []));
  });

  it("a tar archive: the entry that is asked for, by its name, its pod, or the end of one", () => {
    for (const entry of [
      "bug-report/proxies/default/productpage-v1-7d9f/config_dump",
      "default/productpage-v1-7d9f",
      "productpage-v1-7d9f",
    ]) {
      const found = read(fixture("bug-report.tar.gz"), { entry });
      expect(answersOf(found.snapshot, [])).toEqual(answersOf(plain, []));
      expect(found.snapshot.file.entry).toBe("bug-report/proxies/default/productpage-v1-7d9f/config_dump");
      expect(found.snapshot.file.size).toBe(fixture("bug-report.tar.gz").length);
    }
  });

  it.each<[string, string | undefined, RegExp]>([
    [
      "none is chosen",
      undefined,
      /holds 3 config dumps: default\/details-v1-a+, default\/productpage-v1-7d9f, default\/sleep-5f6d; choose one with --entry/,
    ],
    ["none has that name", "default/slep-5f6d", /holds no config dump named default\/slep-5f6d; did you mean default\/sleep-5f6d\?/],
    ["several have it", "config_dump", /stands for .*details.* and .*productpage.*; give the whole name/],
    ["it is cut off", `details-v1-${"a".repeat(90)}`, /entry bug-report.*config_dump: JSON ends at byte 3000 inside/],
  ])("a tar archive where %s is refused", (_, entry, says) => {
    expect(() => read(fixture("bug-report.tar.gz"), entry === undefined ? {} : { entry })).toThrow(says);
  });

  it("a tar archive that ends in the middle, and whose only dump is whole", () => {
    const archive = gunzipSync(fixture("bug-report.tar.gz"));
    const start = archive.indexOf("bug-report/proxies/default/productpage-v1-7d9f/config_dump");
    const size = Number.parseInt(archive.subarray(start + 124, start + 135).toString(), 8);
    const found = read(new Uint8Array(archive.subarray(start, start + 512 + Math.ceil(size / 512) * 512 + 700)));
    expect(codesOf(found)).toEqual(["damaged-archive", "only-entry"]);
    expect(answersOf(found.snapshot, [])).toEqual(answersOf(plain, []));
  });
});

describe("the real Envoy's answers to queries", () => {
  const file = (name: string): InputFile => ({ fileName: name, bytes: fixture(`envoy/${name}`) });
  const whole = read(fixture("envoy/config_dump.json.gz")).snapshot;
  const parts = readdirSync(new URL("fixtures/envoy/", import.meta.url))
    .filter((name) => /^resource-.*\.json$/.test(name))
    .sort()
    .reverse();
  const requests: readonly Request[] = [
    {
      destination: { ip: "127.0.0.1", port: 19080 },
      http: { version: "http/1.1", method: "GET", authority: "reviews", path: "/v2", headers: {} },
    },
    {
      destination: { ip: "127.0.0.1", port: 19080 },
      http: { version: "http/1.1", method: "GET", authority: "ratings", path: "/", headers: {} },
    },
    {
      destination: { ip: "127.0.0.1", port: 19081 },
      http: { version: "http/1.1", method: "GET", authority: "details", path: "/", headers: {} },
    },
    { destination: { ip: "127.0.0.1", port: 19306 }, payload: "hello tcp\n" },
    { destination: { ip: "127.0.0.1", port: 4711 }, payload: "hello tcp\n" },
  ];

  it("?resource= of every list, with ?mask=bootstrap, is the whole dump", () => {
    expect(parts).toHaveLength(9);
    const found = read(fixture("envoy/mask-bootstrap.json.gz"), { with: parts.map(file) });
    expect(new Set(codesOf(found))).toEqual(new Set(["lone-entries", "missing-sections"]));
    expect(found.snapshot.missingSections).toEqual(["scoped_routes", "ecds"]);
    const left = ["versionInfo", "lastUpdated"];
    const [one, other] = [answersOf(found.snapshot, requests), answersOf(whole, requests)];
    expect(one.explanations).toEqual(other.explanations);
    expect(sorted(bare(one.lists, ...left))).toEqual(sorted(bare(other.lists, ...left)));
    expect(bare(one.summary, "sections")).toEqual(bare(other.summary, "sections"));
    expect(found.snapshot.resources("cluster").map(({ at }) => at)).toContain("resource-dynamic_active_clusters.json#/configs/2/cluster");
    expect(found.snapshot.file.with?.map(({ name }) => name)).toEqual(parts);
  });

  it("?mask= of one list is that list", () => {
    const found = read(fixture("envoy/mask-dynamic_listeners.json")).snapshot;
    const dynamic = listListeners(whole).items.filter(({ state }) => state === "active");
    expect(bare(listListeners(found).items)).toEqual(bare(dynamic));
  });

  it("?name_regex= holds what the name fits, in sections that are whole", () => {
    const found = read(fixture("envoy/name_regex.json.gz"));
    expect(codesOf(found)).toEqual([]);
    const reviews = listClusters(whole).items.filter(({ name }) => name.startsWith("reviews"));
    expect(bare(listClusters(found.snapshot).items)).toEqual(bare(reviews));
  });

  it("/clusters has the endpoints of the dump", () => {
    const addresses = (snapshot: Snapshot) =>
      listEndpoints(snapshot).items.map(({ cluster, address, port, status }) => ({ cluster, address, port, status }));
    const expected = sorted(addresses(whole));
    const alone = read(fixture("envoy/clusters.json"));
    expect(codesOf(alone)).toEqual(["cluster-statuses", "missing-sections"]);
    expect(sorted(addresses(alone.snapshot))).toEqual(expected);
    const beside = read(fixture("envoy/config_dump.json.gz"), { clusters: file("clusters.json") });
    expect(codesOf(beside)).toEqual([]);
    expect(sorted(addresses(beside.snapshot))).toEqual(expected);
    expect(beside.snapshot.resources("endpoints")[0]?.at).toMatch(/^clusters\.json#\/cluster_statuses\/0$/);
    expect(() => read(fixture("envoy/config_dump.json.gz"), { clusters: file("bootstrap.json") })).toThrow(/has no cluster_statuses/);
  });

  it("a refusal of Envoy's is told as such", () => {
    expect(() => read(fixture("envoy/mask-refused.txt"))).toThrow(/Envoy refused the query: "FieldMask dynamic_listeners\.name could not/);
  });

  it("the bootstrap that `envoy -c` takes decides as the dump of the Envoy that took it", () => {
    const started = read(fixture("envoy/static.json.gz")).snapshot;
    const found = read(fixture("envoy/static-bootstrap.yaml"));
    expect(codesOf(found)).toEqual(["bootstrap-file"]);
    const asked: readonly Request[] = [
      {
        destination: { ip: "127.0.0.1", port: 19080 },
        http: { version: "http/1.1", method: "GET", authority: "x", path: "/v2/a", headers: {} },
      },
      { destination: { ip: "127.0.0.1", port: 19080 }, http: { version: "h2", method: "GET", authority: "x", path: "/", headers: {} } },
      { destination: { ip: "127.0.0.1", port: 19443 }, tls: { sni: "reviews.example.com" } },
      { destination: { ip: "127.0.0.1", port: 19443 }, tls: { sni: "ratings.example.com" } },
      { destination: { ip: "127.0.0.1", port: 19306 }, payload: "hello tcp\n" },
    ];
    // Envoy's own dump says when it took a resource, and that an endpoint without a health check is healthy.
    const left = [...ofEntries, "health", "status"];
    for (const request of asked) expect(bare(explain(found.snapshot, request), ...left)).toEqual(bare(explain(started, request), ...left));
    for (const list of Object.values(lists))
      expect(sorted(bare(list(found.snapshot).items, ...left))).toEqual(sorted(bare(list(started).items, ...left)));
  });

  it("a bootstrap that is fed by xDS says so", () => {
    expect(read(fixture("envoy/bootstrap.json")).problems).toEqual([{ code: "bootstrap-file", at: "", isFed: true }]);
  });
});

describe("what istioctl proxy-config prints", () => {
  const dumped = read(text).snapshot;
  const requests = requestsFor(dumped);
  const named = (name: string, json: Json): InputFile => ({ fileName: name, bytes: bytesOf(JSON.stringify(json, null, 4)) });
  const listeners = named("listeners.json", istioctlList(dumped, "listener"));
  const parts = [
    named("routes.json", istioctlList(dumped, "route_configuration")),
    named("clusters.json", istioctlList(dumped, "cluster")),
    named("secrets.json", istioctlSection(dumped, "secret")),
    named("bootstrap.json", istioctlSection(dumped, "bootstrap")),
    named(
      "endpoints.json",
      dumped.resources("endpoints").map((resource) => resource.json() ?? {}),
    ),
  ];

  it("several lists together are one snapshot", () => {
    const found = read(wholeOf(sourceOf(listeners.bytes)), { fileName: "listeners.json", with: parts });
    expect(new Set(codesOf(found))).toEqual(new Set(["bare-resources", "missing-sections"]));
    const left = ofEntries;
    const [one, other] = [answersOf(found.snapshot, requests), answersOf(dumped, requests)];
    expect(one.explanations).toEqual(other.explanations);
    expect(sorted(bare(one.lists, ...left))).toEqual(sorted(bare(other.lists, ...left)));
    expect(found.snapshot.origin).toBe("envoy");
  });

  it.each<[string, Json, keyof typeof lists]>([
    ["listeners", istioctlList(dumped, "listener"), "listListeners"],
    ["routes", istioctlList(dumped, "route_configuration"), "listRoutes"],
    ["clusters", istioctlList(dumped, "cluster"), "listClusters"],
  ])("%s, as JSON and as YAML", (_, json, list) => {
    const expected = bare(lists[list](dumped).items, ...ofEntries);
    for (const printed of [JSON.stringify(json), dump(json)]) {
      const found = read(bytesOf(printed));
      expect(codesOf(found)).toEqual(["bare-resources", "missing-sections"]);
      expect(bare(lists[list](found.snapshot).items, ...ofEntries)).toEqual(expected);
    }
  });

  it("one resource out of a list", () => {
    const [first = {}] = istioctlList(dumped, "cluster");
    const { snapshot } = read(bytesOf(JSON.stringify(first)));
    expect(snapshot.resources("cluster").map(({ name, at }) => ({ name, at }))).toEqual([
      { name: isJsonObject(first) ? first.name : "", at: "" },
    ]);
  });

  it("endpoints: the statuses of clusters", () => {
    const statuses: Json = JSON.parse(new TextDecoder().decode(fixture("envoy/clusters.json")));
    const printed = istioctlEndpoints(isJsonObject(statuses) ? statuses : {});
    const found = read(bytesOf(JSON.stringify(printed))).snapshot;
    expect(bare(listEndpoints(found).items)).toEqual(bare(listEndpoints(read(fixture("envoy/clusters.json")).snapshot).items));
    expect(listEndpoints(found).items.length).toBeGreaterThan(3);
  });

  it("entries that are none are told, and left out", () => {
    const found = read(bytesOf('[{"name":"reviews-v1","type":"EDS"},7,{"name":"reviews-v2","type":"EDS"}]'));
    expect(found.snapshot.resources("cluster").map(({ name }) => name)).toEqual(["reviews-v1", "reviews-v2"]);
    expect(found.problems[0]).toEqual({ code: "malformed-entry", at: "/1", expected: "an object" });
  });
});

describe("API v2", () => {
  it("sections and resources of v2 are read as v3's, and said to be old", () => {
    const old = new TextDecoder()
      .decode(new Uint8Array(gunzipSync(fixture("bookinfo.json.gz"))))
      .replaceAll("envoy.admin.v3.", "envoy.admin.v2alpha.")
      .replaceAll("envoy.config.cluster.v3.Cluster", "envoy.api.v2.Cluster")
      .replaceAll("envoy.config.listener.v3.Listener", "envoy.api.v2.Listener")
      .replaceAll("envoy.config.route.v3.RouteConfiguration", "envoy.api.v2.RouteConfiguration")
      .replaceAll("envoy.config.endpoint.v3.ClusterLoadAssignment", "envoy.api.v2.ClusterLoadAssignment");
    const found = read(bytesOf(old));
    expect(codesOf(found)).toEqual(["older-api"]);
    const plain = read(fixture("bookinfo.json.gz")).snapshot;
    const requests = requestsFor(plain);
    expect(answersOf(found.snapshot, requests).explanations).toEqual(answersOf(plain, requests).explanations);
    expect(bare(listListeners(found.snapshot))).toEqual(bare(listListeners(plain)));
  });
});

/** In an order that does not depend on that of the file. */
function sorted(value: unknown): unknown {
  return Array.isArray(value)
    ? value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    : isPlain(value)
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sorted(item)]))
      : value;
}

const isPlain = (value: unknown): value is object => typeof value === "object" && value !== null;
