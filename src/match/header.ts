import type { HeaderMatcher, Int64Range } from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import type { MatchingBehaviour, RegexEncoding } from "./behaviour.js";
import { headerValues, type RequestHeaders, unknownHeader } from "./request-headers.js";
import { describeStringMatcher, matchesString, phraseStringMatcher, type StringMatcher } from "./string.js";
import { unknownCriterion } from "./unknown-criterion.js";
import { type Answer, anyAnswer, contrary, judge, undecided, type Verdict } from "./verdict.js";

/** The switches that header matching follows. */
export type HeaderBehaviour = Pick<MatchingBehaviour, "headersIndividually" | "regexEncoding">;

const knownFields: ReadonlySet<string> = new Set([
  ...["name", "exact_match", "safe_regex_match", "range_match", "present_match", "prefix_match", "suffix_match"],
  ...["contains_match", "string_match", "invert_match", "treat_missing_header_as_empty"],
]);

/**
 * Does the request satisfy the matcher (envoy.config.route.v3.HeaderMatcher)? A header that is absent fails every matcher of values,
 * an inverted one too, unless `treat_missing_header_as_empty`; only presence can be inverted there. Of a repeated header one value
 * must match (inverted: none may) or, in releases before individual matching, all values joined with commas.
 */
export function matchHeader(matcher: HeaderMatcher, headers: RequestHeaders, behaviour: HeaderBehaviour): Verdict {
  const at = placeOf(matcher);
  const odd = unknownCriterion(matcher, knownFields);
  if (odd !== undefined) return undecided(odd, at);
  const name = matcher.name ?? "";
  const test = valueTest(matcher);
  const open = unknownHeader(headers, name);
  const found = headerValues(headers, name);
  const values = found.length === 0 && open === undefined && matcher.treat_missing_header_as_empty === true ? [""] : found;
  if (test === undefined) {
    const present: Answer = values.length > 0 || (open !== undefined && (open.presence === "present" || open));
    const wanted = (matcher.present_match ?? true) !== (matcher.invert_match ?? false);
    const [holds, fails] = wanted ? ["is present", "is absent"] : ["is absent", "is present"];
    return judge(wanted ? present : contrary(present), at, { yes: `header ${name} ${holds}`, no: `header ${name} ${fails}` });
  }
  if (open !== undefined) return undecided(open, at);
  const invert = matcher.invert_match === true;
  if (values.length === 0) return judge(false, at, { yes: "", no: `header ${name} is absent` });
  const tried = behaviour.headersIndividually ? values : [values.join(",")];
  const answer = anyAnswer(tried.map((value) => test.matches(value, behaviour.regexEncoding)));
  const { holds, fails } = test.phrase;
  return judge(invert ? contrary(answer) : answer, at, {
    yes: `header ${name} ${invert ? fails : holds}`,
    no: `header ${name} ${invert ? holds : fails}`,
  });
}

/** A header matcher within a list of criteria: `header end-user = jason`, `not (header x-canary is present)`. */
export function describeHeaderMatcher(matcher: HeaderMatcher): string {
  const test = valueTest(matcher);
  const missing = matcher.treat_missing_header_as_empty === true ? " (absent counts as empty)" : "";
  const present = matcher.present_match === false ? "absent" : "present";
  const criterion = `header ${matcher.name ?? ""} ${test === undefined ? present : test.description}${missing}`;
  return matcher.invert_match === true ? `not (${criterion})` : criterion;
}

interface ValueTest {
  readonly description: string;
  readonly phrase: { readonly holds: string; readonly fails: string };
  matches(value: string, encoding: RegexEncoding): Answer;
}

/** What the matcher asks of a value; undefined where it asks for presence alone. */
function valueTest(matcher: HeaderMatcher): ValueTest | undefined {
  if (matcher.exact_match === "") {
    // The deprecated exact_match with an empty text takes any value, where string_match takes the empty one.
    return { description: "any value", phrase: { holds: "has a value", fails: "has no value" }, matches: () => true };
  }
  if (matcher.range_match !== undefined) return rangeTest(matcher.range_match);
  const string = stringMatcherOf(matcher);
  if (string === undefined) return undefined;
  return {
    description: describeStringMatcher(string),
    phrase: phraseStringMatcher(string),
    matches: (value, encoding) => matchesString(string, value, encoding),
  };
}

/** The string matcher of a header matcher, also where it is written in one of the deprecated fields. */
export function stringMatcherOf(matcher: HeaderMatcher): StringMatcher | undefined {
  if (matcher.string_match !== undefined) return matcher.string_match;
  if (matcher.exact_match !== undefined) return { exact: matcher.exact_match };
  if (matcher.prefix_match !== undefined) return { prefix: matcher.prefix_match };
  if (matcher.suffix_match !== undefined) return { suffix: matcher.suffix_match };
  if (matcher.contains_match !== undefined) return { contains: matcher.contains_match };
  if (matcher.safe_regex_match !== undefined) return { safe_regex: matcher.safe_regex_match };
  return undefined;
}

/** [start, end) over 64-bit integers; blanks around the number and a sign are allowed. */
function rangeTest(range: Int64Range): ValueTest {
  const [start, end] = [parseInt64(range.start ?? "0"), parseInt64(range.end ?? "0")];
  const words = `in [${range.start ?? "0"}, ${range.end ?? "0"})`;
  return {
    description: words,
    phrase: { holds: `is ${words}`, fails: `is not ${words}` },
    matches(value) {
      const number = parseInt64(value);
      return number !== undefined && start !== undefined && end !== undefined && number >= start && number < end;
    },
  };
}

function parseInt64(text: string): bigint | undefined {
  const trimmed = text.replace(/^[ \t\n\v\f\r]+/, "");
  const digits = /^([+-]?)(\d+)[ \t\n\v\f\r]*$/.exec(trimmed);
  if (digits?.[2] === undefined) return undefined;
  const number = BigInt(digits[2]) * (digits[1] === "-" ? -1n : 1n);
  return number === BigInt.asIntN(64, number) ? number : undefined;
}
