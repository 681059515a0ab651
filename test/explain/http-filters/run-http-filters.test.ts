import { describe, expect, it } from "vitest";
import { httpFilterTypeOf, type OwnFilter, typeOfOwn } from "../../../src/explain/http-filters/filter-types.js";
import { httpFilterModels } from "../../../src/explain/http-filters/models.js";
import { passiveHttpFilters } from "../../../src/explain/http-filters/passive-filters.js";
import { type HttpFilterChainInput, type HttpFiltersResult, runHttpFilters } from "../../../src/explain/http-filters/run-http-filters.js";
import { behaviourOf } from "../../../src/match/behaviour.js";
import { prepareRequest } from "../../../src/match/matched-request.js";
import { requestHeaders } from "../../../src/match/request-headers.js";
import type { HttpFilter } from "../../../src/model/filter-chain.js";
import { type Any, typeUrlOf } from "../../../src/model/proto-json.js";
import type { Route } from "../../../src/model/route-configuration.js";
import type { Json } from "../../../src/util/json.js";

type Fields = Readonly<Record<string, Json>>;

const any = (type: string, fields: Fields = {}): Any => ({ "@type": typeUrlOf(type), ...fields });

const typed = (name: string, config: Any, rest: Partial<HttpFilter> = {}): HttpFilter => ({
  name,
  at: `/${name}`,
  type: config["@type"].slice("type.googleapis.com/".length),
  config,
  discoveredAs: null,
  disabled: false,
  ...rest,
});

const own = (name: OwnFilter, fields: Fields = {}, rest: Partial<HttpFilter> = {}): HttpFilter =>
  typed(`envoy.filters.http.${name}`, any(typeOfOwn(name), fields), rest);

const perRouteType = (name: string, message: string) => `envoy.extensions.filters.http.${name}.v3.${message}`;

interface Asked {
  readonly filters: readonly HttpFilter[];
  readonly method?: string;
  readonly path?: string;
  readonly lines?: readonly (readonly [string, string])[];
  readonly perRoute?: Readonly<Record<string, Any>>;
  readonly ofVirtualHost?: Readonly<Record<string, Any>>;
  readonly action?: Route["action"];
  readonly route?: Route["message"]["route"];
  readonly clusters?: readonly string[];
  readonly bodyBytes?: number;
  readonly runtime?: ReadonlyMap<string, Json>;
  readonly extension?: Any;
}

function run(asked: Asked): HttpFiltersResult {
  const { method = "GET", path = "/reviews/0", lines = [], runtime = new Map() } = asked;
  const behaviour = behaviourOf(null);
  const headers = requestHeaders([[":method", method], [":authority", "reviews"], [":path", path], ...lines], "http/1.1");
  const matched = prepareRequest(headers, { certificate: { presented: false, validated: false }, runtime }, false, behaviour);
  const route: Route | null =
    asked.action === null
      ? null
      : {
          name: "reviews",
          index: 0,
          at: "/route",
          action: asked.action ?? "route",
          message: {
            route: asked.route ?? { cluster: "reviews-v2" },
            ...(asked.perRoute === undefined ? {} : { typed_per_filter_config: asked.perRoute }),
          },
        };
  const input: HttpFilterChainInput = {
    filters: asked.filters,
    extension: () => asked.extension,
    configuration: null,
    entryConfig: undefined,
    manager: {},
    received: {
      headers,
      isGrpc: false,
      method,
      authority: "reviews",
      path,
      scheme: "http",
      remote: { ip: "10.244.1.6" },
      upgrade: null,
      changedBy: [],
    },
    matched,
    connection: {
      destination: { ip: "10.96.0.11", port: 9080 },
      serverName: "",
      transportProtocol: "raw_buffer",
      applicationProtocols: [],
      source: { ip: "10.244.1.6" },
      directSource: { ip: "10.244.1.6" },
    },
    peer: null,
    behaviour,
    route,
    virtualHost: {
      name: "reviews",
      index: 0,
      at: "/virtual_host",
      domains: ["*"],
      routes: [],
      message: asked.ofVirtualHost === undefined ? {} : { typed_per_filter_config: asked.ofVirtualHost },
    },
    clusters: asked.clusters ?? ["reviews-v2"],
    bodyBytes: asked.bodyBytes ?? 0,
  };
  return runHttpFilters(input);
}

