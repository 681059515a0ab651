import type { CookieMatcher, HeaderMatcher, QueryParameterMatcher, RouteMatch } from "../generated/messages.js";
import { lowerAscii } from "../match/ascii-case.js";
import type { MatchingBehaviour, RuntimeValues } from "../match/behaviour.js";
import { matchCookie } from "../match/cookie.js";
import { matchFraction } from "../match/fraction.js";
import { matchHeader, stringMatcherOf } from "../match/header.js";
import { matchPath, pathSpecifierOf } from "../match/path.js";
import { withoutQuery } from "../match/path-cut.js";
import { matchQueryParameter } from "../match/query.js";
import { isGrpcRequest, isJoinedRequestHeader, requestHeaders } from "../match/request-headers.js";
import type { Verdict } from "../match/verdict.js";
import { isPathSampled, pathCandidates } from "./path-candidates.js";
import { literalHead } from "./regex-samples.js";
import { isSampled, textCandidates } from "./text-candidates.js";

/**
 * What a request shows in one respect: the lines of a header, a query parameter, a cookie, the path, the random number. None: it has no
 * such thing; a request without a path is a CONNECT.
 */
export type Shown = readonly string[];

/** A respect in which requests differ: `path`, `header x-user`, `query page`, `cookie session`, `random`, or what can't be chosen. */
export type Dimension = string;

/** Does a value satisfy the criterion? `unknown`: neither request nor dump decide. */
export type Judgement = "yes" | "no" | "unknown";

/** One condition of a route match, on one dimension. */
export interface Criterion {
  readonly dimension: Dimension;
  /** The values that satisfy it can't all be told apart by a few candidates: a regex, an extension. */
  readonly sampled: boolean;
  judge(shown: Shown): Judgement;
  /** Does one value alone satisfy it, so that everything else about that value is known for certain? */
  readonly pins: boolean;
  /** Of a sampled criterion: may a value satisfy it, as far as that can be said without samples? */
  possible(shown: Shown): boolean;
}

/** What is fixed for all requests that are looked for. */
export interface Surroundings {
  readonly behaviour: MatchingBehaviour;
  readonly runtime: RuntimeValues;
  readonly scheme: "http" | "https";
  /** Has the client presented a certificate? */
  readonly certified: boolean;
}

export const pathDimension = "path";
export const randomDimension = "random";
const headerPrefix = "header ";
const queryPrefix = "query ";
const cookiePrefix = "cookie ";
/** Of what the request does not choose there is one value. */
const fixedDimension = "fixed";

export const headerDimension = (name: string): Dimension => {
  const lower = lowerAscii(name);
  // The path with its query string: a path that is shown may have one.
  if (lower === ":path") return pathDimension;
  return headerPrefix + (lower === "host" ? ":authority" : lower);
};

/** What a dimension is about, and the name of the header, parameter or cookie. */
export function readDimension(dimension: Dimension): {
  readonly kind: "path" | "header" | "query" | "cookie" | "random" | "fixed";
  readonly name: string;
} {
  for (const [prefix, kind] of [
    [headerPrefix, "header"],
    [queryPrefix, "query"],
    [cookiePrefix, "cookie"],
  ] as const) {
    if (dimension.startsWith(prefix)) return { kind, name: dimension.slice(prefix.length) };
  }
  return { kind: dimension === pathDimension ? "path" : dimension === randomDimension ? "random" : "fixed", name: "" };
}

const judgementOf = ({ outcome }: Verdict): Judgement => (outcome === "match" ? "yes" : outcome === "no-match" ? "no" : "unknown");

/** A criterion that remembers what it said. */
function remembering(
  dimension: Dimension,
  sampled: boolean,
  judge: (shown: Shown) => Judgement,
  possible: (shown: Shown) => boolean = () => true,
  pins = false,
): Criterion {
  const known = new Map<string, Judgement>();
  return {
    dimension,
    sampled,
    pins,
    possible,
    judge(shown) {
      const key = shown.length === 1 ? `=${shown[0]}` : JSON.stringify(shown);
      let judgement = known.get(key);
      if (judgement === undefined) {
        judgement = judge(shown);
        known.set(key, judgement);
      }
      return judgement;
    },
  };
}

