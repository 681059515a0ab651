import type { JwtAuthentication, RouteMatch } from "../../generated/messages.js";
import { matchHeader } from "../../match/header.js";
import { describePath, matchPath } from "../../match/path.js";
import { withoutQuery } from "../../match/path-cut.js";
import { matchQueryParameter } from "../../match/query.js";
import { headerValues } from "../../match/request-headers.js";
import { allOf, type Unknown, type Verdict, matched as verdictOfMatch } from "../../match/verdict.js";
import { listFew } from "../../match/wording.js";
import { placeOf, unpack } from "../../model/proto-json.js";
import { isPreflight } from "./cors.js";
import { goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen, notModelled } from "./http-filter.js";

type Rule = NonNullable<JwtAuthentication["rules"]>[number];
type Requirement = NonNullable<Rule["requires"]>;
type Provider = NonNullable<JwtAuthentication["providers"]>[string];

/** What a requirement comes to without looking into tokens: `passes` and `missing` where there is none to look into. */
type Outlook = { readonly kind: "passes" | "missing" | "verifies"; readonly providers: readonly string[] };

/** A requirement with the rule that it belongs to; null where nothing is required. */
type Chosen =
  | { readonly kind: "required"; readonly requirement: Requirement; readonly at: string }
  | { readonly kind: "none"; readonly because: string }
  | { readonly kind: "open"; readonly because: string; readonly decidedBy: string; readonly at: string }
  | { readonly kind: "wrong-name"; readonly name: string };

/**
 * The JWT filter (envoy.extensions.filters.http.jwt_authn.v3): the first rule whose match takes the request says which providers' tokens
 * are required; a route may name another requirement, or turn the filter off. A request without any token is decided; whether a token is
 * good (signature, issuer, audience, time) is not.
 */
export function jwtAuthn(input: HttpFilterInput): HttpFilterDecision {
  const { filter, perRoute, received, matched } = input;
  const own = perRoute === undefined ? undefined : unpack(perRoute, "envoy.extensions.filters.http.jwt_authn.v3.PerRouteConfig");
  if (perRoute !== undefined && own === undefined) return notModelled(filter, "it may deny the request with 401 or 403");
  if (own?.disabled === true) return goesOn("switched off for this route");
  const settings: JwtAuthentication =
    unpack(filter.config ?? undefined, "envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication") ?? {};
  if (settings.bypass_cors_preflight === true && isPreflight(received.method, matched.headers))
    return goesOn("a CORS preflight, which needs no token");
  const chosen =
    own?.requirement_name === undefined
      ? requirementOf(settings, input)
      : named(settings, own.requirement_name, placeOf(own, "requirement_name"));
  switch (chosen.kind) {
    case "none":
      return goesOn(chosen.because);
    case "open": {
      const open = leavesOpen(
        filter,
        "undecided-match",
        `it may deny the request with 401: ${chosen.because}`,
        chosen.decidedBy,
        chosen.at,
      );
      return { does: "continues", because: "", open };
    }
    case "wrong-name": {
      const because = `the route names the requirement ${chosen.name}, which the filter does not have`;
      const known = Object.keys(settings.requirement_map ?? {}).join(",");
      const details = `jwt_authn_access_denied{Wrong_requirement_name:_${chosen.name}._It_should_be_one_of_[${known}]}`;
      return {
        does: "answers",
        outcome: "rejected",
        cause: "denied",
        reply: { status: 403, details },
        because,
        at: own === undefined ? filter.at : placeOf(own),
      };
    }
    case "required":
      return judgeRequirement(chosen.requirement, chosen.at, settings, input);
  }
}

function judgeRequirement(requirement: Requirement, at: string, settings: JwtAuthentication, input: HttpFilterInput): HttpFilterDecision {
  const outlook = lookAhead(requirement, settings, input, 0);
  const names = listFew([...new Set(outlook.providers)]);
  if (outlook.kind === "passes") {
    const carried = Object.values(settings.providers ?? {}).some((provider) => carriesToken(provider, input));
    if (!carried) return goesOn("no token, and none is required");
    return { does: "continues", because: "a token, but none is required", changes: { state: written(input) } };
  }
  if (outlook.kind === "missing") {
    return {
      does: "answers",
      outcome: "rejected",
      cause: "denied",
      reply: { status: 401, details: "jwt_authn_access_denied{Jwt_is_missing}" },
      because: `the request has no token, and one of ${names} is required`,
      at,
    };
  }
  const reroute = outlook.providers.some((name) => providerOf(settings, name)?.clear_route_cache === true)
    ? ", or have the route chosen again"
    : "";
  const may = `it may deny the request with 401 or 403 where its token (provider ${names}) is not good${reroute}`;
  const state = written(input);
  return { does: "continues", because: "", open: leavesOpen(input.filter, "state", may, state.decidedBy, at), changes: { state } };
}

const written = ({ filter }: HttpFilterInput): Unknown => ({
  because: `HTTP filter ${filter.name} writes what the token says`,
  decidedBy: "the token's signature, claims and time",
});

