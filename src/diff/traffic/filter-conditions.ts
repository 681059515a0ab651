import { httpFilterTypeOf, type OwnFilter, typeOfOwn } from "../../explain/http-filters/filter-types.js";
import { passiveHttpFilters } from "../../explain/http-filters/passive-filters.js";
import { untypedField } from "../../explain/http-filters/untyped-field.js";
import type {
  HeaderMatcher,
  HTTPFault,
  JwtAuthentication,
  MessageTypes,
  Permission,
  Policy,
  Principal,
  RouteMatch,
} from "../../generated/messages.js";
import { type CidrRange, formatIp, parseCidr } from "../../match/cidr.js";
import type { RbacRules } from "../../match/rbac.js";
import { matchesString, type StringMatcher } from "../../match/string.js";
import type { HttpFilter } from "../../model/filter-chain.js";
import { type Any, messageNameOf, unpack } from "../../model/proto-json.js";
import { candidatesOf, criteriaOf, type Surroundings } from "../../witness/criterion.js";
import { findRequests } from "../../witness/find-request.js";
import { makeRequest } from "../../witness/make-request.js";
import { textCandidates } from "../../witness/text-candidates.js";
import {
  asIs,
  inHttp,
  together,
  type Variation,
  withBody,
  withDestination,
  withDirectSource,
  withHeader,
  withHeaderBytes,
  withIdentity,
  withMethod,
  withoutSource,
  withPath,
  withServerName,
  withSource,
} from "./variation.js";

/** More ways than that to satisfy one rule are not tried. */
const mostWays = 6;
const deepest = 20;

type CorsPolicy = Pick<MessageTypes["envoy.extensions.filters.http.cors.v3.CorsPolicy"], "allow_origin_string_match">;

const unknownSource: Variation = { ...withoutSource, words: "from an unknown source" };

const httpFilter = "envoy.extensions.filters.http.";

/** What the configurations of HTTP filters, or of network filters, ask about: variations of a request that meet it, and that miss it. */
export function conditionsOf(configs: readonly Any[], surroundings: Surroundings): readonly Variation[] {
  const met = configs.flatMap((config) => [...conditionsIn(config, surroundings)]);
  const found = [unknownSource, ...met];
  return [...new Map(found.map((variation) => [variation.words, variation])).values()];
}

/** Of more conditions than that, not each is put together with each of another filter. */
const mostCombined = 24;

/** What filters that differ ask about, each condition together with each that the others have. */
export function combinedConditions(own: readonly Any[], others: readonly Any[], surroundings: Surroundings): readonly Variation[] {
  const [ones, rest] = [own, others].map((configs) => conditionsOf(configs, surroundings).slice(0, mostCombined));
  return (ones ?? []).flatMap((one) => (rest ?? []).map((other) => together(one, other)));
}

/** HTTP filters that decide by their configuration and the request alone. */
const decided: readonly OwnFilter[] = [
  ...(["buffer", "cors", "csrf", "fault", "header_mutation", "header_to_metadata", "jwt_authn", "on_demand"] as const),
  ...(["rbac", "router", "set_filter_state", "set_metadata"] as const),
];
const decidedTypes: ReadonlySet<string> = new Set(decided.map(typeOfOwn));

/** May the filter treat requests otherwise by what neither its configuration nor they hold: a script, a server, a state? */
export function leavesRequestsOpen(filter: HttpFilter): boolean {
  const type = httpFilterTypeOf(filter);
  return !decidedTypes.has(type) && !passiveHttpFilters.has(type);
}

/** Do the configurations hold rules that ask about a request? */
export const asksAboutRequests = (configs: readonly Any[], surroundings: Surroundings): boolean =>
  configs.some((config) => conditionsIn(config, surroundings).next().done !== true);