/** `403 rbac_…` for an answer, the codes of what is open otherwise, "" where nothing is. */
function summary({ answered, open }: HttpFiltersResult): string {
  const codes = open.map(({ code }) => `open ${code}`);
  const answer =
    answered === null
      ? []
      : [`${answered.reply.status} ${answered.reply.details}${(answered.reply.flags ?? []).map((flag) => ` ${flag}`).join("")}`];
  return [...codes, ...answer].join(", ");
}

type Row = Asked & { readonly why: string; readonly want: string };
const table = (rows: readonly Row[]) =>
  it.each<Row>([...rows])("$why", ({ why: _, want, ...asked }) => expect(summary(run(asked))).toBe(want));

const hundred = { percentage: { numerator: 100 } };
const abort503 = { abort: { http_status: 503, ...hundred } };

describe("fault", () => {
  const aborted = "503 fault_filter_abort FI";
  table([
    { why: "aborts all", filters: [own("fault", abort503)], want: aborted },
    {
      why: "aborts a millionth short of all",
      filters: [own("fault", { abort: { http_status: 503, percentage: { numerator: 999_999, denominator: "MILLION" } } })],
      want: "open random",
    },
    { why: "aborts none", filters: [own("fault", { abort: { http_status: 503, percentage: {} } })], want: "" },
    { why: "aborts half", filters: [own("fault", { abort: { http_status: 503, percentage: { numerator: 50 } } })], want: "open random" },
    {
      why: "the runtime has the last word",
      filters: [own("fault", abort503)],
      runtime: new Map([["fault.http.abort.abort_percent", 0]]),
      want: "",
    },
    {
      why: "another status at run time",
      filters: [own("fault", abort503)],
      runtime: new Map([["fault.http.abort.http_status", 429]]),
      want: "429 fault_filter_abort FI",
    },
    {
      why: "a gRPC status goes out with 200",
      filters: [own("fault", { abort: { grpc_status: 14, ...hundred } })],
      want: "200 fault_filter_abort FI",
    },
    { why: "a delay lets go on", filters: [own("fault", { delay: { fixed_delay: "5s", ...hundred } })], want: "" },
    {
      why: "a delay and an abort",
      filters: [own("fault", { delay: { fixed_delay: "5s", ...hundred }, ...abort503 })],
      want: "503 fault_filter_abort DI FI",
    },
    {
      why: "a header that is there",
      filters: [own("fault", { ...abort503, headers: [{ name: "end-user", string_match: { exact: "jason" } }] })],
      lines: [["end-user", "jason"]],
      want: aborted,
    },
    {
      why: "a header that is not",
      filters: [own("fault", { ...abort503, headers: [{ name: "end-user", string_match: { exact: "jason" } }] })],
      want: "",
    },
    { why: "the cluster", filters: [own("fault", { ...abort503, upstream_cluster: "reviews-v2" })], want: aborted },
    { why: "another cluster", filters: [own("fault", { ...abort503, upstream_cluster: "reviews-v1" })], want: "" },
    {
      why: "one of the clusters",
      filters: [own("fault", { ...abort503, upstream_cluster: "reviews-v1" })],
      clusters: ["reviews-v1", "reviews-v2"],
      want: "open undecided-match",
    },
    {
      why: "no cluster, without a route",
      filters: [own("fault", { ...abort503, upstream_cluster: "reviews-v1" })],
      clusters: [],
      action: null,
      want: "",
    },
    { why: "without a route it still aborts", filters: [own("fault", abort503)], action: null, want: aborted },
    {
      why: "a node that calls",
      filters: [own("fault", { ...abort503, downstream_nodes: ["sleep"] })],
      lines: [["x-envoy-downstream-service-node", "sleep"]],
      want: aborted,
    },
    { why: "a node that does not say who it is", filters: [own("fault", { ...abort503, downstream_nodes: ["sleep"] })], want: "" },
    {
      why: "the route's own replaces it",
      filters: [own("fault", abort503)],
      perRoute: { "envoy.filters.http.fault": any(typeOfOwn("fault")) },
      want: "",
    },
    {
      why: "the route's own adds it",
      filters: [own("fault")],
      perRoute: { "envoy.filters.http.fault": any(typeOfOwn("fault"), abort503) },
      want: aborted,
    },
    {
      why: "the virtual host's own",
      filters: [own("fault")],
      ofVirtualHost: { "envoy.filters.http.fault": any(typeOfOwn("fault"), abort503) },
      want: aborted,
    },
    { why: "while few faults are active", filters: [own("fault", { ...abort503, max_active_faults: 3 })], want: "open state" },
    { why: "no faults are allowed", filters: [own("fault", { ...abort503, max_active_faults: 0 })], want: "" },
    {
      why: "asked for in a header",
      filters: [own("fault", { abort: { header_abort: {}, ...hundred } })],
      lines: [["x-envoy-fault-abort-request", "418"]],
      want: "418 fault_filter_abort FI",
    },
    { why: "not asked for", filters: [own("fault", { abort: { header_abort: {}, ...hundred } })], want: "" },
    {
      why: "no HTTP status",
      filters: [own("fault", { abort: { header_abort: {}, ...hundred } })],
      lines: [["x-envoy-fault-abort-request", "99"]],
      want: "",
    },
    {
      why: "asked for by fewer",
      filters: [own("fault", { abort: { header_abort: {}, ...hundred } })],
      lines: [
        ["x-envoy-fault-abort-request", "418"],
        ["x-envoy-fault-abort-request-percentage", "0"],
      ],
      want: "",
    },
  ]);

  it("gives a gRPC client the status that is configured", () => {
    expect(run({ filters: [own("fault", { abort: { grpc_status: 5, ...hundred } })] }).answered?.reply.grpcStatus).toBe(5);
  });
});

