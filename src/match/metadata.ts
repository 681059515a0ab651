import type { DoubleMatcher, MetadataMatcher, ValueMatcher } from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import { type Json, type JsonObject, member } from "../util/json.js";
import type { RegexEncoding } from "./behaviour.js";
import { matchesString } from "./string.js";
import { type Answer, anyAnswer, contrary, judge, type Verdict } from "./verdict.js";

/**
 * Does the metadata satisfy the matcher (envoy.type.matcher.v3.MetadataMatcher)? A value that is absent satisfies nothing but an
 * inverted matcher. The metadata is given by namespace.
 */
export function matchMetadata(matcher: MetadataMatcher, metadata: JsonObject, encoding: RegexEncoding): Verdict {
  const keys = [matcher.filter ?? "", ...(matcher.path ?? []).map((segment) => segment.key ?? "")];
  const value = keys.reduce<Json | undefined>(member, metadata);
  const invert = matcher.invert === true;
  const answer = matcher.value === undefined ? false : matchesValue(matcher.value, value, encoding);
  const subject = `dynamic metadata ${keys.join(".")}`;
  const state = value === undefined ? "is absent" : "has another value";
  return judge(invert ? contrary(answer) : answer, placeOf(matcher), {
    yes: invert ? `${subject} ${state}` : `${subject} matches`,
    no: invert ? `${subject} matches` : `${subject} ${state}`,
  });
}

/** Does the value satisfy the matcher (envoy.type.matcher.v3.ValueMatcher)? Undefined is an absent value, which satisfies nothing. */
export function matchesValue(matcher: ValueMatcher, value: Json | undefined, encoding: RegexEncoding): Answer {
  if (value === undefined) return false;
  if (matcher.null_match !== undefined) return value === null;
  if (matcher.double_match !== undefined) return typeof value === "number" && matchesDouble(matcher.double_match, value);
  if (matcher.string_match !== undefined) return typeof value === "string" && matchesString(matcher.string_match, value, encoding);
  if (matcher.bool_match !== undefined) return value === matcher.bool_match;
  if (matcher.present_match !== undefined) return matcher.present_match;
  if (matcher.list_match !== undefined) {
    const oneOf = matcher.list_match.one_of;
    if (oneOf === undefined || !Array.isArray(value)) return false;
    return anyAnswer(value.map((element: Json) => matchesValue(oneOf, element, encoding)));
  }
  if (matcher.or_match !== undefined) {
    return anyAnswer((matcher.or_match.value_matchers ?? []).map((one) => matchesValue(one, value, encoding)));
  }
  return { because: "the value matcher names no pattern known here", decidedBy: "what Envoy makes of it" };
}

function matchesDouble(matcher: DoubleMatcher, value: number): boolean {
  if (matcher.exact !== undefined) return value === matcher.exact;
  return value >= (matcher.range?.start ?? 0) && value < (matcher.range?.end ?? 0);
}

/** A metadata matcher within a list of criteria. */
export function describeMetadataMatcher(matcher: MetadataMatcher): string {
  const keys = [matcher.filter ?? "", ...(matcher.path ?? []).map((segment) => segment.key ?? "")];
  return `${matcher.invert === true ? "not " : ""}dynamic metadata ${keys.join(".")}`;
}
