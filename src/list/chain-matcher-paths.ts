import type { Matcher, Matcher_MatcherList_Predicate, Matcher_OnMatch } from "../generated/messages.js";
import { describeStringMatcher } from "../match/string.js";
import { holds, messageNameOf, unpack } from "../model/proto-json.js";
import { isJsonObject, member } from "../util/json.js";

/** The names that the inputs of Istio's matchers go by in a list; any other input is named by its type. */
const inputWords: Readonly<Record<string, string>> = {
  DestinationIPInput: "Addr",
  DestinationPortInput: "Port",
  SourceIPInput: "Src",
  SourcePortInput: "Src port",
  DirectSourceIPInput: "Direct src",
  SourceTypeInput: "Src type",
  ServerNameInput: "SNI",
  TransportProtocolInput: "Trans",
  ApplicationProtocolInput: "App",
};

export interface ChainMatcherPaths {
  /** The ways to a chain, by its name. */
  readonly paths: ReadonlyMap<string, readonly string[]>;
  /** Is there nothing in the matcher that could lead further and is not modelled here? */
  readonly complete: boolean;
}

type Extension = Matcher_OnMatch["action"];

/**
 * The ways through a listener's filter_chain_matcher that end in each filter chain, by the chain's name: `Addr: 10.96.0.11/32; Port: 9080`.
 * A listener with such a matcher ignores the filter_chain_match of its chains. The way that takes everything is `ALL`.
 */
export function chainMatcherPaths(matcher: Matcher): ChainMatcherPaths {
  const paths = new Map<string, string[]>();
  let complete = true;
  // A list instead of recursion, in reverse, so that ways come out in the order in which they stand in the file.
  const open: { readonly matcher: Matcher; readonly before: readonly string[] }[] = [{ matcher, before: [] }];
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    const deeper: typeof open = [];
    complete &&= isKnown(here.matcher);
    for (const { condition, next } of branchesOf(here.matcher)) {
      const so = condition === "" ? here.before : [...here.before, condition];
      const chain = chainNamed(next.action);
      if (chain !== undefined) {
        const ways = paths.get(chain) ?? [];
        paths.set(chain, ways);
        ways.push(so.join("; ") || "ALL");
      }
      if (next.matcher !== undefined) deeper.push({ matcher: next.matcher, before: so });
    }
    open.push(...deeper.reverse());
  }
  return { paths, complete };
}

function isKnown({ matcher_list, matcher_tree }: Matcher): boolean {
  if (matcher_tree === undefined) return matcher_list !== undefined;
  const { exact_match_map, prefix_match_map, custom_match } = matcher_tree;
  return exact_match_map !== undefined || prefix_match_map !== undefined || holds(custom_match?.typed_config, ipMatcher);
}

const ipMatcher = "xds.type.matcher.v3.IPMatcher";

interface Branch {
  readonly condition: string;
  readonly next: Matcher_OnMatch;
}

function* branchesOf({ matcher_list, matcher_tree, on_no_match }: Matcher): Generator<Branch> {
  for (const { predicate = {}, on_match = {} } of matcher_list?.matchers ?? [])
    yield { condition: describePredicate(predicate), next: on_match };
  if (matcher_tree !== undefined) {
    const input = describeInput(matcher_tree.input);
    for (const [value, next] of Object.entries(matcher_tree.exact_match_map?.map ?? {})) yield { condition: `${input}: ${value}`, next };
    for (const [value, next] of Object.entries(matcher_tree.prefix_match_map?.map ?? {})) yield { condition: `${input}: ${value}*`, next };
    const byAddress = unpack(matcher_tree.custom_match?.typed_config, ipMatcher);
    for (const { ranges = [], on_match = {} } of byAddress?.range_matchers ?? []) {
      const text = ranges.map(({ address_prefix = "", prefix_len = 0 }) => `${address_prefix}/${prefix_len}`).join(",");
      yield { condition: `${input}: ${text}`, next: on_match };
    }
  }
  if (on_no_match !== undefined)
    yield { condition: matcher_list === undefined && matcher_tree === undefined ? "" : "else", next: on_no_match };
}

function describeInput(input: Extension): string {
  const type = input?.typed_config === undefined ? "" : messageNameOf(input.typed_config);
  const own = type.slice(type.lastIndexOf(".") + 1);
  return Object.hasOwn(inputWords, own) ? (inputWords[own] ?? own) : own || (input?.name ?? "");
}

function describePredicate({ single_predicate, or_matcher, and_matcher, not_matcher }: Matcher_MatcherList_Predicate): string {
  if (single_predicate !== undefined) {
    const { input, value_match, custom_match } = single_predicate;
    return `${describeInput(input)} ${value_match === undefined ? `satisfies ${custom_match?.name ?? ""}` : describeStringMatcher(value_match)}`;
  }
  if (or_matcher !== undefined) return `(${(or_matcher.predicate ?? []).map(describePredicate).join(" or ")})`;
  if (and_matcher !== undefined) return `(${(and_matcher.predicate ?? []).map(describePredicate).join(" and ")})`;
  return not_matcher === undefined ? "an unknown predicate" : `not ${describePredicate(not_matcher)}`;
}

/** The action is a google.protobuf.StringValue that holds the chain's name. */
function chainNamed(action: Extension): string | undefined {
  const config = action?.typed_config;
  const name = isJsonObject(config) ? member(config, "value") : undefined;
  return typeof name === "string" ? name : action?.name;
}
