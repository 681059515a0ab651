import fc from "fast-check";
import type { JsonObject } from "../../../src/util/json.js";
import { any, byWeight, either, few, merged, message, seldom } from "./draw.js";
import { headerMatcher, routeMatch, stringMatcher } from "./match.js";
import { plainPath } from "./vocabulary.js";

const types = {
  fault: "envoy.extensions.filters.http.fault.v3.HTTPFault",
  rbac: "envoy.extensions.filters.http.rbac.v3.RBAC",
  rbacPerRoute: "envoy.extensions.filters.http.rbac.v3.RBACPerRoute",
  cors: "envoy.extensions.filters.http.cors.v3.Cors",
  corsPolicy: "envoy.extensions.filters.http.cors.v3.CorsPolicy",
  jwt: "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
  jwtPerRoute: "envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig",
  headerMutation: "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
  buffer: "envoy.extensions.filters.http.buffer.v3.Buffer",
  filterConfig: "envoy.config.route.v3.FilterConfig",
  router: "envoy.extensions.filters.http.router.v3.Router",
} as const;

const percentage = byWeight<JsonObject>(
  [6, fc.constant({ numerator: 100 })],
  [1, fc.constant({})],
  [1, fc.constant({ numerator: 1_000_000, denominator: "MILLION" })],
);

const fault = message({
  abort: seldom(
    2,
    fc
      .tuple(either<JsonObject>({ http_status: 503 }, { http_status: 418 }, { grpc_status: 5 }, { header_abort: {} }), percentage)
      .map(([what, share]) => ({ ...what, percentage: share })),
  ),
  delay: seldom(
    3,
    percentage.map((share) => ({ fixed_delay: "0.002s", percentage: share })),
  ),
  headers: seldom(2, few(headerMatcher, 2, 1)),
  upstream_cluster: seldom(4, either("reviews-v1", "ratings")),
});

const range = either<JsonObject>(
  { address_prefix: "10.0.0.0", prefix_len: 8 },
  { address_prefix: "10.244.1.5", prefix_len: 32 },
  { address_prefix: "127.0.0.0", prefix_len: 8 },
  { address_prefix: "192.168.0.0", prefix_len: 16 },
  { address_prefix: "fd00::", prefix_len: 8 },
  { address_prefix: "0.0.0.0" },
);

const urlPath = byWeight<JsonObject>(
  [2, stringMatcher(plainPath).map((path) => ({ path }))],
  [1, either("/reviews/?.*", "/[a-z]+").map((regex) => ({ path: { safe_regex: { regex } } }))],
);

const onePermission = byWeight<JsonObject>(
  [3, fc.constant({ any: true })],
  [4, headerMatcher.map((header) => ({ header }))],
  [3, urlPath.map((url_path) => ({ url_path }))],
  [2, range.map((destination_ip) => ({ destination_ip }))],
  [2, either(80, 9080, 443).map((destination_port) => ({ destination_port }))],
  [1, fc.constant({ destination_port_range: { start: 80, end: 444 } })],
  [1, stringMatcher(either("", "reviews.example.com")).map((requested_server_name) => ({ requested_server_name }))],
);

const onePrincipal = byWeight<JsonObject>(
  [3, fc.constant({ any: true })],
  [4, headerMatcher.map((header) => ({ header }))],
  [2, urlPath.map((url_path) => ({ url_path }))],
  [2, range.map((remote_ip) => ({ remote_ip }))],
  [1, range.map((direct_remote_ip) => ({ direct_remote_ip }))],
  [1, range.map((source_ip) => ({ source_ip }))],
  [
    1,
    either<JsonObject>({}, { principal_name: { exact: "spiffe://cluster.local/ns/default/sa/bookinfo" } }).map((authenticated) => ({
      authenticated,
    })),
  ],
);