function* conditionsIn(config: Any, surroundings: Surroundings): Generator<Variation> {
  const wrapped = unpack(config, "envoy.config.route.v3.FilterConfig")?.config;
  if (wrapped !== undefined) yield* conditionsIn(wrapped, surroundings);
  const rules =
    unpack(config, `${httpFilter}rbac.v3.RBAC`)?.rules ??
    unpack(config, `${httpFilter}rbac.v3.RBACPerRoute`)?.rbac?.rules ??
    unpack(config, "envoy.extensions.filters.network.rbac.v3.RBAC")?.rules;
  if (rules !== undefined) yield* ofRbac(rules, surroundings);
  const fault = unpack(config, `${httpFilter}fault.v3.HTTPFault`);
  if (fault !== undefined) yield* ofFault(fault, surroundings);
  const jwt = unpack(config, `${httpFilter}jwt_authn.v3.JwtAuthentication`);
  if (jwt !== undefined) yield* ofJwt(jwt, surroundings);
  if (unpack(config, `${httpFilter}jwt_authn.v3.PerRouteConfig`) !== undefined) yield* tokens;
  const cors = unpack(config, `${httpFilter}cors.v3.CorsPolicy`);
  if (cors !== undefined) yield* ofCors(cors, surroundings);
  const most = untypedField(config, "buffer", "max_request_bytes") ?? untypedField(config, "max_request_bytes");
  if (typeof most === "number") for (const more of [0, 1]) yield withBody(most + more);
  if (messageNameOf(config) === `${httpFilter}csrf.v3.CsrfPolicy`)
    yield together(withMethod("POST"), withHeader("origin", "http://other.example"));
}

const tokens: readonly Variation[] = [withHeader("authorization", "Bearer e30.e30.e30"), withHeader("authorization")];

function* ofFault(fault: HTTPFault, surroundings: Surroundings): Generator<Variation> {
  const { headers = [] } = fault;
  // Every header as wanted, and each of them alone not so.
  yield* allWays(headers.map((header) => waysOfHeader(header, true, surroundings)));
  for (const missed of headers) yield* allWays(headers.map((header) => waysOfHeader(header, header !== missed, surroundings)));
  for (const node of fault.downstream_nodes ?? []) yield withHeader("x-envoy-downstream-service-node", node);
}

function* ofJwt(jwt: JwtAuthentication, surroundings: Surroundings): Generator<Variation> {
  yield* tokens;
  for (const { match } of jwt.rules ?? []) {
    for (const way of ofMatch(match ?? {}, surroundings)) {
      yield way;
      for (const token of tokens) yield together(way, token);
    }
  }
}

export function* ofCors(cors: CorsPolicy, surroundings: Surroundings): Generator<Variation> {
  for (const matcher of cors.allow_origin_string_match ?? []) {
    for (const origin of textsOf(matcher, true, surroundings)) {
      yield together(withMethod("OPTIONS"), withHeader("origin", origin), withHeader("access-control-request-method", "GET"));
    }
  }
  yield together(withMethod("OPTIONS"), withHeader("origin", "http://other.example"), withHeader("access-control-request-method", "GET"));
}

/** Requests that satisfy a match, and those that miss one of its conditions alone. */
export function* ofMatch(match: RouteMatch, surroundings: Surroundings): Generator<Variation> {
  const candidates = candidatesOf([match], surroundings);
  const criteria = criteriaOf(match, surroundings);
  const wanted = [
    { within: [criteria], outside: [] },
    ...criteria.map((missed) => ({ within: [criteria.filter((one) => one !== missed)], outside: [[missed]] })),
  ];
  for (const each of wanted) {
    const search = findRequests(each, candidates);
    if (search.found === "none") continue;
    for (const assignment of search.assignments) {
      const words = [...assignment]
        .map(([dimension, shown]) => `${dimension} ${shown.length === 0 ? "absent" : `= ${shown.join(", ")}`}`)
        .join(", ");
      yield { words, apply: (request) => makeRequest(request, assignment) };
    }
  }
}

function* ofRbac(rules: RbacRules, surroundings: Surroundings): Generator<Variation> {
  for (const policy of Object.values(rules.policies ?? {})) yield* ofPolicy(policy, surroundings);
}

/** Those whom a policy is about, doing what it is about; and one of the two alone. */
function* ofPolicy(policy: Policy, surroundings: Surroundings): Generator<Variation> {
  const anyOf = <Rule>(rules: readonly Rule[], ways: (rule: Rule, wanted: boolean) => readonly Variation[], wanted: boolean) =>
    wanted ? rules.flatMap((rule) => ways(rule, true)).slice(0, 4 * mostWays) : allWays(rules.map((rule) => ways(rule, false)));
  for (const [done, by] of [
    [true, true],
    [true, false],
    [false, true],
  ] as const) {
    const deeds = anyOf(policy.permissions ?? [], (rule, wanted) => waysOfPermission(rule, wanted, surroundings, 0), done);
    const doers = anyOf(policy.principals ?? [], (rule, wanted) => waysOfPrincipal(rule, wanted, surroundings, 0), by);
    for (const deed of deeds) for (const doer of by ? [...doers, unknownSource] : doers) yield together(doer, deed);
  }
}

