import type {
  IPMatcher,
  Matcher,
  Matcher_MatcherList_Predicate,
  Matcher_MatcherList_Predicate_SinglePredicate,
  Matcher_MatcherTree,
  Matcher_OnMatch,
} from "../generated/messages.js";
import { placeOf, unpack } from "../model/proto-json.js";
import type { MatchingBehaviour } from "./behaviour.js";
import { containsIp, parseCidr, parseIp } from "./cidr.js";
import { matchesString, phraseStringMatcher } from "./string.js";
import { allOf, anyOf, judge, matched, not, notMatched, type Unknown, undecided, type Verdict } from "./verdict.js";
import { quote } from "./wording.js";

/** An extension's name and configuration within a matcher: an input or an action. */
export type MatcherExtension = NonNullable<Matcher_OnMatch["action"]>;

/** What an input yields: text, null for nothing, or why that is not known. */
export type InputValue = string | null | Unknown;

/** Reads the input of a matcher from the request or connection at hand. */
export type ReadInput = (input: MatcherExtension) => InputValue;

/** One decision on the way through a matcher. */
export interface MatcherStep {
  readonly because: string;
  readonly at: string;
}

/** Where a matcher leads. */
export type MatcherResult = { readonly steps: readonly MatcherStep[] } & (
  | { readonly outcome: "action"; readonly action: MatcherExtension; readonly at: string }
  | { readonly outcome: "none"; readonly at: string }
  /** `possible` holds every action that may be reached as far as the matcher is understood, null for none. */
  | ({ readonly outcome: "undecided"; readonly possible: readonly (MatcherExtension | null)[]; readonly at: string } & Unknown)
);

type TreeBehaviour = Pick<MatchingBehaviour, "regexEncoding" | "goesOnAfterNestedMiss">;

/** Deeper nesting than any configuration has; beyond it nothing is said. */
const deepest = 100;

/**
 * Evaluates a matcher (xds.type.matcher.v3.Matcher): the first predicate of a list that holds, or the entry of a tree that fits its
 * input best. Where a nested matcher finds nothing, the outer one goes on: to the next predicate, the next shorter prefix or wider
 * range, and at last to its own `on_no_match`.
 */
export function evaluateMatcher(matcher: Matcher, read: ReadInput, behaviour: TreeBehaviour): MatcherResult {
  const walk: Walk = { read, behaviour, steps: [], possible: new Set(), unknown: undefined, openEnded: false };
  if (walkMatcher(matcher, walk, 0)) walk.possible.add(null);
  const at = placeOf(matcher);
  const possible = [...walk.possible];
  if (walk.unknown !== undefined && (walk.openEnded || possible.length !== 1)) {
    const { because, decidedBy } = walk.unknown;
    return { outcome: "undecided", possible, because, decidedBy, at: walk.unknown.at, steps: walk.steps };
  }
  const [action = null] = possible;
  return action === null
    ? { outcome: "none", at, steps: walk.steps }
    : { outcome: "action", action, at: placeOf(action), steps: walk.steps };
}

interface Walk {
  readonly read: ReadInput;
  readonly behaviour: TreeBehaviour;
  readonly steps: MatcherStep[];
  readonly possible: Set<MatcherExtension | null>;
  /** The first thing that is not known. */
  unknown: (Unknown & { readonly at: string }) | undefined;
  /** Something that is not modelled may lead to actions that are not among the possible ones. */
  openEnded: boolean;
}

function note(walk: Walk, unknown: Unknown, at: string): void {
  walk.unknown ??= { because: unknown.because, decidedBy: unknown.decidedBy, at };
}

