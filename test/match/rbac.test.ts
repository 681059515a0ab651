import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Permission, Policy, Principal } from "../../src/generated/messages.js";
import { behaviourOf } from "../../src/match/behaviour.js";
import { evaluateRbac, type RbacRules, rbacDetails } from "../../src/match/rbac.js";
import { evaluateRbacMatcher } from "../../src/match/rbac-matcher.js";
import { matchPermission } from "../../src/match/rbac-permission.js";
import { matchPrincipal } from "../../src/match/rbac-principal.js";
import type { PeerIdentity, RbacSubject } from "../../src/match/rbac-subject.js";
import { requestHeaders } from "../../src/match/request-headers.js";

const newest = behaviourOf(null);
const sleep: PeerIdentity = {
  presented: true,
  uris: ["spiffe://cluster.local/ns/default/sa/sleep"],
  dns: ["sleep.default.svc"],
  subject: "",
};
const nobody: PeerIdentity = { presented: false, uris: [], dns: [], subject: "" };
const written = { because: "jwt_authn may have written it", decidedBy: "the token" };

interface Asked extends Partial<Omit<RbacSubject, "connection">> {
  readonly lines?: readonly (readonly [string, string])[];
  readonly connection?: Partial<RbacSubject["connection"]>;
}

function subject({ lines = [], connection, ...rest }: Asked = {}): RbacSubject {
  return {
    headers: requestHeaders([[":method", "GET"], ...lines], "http/1.1"),
    path: "/reviews/0",
    peer: null,
    remote: { ip: "10.244.1.6" },
    dynamicMetadata: {},
    routeMetadata: {},
    filterState: new Map(),
    unknownState: undefined,
    ...rest,
    connection: {
      destination: { ip: "10.96.0.11", port: 9080 },
      serverName: "",
      transportProtocol: "raw_buffer",
      applicationProtocols: [],
      source: { ip: "10.244.1.6", port: 40000 },
      directSource: { ip: "10.0.0.9", port: 4711 },
      ...connection,
    },
  };
}

const range = (address_prefix: string, prefix_len: number) => ({ address_prefix, prefix_len });

describe("permissions", () => {
  it.each<{ why: string; permission: Permission; asked?: Asked; want: string }>([
    { why: "any", permission: { any: true }, want: "match" },
    { why: "a header", permission: { header: { name: ":method", string_match: { exact: "GET" } } }, want: "match" },
    { why: "another value", permission: { header: { name: ":method", string_match: { exact: "POST" } } }, want: "no-match" },
    {
      why: "a negated header that is absent",
      permission: { not_rule: { header: { name: "x-user", string_match: { exact: "eve" } } } },
      want: "match",
    },
    { why: "a path", permission: { url_path: { path: { prefix: "/reviews" } } }, want: "match" },
    { why: "another path", permission: { url_path: { path: { exact: "/reviews" } } }, want: "no-match" },
    { why: "no path at all", permission: { url_path: { path: { prefix: "" } } }, asked: { path: undefined }, want: "no-match" },
    { why: "a destination", permission: { destination_ip: range("10.96.0.0", 16) }, want: "match" },
    { why: "another destination", permission: { destination_ip: range("10.97.0.0", 16) }, want: "no-match" },
    {
      why: "a destination that is no address",
      permission: { destination_ip: range("0.0.0.0", 0) },
      asked: { connection: { destination: undefined } },
      want: "no-match",
    },
    { why: "a port", permission: { destination_port: 9080 }, want: "match" },
    { why: "the next port", permission: { destination_port: 9081 }, want: "no-match" },
    { why: "a range's end is outside", permission: { destination_port_range: { start: 9000, end: 9080 } }, want: "no-match" },
    { why: "a range's start is inside", permission: { destination_port_range: { start: 9080, end: 9081 } }, want: "match" },
    { why: "no SNI is an empty one", permission: { requested_server_name: { exact: "" } }, want: "match" },
    {
      why: "SNI in lower case",
      permission: { requested_server_name: { exact: "api.example.com" } },
      asked: { connection: { serverName: "API.example.com" } },
      want: "match",
    },
    {
      why: "metadata that nobody writes",
      permission: { metadata: { filter: "istio_authn", path: [{ key: "request" }], value: { present_match: true } } },
      want: "no-match",
    },
    {
      why: "metadata that a filter may have written",
      permission: { metadata: { filter: "istio_authn", value: { present_match: true } } },
      asked: { unknownState: written },
      want: "undecided",
    },
    {
      why: "the route's metadata is known whatever filters write",
      permission: {
        sourced_metadata: {
          metadata_source: "ROUTE",
          metadata_matcher: { filter: "team", path: [{ key: "name" }], value: { string_match: { exact: "books" } } },
        },
      },
      asked: { routeMetadata: { team: { name: "books" } }, unknownState: written },
      want: "match",
    },
    {
      why: "an or of which one holds, after an open one",
      permission: { or_rules: { rules: [{ matcher: { name: "upstream_ip_port" } }, { any: true }] } },
      want: "match",
    },
    {
      why: "an and with an open part that another part fails",
      permission: { and_rules: { rules: [{ matcher: { name: "upstream_ip_port" } }, { not_rule: { any: true } }] } },
      want: "no-match",
    },
    {
      why: "an and with an open part",
      permission: { and_rules: { rules: [{ matcher: { name: "upstream_ip_port" } }, { any: true }] } },
      want: "undecided",
    },
    { why: "the contrary of something open", permission: { not_rule: { matcher: { name: "upstream_ip_port" } } }, want: "undecided" },
    { why: "no rule that is known", permission: {}, want: "undecided" },
    {
      why: "a URI template",
      permission: {
        uri_template: {
          name: "t",
          typed_config: {
            "@type": "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig",
            ...{ path_template: "/reviews/{id}" },
          },
        },
      },
      want: "match",
    },
  ])("$why", ({ permission, asked, want }) => {
    expect(matchPermission(permission, subject(asked), newest).outcome).toBe(want);
  });

  it("says nothing about rules that are nested without end", () => {
    const nested = Array.from({ length: 500 }).reduce<Permission>((inner) => ({ not_rule: inner }), { any: true });
    expect(matchPermission(nested, subject(), newest).outcome).toBe("undecided");
  });

  it("joins a repeated header before 1.38", () => {
    const permission: Permission = { header: { name: "x-role", string_match: { exact: "admin" } } };
    const twice = subject({
      lines: [
        ["x-role", "guest"],
        ["x-role", "admin"],
      ],
    });
    expect(matchPermission(permission, twice, behaviourOf({ major: 1, minor: 38, patch: 3 })).outcome).toBe("match");
    expect(matchPermission(permission, twice, behaviourOf({ major: 1, minor: 37, patch: 0 })).outcome).toBe("no-match");
  });
});