/** All at once: every way of each, put together. */
function allWays(each: readonly (readonly Variation[])[]): readonly Variation[] {
  return each.reduce<readonly Variation[]>(
    (made, ways) => made.flatMap((one) => ways.map((way) => together(one, way))).slice(0, mostWays),
    [asIs],
  );
}

/** One of them: any way of any. */
const anyWay = (each: readonly (readonly Variation[])[]): readonly Variation[] => each.flat().slice(0, 2 * mostWays);

function setWays<Rule>(
  rules: readonly Rule[],
  all: boolean,
  wanted: boolean,
  ways: (rule: Rule) => readonly Variation[],
): readonly Variation[] {
  const each = rules.map(ways);
  return all === wanted ? allWays(each) : anyWay(each);
}

function waysOfPermission(rule: Permission, wanted: boolean, surroundings: Surroundings, depth: number): readonly Variation[] {
  if (depth > deepest) return [];
  const inner = (one: Permission) => waysOfPermission(one, wanted, surroundings, depth + 1);
  if (rule.and_rules !== undefined) return setWays(rule.and_rules.rules ?? [], true, wanted, inner);
  if (rule.or_rules !== undefined) return setWays(rule.or_rules.rules ?? [], false, wanted, inner);
  if (rule.not_rule !== undefined) return waysOfPermission(rule.not_rule, !wanted, surroundings, depth + 1);
  if (rule.any !== undefined) return rule.any === wanted ? [asIs] : [];
  if (rule.header !== undefined) return waysOfHeader(rule.header, wanted, surroundings);
  if (rule.url_path?.path !== undefined) return pathsOf(rule.url_path.path, wanted, surroundings);
  if (rule.destination_ip !== undefined) return addressesOf(rule.destination_ip, wanted).map((ip) => withDestination({ ip }));
  if (rule.destination_port !== undefined) return [withDestination({ port: rule.destination_port + (wanted ? 0 : 1) })];
  if (rule.destination_port_range !== undefined) {
    const { start = 0, end = 0 } = rule.destination_port_range;
    return (wanted ? [start, end - 1] : [start - 1, end]).filter((port) => port > 0).map((port) => withDestination({ port }));
  }
  if (rule.requested_server_name !== undefined) return textsOf(rule.requested_server_name, wanted, surroundings).map(withServerName);
  return [asIs];
}

function waysOfPrincipal(rule: Principal, wanted: boolean, surroundings: Surroundings, depth: number): readonly Variation[] {
  if (depth > deepest) return [];
  const inner = (one: Principal) => waysOfPrincipal(one, wanted, surroundings, depth + 1);
  if (rule.and_ids !== undefined) return setWays(rule.and_ids.ids ?? [], true, wanted, inner);
  if (rule.or_ids !== undefined) return setWays(rule.or_ids.ids ?? [], false, wanted, inner);
  if (rule.not_id !== undefined) return waysOfPrincipal(rule.not_id, !wanted, surroundings, depth + 1);
  if (rule.any !== undefined) return rule.any === wanted ? [asIs] : [];
  if (rule.authenticated !== undefined) {
    const name = rule.authenticated.principal_name;
    return name === undefined ? [asIs] : textsOf(name, wanted, surroundings).map(withIdentity);
  }
  if (rule.source_ip !== undefined) return addressesOf(rule.source_ip, wanted).map((ip) => withSource(ip));
  if (rule.direct_remote_ip !== undefined)
    return addressesOf(rule.direct_remote_ip, wanted).flatMap((ip) => [withSource(ip), withDirectSource(ip)]);
  if (rule.remote_ip !== undefined) {
    return addressesOf(rule.remote_ip, wanted).flatMap((ip) => [withSource(ip), withHeader("x-forwarded-for", ip)]);
  }
  if (rule.header !== undefined) return waysOfHeader(rule.header, wanted, surroundings);
  if (rule.url_path?.path !== undefined) return pathsOf(rule.url_path.path, wanted, surroundings);
  return [asIs];
}

function waysOfHeader(matcher: HeaderMatcher, wanted: boolean, surroundings: Surroundings): readonly Variation[] {
  const match: RouteMatch = { prefix: "/", headers: [matcher] };
  const criteria = criteriaOf(match, surroundings).filter(({ dimension }) => dimension !== "path");
  const search = findRequests(
    wanted ? { within: [criteria], outside: [] } : { within: [], outside: [criteria] },
    candidatesOf([match], surroundings),
    2,
  );
  if (search.found === "none") return [];
  return search.assignments.map((assignment) => {
    const words = [...assignment]
      .map(([dimension, shown]) => `${dimension} ${shown.length === 0 ? "absent" : `= ${shown.join(", ")}`}`)
      .join(", ");
    return { words, apply: (request) => makeRequest(request, assignment) };
  });
}