/** Walks a matcher, collecting the actions that may be reached; true if it may also reach none. */
function walkMatcher(matcher: Matcher, walk: Walk, depth: number): boolean {
  if (depth > deepest) {
    note(walk, { because: "the matcher is nested too deep to be evaluated", decidedBy: "Envoy" }, placeOf(matcher));
    walk.openEnded = true;
    return true;
  }
  if (matcher.matcher_list !== undefined) {
    for (const { predicate = {}, on_match } of matcher.matcher_list.matchers ?? []) {
      const verdict = judgePredicate(predicate, walk, depth);
      walk.steps.push({ because: verdict.because, at: verdict.at });
      if (verdict.outcome === "no-match") continue;
      if (verdict.outcome === "undecided") note(walk, verdict, verdict.at);
      const mayMiss = walkOnMatch(on_match, walk, depth);
      if (!mayMiss && verdict.outcome === "match") return false;
    }
  }
  if (matcher.matcher_tree !== undefined && !walkTree(matcher.matcher_tree, walk, depth)) return false;
  if (matcher.on_no_match === undefined) return true;
  walk.steps.push({ because: "nothing matches: on_no_match", at: placeOf(matcher, "on_no_match") });
  return walkOnMatch(matcher.on_no_match, walk, depth);
}

function walkOnMatch(on: Matcher_OnMatch | undefined, walk: Walk, depth: number): boolean {
  if (on?.matcher !== undefined) {
    const mayMiss = walkMatcher(on.matcher, walk, depth + 1);
    if (mayMiss && walk.behaviour.goesOnAfterNestedMiss === "unknown") {
      const unknown = { because: "a nested matcher finds nothing, which older releases end at", decidedBy: "the release of Envoy" };
      note(walk, unknown, placeOf(on.matcher));
      walk.possible.add(null);
    }
    return mayMiss;
  }
  if (on?.action === undefined || on.keep_matching === true) return true;
  walk.possible.add(on.action);
  return false;
}

function judgePredicate(predicate: Matcher_MatcherList_Predicate, walk: Walk, depth: number): Verdict {
  const at = placeOf(predicate);
  if (depth > deepest) return undecided({ because: "the predicate is nested too deep to be evaluated", decidedBy: "Envoy" }, at);
  const every = (list: readonly Matcher_MatcherList_Predicate[] = []) => list.map((one) => judgePredicate(one, walk, depth + 1));
  if (predicate.single_predicate !== undefined) return judgeSingle(predicate.single_predicate, walk);
  if (predicate.and_matcher !== undefined) return allOf(every(predicate.and_matcher.predicate), () => matched("all predicates hold", at));
  if (predicate.or_matcher !== undefined) return anyOf(every(predicate.or_matcher.predicate), () => notMatched("no predicate holds", at));
  if (predicate.not_matcher !== undefined) return not(judgePredicate(predicate.not_matcher, walk, depth + 1));
  return undecided({ because: "the predicate is of a kind not known here", decidedBy: "what Envoy makes of it" }, at);
}

function judgeSingle(predicate: Matcher_MatcherList_Predicate_SinglePredicate, walk: Walk): Verdict {
  const at = placeOf(predicate);
  const value = readInput(predicate.input, walk);
  if (typeof value === "object" && value !== null) return undecided(value, at);
  const name = nameOf(predicate.input);
  if (predicate.value_match === undefined) return undecided(notModelled("input matcher", predicate.custom_match), at);
  if (value === null) return notMatched(`${name} is absent`, at);
  const { holds, fails } = phraseStringMatcher(predicate.value_match);
  return judge(matchesString(predicate.value_match, value, walk.behaviour.regexEncoding), at, {
    yes: `${name} ${holds}`,
    no: `${name} ${fails}`,
  });
}