describe("principals", () => {
  const uri = { exact: "spiffe://cluster.local/ns/default/sa/sleep" };
  it.each<{ why: string; principal: Principal; asked?: Asked; want: string }>([
    { why: "any", principal: { any: true }, want: "match" },
    { why: "anybody with a certificate", principal: { authenticated: {} }, asked: { peer: sleep }, want: "match" },
    { why: "TLS without a certificate", principal: { authenticated: {} }, asked: { peer: nobody }, want: "match" },
    { why: "plaintext is nobody", principal: { authenticated: {} }, want: "no-match" },
    { why: "so a negated identity holds on plaintext", principal: { not_id: { authenticated: { principal_name: uri } } }, want: "match" },
    { why: "a URI name", principal: { authenticated: { principal_name: uri } }, asked: { peer: sleep }, want: "match" },
    {
      why: "another URI name",
      principal: { authenticated: { principal_name: { exact: "spiffe://cluster.local/ns/default/sa/web" } } },
      asked: { peer: sleep },
      want: "no-match",
    },
    { why: "a DNS name", principal: { authenticated: { principal_name: { suffix: ".svc" } } }, asked: { peer: sleep }, want: "match" },
    {
      why: "the subject",
      principal: { authenticated: { principal_name: { exact: "CN=web" } } },
      asked: { peer: { ...nobody, presented: true, subject: "CN=web" } },
      want: "match",
    },
    { why: "the source", principal: { source_ip: range("10.244.0.0", 16) }, want: "match" },
    {
      why: "a source that is not known",
      principal: { source_ip: range("10.244.0.0", 16) },
      asked: { connection: { source: undefined } },
      want: "undecided",
    },
    { why: "the TCP peer", principal: { direct_remote_ip: range("10.0.0.9", 32) }, want: "match" },
    { why: "the source is not the TCP peer", principal: { direct_remote_ip: range("10.244.1.6", 32) }, want: "no-match" },
    {
      why: "the remote address",
      principal: { remote_ip: range("203.0.113.0", 24) },
      asked: { remote: { ip: "203.0.113.7" } },
      want: "match",
    },
    {
      why: "the remote address is not the source",
      principal: { remote_ip: range("10.244.0.0", 16) },
      asked: { remote: { ip: "203.0.113.7" } },
      want: "no-match",
    },
    {
      why: "a remote address that is not known",
      principal: { remote_ip: range("0.0.0.0", 0) },
      asked: { remote: written },
      want: "undecided",
    },
    {
      why: "filter state that is absent",
      principal: { filter_state: { key: "io.istio.peer_principal", string_match: uri } },
      want: "no-match",
    },
    {
      why: "filter state that may be there",
      principal: { filter_state: { key: "io.istio.peer_principal", string_match: uri } },
      asked: { unknownState: written },
      want: "undecided",
    },
    {
      why: "filter state",
      principal: { filter_state: { key: "io.istio.peer_principal", string_match: uri } },
      asked: { filterState: new Map([["io.istio.peer_principal", uri.exact]]) },
      want: "match",
    },
    { why: "an extension", principal: { custom: { name: "mtls_authenticated" } }, want: "undecided" },
    {
      why: "two ids, one of them missed",
      principal: { and_ids: { ids: [{ any: true }, { header: { name: "x-user" } }] } },
      want: "no-match",
    },
    { why: "either id", principal: { or_ids: { ids: [{ header: { name: "x-user" } }, { any: true }] } }, want: "match" },
    { why: "no id that is known", principal: {}, want: "undecided" },
  ])("$why", ({ principal, asked, want }) => {
    expect(matchPrincipal(principal, subject(asked), newest).outcome).toBe(want);
  });
});

