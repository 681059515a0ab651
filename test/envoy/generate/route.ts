import fc from "fast-check";
import { isJsonObject, type JsonObject } from "../../../src/util/json.js";
import { any, byWeight, either, few, merged, message, seldom } from "./draw.js";
import { perRouteFilters } from "./http-filters.js";
import { routeMatch, stringMatcher } from "./match.js";
import { domain } from "./vocabulary.js";

const clusterName = either(
  "reviews-v1",
  "reviews-v1",
  "reviews-v2",
  "ratings",
  "discovered",
  "empty",
  "missing",
  "unhealthy",
  "unhealthy-no-panic",
  "half-healthy",
  "discovered-empty",
  "refused",
  "half-healthy",
);
const rewrites = either(
  { pattern: { regex: "/reviews" }, substitution: "/ratings" },
  { pattern: { regex: "(\\d+)" }, substitution: "<\\1\\0>" },
  { pattern: { regex: "^/([^/]+)/(.*)$" }, substitution: "/\\2/\\1" },
  { pattern: { regex: "[aeiou]*" }, substitution: "-" },
  { pattern: { regex: "/" }, substitution: "//" },
  { pattern: { regex: "(r)|(v)" }, substitution: "[\\1|\\2]\\\\" },
);
const newPrefix = either("/", "/new", "/new/", "/reviews", "new");

const weighted = fc
  .tuple(
    few(
      merged(
        message({ name: clusterName, weight: either(0, 1, 30, 70, 100) }),
        message({ host_rewrite_literal: seldom(8, either("weighted.example.com")) }),
      ),
      4,
      1,
    ),
    message({ header_name: seldom(2, either("x-num")), runtime_key_prefix: seldom(8, fc.constant("weights")) }),
  )
  .map(([clusters, more]): JsonObject => {
    const [first = {}, ...rest] = clusters;
    const total = clusters.reduce((sum, { weight }) => sum + (typeof weight === "number" ? weight : 0), 0);
    return { weighted_clusters: { clusters: total === 0 ? [{ ...first, weight: 50 }, ...rest] : clusters, ...more } };
  });

const clusterSpecifier: fc.Arbitrary<JsonObject> = byWeight<JsonObject>(
  [6, clusterName.map((cluster) => ({ cluster }))],
  [3, weighted],
  [1, either("x-user", "x-canary", ":authority", "x-host").map((cluster_header) => ({ cluster_header }))],
);

const pathRewrite: fc.Arbitrary<JsonObject> = byWeight<JsonObject>(
  [3, fc.constant({})],
  [2, newPrefix.map((prefix_rewrite) => ({ prefix_rewrite }))],
  [2, rewrites.map((regex_rewrite) => ({ regex_rewrite }))],
);

const hostRewrite: fc.Arbitrary<JsonObject> = byWeight<JsonObject>(
  [6, fc.constant({})],
  [1, either("rewritten.example.com", "rewritten.example.com:99").map((host_rewrite_literal) => ({ host_rewrite_literal }))],
  [1, either("x-user", "x-host", "origin").map((host_rewrite_header) => ({ host_rewrite_header }))],
  [1, rewrites.map((host_rewrite_path_regex) => ({ host_rewrite_path_regex }))],
  [1, fc.constant({ auto_host_rewrite: true })],
);

const mirror = message({
  cluster: either("ratings", "reviews-v2", "missing", "empty"),
  runtime_fraction: seldom(
    3,
    either<JsonObject>({ default_value: { numerator: 100 } }, { default_value: {} }, { default_value: {}, runtime_key: "canary.on" }),
  ),
});

const forwarding = merged(
  clusterSpecifier,
  pathRewrite,
  hostRewrite,
  message({
    cluster_not_found_response_code: seldom(8, either("NOT_FOUND", "INTERNAL_SERVER_ERROR")),
    request_mirror_policies: seldom(12, few(mirror, 2, 1)),
    upgrade_configs: seldom(
      15,
      few(message({ upgrade_type: either("websocket", "CONNECT", "WebSocket"), enabled: seldom(3, fc.boolean()) }), 1, 1),
    ),
    append_x_forwarded_host: seldom(20, fc.boolean()),
    timeout: seldom(10, fc.constant("5s")),
  }),
);

const redirect = merged(
  byWeight<JsonObject>(
    [3, fc.constant({})],
    [1, fc.boolean().map((https_redirect) => ({ https_redirect }))],
    [1, either("https", "http", "ftp").map((scheme_redirect) => ({ scheme_redirect }))],
  ),
  byWeight<JsonObject>(
    [3, fc.constant({})],
    [2, either("/new", "/new?x=2", "new", "/new/path", "").map((path_redirect) => ({ path_redirect }))],
    [2, newPrefix.map((prefix_rewrite) => ({ prefix_rewrite }))],
    [2, rewrites.map((regex_rewrite) => ({ regex_rewrite }))],
  ),
  message({
    host_redirect: seldom(3, either("other.example.com", "other.example.com:444")),
    port_redirect: seldom(4, either(80, 443, 8443)),
    response_code: seldom(2, either("FOUND", "SEE_OTHER", "TEMPORARY_REDIRECT", "PERMANENT_REDIRECT")),
    strip_query: seldom(4, fc.boolean()),
  }),
);

const direct = message({
  status: either(200, 200, 201, 204, 302, 403, 404, 500, 503, 418),
  body: seldom(3, fc.constant({ inline_string: "gone" })),
});