describe("rbac", () => {
  const name = "envoy.filters.http.rbac";
  const policies = (rule: Fields): Fields => ({ "no-admin": { permissions: [rule], principals: [{ any: true }] } });
  const deny = (rule: Fields): Fields => ({ rules: { action: "DENY", policies: policies(rule) } });
  const reviews = { url_path: { path: { prefix: "/reviews" } } };
  const admin = { url_path: { path: { prefix: "/admin" } } };
  const denied = "403 rbac_access_denied_matched_policy[no-admin]";
  const perRoute = (fields: Fields) => ({ [name]: any(perRouteType("rbac", "RBACPerRoute"), fields) });
  table([
    { why: "a DENY that matches", filters: [own("rbac", deny(reviews))], want: denied },
    { why: "a DENY that does not", filters: [own("rbac", deny(admin))], want: "" },
    {
      why: "an ALLOW that does not",
      filters: [own("rbac", { rules: { policies: policies(admin) } })],
      want: "403 rbac_access_denied_matched_policy[none]",
    },
    { why: "without rules", filters: [own("rbac")], want: "" },
    {
      why: "shadow rules deny nobody",
      filters: [own("rbac", { shadow_rules: { action: "DENY", policies: policies(reviews) } })],
      want: "",
    },
    { why: "off for the route", filters: [own("rbac", deny(reviews))], perRoute: perRoute({}), want: "" },
    { why: "replaced for the route", filters: [own("rbac")], perRoute: perRoute({ rbac: deny(reviews) }), want: denied },
    {
      why: "off by a FilterConfig",
      filters: [own("rbac", deny(reviews))],
      perRoute: { [name]: any("envoy.config.route.v3.FilterConfig", { disabled: true }) },
      want: "",
    },
    { why: "disabled, and not turned on", filters: [own("rbac", deny(reviews), { disabled: true })], want: "" },
    {
      why: "disabled, and turned on for the route",
      filters: [own("rbac", {}, { disabled: true })],
      perRoute: perRoute({ rbac: deny(reviews) }),
      want: denied,
    },
    { why: "before the 404 of a request without a route", filters: [own("rbac", deny(reviews))], action: null, want: denied },
    { why: "the first of several that denies", filters: [own("rbac", deny(admin)), own("rbac", deny(reviews))], want: denied },
    { why: "not behind the router", filters: [own("router"), own("rbac", deny(reviews))], want: "" },
    { why: "not behind an abort", filters: [own("fault", abort503), own("rbac", deny(reviews))], want: "503 fault_filter_abort FI" },
    {
      why: "a condition is open",
      filters: [
        own("rbac", { rules: { policies: { cel: { permissions: [{ any: true }], principals: [{ any: true }], condition: {} } } } }),
      ],
      want: "open undecided-match",
    },
    {
      why: "a header that a filter before it changes",
      filters: [
        own("header_mutation", { mutations: { request_mutations: [{ remove: "x-role" }] } }),
        own("rbac", deny({ header: { name: "x-role", present_match: true } })),
      ],
      lines: [["x-role", "admin"]],
      want: "open undecided-match",
    },
    {
      why: "metadata that a filter before it writes",
      filters: [own("set_metadata", {}), own("rbac", deny({ metadata: { filter: "team", value: { present_match: true } } }))],
      want: "open undecided-match",
    },
    {
      why: "metadata that nobody writes",
      filters: [own("rbac", deny({ metadata: { filter: "team", value: { present_match: true } } }))],
      want: "",
    },
  ]);

  it("reports what shadow rules would deny", () => {
    const [note] = run({ filters: [own("rbac", { shadow_rules: { action: "DENY", policies: policies(reviews) } })] }).notes;
    expect(note?.because).toMatch(/^shadow rules would deny/);
  });
});