/** The conditions of a route match, each judged by `match/`. */
export function criteriaOf(match: RouteMatch, surroundings: Surroundings): readonly Criterion[] {
  const { behaviour, runtime, certified } = surroundings;
  const criteria: Criterion[] = [pathCriterion(match, behaviour)];
  for (const header of match.headers ?? []) criteria.push(headerCriterion(header, surroundings));
  for (const parameter of match.query_parameters ?? []) criteria.push(queryCriterion(parameter, behaviour));
  for (const cookie of match.cookies ?? []) criteria.push(cookieCriterion(cookie, behaviour));
  if (match.grpc !== undefined) {
    criteria.push(
      remembering(headerDimension("content-type"), false, (shown) => (isGrpcRequest(linesOf("content-type", shown)) ? "yes" : "no")),
    );
  }
  const fraction = match.runtime_fraction;
  if (fraction !== undefined) {
    criteria.push(
      remembering(randomDimension, false, ([number]) =>
        judgementOf(matchFraction(fraction, "", { runtime, random: number === undefined ? undefined : Number(number) })),
      ),
    );
  }
  for (const wanted of [match.tls_context?.presented, match.tls_context?.validated]) {
    if (wanted !== undefined) criteria.push(remembering(fixedDimension, false, () => (wanted === certified ? "yes" : "no")));
  }
  // What filters before the router may have written is not the request's to choose.
  if ((match.dynamic_metadata ?? []).length > 0 || (match.filter_state ?? []).length > 0 || hasUnknown(match)) {
    criteria.push(remembering(fixedDimension, true, () => "unknown"));
  }
  return criteria;
}

const known: ReadonlySet<string> = new Set([
  ...["prefix", "path", "path_separated_prefix", "safe_regex", "connect_matcher", "path_match_policy", "case_sensitive"],
  ...["runtime_fraction", "grpc", "headers", "query_parameters", "cookies", "tls_context", "dynamic_metadata", "filter_state"],
]);
const hasUnknown = (match: RouteMatch): boolean => Object.keys(match).some((field) => !known.has(field));

const linesOf = (name: string, shown: Shown) =>
  requestHeaders(
    [...(name.toLowerCase() === ":path" ? [] : [[":path", "/"] as const]), ...shown.map((value) => [name, value] as const)],
    "h2",
  );

function pathCriterion(match: RouteMatch, { regexEncoding }: MatchingBehaviour): Criterion {
  const sampled = isPathSampled(match);
  const ordinary = requestHeaders([[":method", "GET"]], "h2");
  const connect = requestHeaders([[":method", "CONNECT"]], "h2");
  const head = match.safe_regex === undefined ? "" : literalHead(match.safe_regex.regex ?? "");
  return remembering(
    pathDimension,
    sampled,
    ([path]) =>
      judgementOf(
        matchPath(match, path === undefined ? undefined : withoutQuery(path), path === undefined ? connect : ordinary, regexEncoding),
      ),
    ([path]) => path?.startsWith(head) === true,
    match.path !== undefined &&
      match.case_sensitive !== false &&
      (match.headers ?? []).every(({ name = "" }) => headerDimension(name) !== pathDimension),
  );
}

function headerCriterion(matcher: HeaderMatcher, { behaviour, scheme }: Surroundings): Criterion {
  const name = matcher.name ?? "";
  const dimension = headerDimension(name);
  // Envoy adds these itself where the client sends none.
  const added = dimension === headerDimension("x-forwarded-proto") || dimension === headerDimension(":scheme");
  const string = stringMatcherOf(matcher);
  return remembering(dimension, string !== undefined && isSampled(string), (shown) =>
    judgementOf(matchHeader(matcher, linesOf(name, shown.length === 0 && added ? [scheme] : shown), behaviour)),
  );
}

const queryCriterion = (matcher: QueryParameterMatcher, behaviour: MatchingBehaviour): Criterion =>
  remembering(`${queryPrefix}${matcher.name ?? ""}`, matcher.string_match !== undefined && isSampled(matcher.string_match), (shown) =>
    judgementOf(matchQueryParameter(matcher, named(matcher.name, shown), behaviour)),
  );

const cookieCriterion = (matcher: CookieMatcher, { regexEncoding }: MatchingBehaviour): Criterion =>
  remembering(`${cookiePrefix}${matcher.name ?? ""}`, matcher.string_match !== undefined && isSampled(matcher.string_match), (shown) =>
    judgementOf(matchCookie(matcher, named(matcher.name, shown), regexEncoding)),
  );

const named = (name = "", [value]: Shown): ReadonlyMap<string, string> => new Map(value === undefined ? [] : [[name, value]]);

