import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Explanation, explain, readSnapshot } from "../../src/index.js";
import { type Comparison, compareRecording } from "./compare.js";
import { recordedDumps } from "./recorded-dumps.js";
import { type CaseRecording, exemptionOf, parseRecordings, type ScenarioRecording } from "./recording.js";
import { describeDisagreements, describeTally, tally } from "./tally.js";

const engine = { readSnapshot, explain };
const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));
const data = fileURLToPath(new URL("../../../shared/data", import.meta.url));
const hasData = existsSync(data);

const explanation: Explanation = {
  schemaVersion: 1,
  kind: "explanation",
  xdsight: "0",
  file: { name: "productpage.json", size: 0, sha256: "" },
  request: { destination: { ip: "10.96.0.11", port: 9080 } },
  resolved: { how: "given", at: null },
  listener: { name: "0.0.0.0_9080", address: "0.0.0.0:9080", at: "/l" },
  filterChain: { name: null, index: 0, default: true, at: "/f" },
  routeConfiguration: { name: "9080", source: "rds", at: "/rc" },
  virtualHost: { name: "reviews:9080", domain: "reviews", at: "/v" },
  route: { name: "canary", index: 0, at: "/r" },
  clusters: [
    { name: "reviews-v1", type: "EDS", inDump: true, weight: 90, chosen: true, at: "/c" },
    { name: "reviews-v2", type: "EDS", inDump: true, weight: 10, chosen: false, at: "/c" },
  ],
  mirrors: [],
  outcome: "forward",
  cause: null,
  response: null,
  rewrite: { authority: "reviews", path: "/v1/reviews" },
  timeout: null,
  retry: null,
  endpoints: [{ address: "10.244.1.10:9080", health: "HEALTHY", weight: 1, locality: "", at: "/e" }],
  tls: { mode: "ISTIO_MUTUAL", sni: "reviews-v1.sni", alpn: ["istio"], at: "/t" },
  why: [],
  uncertain: [],
};
const forwarded = { status: 200, flags: [], details: "via_upstream", location: null, grpcStatus: null };
const scenario: ScenarioRecording = {
  id: "reviews-split",
  request: {
    destination: { ip: "10.96.0.11", port: 9080 },
    http: { version: "http/1.1", method: "GET", authority: "reviews", path: "/reviews", headers: {} },
  },
  count: 1,
  observed: {
    listener: "0.0.0.0_9080",
    filterChain: null,
    virtualHost: "reviews:9080",
    route: "canary",
    clusters: [{ name: "reviews-v1", count: 1 }],
    response: forwarded,
    rewrite: { authority: "reviews", path: "/v1/reviews" },
    upstream: { hosts: { "10.244.1.10:9080": 1 }, tls: { sni: "reviews-v1.sni", offered_alpn: ["istio"] } },
    client: { status: 200 },
    noFilterChainMatch: false,
  },
};
const differing = (comparisons: readonly Comparison[]) => comparisons.filter(({ agrees }) => !agrees).map(({ field }) => field);
const rejection = { status: 404, details: "route_not_found", flags: ["NR"], grpcStatus: null, location: null };
const rejected: Explanation = {
  ...explanation,
  outcome: "rejected",
  clusters: [],
  endpoints: [],
  tls: null,
  rewrite: null,
  response: rejection,
};