/** Walks the entries of a tree that fit its input, the best first; true if none of them surely reaches an action. */
function walkTree(tree: Matcher_MatcherTree, walk: Walk, depth: number): boolean {
  const at = placeOf(tree);
  const value = readInput(tree.input, walk);
  const name = nameOf(tree.input);
  if (typeof value === "object" && value !== null) {
    note(walk, value, at);
    walk.steps.push({ because: value.because, at });
    for (const entry of everyEntry(tree)) walkOnMatch(entry, walk, depth);
    return true;
  }
  if (value === null) {
    walk.steps.push({ because: `${name} is absent`, at });
    return true;
  }
  const entries = entriesFor(tree, value);
  if (entries === undefined) {
    const unknown = notModelled("matcher", tree.custom_match);
    note(walk, unknown, at);
    walk.openEnded = true;
    walk.steps.push({ because: unknown.because, at });
    return true;
  }
  if (entries.length === 0) walk.steps.push({ because: `${name} ${quote(value)} fits no entry`, at });
  for (const { on, because, exclusive } of entries) {
    walk.steps.push({ because: `${name} ${quote(value)} ${because}`, at: on === undefined ? at : placeOf(on) });
    if (!walkOnMatch(on, walk, depth)) return false;
    if (exclusive) break;
  }
  return true;
}

interface Entry {
  readonly on: Matcher_OnMatch | undefined;
  readonly because: string;
  /** Where it leads to nothing, no wider entry is tried. */
  readonly exclusive: boolean;
}

/** The entries of a tree that fit a value, the best first; undefined for a kind of tree that is not modelled. */
function entriesFor(tree: Matcher_MatcherTree, value: string): readonly Entry[] | undefined {
  const exact = tree.exact_match_map?.map;
  if (exact !== undefined) return Object.hasOwn(exact, value) ? [{ on: exact[value], because: "is an entry", exclusive: false }] : [];
  const prefixes = tree.prefix_match_map?.map;
  if (prefixes !== undefined) {
    return Object.keys(prefixes)
      .filter((prefix) => value.startsWith(prefix))
      .sort((a, b) => b.length - a.length)
      .map((prefix) => ({ on: prefixes[prefix], because: `has the prefix ${quote(prefix)}`, exclusive: false }));
  }
  if (tree.exact_match_map !== undefined || tree.prefix_match_map !== undefined) return [];
  const ips = unpack(tree.custom_match?.typed_config, "xds.type.matcher.v3.IPMatcher");
  return ips === undefined ? undefined : rangesFor(ips, value);
}

function rangesFor(matcher: IPMatcher, value: string): readonly Entry[] {
  const address = parseIp(value);
  if (address === undefined) return [];
  return (matcher.range_matchers ?? [])
    .flatMap(({ ranges = [], on_match, exclusive = false }) => {
      const fitting = ranges.flatMap((range) => {
        const cidr = parseCidr(range);
        return cidr !== undefined && containsIp(cidr, address) ? [cidr.length] : [];
      });
      return fitting.map((length) => ({ length, on: on_match, because: `is in a range of /${length}`, exclusive }));
    })
    .sort((a, b) => b.length - a.length);
}

/** Everything that a tree may lead to, whatever its input. */
function everyEntry(tree: Matcher_MatcherTree): readonly (Matcher_OnMatch | undefined)[] {
  const ips = unpack(tree.custom_match?.typed_config, "xds.type.matcher.v3.IPMatcher");
  return [
    ...Object.values(tree.exact_match_map?.map ?? {}),
    ...Object.values(tree.prefix_match_map?.map ?? {}),
    ...(ips?.range_matchers ?? []).map(({ on_match }) => on_match),
  ];
}

function readInput(input: MatcherExtension | undefined, walk: Walk): InputValue {
  return input === undefined ? { because: "the matcher names no input", decidedBy: "what Envoy makes of it" } : walk.read(input);
}

/** An input by the last part of its name, in words: `destination-port`. */
function nameOf(input: MatcherExtension | undefined): string {
  const name = input?.name ?? "";
  return name === "" ? "the input" : name;
}

function notModelled(what: string, extension: MatcherExtension | undefined): Unknown {
  const name = extension?.name ?? "";
  return { because: `the ${what} ${name} is an extension not modelled here`, decidedBy: `the extension ${name}` };
}