describe("cors", () => {
  const name = "envoy.filters.http.cors";
  const policy = (fields: Fields = {}) => ({
    [name]: any(perRouteType("cors", "CorsPolicy"), { allow_origin_string_match: [{ exact: "https://ok.example" }], ...fields }),
  });
  const from = (origin: string) =>
    [
      ["origin", origin],
      ["access-control-request-method", "GET"],
    ] as const;
  const preflight = { filters: [own("cors")], method: "OPTIONS", lines: from("https://ok.example") } as const;
  const answer = "200 cors_response";
  table([
    { why: "an origin that is listed", ...preflight, perRoute: policy(), want: answer },
    { why: "an origin that is not", ...preflight, lines: from("https://evil.example"), perRoute: policy(), want: "" },
    {
      why: "unless such preflights are kept",
      ...preflight,
      lines: from("https://evil.example"),
      perRoute: policy({ forward_not_matching_preflights: false }),
      want: answer,
    },
    { why: "no preflight", ...preflight, method: "GET", perRoute: policy(), want: "" },
    { why: "no method asked for", ...preflight, lines: [["origin", "https://ok.example"]], perRoute: policy(), want: "" },
    { why: "no policy", ...preflight, want: "" },
    { why: "a direct response has no policy", ...preflight, action: "direct_response", perRoute: policy(), want: "" },
    { why: "no route", ...preflight, action: null, perRoute: policy(), want: "" },
    { why: "the virtual host's policy", ...preflight, ofVirtualHost: policy(), want: answer },
    {
      why: "origins of the virtual host, the rest of the route",
      ...preflight,
      ofVirtualHost: policy(),
      perRoute: { [name]: any(perRouteType("cors", "CorsPolicy"), { allow_methods: "GET" }) },
      want: answer,
    },
    { why: "switched off", ...preflight, perRoute: policy({ filter_enabled: { default_value: {} } }), want: "" },
    {
      why: "for half of the requests",
      ...preflight,
      perRoute: policy({ filter_enabled: { default_value: { numerator: 50 } } }),
      want: "open random",
    },
    { why: "a star", ...preflight, perRoute: policy({ allow_origin_string_match: [{ exact: "*" }] }), want: answer },
    {
      why: "the route's older field",
      ...preflight,
      route: { cluster: "reviews-v2", cors: { allow_origin_string_match: [{ prefix: "https://ok" }] } },
      want: answer,
    },
  ]);
});

