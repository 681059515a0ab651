import type { CookieMatcher } from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import type { RegexEncoding } from "./behaviour.js";
import { headerValues, type RequestHeaders } from "./request-headers.js";
import { describeStringMatcher, matchesString, phraseStringMatcher } from "./string.js";
import { unknownCriterion } from "./unknown-criterion.js";
import { contrary, judge, undecided, type Verdict } from "./verdict.js";

const knownFields: ReadonlySet<string> = new Set(["name", "string_match", "invert_match"]);

/** The cookies of a request: the first of a name counts, a value in double quotes loses them, a part without `=` is none. */
export function parseCookies(headers: RequestHeaders): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const line of headerValues(headers, "cookie")) {
    for (const part of line.split(";")) {
      const equals = part.indexOf("=");
      if (equals < 0) continue;
      const name = part.slice(0, equals).replace(/^ +/, "");
      const value = part.slice(equals + 1);
      const quoted = value.length >= 2 && value.startsWith('"') && value.endsWith('"');
      if (!cookies.has(name)) cookies.set(name, quoted ? value.slice(1, -1) : value);
    }
  }
  return cookies;
}

/** Do the cookies satisfy the matcher (envoy.config.route.v3.CookieMatcher, known to Envoy from 1.37)? Unlike a header, a cookie that is absent satisfies an inverted matcher. */
export function matchCookie(matcher: CookieMatcher, cookies: ReadonlyMap<string, string>, encoding: RegexEncoding): Verdict {
  const at = placeOf(matcher);
  const odd = unknownCriterion(matcher, knownFields);
  if (odd !== undefined) return undecided(odd, at);
  const subject = `cookie ${matcher.name ?? ""}`;
  const invert = matcher.invert_match === true;
  const value = cookies.get(matcher.name ?? "");
  if (value === undefined) return judge(invert, at, { yes: `${subject} is absent`, no: `${subject} is absent` });
  const { holds, fails } =
    matcher.string_match === undefined ? { holds: "is present", fails: "is absent" } : phraseStringMatcher(matcher.string_match);
  const answer = matcher.string_match === undefined || matchesString(matcher.string_match, value, encoding);
  return judge(invert ? contrary(answer) : answer, at, {
    yes: `${subject} ${invert ? fails : holds}`,
    no: `${subject} ${invert ? holds : fails}`,
  });
}

/** A cookie matcher within a list of criteria: `cookie session = abc`. */
export function describeCookieMatcher(matcher: CookieMatcher): string {
  const value = matcher.string_match === undefined ? "present" : describeStringMatcher(matcher.string_match);
  const criterion = `cookie ${matcher.name ?? ""} ${value}`;
  return matcher.invert_match === true ? `not (${criterion})` : criterion;
}