/** envoy.config.route.v3.Route without its name. */
export const route: fc.Arbitrary<JsonObject> = fc
  .tuple(
    routeMatch,
    byWeight<JsonObject>(
      [8, forwarding.map((action) => ({ route: action }))],
      [4, redirect.map((action) => ({ redirect: action }))],
      [4, direct.map((direct_response) => ({ direct_response }))],
      [1, fc.constant({ non_forwarding_action: {} })],
    ),
    message({ typed_per_filter_config: seldom(8, perRouteFilters) }),
    either(true, false),
  )
  .map(([match, action, more, templated]) => withTemplateRewrite({ match, ...action, ...more }, templated));

/** A path template can't have its prefix rewritten; another template may take its place. */
function withTemplateRewrite(drawn: JsonObject, templated: boolean): JsonObject {
  const { match, route: action, redirect: elsewhere } = drawn;
  if (!isJsonObject(match) || !Object.hasOwn(match, "path_match_policy")) return drawn;
  if (isJsonObject(elsewhere)) return { ...drawn, redirect: without(elsewhere, ["prefix_rewrite"]) };
  if (!isJsonObject(action)) return drawn;
  if (!templated) return { ...drawn, route: without(action, ["prefix_rewrite"]) };
  const name = /\{([a-z]+)[=}]/.exec(JSON.stringify(match))?.[1];
  const typed_config = any("envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig", {
    path_template_rewrite: name === undefined ? "/fixed" : `/new/{${name}}`,
  });
  return {
    ...drawn,
    route: { ...without(action, ["prefix_rewrite", "regex_rewrite"]), path_rewrite_policy: { name: "uri-template", typed_config } },
  };
}

const without = (fields: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

const headerInput = (header_name: string): JsonObject => ({
  name: "header",
  typed_config: any("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", { header_name }),
});

const onMatch: fc.Arbitrary<JsonObject> = byWeight<JsonObject>(
  [3, route.map((one) => ({ action: { name: "route", typed_config: any("envoy.config.route.v3.Route", one) } }))],
  [1, few(route, 3, 1).map((routes) => ({ action: { name: "routes", typed_config: any("envoy.config.route.v3.RouteList", { routes }) } }))],
);

const single = fc
  .tuple(either("x-user", "x-num", ":path", ":authority", ":method", "accept"), stringMatcher())
  .map(([name, value_match]): JsonObject => ({ single_predicate: { input: headerInput(name), value_match } }));
const predicate: fc.Arbitrary<JsonObject> = byWeight<JsonObject>(
  [4, single],
  [1, single.map((not_matcher) => ({ not_matcher }))],
  [1, fc.tuple(single, single).map((both) => ({ or_matcher: { predicate: both } }))],
  [1, fc.tuple(single, single).map((both) => ({ and_matcher: { predicate: both } }))],
);

const nested = (inner: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> => {
  const entries = (keys: fc.Arbitrary<string>) => few(fc.tuple(keys, inner), 3, 1).map((pairs) => ({ map: Object.fromEntries(pairs) }));
  const list = few(
    fc.tuple(predicate, inner).map(([when, on_match]) => ({ predicate: when, on_match })),
    3,
    1,
  ).map((matchers) => ({ matcher_list: { matchers } }));
  const exact = entries(either("jason", "anna", "5", "jason,anna")).map((exact_match_map) => ({
    matcher_tree: { input: headerInput("x-user"), exact_match_map },
  }));
  const prefix = entries(either("/", "/reviews", "/re", "/ratings")).map((prefix_match_map) => ({
    matcher_tree: { input: headerInput(":path"), prefix_match_map },
  }));
  return merged(byWeight<JsonObject>([2, list], [1, exact], [1, prefix]), message({ on_no_match: seldom(2, inner) }));
};

const matcher = nested(byWeight<JsonObject>([3, onMatch], [1, nested(onMatch).map((inner) => ({ matcher: inner }))]));

const virtualHost = fc
  .tuple(
    byWeight<JsonObject>([7, few(route, 7, 1).map((routes) => ({ routes }))], [1, matcher.map((tree) => ({ matcher: tree }))]),
    message({ require_tls: seldom(12, either("ALL", "EXTERNAL_ONLY")), typed_per_filter_config: seldom(8, perRouteFilters) }),
  )
  .map(([routes, more]): JsonObject => ({ ...routes, ...more }));

/** envoy.config.route.v3.RouteConfiguration; each domain stands in one virtual host. */
export const routeConfiguration: fc.Arbitrary<JsonObject> = fc
  .tuple(
    few(virtualHost, 4, 1),
    fc.uniqueArray(domain, { minLength: 4, maxLength: 9, selector: (one) => one.toLowerCase() }),
    either(true, true, false),
    message({
      ignore_port_in_host_matching: seldom(4, fc.boolean()),
      ignore_path_parameters_in_path_matching: seldom(5, fc.boolean()),
      vhost_header: seldom(15, either("x-host", "x-user")),
      internal_only_headers: seldom(10, fc.constant(["x-canary"])),
      typed_per_filter_config: seldom(15, perRouteFilters),
      request_mirror_policies: seldom(30, few(mirror, 1, 1)),
    }),
  )
  .map(([virtualHosts, domains, catchAll, more]) => {
    const hosts = virtualHosts.map((host, index) => ({
      ...host,
      domains: [
        ...domains.filter((_, at) => at % virtualHosts.length === index),
        ...(catchAll && index === virtualHosts.length - 1 ? ["*"] : []),
      ],
    }));
    return { ...more, virtual_hosts: hosts };
  });
