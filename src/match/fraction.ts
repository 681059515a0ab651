import type { FractionalPercent, RuntimeFractionalPercent } from "../generated/messages.js";
import { isJsonObject, type Json, member } from "../util/json.js";
import type { RuntimeValues } from "./behaviour.js";
import { type Answer, judge, type Verdict } from "./verdict.js";

/** So many of so many: a FractionalPercent with its denominator as a number. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** The fraction of a FractionalPercent; without a denominator it is percent, without a numerator nothing. */
export function fractionOf(percent: FractionalPercent | undefined): Fraction {
  return { numerator: percent?.numerator ?? 0, denominator: denominators.get(percent?.denominator ?? "HUNDRED") ?? 100 };
}

const denominators: ReadonlyMap<string, number> = new Map([
  ["HUNDRED", 100],
  ["TEN_THOUSAND", 10_000],
  ["MILLION", 1_000_000],
]);

/**
 * The fraction in effect: what the runtime holds under the key (a whole number is percent), else the default value.
 * Undefined where the runtime holds something that is not understood here.
 */
export function fractionInEffect(fraction: RuntimeFractionalPercent, runtime: RuntimeValues): Fraction | undefined {
  const key = fraction.runtime_key ?? "";
  const value = key === "" ? undefined : runtime.get(key);
  if (value === undefined || value === null || typeof value === "boolean") return fractionOf(fraction.default_value);
  if (typeof value === "number" || (typeof value === "string" && /^\d{1,15}$/.test(value))) {
    const percent = Number(value);
    return Number.isInteger(percent) && percent >= 0 ? { numerator: percent, denominator: 100 } : undefined;
  }
  return isJsonObject(value) ? fractionOfObject(value) : undefined;
}

function fractionOfObject(value: Json): Fraction | undefined {
  const numerator = member(value, "numerator") ?? 0;
  const denominator = denominators.get(String(member(value, "denominator") ?? "HUNDRED"));
  return typeof numerator === "number" && denominator !== undefined ? { numerator, denominator } : undefined;
}

/** Is a request with that random number among the fraction? 0 and all are decided without one. */
export function isAmong(fraction: Fraction, random: number | undefined): Answer {
  if (fraction.numerator <= 0) return false;
  if (fraction.numerator >= fraction.denominator) return true;
  if (random !== undefined) return random % fraction.denominator < fraction.numerator;
  return { because: `${formatFraction(fraction)} of requests, at random`, decidedBy: "the random number that Envoy draws for the request" };
}

/** `30%`, `0.5%` */
export function formatFraction(fraction: Fraction): string {
  return `${(fraction.numerator * 100) / fraction.denominator}%`;
}

/** Does the request fall within the fraction (envoy.config.core.v3.RuntimeFractionalPercent)? */
export function matchFraction(
  fraction: RuntimeFractionalPercent,
  at: string,
  request: { readonly runtime: RuntimeValues; readonly random: number | undefined },
): Verdict {
  const inEffect = fractionInEffect(fraction, request.runtime);
  const key = fraction.runtime_key ?? "";
  if (inEffect === undefined) {
    const unknown = { because: `the runtime's ${key} is no fraction understood here`, decidedBy: "Envoy's runtime" };
    return judge(unknown, at, { yes: "", no: "" });
  }
  const share = `${formatFraction(inEffect)} of requests${key === "" ? "" : ` (runtime key ${key})`}`;
  return judge(isAmong(inEffect, request.random), at, { yes: `among ${share}`, no: `not among ${share}` });
}

/** A runtime fraction within a list of criteria: `10% of requests (runtime key reviews.canary)`. */
export function describeFraction(fraction: RuntimeFractionalPercent): string {
  const key = fraction.runtime_key ?? "";
  return `${formatFraction(fractionOf(fraction.default_value))} of requests${key === "" ? "" : ` (runtime key ${key})`}`;
}
