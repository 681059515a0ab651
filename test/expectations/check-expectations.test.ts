import { describe, expect, it } from "vitest";
import { type CheckOptions, checkExpectations, parseExpectations, type TestReport } from "../../src/index.js";
import type { Json, JsonObject } from "../../src/util/json.js";
import { connectionManager, handedTo, snapshotWith, tcpProxy, virtualOutbound } from "../explain/dump.js";

const staticCluster = (name: string, ip: string): JsonObject => ({
  name,
  type: "STATIC",
  load_assignment: {
    cluster_name: name,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: ip, port_value: 9080 } } } }] }],
  },
});
const weighted = (...weights: readonly (readonly [string, number])[]): JsonObject => ({
  weighted_clusters: { clusters: weights.map(([name, weight]) => ({ name, weight })) },
});
const route = (name: string, prefix: string, action: JsonObject, match: JsonObject = {}): JsonObject => ({
  name,
  match: { prefix, ...match },
  ...(Object.hasOwn(action, "direct_response") ? action : { route: action }),
});
const extAuthz = {
  name: "envoy.filters.http.ext_authz",
  typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz" },
};
const router = {
  name: "envoy.filters.http.router",
  typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
};

/** Reviews, of which 90 % go to v1 and 10 % to v3; a canary half of whose cluster is missing; ratings behind ext_authz; a DNS name. */
const bookinfo = snapshotWith({
  listeners: [
    virtualOutbound,
    handedTo("0.0.0.0_9080", "0.0.0.0", 9080, connectionManager("9080")),
    handedTo("0.0.0.0_8080", "0.0.0.0", 8080, connectionManager("8080", { http_filters: [extAuthz, router] })),
    handedTo("0.0.0.0_443", "0.0.0.0", 443, tcpProxy("api")),
  ],
  clusters: [
    staticCluster("v1", "10.244.1.10"),
    staticCluster("v3", "10.244.1.12"),
    { ...staticCluster("api", "10.0.0.1"), type: "STRICT_DNS" },
    { name: "PassthroughCluster", type: "ORIGINAL_DST", lb_policy: "CLUSTER_PROVIDED" },
  ],
  routes: [
    {
      name: "9080",
      virtual_hosts: [
        {
          name: "reviews",
          domains: ["reviews"],
          routes: [
            route("broken", "/broken", weighted(["v1", 90], ["gone", 10])),
            route("half", "/half", { cluster: "v3" }, { runtime_fraction: { default_value: { numerator: 50 } } }),
            route("refused", "/refused", { direct_response: { status: 403 } }),
            route("main", "/", weighted(["v1", 90], ["v3", 10])),
          ],
        },
        { name: "ratings", domains: ["ratings"], routes: [route("ratings", "/", { cluster: "v1" })] },
      ],
    },
    { name: "8080", virtual_hosts: [{ name: "ratings", domains: ["*"], routes: [route("ratings", "/", { cluster: "v1" })] }] },
  ],
  endpoints: [],
});

const test = (expectations: readonly JsonObject[], options?: CheckOptions): TestReport =>
  checkExpectations(bookinfo, parseExpectations(JSON.stringify(expectations), "bookinfo.yaml"), options);
const at = (path: string, port = 9080, host = "reviews"): JsonObject => ({
  target: `http://${host}:${port}${path}`,
  to: `10.96.0.11:${port}`,
  headers: { host },
});
const main = at("/");

