import type { MetadataMatcher, PathMatcher, Permission } from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import type { RegexEncoding } from "./behaviour.js";
import { type CidrRange, containsIp, describeCidrRange, parseCidr, parseIp } from "./cidr.js";
import type { ConnectionEnd } from "./connection.js";
import { matchMetadata } from "./metadata.js";
import type { RbacSubject } from "./rbac-subject.js";
import { matchesString, phraseStringMatcher, type StringMatcher } from "./string.js";
import { allOf, anyOf, judge, matched, notMatched, type Unknown, undecided, type Verdict } from "./verdict.js";

type SourcedMetadata = NonNullable<Permission["sourced_metadata"]>;

/** Deeper nesting of sets and negations than any configuration has; beyond it nothing is said. */
export const deepestRule = 100;

export const nestedTooDeep: Unknown = { because: "the rule is nested too deep to be evaluated", decidedBy: "Envoy" };

/** A set of which all must hold. */
export function allRulesHold<Rule>(rules: readonly Rule[] = [], judgeOne: (rule: Rule) => Verdict, at: string): Verdict {
  return allOf(each(rules, judgeOne), () => matched("all of its rules hold", at));
}

/** A set of which one must hold; where it has one rule alone, that one's own words say why it does not. */
export function oneRuleHolds<Rule>(rules: readonly Rule[] = [], judgeOne: (rule: Rule) => Verdict, at: string): Verdict {
  const [only] = rules;
  if (rules.length === 1 && only !== undefined) return judgeOne(only);
  return anyOf(each(rules, judgeOne), () => notMatched("none of its rules holds", at));
}

function* each<Rule>(rules: readonly Rule[], judgeOne: (rule: Rule) => Verdict): Generator<Verdict> {
  for (const rule of rules) yield judgeOne(rule);
}

/** Is the path, without query and fragment, one that the matcher takes? No path is none. */
export function judgeUrlPath(matcher: PathMatcher, path: string | undefined, encoding: RegexEncoding): Verdict {
  const at = placeOf(matcher);
  if (path === undefined) return notMatched("there is no path", at);
  return judgeText(matcher.path ?? {}, "path", path, encoding, at);
}

/** Does the text satisfy the matcher? In words: `path is "/login"`. */
export function judgeText(matcher: StringMatcher, subject: string, text: string, encoding: RegexEncoding, at: string): Verdict {
  const { holds, fails } = phraseStringMatcher(matcher);
  return judge(matchesString(matcher, text, encoding), at, { yes: `${subject} ${holds}`, no: `${subject} ${fails}` });
}

/** Is the address in the range? One that is not known leaves it open; an end without an IP address is in no range. */
export function judgeAddress(range: CidrRange, subject: string, end: ConnectionEnd | Unknown | undefined): Verdict {
  const at = placeOf(range);
  if (end === undefined) return notMatched(`${subject} is no IP address`, at);
  if (!("ip" in end)) return undecided(end, at);
  const cidr = parseCidr(range);
  const address = parseIp(end.ip);
  const inside = cidr !== undefined && address !== undefined && containsIp(cidr, address);
  const words = describeCidrRange(range);
  return judge(inside, at, { yes: `${subject} ${end.ip} is in ${words}`, no: `${subject} ${end.ip} is not in ${words}` });
}

/** Dynamic metadata, which filters before may have written. */
export function judgeMetadata(matcher: MetadataMatcher, subject: RbacSubject, encoding: RegexEncoding): Verdict {
  const verdict = matchMetadata(matcher, subject.dynamicMetadata, encoding);
  return subject.unknownState === undefined ? verdict : undecided(subject.unknownState, verdict.at);
}

/** Metadata of the request, or of its route. */
export function judgeSourcedMetadata(sourced: SourcedMetadata, subject: RbacSubject, encoding: RegexEncoding): Verdict {
  const matcher = sourced.metadata_matcher ?? {};
  switch (sourced.metadata_source ?? "DYNAMIC") {
    case "DYNAMIC":
      return judgeMetadata(matcher, subject, encoding);
    case "ROUTE": {
      const verdict = matchMetadata(matcher, subject.routeMetadata, encoding);
      return { ...verdict, because: verdict.because.replace(/^dynamic/, "the route's") };
    }
    default: {
      const source = sourced.metadata_source ?? "";
      return undecided(
        { because: `the metadata source ${source} is not known here`, decidedBy: "what Envoy makes of it" },
        placeOf(sourced),
      );
    }
  }
}
