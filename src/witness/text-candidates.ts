import { lowerAscii } from "../match/ascii-case.js";
import type { StringMatcher } from "../match/string.js";
import { charactersLeftOut, sampleRegex } from "./regex-samples.js";

/** A text that none of the literals holds: what stands for "any other". */
export function freshText(literals: readonly string[]): string {
  const words = ["other", "another", "elsewhere", "unnamed"];
  const lowered = literals.map(lowerAscii);
  const free = words.find((word) => !lowered.some((literal) => literal.includes(word)));
  if (free !== undefined) return free;
  for (let number = 0; ; number++) if (!lowered.some((literal) => literal.includes(`other-${number}`))) return `other-${number}`;
}

/** The text with the case of its letters turned. */
export const turnCase = (text: string): string => {
  const lower = lowerAscii(text);
  return lower === text ? text.toUpperCase() : lower;
};

/** The literal of a matcher; undefined where it holds a regex or what is not known. */
export const literalOf = (matcher: StringMatcher): string | undefined =>
  matcher.exact ?? matcher.prefix ?? matcher.suffix ?? matcher.contains;

/** Can the matcher's texts not be listed, so that they are only sampled? */
export const isSampled = (matcher: StringMatcher): boolean => literalOf(matcher) === undefined;

/**
 * Texts that tell string matchers apart: each literal alone, with something before, behind and around it, prefixes with suffixes, samples
 * of regexes and what they leave out, and a text that none names. The plainest come first.
 */
export function textCandidates(matchers: readonly StringMatcher[]): readonly string[] {
  const literals = matchers.flatMap((matcher) => literalOf(matcher) ?? []);
  const fresh = freshText(literals);
  const folded = matchers.some(({ ignore_case }) => ignore_case === true);
  const texts = new Set<string>();
  for (const literal of literals) texts.add(literal);
  const patterns = matchers.flatMap(({ safe_regex }) => safe_regex?.regex ?? []);
  for (const pattern of patterns) for (const text of sampleRegex(pattern)) texts.add(text);
  texts.add(fresh);
  for (const pattern of patterns) for (const character of charactersLeftOut(pattern)) texts.add(character);
  for (const matcher of matchers) {
    const literal = literalOf(matcher);
    if (literal === undefined) continue;
    texts.add(literal + fresh);
    texts.add(fresh + literal);
    texts.add(fresh + literal + fresh);
    if (folded) texts.add(turnCase(literal));
  }
  const distinct = [...new Set(literals)];
  if (distinct.length <= mostCombined) {
    for (const one of distinct) {
      for (const other of distinct) {
        if (one === other) continue;
        texts.add(one + other);
        texts.add(one + fresh + other);
        texts.add(overlap(one, other));
      }
    }
  }
  texts.add("");
  return [...texts];
}

/** Of more literals than that, pairs are not combined. */
const mostCombined = 16;

/** The shortest text that begins with one and ends with the other. */
function overlap(one: string, other: string): string {
  for (let length = Math.min(one.length, other.length); length > 0; length--) {
    if (one.endsWith(other.slice(0, length))) return one + other.slice(length);
  }
  return one + other;
}