describe("a recording of a scenario", () => {
  it("agrees with the explanation that says the same", () => {
    const comparisons = compareRecording(scenario, explanation);
    expect(differing(comparisons)).toEqual([]);
    expect(comparisons.map(({ field }) => field)).toEqual([
      ...[
        "listener",
        "virtual host",
        "route",
        "clusters",
        "forwarded",
        "authority sent",
        "path sent",
        "SNI sent",
        "ALPN sent",
        "endpoints",
      ],
    ]);
  });

  it.each<[string, Partial<ScenarioRecording["observed"]>, Partial<Explanation>, readonly string[]]>([
    ["another listener", { listener: "virtualOutbound" }, {}, ["listener"]],
    ["a named chain for an unnamed one", { filterChain: "http" }, {}, ["filter chain"]],
    ["a virtual host for none", {}, { virtualHost: null }, ["virtual host"]],
    ["another route", { route: "default" }, {}, ["route"]],
    ["a cluster that the draw did not pick", { clusters: [{ name: "reviews-v2", count: 1 }] }, {}, ["clusters"]],
    ["forwarded for rejected", {}, { outcome: "rejected" }, ["forwarded"]],
    ["another path upstream", { rewrite: { authority: "reviews", path: "/reviews" } }, {}, ["path sent"]],
    ["another authority upstream", { rewrite: { authority: "reviews:9080", path: null } }, {}, ["authority sent"]],
    ["plaintext for TLS", {}, { tls: null }, ["SNI sent", "ALPN sent"]],
    ["an endpoint of another cluster", { upstream: { hosts: { "10.244.1.12:9080": 1 } } }, {}, ["endpoints"]],
  ])("disagrees in one field: %s", (_, observed, explained, fields) => {
    const comparisons = compareRecording(
      { ...scenario, observed: { ...scenario.observed, ...observed } },
      { ...explanation, ...explained },
    );
    expect(differing(comparisons)).toEqual(fields);
  });

  it("leaves out what was not observed", () => {
    const nothing = {
      listener: null,
      filterChain: null,
      virtualHost: null,
      route: null,
      clusters: null,
      response: null,
      rewrite: null,
      upstream: null,
    };
    expect(compareRecording({ ...scenario, observed: { ...scenario.observed, ...nothing } }, explanation)).toEqual([]);
  });

  it("compares Envoy's own answer in all its parts, and takes no cluster for none", () => {
    const observed = { ...scenario.observed, clusters: [], response: { ...rejection, location: null }, rewrite: null, upstream: null };
    expect(differing(compareRecording({ ...scenario, observed }, rejected))).toEqual([]);
    const wrong = { ...rejected, response: { ...rejection, status: 503, flags: ["NC"], details: "cluster_not_found" } };
    expect(differing(compareRecording({ ...scenario, observed }, wrong))).toEqual(["status", "details", "flags"]);
    expect(differing(compareRecording({ ...scenario, observed }, explanation))).toEqual(["no cluster", "status", "details", "flags"]);
  });

  it("knows a gRPC status by its name", () => {
    const response = { ...rejection, grpcStatus: "Unimplemented" };
    const observed = { ...scenario.observed, clusters: [], response };
    expect(differing(compareRecording({ ...scenario, observed }, { ...rejected, response: { ...rejection, grpcStatus: 12 } }))).toEqual([]);
    expect(differing(compareRecording({ ...scenario, observed }, { ...rejected, response: { ...rejection, grpcStatus: 14 } }))).toEqual([
      "gRPC status",
    ]);
  });

  it("compares how a TCP connection ended", () => {
    const denied = { status: 0, details: null, flags: [], location: null, grpcStatus: null, terminationDetails: "rbac_access_denied" };
    const observed = { ...scenario.observed, clusters: null, response: denied, rewrite: null, upstream: null };
    const closed: Explanation = { ...rejected, outcome: "closed", response: { ...rejection, details: "rbac_access_denied" } };
    expect(differing(compareRecording({ ...scenario, observed }, closed))).toEqual([]);
    expect(differing(compareRecording({ ...scenario, observed }, rejected))).toEqual(["termination"]);
  });

  it("takes the client's word for an answer that was not logged", () => {
    const observed = { ...scenario.observed, clusters: null, response: null, rewrite: null, upstream: null, client: { status: 404 } };
    expect(differing(compareRecording({ ...scenario, observed }, rejected))).toEqual([]);
    expect(differing(compareRecording({ ...scenario, observed: { ...observed, client: { status: 400 } } }, rejected))).toEqual(["status"]);
    expect(differing(compareRecording({ ...scenario, observed: { ...observed, client: { status: 400 } } }, explanation))).toEqual([]);
  });

  it("asks nothing of a host that chance picks", () => {
    const clusters = explanation.clusters.map((cluster) => ({ ...cluster, chosen: null }));
    const observed = { ...scenario.observed, clusters: [{ name: "reviews-v2", count: 1 }], upstream: { hosts: { "10.244.1.12:9080": 1 } } };
    expect(differing(compareRecording({ ...scenario, observed }, { ...explanation, clusters }))).toEqual([]);
  });
});