describe("jwt_authn", () => {
  const name = "envoy.filters.http.jwt_authn";
  const providers = {
    bookinfo: { issuer: "bookinfo" },
    partner: {
      issuer: "partner",
      from_headers: [{ name: "x-partner", value_prefix: "Token " }],
      from_params: ["jwt"],
      from_cookies: ["session"],
    },
  };
  const needs = (requires: Fields, rest: Fields = {}) =>
    own("jwt_authn", { providers, rules: [{ match: { prefix: "/" }, requires }], ...rest });
  const bookinfo = { provider_name: "bookinfo" };
  const partner = { provider_and_audiences: { provider_name: "partner" } };
  const bearer = [["authorization", "Bearer eyJhbGciOi"]] as const;
  const missing = "401 jwt_authn_access_denied{Jwt_is_missing}";
  const perRoute = (fields: Fields) => ({ [name]: any(perRouteType("jwt_authn", "PerRouteConfig"), fields) });
  table([
    { why: "no token", filters: [needs(bookinfo)], want: missing },
    { why: "a token", filters: [needs(bookinfo)], lines: bearer, want: "open state" },
    { why: "a token in the query", filters: [needs(bookinfo)], path: "/reviews/0?access_token=eyJ", want: "open state" },
    { why: "credentials that are no token", filters: [needs(bookinfo)], lines: [["authorization", "Basic amFzb24="]], want: missing },
    { why: "places of its own replace the usual ones", filters: [needs(partner)], lines: bearer, want: missing },
    { why: "a header of its own", filters: [needs(partner)], lines: [["x-partner", "Token eyJ"]], want: "open state" },
    { why: "a header without the prefix", filters: [needs(partner)], lines: [["x-partner", "eyJ"]], want: missing },
    { why: "a parameter of its own", filters: [needs(partner)], path: "/?jwt=eyJ", want: "open state" },
    { why: "a cookie of its own", filters: [needs(partner)], lines: [["cookie", "session=eyJ"]], want: "open state" },
    {
      why: "another path",
      filters: [own("jwt_authn", { providers, rules: [{ match: { prefix: "/admin" }, requires: bookinfo }] })],
      want: "",
    },
    {
      why: "the first rule that fits",
      filters: [
        own("jwt_authn", { providers, rules: [{ match: { prefix: "/reviews" } }, { match: { prefix: "/" }, requires: bookinfo }] }),
      ],
      want: "",
    },
    { why: "either, with none", filters: [needs({ requires_any: { requirements: [bookinfo, partner] } })], want: missing },
    { why: "either, or a missing one", filters: [needs({ requires_any: { requirements: [bookinfo, { allow_missing: {} }] } })], want: "" },
    {
      why: "either, or a missing one, with a token",
      filters: [needs({ requires_any: { requirements: [bookinfo, { allow_missing: {} }] } })],
      lines: bearer,
      want: "open state",
    },
    {
      why: "either, or a bad one, with a token",
      filters: [needs({ requires_any: { requirements: [bookinfo, { allow_missing_or_failed: {} }] } })],
      lines: bearer,
      want: "",
    },
    { why: "both, with one", filters: [needs({ requires_all: { requirements: [bookinfo, partner] } })], lines: bearer, want: missing },
    { why: "off for the route", filters: [needs(bookinfo)], perRoute: perRoute({ disabled: true }), want: "" },
    {
      why: "another requirement for the route",
      filters: [own("jwt_authn", { providers, requirement_map: { strict: bookinfo } })],
      perRoute: perRoute({ requirement_name: "strict" }),
      want: missing,
    },
    {
      why: "a requirement that is not there",
      filters: [own("jwt_authn", { providers, requirement_map: { strict: bookinfo } })],
      perRoute: perRoute({ requirement_name: "lax" }),
      want: "403 jwt_authn_access_denied{Wrong_requirement_name:_lax._It_should_be_one_of_[strict]}",
    },
    {
      why: "a preflight that is let through",
      filters: [needs(bookinfo, { bypass_cors_preflight: true })],
      method: "OPTIONS",
      lines: [
        ["origin", "https://ok.example"],
        ["access-control-request-method", "GET"],
      ],
      want: "",
    },
    {
      why: "a preflight that is not",
      filters: [needs(bookinfo)],
      method: "OPTIONS",
      lines: [
        ["origin", "https://ok.example"],
        ["access-control-request-method", "GET"],
      ],
      want: missing,
    },
    {
      why: "what a token says leaves RBAC open",
      filters: [
        needs({ allow_missing_or_failed: {} }),
        own("rbac", {
          rules: {
            policies: {
              user: {
                permissions: [{ any: true }],
                principals: [{ metadata: { filter: name, path: [{ key: "payload" }], value: { present_match: true } } }],
              },
            },
          },
        }),
      ],
      lines: bearer,
      want: "open undecided-match",
    },
    {
      why: "no token says nothing to RBAC",
      filters: [
        needs({ allow_missing_or_failed: {} }),
        own("rbac", {
          rules: {
            policies: {
              user: {
                permissions: [{ any: true }],
                principals: [{ metadata: { filter: name, path: [{ key: "payload" }], value: { present_match: true } } }],
              },
            },
          },
        }),
      ],
      want: "403 rbac_access_denied_matched_policy[none]",
    },
  ]);
});