describe("passed, failed or undecided", () => {
  it.each<{ why: string; question: JsonObject; parts: JsonObject; result: string; open?: readonly string[]; allow?: Json }>([
    // Chance picks a cluster, and both are as expected or not.
    {
      why: "whatever chance picks",
      question: main,
      parts: { outcome: "forward", cluster: { glob: "v*" }, route: "main" },
      result: "passed",
    },
    { why: "what chance decides", question: main, parts: { cluster: "v1" }, result: "undecided", open: ["random"] },
    { why: "what chance may not pick", question: main, parts: { cluster: "v2" }, result: "failed" },
    { why: "chance allowed, and one way is as expected", question: main, parts: { cluster: "v1" }, allow: ["random"], result: "passed" },
    { why: "chance allowed, and none is", question: main, parts: { cluster: "v2" }, allow: true, result: "failed" },
    { why: "another openness allowed", question: main, parts: { cluster: "v1" }, allow: ["dns"], result: "undecided", open: ["random"] },
    {
      why: "the draw given",
      question: { ...main, random: 95 },
      parts: { cluster: "v3", endpoints: ["10.244.1.12:9080"] },
      result: "passed",
    },
    { why: "the draw given, and another expected", question: { ...main, random: 89 }, parts: { cluster: "v3" }, result: "failed" },
    {
      why: "all possible clusters, with their weights",
      question: main,
      parts: {
        clusters: [
          { name: "v1", weight: 90 },
          { name: "v3", weight: 10 },
        ],
      },
      result: "passed",
    },
    {
      why: "a cluster that chance may pick is missing",
      question: at("/broken"),
      parts: { outcome: "forward" },
      result: "undecided",
      open: ["random"],
    },
    { why: "and what does not depend on it", question: at("/broken"), parts: { route: "broken" }, result: "passed" },
    { why: "nothing undecided is demanded, and chance decides", question: main, parts: { uncertain: [] }, result: "failed" },
    { why: "what is undecided is named", question: main, parts: { uncertain: ["random"] }, result: "passed" },
    // A match that chance decides.
    {
      why: "a route that half of the requests take",
      question: at("/half"),
      parts: { route: "half" },
      result: "undecided",
      open: ["undecided-match"],
    },
    { why: "and another route", question: at("/half"), parts: { route: "main" }, result: "undecided", open: ["undecided-match"] },
    { why: "and its virtual host", question: at("/half"), parts: { virtualHost: "reviews" }, result: "passed" },
    // A filter that answers by its own rules.
    {
      why: "behind ext_authz, where it goes",
      question: at("/", 8080),
      parts: { outcome: "forward" },
      result: "undecided",
      open: ["filter-not-modelled"],
    },
    { why: "behind ext_authz, its listener", question: at("/", 8080), parts: { listener: "0.0.0.0_8080" }, result: "passed" },
    {
      why: "behind ext_authz, taken at its word",
      question: at("/", 8080),
      parts: { outcome: "forward", cluster: "v1" },
      allow: ["filter-not-modelled"],
      result: "passed",
    },
    {
      why: "behind ext_authz, taken at its word, and otherwise",
      question: at("/", 8080),
      parts: { status: 403 },
      allow: ["filter-not-modelled"],
      result: "failed",
    },
    // DNS.
    { why: "a cluster by DNS", question: { target: "tls://api:443", to: "10.0.0.9:443" }, parts: { cluster: "api" }, result: "passed" },
    {
      why: "whether DNS answers",
      question: { target: "tls://api:443", to: "10.0.0.9:443" },
      parts: { outcome: "forward" },
      result: "undecided",
      open: ["dns"],
    },
    {
      why: "what fails whatever DNS answers",
      question: { target: "tls://api:443", to: "10.0.0.9:443" },
      parts: { cluster: "v1", outcome: "forward" },
      result: "failed",
    },
    // Answers of the proxy.
    { why: "a status", question: at("/refused"), parts: { status: 403, outcome: "direct_response", cluster: null }, result: "passed" },
    { why: "another status", question: at("/refused"), parts: { status: 404 }, result: "failed" },
    {
      why: "a cause",
      question: at("/", 9080, "nobody"),
      parts: { cause: "no-virtual-host", response: { flags: ["NR"] } },
      result: "passed",
    },
  ])("$why: $result", ({ question, parts, result, open = [], allow }) => {
    const report = test([{ ...question, expect: parts, ...(allow === undefined ? {} : { allowUncertain: allow }) }]);
    const [check] = report.expectations;
    expect(check?.result).toBe(result);
    if (result === "undecided") expect(check?.open.map(({ code }) => code)).toEqual(open);
    expect(report.passed).toBe(result === "passed");
  });

  it.each<{ why: string; not: JsonObject; result: string }>([
    { why: "another cluster than any", not: { cluster: "PassthroughCluster" }, result: "passed" },
    { why: "a cluster that chance may pick", not: { cluster: "v3" }, result: "undecided" },
    { why: "both", not: { cluster: { glob: "v*" } }, result: "failed" },
    { why: "one of two that is so", not: { cluster: "PassthroughCluster", route: "main" }, result: "failed" },
    { why: "keys that are not all so", not: { route: { name: "main", index: 0 } }, result: "passed" },
    { why: "keys that are all so", not: { route: { name: "main", index: 3 } }, result: "failed" },
  ])("not: $why: $result", ({ not, result }) => {
    expect(test([{ ...main, not }]).expectations[0]?.result).toBe(result);
  });
});

