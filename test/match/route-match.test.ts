import { describe, expect, it } from "vitest";
import type { RouteMatch } from "../../src/generated/messages.js";
import { behaviourOf } from "../../src/match/behaviour.js";
import { type MatchedContext, prepareRequest } from "../../src/match/matched-request.js";
import { requestHeaders } from "../../src/match/request-headers.js";
import { describeRouteMatch, matchRoute } from "../../src/match/route-match.js";
import { recordPlace, recordPointer } from "../../src/model/proto-json.js";

const plaintext: MatchedContext = { certificate: { presented: false, validated: false }, runtime: new Map() };

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly context?: Partial<MatchedContext>;
  readonly ignorePathParameters?: boolean;
  readonly version?: { major: number; minor: number; patch: number } | null;
}

function match(criteria: RouteMatch, asked: Asked) {
  const behaviour = behaviourOf(asked.version ?? null);
  const path = asked.path === undefined ? [] : [[":path", asked.path] as const];
  const headers = requestHeaders([[":method", asked.method ?? "GET"], ...path, ...(asked.headers ?? [])], "http/1.1");
  const request = prepareRequest(headers, { ...plaintext, ...asked.context }, asked.ignorePathParameters ?? false, behaviour);
  return matchRoute(criteria, request, behaviour);
}

const uriTemplate = (path_template: string): RouteMatch => ({
  path_match_policy: {
    name: "envoy.path.match.uri_template.uri_template_matcher",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig",
      ...{ path_template },
    },
  },
});

describe("paths", () => {
  it.each<{ why: string; match: RouteMatch; asked: Asked; want: string }>([
    { why: "path", match: { path: "/login" }, asked: { path: "/login?next=/" }, want: "match" },
    { why: "path with a slash more", match: { path: "/login" }, asked: { path: "/login/" }, want: "no-match" },
    { why: "path minds case", match: { path: "/login" }, asked: { path: "/Login" }, want: "no-match" },
    { why: "path in any case", match: { path: "/login", case_sensitive: false }, asked: { path: "/LOGIN" }, want: "match" },
    { why: "prefix is plain text", match: { prefix: "/api" }, asked: { path: "/apis" }, want: "match" },
    { why: "prefix missed", match: { prefix: "/api" }, asked: { path: "/ap" }, want: "no-match" },
    { why: "a prefix with a query never matches", match: { prefix: "/api?" }, asked: { path: "/api?x" }, want: "no-match" },
    { why: "path_separated_prefix itself", match: { path_separated_prefix: "/api" }, asked: { path: "/api?x" }, want: "match" },
    { why: "below path_separated_prefix", match: { path_separated_prefix: "/api" }, asked: { path: "/api/v1" }, want: "match" },
    { why: "beside path_separated_prefix", match: { path_separated_prefix: "/api" }, asked: { path: "/apis" }, want: "no-match" },
    { why: "safe_regex sees no query", match: { safe_regex: { regex: "/v[12]" } }, asked: { path: "/v1?x=/v3" }, want: "match" },
    { why: "safe_regex is a full match", match: { safe_regex: { regex: "/v[12]" } }, asked: { path: "/v1/x" }, want: "no-match" },
    {
      why: "case_sensitive leaves safe_regex",
      match: { safe_regex: { regex: "/v1" }, case_sensitive: false },
      asked: { path: "/V1" },
      want: "no-match",
    },
    { why: "a fragment is cut", match: { path: "/a" }, asked: { path: "/a#top" }, want: "match" },
    { why: "uri_template", match: uriTemplate("/u/{id}"), asked: { path: "/u/1?x" }, want: "match" },
    { why: "uri_template missed", match: uriTemplate("/u/{id}"), asked: { path: "/u/1/2" }, want: "no-match" },
    { why: "connect_matcher", match: { connect_matcher: {} }, asked: { method: "CONNECT" }, want: "match" },
    { why: "connect_matcher and a GET", match: { connect_matcher: {} }, asked: { path: "/" }, want: "no-match" },
    {
      why: "UDP over an upgrade",
      match: { connect_matcher: {} },
      asked: { path: "/", headers: [["upgrade", "connect-udp"]] },
      want: "match",
    },
    { why: "another upgrade", match: { connect_matcher: {} }, asked: { path: "/", headers: [["upgrade", "websocket"]] }, want: "no-match" },
    { why: "no prefix takes a CONNECT", match: { prefix: "" }, asked: { method: "CONNECT" }, want: "no-match" },
    { why: "no specifier that is known", match: {}, asked: { path: "/" }, want: "undecided" },
    { why: "an unknown policy", match: { path_match_policy: { name: "acme" } }, asked: { path: "/" }, want: "undecided" },
  ])("$why", ({ match: criteria, asked, want }) => expect(match(criteria, asked).outcome).toBe(want));

  it("ignores path parameters as the release does", () => {
    const asked = { path: "/a;x/b;y?q=;", ignorePathParameters: true };
    const older = { major: 1, minor: 39, patch: 0 };
    expect(match({ path: "/a/b" }, asked).outcome).toBe("match");
    expect(match({ path: "/a/b" }, { ...asked, version: older }).outcome).toBe("no-match");
    expect(match({ path: "/a" }, { ...asked, version: older }).outcome).toBe("match");
    expect(match({ path: "/a/b" }, { ...asked, ignorePathParameters: false }).outcome).toBe("no-match");
  });
});

