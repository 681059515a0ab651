import { routesOf } from "../../explain/choose-route.js";
import type {
  HeaderMatcher,
  Matcher,
  Matcher_MatcherList_Predicate,
  Matcher_MatcherTree,
  Matcher_OnMatch,
  RouteMatch,
} from "../../generated/messages.js";
import type { MatcherExtension } from "../../match/matcher-tree.js";
import type { StringMatcher } from "../../match/string.js";
import { unpack } from "../../model/proto-json.js";
import type { Route, VirtualHost } from "../../model/route-configuration.js";

/** What a virtual host does with some requests, in a list whose first entry that takes a request decides. */
export interface ListedRoute {
  /** All that a request must show for it. */
  readonly match: RouteMatch;
  /** Null: no route takes it. */
  readonly route: Route | null;
  /** Does it also ask what no header says, so that a request may miss it all the same? */
  readonly open: boolean;
}

/**
 * The routes of a virtual host as one list. What a matcher (`VirtualHost.matcher`) leads to is listed in the order in which it decides:
 * the routes of an action with the conditions on the way there, then that none of them takes the request, since nothing behind it is
 * asked any more.
 */
export function listedRoutes(virtualHost: VirtualHost | null): readonly ListedRoute[] {
  if (virtualHost === null) return [];
  const { matcher } = virtualHost.message;
  if (matcher === undefined) return virtualHost.routes.map((route) => ({ match: route.message.match ?? {}, route, open: false }));
  return [...waysThrough(matcher, 0)].flatMap(({ headers, open, action }) => {
    const routes = routesOf(action).map((route): ListedRoute => {
      const { message } = route;
      return { match: { ...message.match, headers: [...headers, ...(message.match?.headers ?? [])] }, route, open };
    });
    return [...routes, { match: { prefix: "/", headers }, route: null, open }];
  });
}

/** What leads to an action. */
interface Conditions {
  readonly headers: readonly HeaderMatcher[];
  readonly open: boolean;
}

interface Way extends Conditions {
  readonly action: MatcherExtension;
}

const deepest = 20;
/** More alternatives than that of one predicate are not told apart. */
const mostAlternatives = 16;
const always: Conditions = { headers: [], open: false };
const somehow: Conditions = { headers: [], open: true };
const both = (one: Conditions, other: Conditions): Conditions => ({
  headers: [...one.headers, ...other.headers],
  open: one.open || other.open,
});

function* waysThrough(matcher: Matcher, depth: number): Generator<Way> {
  if (depth > deepest) return;
  for (const { predicate = {}, on_match } of matcher.matcher_list?.matchers ?? [])
    for (const conditions of alternatives(predicate, true, depth)) yield* waysBehind(on_match, conditions, depth);
  if (matcher.matcher_tree !== undefined) yield* waysDown(matcher.matcher_tree, depth);
  yield* waysBehind(matcher.on_no_match, always, depth);
}

function* waysBehind(on: Matcher_OnMatch | undefined, conditions: Conditions, depth: number): Generator<Way> {
  if (on?.matcher !== undefined) {
    for (const way of waysThrough(on.matcher, depth + 1)) yield { ...both(conditions, way), action: way.action };
  } else if (on?.action !== undefined && on.keep_matching !== true) yield { ...conditions, action: on.action };
}

/** The entries of a tree, of two that fit a value the better one first. */
function* waysDown({ input, exact_match_map, prefix_match_map, custom_match }: Matcher_MatcherTree, depth: number): Generator<Way> {
  for (const [exact, on] of Object.entries(exact_match_map?.map ?? {})) yield* waysBehind(on, whereValue(input, { exact }), depth);
  const prefixes = Object.entries(prefix_match_map?.map ?? {}).sort(([one], [other]) => other.length - one.length);
  for (const [prefix, on] of prefixes) yield* waysBehind(on, whereValue(input, { prefix }), depth);
  for (const { on_match } of unpack(custom_match?.typed_config, "xds.type.matcher.v3.IPMatcher")?.range_matchers ?? [])
    yield* waysBehind(on_match, somehow, depth);
}

function whereValue(input: MatcherExtension | undefined, string_match: StringMatcher): Conditions {
  const name = unpack(input?.typed_config, "envoy.type.matcher.v3.HttpRequestHeaderMatchInput")?.header_name;
  return name === undefined ? somehow : { headers: [{ name, string_match }], open: false };
}

/** The ways in which a predicate holds, or does not. */
function alternatives(predicate: Matcher_MatcherList_Predicate, wanted: boolean, depth: number): readonly Conditions[] {
  const { single_predicate: single, and_matcher, or_matcher, not_matcher } = predicate;
  if (depth > deepest) return [somehow];
  const inner = (one: Matcher_MatcherList_Predicate) => alternatives(one, wanted, depth + 1);
  if (single?.value_match !== undefined) {
    const conditions = whereValue(single.input, single.value_match);
    if (wanted || conditions.open) return [conditions];
    // An inverted header matcher fails where there is no such header; a predicate that is negated holds there.
    return conditions.headers.flatMap((header): readonly Conditions[] => [
      { ...conditions, headers: [{ ...header, invert_match: true }] },
      { ...conditions, headers: [{ name: header.name ?? "", present_match: true, invert_match: true }] },
    ]);
  }
  if (not_matcher !== undefined) return alternatives(not_matcher, !wanted, depth + 1);
  const list = (and_matcher ?? or_matcher)?.predicate?.map(inner);
  if (list === undefined) return [somehow];
  if ((and_matcher !== undefined) !== wanted) return list.flat().slice(0, mostAlternatives);
  return list.reduce<readonly Conditions[]>(
    (made, ways) => made.flatMap((one) => ways.map((way) => both(one, way))).slice(0, mostAlternatives),
    [always],
  );
}