/** Texts that the matcher takes, or such as it narrowly does not. */
function textsOf(matcher: StringMatcher, wanted: boolean, { behaviour }: Surroundings): readonly string[] {
  return textCandidates([matcher])
    .filter((text) => text !== "" && matchesString(matcher, text, behaviour.regexEncoding) === wanted)
    .slice(0, 2);
}

const pathsOf = (matcher: StringMatcher, wanted: boolean, surroundings: Surroundings): readonly Variation[] =>
  textCandidates([matcher])
    .map((text) => (text.startsWith("/") ? text : `/${text}`))
    .filter((text) => matchesString(matcher, text, surroundings.behaviour.regexEncoding) === wanted)
    .slice(0, 2)
    .map(withPath);

/** An address in a range, or one just outside. */
export function addressesOf(range: CidrRange, wanted: boolean): readonly string[] {
  const cidr = parseCidr(range);
  if (cidr === undefined) return [];
  if (wanted)
    return [
      formatIp({
        family: cidr.family,
        bytes: cidr.bytes.map((byte, index) => (index === cidr.bytes.length - 1 && cidr.length < cidr.bytes.length * 8 ? byte | 1 : byte)),
      }),
    ];
  return cidr.length === 0 ? [] : [formatIp({ family: cidr.family, bytes: flipped(cidr.bytes, cidr.length - 1) })];
}

const flipped = (bytes: readonly number[], bit: number): readonly number[] =>
  bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (0x80 >> (bit & 7)) : byte));

/** How a protocol's rules are tried out: what a connection manager refuses or changes before it looks for a route. */
export const protocolVariations = (
  limits: readonly { readonly headerBytes: number; readonly headerCount: number }[],
): readonly Variation[] => [
  asIs,
  ...limits.flatMap(({ headerBytes }) => [withHeaderBytes(Math.max(0, headerBytes - 600)), withHeaderBytes(headerBytes + 10)]),
  ...limits.flatMap(({ headerCount }) => [manyHeaders(headerCount - 10), manyHeaders(headerCount + 1)]),
  inHttp("HTTP/1.0", () => ({ version: "http/1.0" })),
  inHttp("HTTP/1.0 without Host", ({ authority: _, ...http }) => ({ ...http, version: "http/1.0" })),
  inHttp("HTTP/2", () => ({ version: "h2" })),
  withHeader("content-type", "application/grpc"),
  inHttp("a header with an underscore", ({ headers }) => ({ headers: { ...headers, x_other: ["1"] } })),
  inHttp("CONNECT", ({ path: _, ...http }) => ({ ...http, method: "CONNECT" })),
  together(withHeader("connection", "upgrade"), withHeader("upgrade", "websocket")),
  inHttp("a path with //", ({ path = "/" }) => ({ path: path === "/" ? "//other" : `/${path}` })),
  inHttp("a path with /../", ({ path = "/" }) => ({ path: `/other/..${path}` })),
  inHttp("a path with %2F", ({ path = "/" }) => ({ path: `${path}%2Fother` })),
  inHttp("a path with %5C", ({ path = "/" }) => ({ path: `${path}%5Cother` })),
  inHttp("a path with a fragment", ({ path = "/" }) => ({ path: `${path}#other` })),
  inHttp("an authority with another port", ({ authority = "" }) => ({ authority: `${authority.replace(/:\d+$/, "")}:4711` })),
  inHttp("an authority without port", ({ authority = "" }) => ({ authority: authority.replace(/:\d+$/, "") })),
  inHttp("an authority with a dot at its end", ({ authority = "" }) => ({ authority: authority.replace(/(:\d+)?$/, ".$1") })),
  inHttp("an authority with characters that none may have", ({ authority = "" }) => ({ authority: `${authority}/` })),
  withHeader("x-forwarded-for", "203.0.113.7"),
  withHeader("x-forwarded-proto", "https"),
  withHeader("x-envoy-retry-on", "5xx"),
];

function manyHeaders(count: number): Variation {
  return inHttp(`${count} headers`, ({ headers }) => ({
    headers: {
      ...headers,
      ...Object.fromEntries(Array.from({ length: Math.max(0, Math.min(count, 2_000)) }, (_, index) => [`x-other-${index}`, ["1"]])),
    },
  }));
}
