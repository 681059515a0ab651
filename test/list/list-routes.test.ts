import { describe, expect, it } from "vitest";
import { describeDestination } from "../../src/list/route-destination.js";
import { listRoutes } from "../../src/list/routes.js";
import type { JsonObject } from "../../src/util/json.js";
import { dumpFixture, routesDump, snapshotOf } from "./dump-fixture.js";

const listRoute = (route: JsonObject) => listRoutes(snapshotOf(routesDump({ routes: [route] }))).items[0];
const cluster = "outbound|9080||reviews.default.svc.cluster.local";

describe("a route's match", () => {
  it.each([
    { match: { prefix: "/api" }, path: "/api*", criteria: "prefix /api" },
    { match: { path: "/api" }, path: "/api", criteria: "path /api" },
    { match: { path_separated_prefix: "/get" }, path: "PathPrefix:/get", criteria: "path_separated_prefix /get" },
    { match: { safe_regex: { regex: "/v[0-9]+" } }, path: "regex /v[0-9]+", criteria: "safe_regex /v[0-9]+" },
    { match: { connect_matcher: {} }, path: "CONNECT", criteria: "connect_matcher" },
    {
      match: {
        path_match_policy: {
          name: "envoy.path.match.uri_template.uri_template_matcher",
          typed_config: {
            "@type": "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig",
            path_template: "/reviews/{id}",
          },
        },
      },
      path: "template /reviews/{id}",
      criteria: "uri_template /reviews/{id}",
    },
    {
      match: {
        prefix: "/",
        headers: [{ name: ":method", string_match: { exact: "POST" } }],
        query_parameters: [{ name: "v", string_match: { exact: "2" } }],
      },
      path: "/*",
      criteria: "prefix /, header :method = POST, query v = 2",
    },
  ])("$criteria", ({ match, path, criteria }) => {
    expect(listRoute({ match, route: { cluster } })).toMatchObject({ match: path, criteria });
  });
});

describe("a route's destination", () => {
  it.each([
    { why: "a cluster", route: { route: { cluster } }, says: cluster },
    {
      why: "weighted clusters, whose weights need not add up to 100",
      route: {
        route: {
          weighted_clusters: { clusters: [{ name: "reviews-v1", weight: 2 }, { name: "reviews-v2", weight: 1 }, { name: "reviews-v3" }] },
        },
      },
      says: "reviews-v1 66.67%, reviews-v2 33.33%, reviews-v3 0%",
    },
    { why: "a cluster by header", route: { route: { cluster_header: "x-version" } }, says: "the cluster that the header x-version names" },
    { why: "a redirect to https", route: { redirect: { https_redirect: true } }, says: "redirect 301 to https://{host}{path}" },
    {
      why: "a redirect to a host",
      route: { redirect: { host_redirect: "reviews.example", port_redirect: 8443, response_code: "FOUND", strip_query: true } },
      says: "redirect 302 to {scheme}://reviews.example:8443{path} without the query",
    },
    {
      why: "a redirect to a path",
      route: { redirect: { path_redirect: "/v2", response_code: "PERMANENT_REDIRECT" } },
      says: "redirect 308 to /v2",
    },
    { why: "a redirect of a prefix", route: { redirect: { prefix_rewrite: "/v2" } }, says: "redirect 301 to /v2{rest}" },
    {
      why: "a redirect by a regex",
      route: { redirect: { regex_rewrite: { pattern: { regex: "/v1/(.*)" }, substitution: "/v2/\\1" } } },
      says: "redirect 301 to {path with /v1/(.*) replaced by /v2/\\1}",
    },
    { why: "a direct response", route: { direct_response: { status: 404 } }, says: "direct response 404" },
    { why: "a non-forwarding action", route: { non_forwarding_action: {} }, says: "non-forwarding action" },
    { why: "nothing", route: {}, says: "no action" },
  ])("$why", ({ route, says }) => {
    const destination = listRoute({ match: { prefix: "/" }, ...route })?.destination;
    expect(destination && describeDestination(destination)).toBe(says);
  });

  it("points at each weighted cluster", () => {
    const route = {
      match: { prefix: "/" },
      route: {
        weighted_clusters: {
          clusters: [
            { name: "reviews-v1", weight: 90 },
            { name: "reviews-v2", weight: 10 },
          ],
        },
      },
    };
    const at = "/configs/0/dynamic_route_configs/0/route_config/virtual_hosts/0/routes/0/route/weighted_clusters/clusters";
    expect(listRoute(route)?.destination).toEqual({
      kind: "clusters",
      clusters: [
        { name: "reviews-v1", weight: 90, at: `${at}/0` },
        { name: "reviews-v2", weight: 10, at: `${at}/1` },
      ],
    });
  });
});

describe("listRoutes", () => {
  it("has a row for a virtual host without routes, for one with a matcher, and for a route configuration without virtual hosts", () => {
    expect(listRoutes(snapshotOf(routesDump({}))).items).toMatchObject([
      { virtualHost: "reviews.default.svc.cluster.local:9080", match: null, destination: null },
    ]);
    expect(listRoutes(snapshotOf(routesDump({ matcher: { matcher_list: {} } }))).items).toMatchObject([
      { criteria: "by the virtual host's matcher", at: "/configs/0/dynamic_route_configs/0/route_config/virtual_hosts/0/matcher" },
    ]);
    const empty = routesDump({}).replace(/"virtual_hosts":\[.*?\}\]/, '"virtual_hosts":[]');
    expect(listRoutes(snapshotOf(empty)).items).toMatchObject([
      { name: "9080", virtualHost: null, at: "/configs/0/dynamic_route_configs/0/route_config" },
    ]);
  });

  it("says what of a virtual host is for https alone", () => {
    expect(listRoutes(snapshotOf(routesDump({ require_tls: "ALL" }))).items).toMatchObject([{ requireTls: "ALL" }]);
    expect(listRoutes(snapshotOf(routesDump({ require_tls: "NONE" }))).items).toMatchObject([{ requireTls: null }]);
  });

  it.each([
    { config: "/apis/networking.istio.io/v1/namespaces/default/virtual-service/reviews", want: "reviews.default" },
    { config: "/apis/networking.istio.io/v1/namespaces/default/sidecar/reviews", want: "sidecar reviews.default" },
    { config: "reviews", want: "reviews" },
    { config: 7, want: null },
  ])("reads $config as $want", ({ config, want }) => {
    expect(listRoute({ metadata: { filter_metadata: { istio: { config } } } })?.virtualService).toBe(want);
  });

  it("keeps Envoy's order: jason before the split, the catch-all virtual host where the dump has it", () => {
    const { items } = listRoutes(dumpFixture("virtual-services"), { name: "9080" });
    const reviews = items.filter(({ virtualHost }) => virtualHost === "reviews.default.svc.cluster.local:9080");
    expect(reviews.map(({ route }) => route)).toEqual(["jason", "cookie", "split"]);
    expect(items.at(-1)).toMatchObject({ virtualHost: "allow_any", destination: { clusters: [{ name: "PassthroughCluster" }] } });
  });
});