const combined = (
  one: fc.Arbitrary<JsonObject>,
  names: readonly [and: string, or: string, not: string],
  list: string,
): fc.Arbitrary<JsonObject> => {
  const [and, or, not] = names;
  return byWeight<JsonObject>(
    [6, one],
    [1, one.map((inner) => ({ [not]: inner }))],
    [1, few(one, 2, 1).map((inner) => ({ [and]: { [list]: inner } }))],
    [1, few(one, 2, 1).map((inner) => ({ [or]: { [list]: inner } }))],
  );
};

const permission = combined(onePermission, ["and_rules", "or_rules", "not_rule"], "rules");
const principal = combined(onePrincipal, ["and_ids", "or_ids", "not_id"], "ids");

const policy = fc.record({ permissions: few(permission, 2, 1), principals: few(principal, 2, 1) });

/** envoy.config.rbac.v3.RBAC */
const rules = fc
  .tuple(
    byWeight<string | undefined>([2, fc.constant("DENY")], [2, fc.constant(undefined)], [1, fc.constant("LOG")]),
    few(fc.tuple(either("viewers", "admins", "Everyone", "b-team", "10"), policy), 3),
  )
  .map(([action, policies]): JsonObject => ({ ...(action === undefined ? {} : { action }), policies: Object.fromEntries(policies) }));

const rbac = byWeight<JsonObject>(
  [8, rules.map((one) => ({ rules: one }))],
  [1, rules.map((one) => ({ shadow_rules: one }))],
  [1, fc.constant({})],
);

const networkPermission = byWeight<JsonObject>(
  [2, fc.constant({ any: true })],
  [2, range.map((destination_ip) => ({ destination_ip }))],
  [2, either(80, 9080, 443).map((destination_port) => ({ destination_port }))],
  [2, stringMatcher(either("", "reviews.example.com")).map((requested_server_name) => ({ requested_server_name }))],
);

const networkPrincipal = byWeight<JsonObject>(
  [2, fc.constant({ any: true })],
  [2, range.map((remote_ip) => ({ remote_ip }))],
  [1, range.map((direct_remote_ip) => ({ direct_remote_ip }))],
  [1, fc.constant({ authenticated: {} })],
);

/** The network filter of RBAC, with rules about the connection alone. */
export const networkRbac: fc.Arbitrary<JsonObject> = fc
  .tuple(
    either<string | undefined>("DENY", undefined),
    few(
      fc.tuple(
        either("viewers", "admins"),
        fc.record({
          permissions: few(combined(networkPermission, ["and_rules", "or_rules", "not_rule"], "rules"), 2, 1),
          principals: few(combined(networkPrincipal, ["and_ids", "or_ids", "not_id"], "ids"), 2, 1),
        }),
      ),
      2,
    ),
  )
  .map(
    ([action, policies]): JsonObject => ({
      name: "rbac",
      typed_config: any("envoy.extensions.filters.network.rbac.v3.RBAC", {
        stat_prefix: "rbac",
        rules: { ...(action === undefined ? {} : { action }), policies: Object.fromEntries(policies) },
      }),
    }),
  );

const corsPolicy = message({
  allow_origin_string_match: few(stringMatcher(either("jason", "anna", "*", "https://reviews.example.com")), 2),
  allow_methods: seldom(3, fc.constant("GET, POST")),
  filter_enabled: seldom(6, either<JsonObject>({ default_value: { numerator: 100 } }, { default_value: {} })),
  forward_not_matching_preflights: seldom(4, fc.boolean()),
});

const requirement: fc.Arbitrary<JsonObject> = either<JsonObject>(
  { provider_name: "mesh" },
  { requires_any: { requirements: [{ provider_name: "mesh" }, { provider_name: "other" }] } },
  { requires_any: { requirements: [{ provider_name: "mesh" }, { allow_missing: {} }] } },
  { requires_all: { requirements: [{ provider_name: "mesh" }, { provider_name: "other" }] } },
  { allow_missing: {} },
  { allow_missing_or_failed: {} },
  { provider_and_audiences: { provider_name: "mesh", audiences: ["reviews"] } },
);