const all: Policy = { permissions: [{ any: true }], principals: [{ any: true }] };
const none: Policy = { permissions: [{ not_rule: { any: true } }], principals: [{ any: true }] };
const maybe: Policy = { ...all, condition: {} };

describe("evaluateRbac", () => {
  it.each<{ why: string; rules: RbacRules; effect: string; policy: string | null }>([
    { why: "ALLOW is the default, and without policies denies all", rules: {}, effect: "denies", policy: null },
    { why: "DENY without policies allows all", rules: { action: "DENY" }, effect: "allows", policy: null },
    { why: "ALLOW by a policy", rules: { policies: { readers: all } }, effect: "allows", policy: "readers" },
    { why: "ALLOW that no policy gives", rules: { policies: { readers: none } }, effect: "denies", policy: null },
    {
      why: "DENY by the first policy by name",
      rules: { action: "DENY", policies: { second: all, first: all } },
      effect: "denies",
      policy: "first",
    },
    { why: "LOG denies nobody", rules: { action: "LOG", policies: { audit: all } }, effect: "allows", policy: null },
    { why: "ALLOW whatever an open policy says", rules: { policies: { a: maybe, b: all } }, effect: "allows", policy: "b" },
    { why: "DENY whatever an open policy says", rules: { action: "DENY", policies: { a: maybe, b: all } }, effect: "denies", policy: "b" },
    { why: "an open ALLOW", rules: { policies: { a: maybe, b: none } }, effect: "undecided", policy: null },
    { why: "an open DENY names its policy", rules: { action: "DENY", policies: { a: none, b: maybe } }, effect: "undecided", policy: "b" },
    {
      why: "a condition behind principals that miss",
      rules: { policies: { a: { ...maybe, principals: [{ not_id: { any: true } }] } } },
      effect: "denies",
      policy: null,
    },
    { why: "an action of a newer release", rules: { action: "SHADOW", policies: { a: all } }, effect: "undecided", policy: null },
    {
      why: "a policy named like a member of every object",
      rules: { policies: { constructor: all } },
      effect: "allows",
      policy: "constructor",
    },
  ])("$why", ({ rules, effect, policy }) => {
    expect(evaluateRbac(rules, subject(), newest)).toMatchObject({ effect, policy });
  });

  it("names the open policies that come before the one that denies", () => {
    const decision = evaluateRbac({ action: "DENY", policies: { a: maybe, b: all } }, subject(), newest);
    expect(decision).toMatchObject({ orNamed: ["a"] });
  });

  it("does not mind in which order policies are written", () => {
    const policy = fc.constantFrom(all, none, maybe);
    const named = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,3}$/), policy), { selector: ([name]) => name });
    fc.assert(
      fc.property(named, fc.constantFrom("ALLOW", "DENY"), (entries, action) => {
        const decide = (list: readonly (readonly [string, Policy])[]) =>
          evaluateRbac({ action, policies: Object.fromEntries(list) }, subject(), newest);
        expect(decide([...entries].reverse())).toEqual(decide(entries));
      }),
    );
  });

  it("writes blanks in a policy's name as underscores", () => {
    expect(rbacDetails("ns[default]-policy[deny all]-rule[0]")).toBe(
      "rbac_access_denied_matched_policy[ns[default]-policy[deny_all]-rule[0]]",
    );
    expect(rbacDetails(null)).toBe("rbac_access_denied_matched_policy[none]");
  });
});

describe("evaluateRbacMatcher", () => {
  const action = (name: string, kind?: string) => ({
    action: {
      name,
      typed_config: {
        "@type": "type.googleapis.com/envoy.config.rbac.v3.Action",
        ...{ name, ...(kind === undefined ? {} : { action: kind }) },
      },
    },
  });
  const byPort = (port: string) => ({
    matcher_tree: {
      input: {
        name: "port",
        typed_config: { "@type": "type.googleapis.com/envoy.extensions.matching.common_inputs.network.v3.DestinationPortInput" },
      },
      exact_match_map: { map: { [port]: action("block reviews", "DENY") } },
    },
    on_no_match: action("rest"),
  });
  it.each([
    { why: "an entry denies", matcher: byPort("9080"), want: { effect: "denies", policy: "block reviews" } },
    { why: "the rest is allowed: ALLOW is the default", matcher: byPort("9081"), want: { effect: "allows", policy: "rest" } },
    { why: "leading nowhere denies", matcher: {}, want: { effect: "denies", policy: null } },
  ])("$why", ({ matcher, want }) => {
    expect(evaluateRbacMatcher(matcher, subject(), newest)).toMatchObject(want);
  });
});
