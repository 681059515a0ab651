import type { QueryParameterMatcher } from "../generated/messages.js";
import { lowerAscii } from "./ascii-case.js";
import type { RegexEncoding } from "./behaviour.js";
import { matchesSafeRegex } from "./safe-regex.js";
import { unknownCriterion } from "./unknown-criterion.js";
import { type Answer, anyAnswer } from "./verdict.js";
import { plain, quote } from "./wording.js";

/** A StringMatcher as Envoy's and xDS's messages hold it. */
export type StringMatcher = NonNullable<QueryParameterMatcher["string_match"]>;

const knownFields: ReadonlySet<string> = new Set(["exact", "prefix", "suffix", "contains", "safe_regex", "custom", "ignore_case"]);

/**
 * Does the text satisfy the matcher (envoy.type.matcher.v3.StringMatcher)? `ignore_case` folds ASCII letters alone and leaves
 * `safe_regex` as it is.
 */
export function matchesString(matcher: StringMatcher, text: string, encoding: RegexEncoding): Answer {
  const unknown = unknownCriterion(matcher, knownFields);
  if (unknown !== undefined) return unknown;
  const fold = matcher.ignore_case === true ? lowerAscii : (value: string) => value;
  if (matcher.exact !== undefined) return fold(text) === fold(matcher.exact);
  if (matcher.prefix !== undefined) return fold(text).startsWith(fold(matcher.prefix));
  if (matcher.suffix !== undefined) return fold(text).endsWith(fold(matcher.suffix));
  if (matcher.contains !== undefined) return fold(text).includes(fold(matcher.contains));
  if (matcher.safe_regex !== undefined) return matchesSafeRegex(matcher.safe_regex, text, encoding);
  if (matcher.custom !== undefined) {
    const name = matcher.custom.name ?? "";
    return { because: `the custom string matcher ${name} is an extension not modelled here`, decidedBy: `the extension ${name}` };
  }
  return { because: "the string matcher names no pattern known here", decidedBy: "what Envoy makes of it" };
}

/** Does the text satisfy one of the matchers? */
export function matchesAnyString(matchers: readonly StringMatcher[], text: string, encoding: RegexEncoding): Answer {
  return anyAnswer(matchers.map((matcher) => matchesString(matcher, text, encoding)));
}

/** What a text that matches does, and one that doesn't: `is "jason"`, `is not "jason"`. */
export function phraseStringMatcher(matcher: StringMatcher): { readonly holds: string; readonly fails: string } {
  const folded = matcher.ignore_case === true ? " in any case" : "";
  const phrase = (holds: string, fails: string, pattern: string) => ({
    holds: `${holds} ${pattern}${folded}`,
    fails: `${fails} ${pattern}${folded}`,
  });
  if (matcher.exact !== undefined) return phrase("is", "is not", quote(matcher.exact));
  if (matcher.prefix !== undefined) return phrase("starts with", "does not start with", quote(matcher.prefix));
  if (matcher.suffix !== undefined) return phrase("ends with", "does not end with", quote(matcher.suffix));
  if (matcher.contains !== undefined) return phrase("contains", "does not contain", quote(matcher.contains));
  if (matcher.safe_regex !== undefined) return phrase("matches", "does not match", quote(matcher.safe_regex.regex ?? ""));
  return phrase("satisfies", "does not satisfy", matcher.custom?.name ?? "an unknown pattern");
}

/** A matcher within a list of criteria: `= jason`, `starts with /api`, `matches "[a-z]+"`. */
export function describeStringMatcher(matcher: StringMatcher): string {
  const folded = matcher.ignore_case === true ? " (any case)" : "";
  if (matcher.exact !== undefined) return `= ${plain(matcher.exact)}${folded}`;
  if (matcher.prefix !== undefined) return `starts with ${plain(matcher.prefix)}${folded}`;
  if (matcher.suffix !== undefined) return `ends with ${plain(matcher.suffix)}${folded}`;
  if (matcher.contains !== undefined) return `contains ${plain(matcher.contains)}${folded}`;
  if (matcher.safe_regex !== undefined) return `matches ${plain(matcher.safe_regex.regex ?? "")}`;
  return `satisfies ${plain(matcher.custom?.name ?? "an unknown pattern")}`;
}