describe("filters whose state or code decides", () => {
  const limit = { token_bucket: { max_tokens: 10, fill_interval: "60s" } };
  const always = { default_value: { numerator: 100 } };
  const script = (text: string, rest: Fields = {}) => own("lua", { default_source_code: { inline_string: text }, ...rest });
  const onRequest = "function envoy_on_request(h) h:headers():add('x-lua','1') end";
  const lua = (fields: Fields) => ({ "envoy.filters.http.lua": any(perRouteType("lua", "LuaPerRoute"), fields) });
  table([
    {
      why: "a local rate limit",
      filters: [own("local_ratelimit", { ...limit, filter_enabled: always, filter_enforced: always })],
      want: "open state",
    },
    { why: "a local rate limit is off unless enabled", filters: [own("local_ratelimit", limit)], want: "" },
    { why: "a local rate limit that is not enforced", filters: [own("local_ratelimit", { ...limit, filter_enabled: always })], want: "" },
    { why: "a rate limit without descriptors", filters: [own("ratelimit", { domain: "books" })], want: "" },
    {
      why: "a rate limit with the route's descriptors",
      filters: [own("ratelimit", { domain: "books" })],
      route: { cluster: "reviews-v2", rate_limits: [{}] },
      want: "open state",
    },
    { why: "ext_authz", filters: [own("ext_authz")], want: "open filter-not-modelled" },
    {
      why: "ext_authz off for the route",
      filters: [own("ext_authz")],
      perRoute: { "envoy.filters.http.ext_authz": any(perRouteType("ext_authz", "ExtAuthzPerRoute"), { disabled: true }) },
      want: "",
    },
    { why: "ext_authz off altogether", filters: [own("ext_authz", { filter_enabled: { default_value: {} } })], want: "" },
    {
      why: "ext_authz that denies while off",
      filters: [own("ext_authz", { filter_enabled: { default_value: {} }, deny_at_disable: { default_value: true } })],
      want: "open filter-not-modelled",
    },
    { why: "a script", filters: [script(onRequest)], want: "open filter-not-modelled" },
    { why: "a script for responses", filters: [script("function envoy_on_response(h) end")], want: "" },
    { why: "no script", filters: [own("lua")], want: "" },
    { why: "a script off for the route", filters: [script(onRequest)], perRoute: lua({ disabled: true }), want: "" },
    {
      why: "a script of the route",
      filters: [own("lua")],
      perRoute: lua({ source_code: { inline_string: onRequest } }),
      want: "open filter-not-modelled",
    },
    { why: "a script by a name that is not there", filters: [script(onRequest)], perRoute: lua({ name: "canary" }), want: "" },
    {
      why: "a script in a file",
      filters: [own("lua", { default_source_code: { filename: "/etc/books.lua" } })],
      want: "open filter-not-modelled",
    },
    {
      why: "Wasm",
      filters: [own("wasm", { config: { vm_config: { runtime: "envoy.wasm.runtime.v8" } } })],
      want: "open filter-not-modelled",
    },
    {
      why: "Istio's statistics as a plugin",
      filters: [
        own("wasm", {
          config: { vm_config: { runtime: "envoy.wasm.runtime.null", code: { local: { inline_string: "envoy.wasm.stats" } } } },
        }),
      ],
      want: "",
    },
    {
      why: "a body that is too long",
      filters: [own("buffer", { max_request_bytes: 100 })],
      bodyBytes: 101,
      want: "413 request_payload_too_large",
    },
    { why: "a body that just fits", filters: [own("buffer", { max_request_bytes: 100 })], bodyBytes: 100, want: "" },
    {
      why: "a longer one for the route",
      filters: [own("buffer", { max_request_bytes: 100 })],
      bodyBytes: 101,
      perRoute: { "envoy.filters.http.buffer": any(perRouteType("buffer", "BufferPerRoute"), { buffer: { max_request_bytes: 200 } }) },
      want: "",
    },
    { why: "CSRF looks at changing methods", filters: [own("csrf")], method: "POST", want: "open filter-not-modelled" },
    { why: "CSRF lets others pass", filters: [own("csrf")], want: "" },
    { why: "on demand, with a route", filters: [own("on_demand")], want: "" },
    { why: "on demand, without", filters: [own("on_demand")], action: null, want: "open routes-not-in-dump" },
    { why: "filter state", filters: [own("set_filter_state", { on_request_headers: [{ object_key: "team" }] })], want: "" },
    {
      why: "filter state with the route chosen again",
      filters: [own("set_filter_state", { on_request_headers: [{ object_key: "team" }], clear_route_cache: true })],
      want: "open filter-not-modelled",
    },
    {
      why: "filter state that says where to dial",
      filters: [own("set_filter_state", { on_request_headers: [{ object_key: "envoy.network.transport_socket.original_dst_address" }] })],
      want: "open filter-not-modelled",
    },
    {
      why: "telemetry",
      filters: [
        own("grpc_stats"),
        typed("istio.stats", any("stats.PluginConfig")),
        typed("istio.alpn", any("istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig")),
      ],
      want: "",
    },
    {
      why: "telemetry in a TypedStruct",
      filters: [
        typed(
          "istio.metadata_exchange",
          any("udpa.type.v1.TypedStruct", { type_url: "type.googleapis.com/io.istio.http.peer_metadata.Config" }),
        ),
      ],
      want: "",
    },
    { why: "nobody knows", filters: [typed("acme.auth", any("acme.Auth"))], want: "open filter-not-modelled" },
    {
      why: "by ECDS, in the dump",
      filters: [typed("acme.fault", any("x"), { type: null, config: null, discoveredAs: "acme.fault" })],
      extension: any(typeOfOwn("fault"), abort503),
      want: "503 fault_filter_abort FI",
    },
    {
      why: "by ECDS, not in the dump",
      filters: [typed("acme.fault", any("x"), { type: null, config: null, discoveredAs: "acme.fault" })],
      want: "open filter-not-modelled",
    },
    { why: "by its well-known name alone", filters: [typed("envoy.filters.http.cors", any("x"), { type: null, config: null })], want: "" },
    {
      why: "by an older well-known name",
      filters: [typed("envoy.ext_authz", any("x"), { type: null, config: null })],
      want: "open filter-not-modelled",
    },
  ]);

  it("says that a script may have the route chosen again, unless it can't", () => {
    const message = (filter: HttpFilter) => run({ filters: [filter] }).open[0]?.message ?? "";
    expect(message(script(onRequest))).toContain("chosen again");
    expect(message(script(onRequest, { clear_route_cache: false }))).not.toContain("chosen again");
    expect(message(script(`${onRequest} -- h:clearRouteCache()`, { clear_route_cache: false }))).toContain("chosen again");
  });
});

describe("types", () => {
  it("knows each filter as passive or as modelled, never as both", () => {
    expect([...passiveHttpFilters].filter((type) => httpFilterModels.has(type))).toEqual([]);
  });

  it("takes a name that is none of Envoy's for the type", () => {
    expect(httpFilterTypeOf(typed("envoy.filters.http.constructor", any("x"), { type: null, config: null }))).toBe(
      "envoy.filters.http.constructor",
    );
  });
});