/** A public key of P-256 whose private half nobody has kept: no token can be good. */
const keys = JSON.stringify({
  keys: [
    {
      kty: "EC",
      kid: "lost",
      alg: "ES256",
      use: "sig",
      crv: "P-256",
      x: "fDh8-LNeCT7jU1H2SGRVJ08G3lIaLpnaFp5uwVI7M08",
      y: "VQkfZv-GPjW9L2l7ZqswYpVBK7NN9pECbDOmOIrGPo4",
    },
  ],
});

const provider = (issuer: string, from: JsonObject): JsonObject => ({ issuer, local_jwks: { inline_string: keys }, ...from });

const jwt = message({
  providers: fc.constant({
    mesh: provider("mesh.example.com", {}),
    other: provider("other.example.com", { from_headers: [{ name: "x-token" }] }),
  }),
  rules: few(
    merged(
      message({ match: routeMatch }),
      byWeight<JsonObject>(
        [4, requirement.map((requires) => ({ requires }))],
        [1, fc.constant({})],
        [1, fc.constant({ requirement_name: "named" })],
      ),
    ),
    3,
  ),
  requirement_map: fc.constant({ named: { provider_name: "mesh" }, lax: { allow_missing: {} } }),
  bypass_cors_preflight: seldom(3, fc.boolean()),
});

const headerMutation = either<JsonObject>(
  {
    mutations: {
      request_mutations: [{ append: { header: { key: "x-user", value: "jason" }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" } }],
    },
  },
  { mutations: { request_mutations: [{ remove: "x-canary" }] } },
);

const filter = (name: string, type: string, config: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
  fc
    .tuple(config, seldom(12, fc.boolean()))
    .map(([fields, disabled]) => ({ name, typed_config: any(type, fields), ...(disabled === undefined ? {} : { disabled }) }));

const anyFilter = byWeight<JsonObject>(
  [4, filter("fault", types.fault, fault)],
  [5, filter("rbac", types.rbac, rbac)],
  [3, filter("cors", types.cors, fc.constant({}))],
  [3, filter("jwt", types.jwt, jwt)],
  [1, filter("header-mutation", types.headerMutation, headerMutation)],
  [1, filter("buffer", types.buffer, fc.constant({ max_request_bytes: 20 }))],
);

const router: JsonObject = { name: "router", typed_config: any(types.router) };

/** HTTP filters before a router; often none. */
export const httpFilters: fc.Arbitrary<JsonObject[]> = byWeight<JsonObject[]>(
  [3, fc.constant([])],
  [2, fc.uniqueArray(anyFilter, { minLength: 1, maxLength: 3, selector: ({ name }) => name })],
).map((filters) => [...filters, router]);

const wrapped = (config: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
  byWeight<JsonObject>(
    [5, config],
    [1, config.map((inner) => any(types.filterConfig, { config: inner }))],
    [1, fc.constant(any(types.filterConfig, { disabled: true }))],
  );

/** typed_per_filter_config for the filters above, by their names. */
export const perRouteFilters: fc.Arbitrary<JsonObject> = message({
  fault: seldom(4, wrapped(fault.map((fields) => any(types.fault, fields)))),
  rbac: seldom(
    4,
    wrapped(
      byWeight<JsonObject>([3, rbac.map((own) => any(types.rbacPerRoute, { rbac: own }))], [1, fc.constant(any(types.rbacPerRoute))]),
    ),
  ),
  cors: seldom(2, wrapped(corsPolicy.map((fields) => any(types.corsPolicy, fields)))),
  jwt: seldom(
    5,
    either<JsonObject>({ disabled: true }, { requirement_name: "named" }, { requirement_name: "lax" }).map((fields) =>
      any(types.jwtPerRoute, fields),
    ),
  ),
});