describe("a recording of a generated case", () => {
  const generated: CaseRecording = {
    id: "a03-10-021",
    request: scenario.request,
    observed: {
      listener: { name: "0.0.0.0_9080" },
      filterChain: null,
      virtualHost: { name: "reviews:9080" },
      route: { name: "canary" },
      clusters: [{ name: "reviews-v1" }],
      outcome: "forward",
      response: null,
      rewrite: { authority: "reviews", path: "/v1/reviews" },
      endpoints: [{ address: "10.244.1.10:9080" }],
    },
    absent: [],
    client: {},
    wire: { kind: "http1", raw: "" },
    random: false,
  };
  const compare = (change: Partial<CaseRecording>, explained = explanation) =>
    differing(compareRecording({ ...generated, ...change }, explained));

  it("agrees with the explanation that says the same", () => expect(compare({})).toEqual([]));

  it("takes null for none only where Envoy showed it", () => {
    const observed = { ...generated.observed, route: null, virtualHost: null };
    expect(compare({ observed })).toEqual([]);
    expect(compare({ observed, absent: ["route"] })).toEqual(["route"]);
    expect(compare({ observed, absent: ["route"], notes: ["rejected before routing; …"] })).toEqual([]);
    expect(compare({ observed: { ...generated.observed, rewrite: null }, absent: ["rewrite"] })).toEqual(["authority sent", "path sent"]);
  });

  it("compares the outcome", () => expect(compare({}, rejected)).toEqual(["clusters", "outcome"]));

  it("is exempt where the request can't tell", () => {
    const bytes = (raw: string) => exemptionOf({ ...generated, wire: { kind: "bytes", raw: btoa(raw) } }, "fuzz/b25");
    expect(exemptionOf(generated, "fuzz/a03")).toBeNull();
    expect(exemptionOf({ ...generated, wire: { kind: "partial", raw: "" } }, "fuzz/b25")).toContain("too few");
    expect(exemptionOf({ ...generated, wire: { kind: "tls", raw: "", proxyAfterInspector: true } }, "fuzz/b25")).toContain("PROXY");
    expect(bytes("\r\n\r\nGET / HTTP/1.1\r\n\r\n")).toContain("HTTP");
    expect(bytes("hello tcp\n")).toBeNull();
    expect(exemptionOf({ ...scenario, id: "hosts-empty" }, "14")).toContain("empty Host");
    expect(exemptionOf({ ...scenario, id: "mv" }, "07d-lua/after")).toContain("Lua");
    expect(exemptionOf({ ...scenario, id: "mv" }, "07d-lua/before")).toBeNull();
    expect(exemptionOf(scenario, "01")).toBeNull();
  });
});

it("prints a table and each disagreement on a line", () => {
  const recordings = parseRecordings(`${JSON.stringify(scenario)}\n${JSON.stringify({ ...scenario, id: "hosts-empty" })}\n`);
  const wrong = tally([{ folder: "bookinfo", recordings, explain: () => ({ ...explanation, route: null }) }]);
  expect(describeDisagreements(wrong)).toBe('bookinfo reviews-split: route: observed "canary", explained nothing\n');
  expect(describeTally(wrong)).toContain("route                         0       1    0.00 %\n");
  expect(describeTally(wrong)).toContain("exempt: 1\n");
  expect(describeTally(tally([{ folder: "outage", unreadable: "it is empty" }]))).toContain("outage: it is empty\n");
});

it("explains what Envoy did with every request of four scenarios", () => {
  const result = tally(recordedDumps(fixtures, engine));
  expect(describeDisagreements(result)).toBe("");
  expect(result.exempt.map(({ id }) => id)).toEqual([
    "bookinfo-allow-any httpbin-emptyhost",
    "matching-matrix m-rt30",
    "matching-matrix hosts-empty",
    "matching-matrix ch-tls-d2-nosni-noalpn",
    "matching-matrix ch-tls-d3-nosni-noalpn",
  ]);
  expect(result.recordings).toBe(515);
  expect(Object.fromEntries(Object.entries(result.counts).map(([field, { agree }]) => [field, agree]))).toEqual({
    listener: 511,
    "filter chain": 124,
    "virtual host": 346,
    route: 326,
    clusters: 217,
    "no cluster": 294,
    outcome: 0,
    forwarded: 67,
    status: 298,
    details: 294,
    flags: 294,
    location: 13,
    "gRPC status": 2,
    termination: 0,
    "authority sent": 172,
    "path sent": 172,
    "SNI sent": 26,
    "ALPN sent": 26,
    endpoints: 206,
  });
});

describe.skipIf(!hasData)(`every recording there is${hasData ? "" : " (skipped: ../shared/data is not here)"}`, () => {
  const shareOf = ({ agree, differ }: { readonly agree: number; readonly differ: number }) => agree / (agree + differ);

  it("names the cluster of the outbound requests of all scenarios", { timeout: 120_000 }, () => {
    const result = tally(recordedDumps(data, engine, (path) => path !== "fuzz"));
    expect(result.recordings).toBeGreaterThan(2_800);
    expect(shareOf(result.outbound), describeDisagreements(result)).toBeGreaterThanOrEqual(0.99);
    expect(describeDisagreements(result)).toBe("");
    expect(result.unreadable.map(({ folder }) => folder)).toEqual(["10a0-config-dump-unconvertible"]);
  });

  it("agrees with the generated cases", { timeout: 120_000 }, () => {
    const result = tally(recordedDumps(data, engine, (path) => path.startsWith("fuzz")));
    expect(result.recordings).toBeGreaterThan(3_800);
    expect(describeDisagreements(result)).toBe("");
  });
});