describe("matchRoute", () => {
  const presented = { certificate: { presented: true, validated: false } };
  it.each<{ why: string; match: RouteMatch; asked: Asked; want: string }>([
    { why: "gRPC", match: { prefix: "/", grpc: {} }, asked: { path: "/", headers: [["content-type", "application/grpc"]] }, want: "match" },
    {
      why: "no gRPC",
      match: { prefix: "/", grpc: {} },
      asked: { path: "/", headers: [["content-type", "application/grpc-web"]] },
      want: "no-match",
    },
    {
      why: "headers, query and cookies at once",
      match: {
        prefix: "/",
        headers: [{ name: "x" }],
        query_parameters: [{ name: "q" }],
        cookies: [{ name: "c", string_match: { exact: "1" } }],
      },
      asked: {
        path: "/?q",
        headers: [
          ["x", ""],
          ["cookie", "c=1"],
        ],
      },
      want: "match",
    },
    {
      why: "one header too few",
      match: { prefix: "/", headers: [{ name: "x" }, { name: "y" }] },
      asked: { path: "/", headers: [["x", ""]] },
      want: "no-match",
    },
    { why: "plaintext presents nothing", match: { prefix: "/", tls_context: { presented: false } }, asked: { path: "/" }, want: "match" },
    {
      why: "plaintext against presented",
      match: { prefix: "/", tls_context: { presented: true } },
      asked: { path: "/" },
      want: "no-match",
    },
    {
      why: "presented but not validated",
      match: { prefix: "/", tls_context: { presented: true, validated: true } },
      asked: { path: "/", context: presented },
      want: "no-match",
    },
    { why: "presented", match: { prefix: "/", tls_context: { presented: true } }, asked: { path: "/", context: presented }, want: "match" },
    {
      why: "metadata is empty at first",
      match: { prefix: "/", dynamic_metadata: [{ filter: "a", value: { present_match: true } }] },
      asked: { path: "/" },
      want: "no-match",
    },
    {
      why: "and inverted",
      match: { prefix: "/", dynamic_metadata: [{ filter: "a", value: { present_match: true }, invert: true }] },
      asked: { path: "/" },
      want: "match",
    },
    {
      why: "metadata that an unknown filter may have written",
      match: { prefix: "/", dynamic_metadata: [{ filter: "a", value: { present_match: true } }] },
      asked: { path: "/", context: { unknownState: { because: "Lua ran", decidedBy: "the script" } } },
      want: "undecided",
    },
    {
      why: "absent filter state",
      match: { prefix: "/", filter_state: [{ key: "k", string_match: { exact: "v" } }] },
      asked: { path: "/" },
      want: "no-match",
    },
    {
      why: "filter state",
      match: { prefix: "/", filter_state: [{ key: "k", string_match: { exact: "v" } }] },
      asked: { path: "/", context: { filterState: new Map([["k", "v"]]) } },
      want: "match",
    },
    {
      why: "a fraction",
      match: { prefix: "/", runtime_fraction: { default_value: { numerator: 50 } } },
      asked: { path: "/" },
      want: "undecided",
    },
    {
      why: "a fraction of what doesn't match",
      match: { prefix: "/a", runtime_fraction: { default_value: { numerator: 50 } } },
      asked: { path: "/" },
      want: "no-match",
    },
    { why: "a criterion of a newer Envoy", match: { prefix: "/", ...{ weather: {} } }, asked: { path: "/" }, want: "undecided" },
    { why: "the same where the path fails", match: { prefix: "/a", ...{ weather: {} } }, asked: { path: "/" }, want: "no-match" },
  ])("$why", ({ match: criteria, asked, want }) => expect(match(criteria, asked).outcome).toBe(want));

  it("names the criterion that failed first in Envoy's order, and where it stands", () => {
    const header = { name: "end-user", string_match: { exact: "jason" } };
    const headers = [header];
    const criteria: RouteMatch = { prefix: "/api", headers };
    recordPointer(criteria, "/routes/0/match");
    recordPlace(headers, criteria, "headers");
    recordPlace(header, headers, 0);
    expect(match(criteria, { path: "/" })).toEqual({
      outcome: "no-match",
      because: "header end-user is absent",
      at: "/routes/0/match/headers/0",
    });
    expect(match(criteria, { path: "/", headers: [["end-user", "jason"]] })).toEqual({
      outcome: "no-match",
      because: "path does not start with /api",
      at: "/routes/0/match/prefix",
    });
    expect(match(criteria, { path: "/api", headers: [["end-user", "jason"]] })).toEqual({
      outcome: "match",
      because: "prefix /api, header end-user = jason",
      at: "/routes/0/match",
    });
  });

  it("describes all criteria in one line", () => {
    expect(
      describeRouteMatch({
        path_separated_prefix: "/reviews",
        headers: [{ name: ":method", string_match: { exact: "GET" } }],
        query_parameters: [{ name: "page" }],
        grpc: {},
        runtime_fraction: { default_value: { numerator: 10 } },
        tls_context: { validated: true },
      }),
    ).toBe("path_separated_prefix /reviews, header :method = GET, query page present, gRPC, 10% of requests, client certificate validated");
  });
});