/** Of a rule's RouteMatch the filter heeds headers, query parameters and the path with its parameters; other criteria it passes over. */
function matchRule(match: RouteMatch, { matched, received, behaviour }: HttpFilterInput): Verdict {
  const path = received.path === undefined ? undefined : withoutQuery(received.path);
  const verdicts = [
    ...(match.headers ?? []).map((header) => matchHeader(header, matched.headers, behaviour)),
    ...(match.query_parameters ?? []).map((parameter) => matchQueryParameter(parameter, matched.query, behaviour)),
    matchPath(match, path, matched.headers, behaviour.regexEncoding),
  ];
  return allOf(verdicts, () => verdictOfMatch(describePath(match), placeOf(match)));
}

function requirementOf(settings: JwtAuthentication, input: HttpFilterInput): Chosen {
  const { matched } = input;
  for (const rule of settings.rules ?? []) {
    const verdict = matchRule(rule.match ?? {}, input);
    if (verdict.outcome === "undecided") return { kind: "open", because: verdict.because, decidedBy: verdict.decidedBy, at: verdict.at };
    if (verdict.outcome === "no-match") continue;
    if (rule.requirement_name !== undefined) return named(settings, rule.requirement_name, placeOf(rule));
    if (rule.requires === undefined) return { kind: "none", because: `no token required: ${verdict.because}` };
    return { kind: "required", requirement: rule.requires, at: placeOf(rule) };
  }
  const byState = settings.filter_state_rules;
  if (byState !== undefined && matched.unknownState !== undefined) {
    return { kind: "open", ...matched.unknownState, at: placeOf(byState) };
  }
  const value = byState === undefined ? undefined : matched.filterState.get(byState.name ?? "");
  const requirement = value !== undefined && Object.hasOwn(byState?.requires ?? {}, value) ? byState?.requires?.[value] : undefined;
  if (requirement !== undefined && byState !== undefined) return { kind: "required", requirement, at: placeOf(byState) };
  return { kind: "none", because: "no rule takes the request" };
}

function named(settings: JwtAuthentication, name: string, at: string): Chosen {
  const map = settings.requirement_map ?? {};
  const requirement = Object.hasOwn(map, name) ? map[name] : undefined;
  return requirement === undefined ? { kind: "wrong-name", name } : { kind: "required", requirement, at };
}

const deepestRequirement = 100;

function lookAhead(requirement: Requirement, settings: JwtAuthentication, input: HttpFilterInput, depth: number): Outlook {
  if (depth > deepestRequirement) return { kind: "verifies", providers: [] };
  const inner = (list: readonly Requirement[] = []) => list.map((one) => lookAhead(one, settings, input, depth + 1));
  const name = requirement.provider_name ?? requirement.provider_and_audiences?.provider_name;
  if (name !== undefined) {
    const provider = providerOf(settings, name);
    return { kind: provider === undefined || carriesToken(provider, input) ? "verifies" : "missing", providers: [name] };
  }
  if (requirement.requires_any !== undefined) return combine(inner(requirement.requires_any.requirements), "passes");
  if (requirement.requires_all !== undefined) return combine(inner(requirement.requires_all.requirements), "missing");
  if (requirement.allow_missing === undefined) return { kind: "passes", providers: [] };
  // allow_missing by itself looks for the tokens of every provider, and refuses a bad one.
  const carried = Object.entries(settings.providers ?? {}).filter(([, provider]) => carriesToken(provider, input));
  return carried.length === 0 ? { kind: "passes", providers: [] } : { kind: "verifies", providers: carried.map(([own]) => own) };
}

/** Of alternatives one that passes decides, of a conjunction one that misses; else a token that has to be verified. */
function combine(parts: readonly Outlook[], decisive: "passes" | "missing"): Outlook {
  const providers = parts.flatMap((part) => part.providers);
  const kinds = new Set(parts.map(({ kind }) => kind));
  if (kinds.has(decisive)) return { kind: decisive, providers };
  if (kinds.has("verifies")) return { kind: "verifies", providers };
  return { kind: decisive === "passes" && kinds.has("missing") ? "missing" : "passes", providers };
}

function providerOf({ providers = {} }: JwtAuthentication, name: string): Provider | undefined {
  return Object.hasOwn(providers, name) ? providers[name] : undefined;
}

/**
 * Has the request something where the provider looks for its token? Without places of its own that is `Authorization: Bearer` and the
 * query parameter `access_token`.
 */
function carriesToken(provider: Provider, { matched }: HttpFilterInput): boolean {
  const { from_headers: headers = [], from_params: params = [], from_cookies: cookies = [] } = provider;
  const byDefault = headers.length === 0 && params.length === 0 && cookies.length === 0;
  const inHeaders = byDefault ? [{ name: "authorization", value_prefix: "Bearer " }] : headers;
  const found = inHeaders.some(({ name = "", value_prefix: prefix = "" }) =>
    headerValues(matched.headers, name).some((value) => value.includes(prefix)),
  );
  return (
    found ||
    (byDefault ? ["access_token"] : params).some((name) => matched.query.has(name)) ||
    cookies.some((name) => matched.cookies.has(name))
  );
}