describe("a failure", () => {
  it("has the value that is, its place, and the decision that made it so", () => {
    const [check] = test([{ ...main, name: "reviews", expect: { route: "canary" } }]).expectations;
    const place = expect.stringMatching(/\/route_config\/virtual_hosts\/0\/routes\/3$/);
    expect(check).toMatchObject({
      name: "reviews",
      in: { file: "bookinfo.yaml", line: 1 },
      mismatches: [
        {
          field: "route.name",
          negated: false,
          expected: "canary",
          actual: "main",
          at: place,
          decidedBy: { step: "route", decision: "main #3", at: place },
        },
      ],
      open: [],
      command: "xdsight explain productpage.json http://reviews:9080/ --to 10.96.0.11:9080 -H 'host: reviews'",
    });
  });

  it("names the request in full as a command that a shell reads back", () => {
    const request = { destination: { ip: "10.96.0.9", port: 3306 }, payload: "it's" };
    const [check] = test([{ request, expect: { cluster: "v1" } }]).expectations;
    expect(check?.command).toBe(
      `printf %s '{"destination":{"ip":"10.96.0.9","port":3306},"payload":"it'\\''s"}' | xdsight explain productpage.json --requests -`,
    );
  });
});

describe("before any request is explained", () => {
  it("a target that is none is refused, with its line, though the filter leaves it out", () => {
    const wrong = { name: "ftp", target: "ftp://reviews:9080/", expect: { status: 404 } };
    expect(() => test([{ ...main, name: "reviews", expect: { status: 404 } }, wrong], { filter: "reviews" })).toThrow(
      "bookinfo.yaml: line 1: target ftp://reviews:9080/: the scheme ftp is none of http, https, grpc, tls, tcp",
    );
  });
});

describe("the filter", () => {
  const expectations = [
    { ...main, name: "Reviews, main", expect: { route: "main" } },
    { ...main, name: "reviews, canary", expect: { route: "canary" } },
  ];
  it.each([
    { filter: "MAIN", passed: true, checked: 1 },
    { filter: "reviews", passed: false, checked: 2 },
    { filter: "ratings", passed: true, checked: 0 },
  ])("$filter: $checked checked", ({ filter, passed, checked }) => {
    const report = test(expectations, { filter });
    expect(report).toMatchObject({ passed, filter, counts: { leftOut: 2 - checked } });
    expect(report.expectations.length).toBe(checked);
  });
});

describe("coverage", () => {
  const expectations = [
    { ...main, expect: { route: "canary" } },
    { ...at("/refused"), expect: { status: 403 } },
  ];
  it("counts what the requests came through, whether they went as expected or not", () => {
    const { coverage } = test(expectations, { coverage: true });
    expect(coverage).toMatchObject({
      routeConfigurations: { touched: 1, total: 2, percent: 50, untouched: [{ routeConfiguration: "8080" }] },
      virtualHosts: { touched: 1, total: 3, percent: 33.3, untouched: [{ virtualHost: "ratings" }, { virtualHost: "ratings" }] },
      routes: { touched: 2, total: 6, percent: 33.3 },
      listeners: { touched: 1, total: 4, percent: 25 },
      filterChains: { touched: 1, total: 4, percent: 25, untouched: [{ filterChain: "virtualOutbound-catchall-tcp" }, {}, {}] },
      failUnder: null,
      reached: true,
    });
    expect(coverage?.routes.untouched[0]).toEqual({
      routeConfiguration: "9080",
      virtualHost: "reviews",
      route: "broken",
      index: 0,
      at: expect.stringMatching(/\/route_config\/virtual_hosts\/0\/routes\/0$/),
    });
  });

  it.each([
    { failUnder: 33.333, reached: true },
    { failUnder: 33.334, reached: false },
    { failUnder: 0, reached: true },
    { failUnder: 100, reached: false },
  ])("of 2 of 6 routes reaches $failUnder %: $reached", ({ failUnder, reached }) => {
    const report = test(
      [
        { ...main, expect: { route: "main" } },
        { ...at("/refused"), expect: { status: 403 } },
      ],
      { failUnder },
    );
    expect(report.coverage?.reached).toBe(reached);
    expect(report.passed).toBe(reached);
  });

  it("is not counted unless it is asked for", () => {
    expect(test(expectations).coverage).toBeNull();
  });
});