/** By dimension, the values that tell the matches apart; the plainest first. */
export function candidatesOf(matches: readonly RouteMatch[], { behaviour }: Surroundings): ReadonlyMap<Dimension, readonly Shown[]> {
  const candidates = new Map<Dimension, readonly Shown[]>();
  const paths: Shown[] = withQueries(pathCandidates(matches), matches).map((path) => [path]);
  if (matches.some((match) => pathSpecifierOf(match) === "connect_matcher")) paths.push([]);
  candidates.set(pathDimension, paths);
  for (const [dimension, matchers] of grouped(
    matches.flatMap(({ headers = [] }) => headers),
    ({ name = "" }) => headerDimension(name),
  )) {
    if (dimension !== pathDimension) candidates.set(dimension, headerValuesOf(dimension, matchers, behaviour));
  }
  if (matches.some(({ grpc }) => grpc !== undefined)) {
    const dimension = headerDimension("content-type");
    candidates.set(dimension, distinct([...(candidates.get(dimension) ?? [[]]), ["application/grpc"], ["application/json"]]));
  }
  for (const [name, matchers] of grouped(
    matches.flatMap(({ query_parameters = [] }) => query_parameters),
    ({ name = "" }) => name,
  )) {
    const texts = textCandidates(matchers.flatMap(({ string_match }) => string_match ?? [])).filter((text) => !/[&#]/.test(text));
    candidates.set(`${queryPrefix}${name}`, [[], ...texts.map((text) => [text])]);
  }
  for (const [name, matchers] of grouped(
    matches.flatMap(({ cookies = [] }) => cookies),
    ({ name = "" }) => name,
  )) {
    const texts = textCandidates(matchers.flatMap(({ string_match }) => string_match ?? [])).filter((text) => !text.includes(";"));
    candidates.set(`${cookiePrefix}${name}`, [[], ...texts.map((text) => [text])]);
  }
  const fractions = matches.flatMap(({ runtime_fraction }) => runtime_fraction ?? []);
  if (fractions.length > 0) {
    const borders = fractions.flatMap(({ default_value }) => {
      const numerator = default_value?.numerator ?? 0;
      return [numerator - 1, numerator].filter((number) => number >= 0);
    });
    candidates.set(randomDimension, distinct([["0"], ["99"], ["9999"], ["999999"], ...borders.map((number) => [String(number)])]));
  }
  candidates.set(fixedDimension, [[]]);
  return candidates;
}

/** Of more paths than that, not each is put together with each text that a header matcher on `:path` names. */
const mostWithQueries = 60;

/** Paths, and such as header matchers on `:path` tell apart, which see the query string too. */
function withQueries(paths: readonly string[], matches: readonly RouteMatch[]): readonly string[] {
  const matchers = matches.flatMap(({ headers = [] }) => headers.filter(({ name = "" }) => headerDimension(name) === pathDimension));
  if (matchers.length === 0) return paths;
  const texts = textCandidates(matchers.flatMap((matcher) => stringMatcherOf(matcher) ?? [])).slice(0, mostWithQueries);
  const joined = paths.slice(0, mostWithQueries).flatMap((path) => texts.flatMap((text) => [path + text, `${path}?${text}`]));
  return [...new Set([...paths, ...texts.filter((text) => text.startsWith("/")), ...joined])].filter((path) => !/[#\s]/.test(path));
}

const distinct = (values: readonly Shown[]): readonly Shown[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Of more values than that, two lines of one header are not combined. */
const mostRepeated = 12;

function headerValuesOf(dimension: Dimension, matchers: readonly HeaderMatcher[], behaviour: MatchingBehaviour): readonly Shown[] {
  const texts = textCandidates(matchers.flatMap((matcher) => stringMatcherOf(matcher) ?? []));
  const numbers = matchers.flatMap(({ range_match: range }) => {
    if (range === undefined) return [];
    const [start, end] = [BigInt(range.start ?? "0"), BigInt(range.end ?? "0")];
    return [start, end - 1n, end, start - 1n].map(String);
  });
  const { name } = readDimension(dimension);
  if (name === ":method")
    return [["GET"], ...methodsIn([...texts, "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]).map((method) => [method])];
  if (name === ":authority") return texts.filter((text) => text !== "").map((text) => [text]);
  if (name === ":scheme") return [[]];
  const values = [...new Set([...numbers, ...texts])];
  const singles: Shown[] = [[], ...values.map((value) => [value])];
  if (name.startsWith(":") || isJoinedRequestHeader(name)) return singles;
  const literals = values.slice(0, mostRepeated);
  const several = literals.flatMap((one) =>
    literals.flatMap((other): Shown[] => (one === other ? [] : [behaviour.headersIndividually ? [one, other] : [`${one},${other}`]])),
  );
  return [...singles, ...(matchers.length > 1 ? several : [])];
}

const methodsIn = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.filter((text) => /^[A-Z]+$/.test(text) && text !== "GET" && text !== "CONNECT")),
];
