import type { QueryParameterMatcher } from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import type { MatchingBehaviour } from "./behaviour.js";
import { describeStringMatcher, matchesString, phraseStringMatcher } from "./string.js";
import { unknownCriterion } from "./unknown-criterion.js";
import { judge, notMatched, undecided, type Verdict } from "./verdict.js";

export type QueryBehaviour = Pick<MatchingBehaviour, "queryAbsenceMatch" | "regexEncoding">;

const knownFields: ReadonlySet<string> = new Set(["name", "string_match", "present_match"]);

/**
 * The query parameters of a path as Envoy reads them: split at `&` alone, nothing decoded, names case-sensitive, the first of a name
 * counts, one without `=` has an empty value.
 */
export function parseQueryParameters(path: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  const start = path.indexOf("?");
  if (start < 0) return parameters;
  for (const part of path.slice(start + 1).split("&")) {
    const equals = part.indexOf("=");
    const name = equals < 0 ? part : part.slice(0, equals);
    if (!parameters.has(name)) parameters.set(name, equals < 0 ? "" : part.slice(equals + 1));
  }
  return parameters;
}

/** Do the query parameters satisfy the matcher (envoy.config.route.v3.QueryParameterMatcher)? Without a specifier it asks for presence. */
export function matchQueryParameter(
  matcher: QueryParameterMatcher,
  parameters: ReadonlyMap<string, string>,
  behaviour: QueryBehaviour,
): Verdict {
  const at = placeOf(matcher);
  const odd = unknownCriterion(matcher, knownFields);
  if (odd !== undefined) return undecided(odd, at);
  const subject = `query parameter ${matcher.name ?? ""}`;
  const value = parameters.get(matcher.name ?? "");
  if (matcher.string_match === undefined) {
    const wanted = matcher.present_match !== false || !behaviour.queryAbsenceMatch;
    const [holds, fails] = wanted ? ["is present", "is absent"] : ["is absent", "is present"];
    return judge((value !== undefined) === wanted, at, { yes: `${subject} ${holds}`, no: `${subject} ${fails}` });
  }
  if (value === undefined) return notMatched(`${subject} is absent`, at);
  const { holds, fails } = phraseStringMatcher(matcher.string_match);
  return judge(matchesString(matcher.string_match, value, behaviour.regexEncoding), at, {
    yes: `${subject} ${holds}`,
    no: `${subject} ${fails}`,
  });
}

/** A query parameter matcher within a list of criteria: `query page = 2`. */
export function describeQueryParameterMatcher(matcher: QueryParameterMatcher): string {
  const presence = matcher.present_match === false ? "absent" : "present";
  return `query ${matcher.name ?? ""} ${matcher.string_match === undefined ? presence : describeStringMatcher(matcher.string_match)}`;
}
