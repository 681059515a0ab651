import { describe, expect, it } from "vitest";
import type { RuntimeFractionalPercent } from "../../src/generated/messages.js";
import { describeFraction, fractionOf, isAmong, matchFraction } from "../../src/match/fraction.js";
import type { Json } from "../../src/util/json.js";

const outcome = (fraction: RuntimeFractionalPercent, random?: number, runtime: Record<string, Json> = {}) =>
  matchFraction(fraction, "/f", { random, runtime: new Map(Object.entries(runtime)) }).outcome;

describe("matchFraction", () => {
  const thirty = { default_value: { numerator: 30 }, runtime_key: "reviews.canary" };
  it.each<{ why: string; fraction: RuntimeFractionalPercent; random?: number; runtime?: Record<string, Json>; want: string }>([
    { why: "an empty fraction is never", fraction: { default_value: {} }, want: "no-match" },
    { why: "all", fraction: { default_value: { numerator: 100 } }, want: "match" },
    { why: "all of a million", fraction: { default_value: { numerator: 1_000_000, denominator: "MILLION" } }, want: "match" },
    { why: "100 of a million", fraction: { default_value: { numerator: 100, denominator: "MILLION" } }, want: "undecided" },
    { why: "some, without a random number", fraction: thirty, want: "undecided" },
    { why: "a random number within", fraction: thirty, random: 129, want: "match" },
    { why: "a random number outside", fraction: thirty, random: 130, want: "no-match" },
    { why: "the runtime's percent", fraction: thirty, runtime: { "reviews.canary": 0 }, want: "no-match" },
    { why: "percent as text", fraction: thirty, runtime: { "reviews.canary": "100" }, want: "match" },
    { why: "more than all", fraction: thirty, runtime: { "reviews.canary": 200 }, want: "match" },
    {
      why: "the runtime's fraction",
      fraction: thirty,
      random: 4999,
      runtime: { "reviews.canary": { numerator: 5000, denominator: "TEN_THOUSAND" } },
      want: "match",
    },
    { why: "another key", fraction: thirty, random: 50, runtime: { "ratings.canary": 100 }, want: "no-match" },
    { why: "a value that is no fraction", fraction: thirty, random: 0, runtime: { "reviews.canary": "lots" }, want: "undecided" },
    { why: "half a percent in the runtime", fraction: thirty, random: 0, runtime: { "reviews.canary": 0.5 }, want: "undecided" },
  ])("$why", ({ fraction, random, runtime, want }) => expect(outcome(fraction, random, runtime)).toBe(want));

  it("describes itself", () => {
    expect(describeFraction(thirty)).toBe("30% of requests (runtime key reviews.canary)");
    expect(describeFraction({ default_value: { numerator: 5, denominator: "TEN_THOUSAND" } })).toBe("0.05% of requests");
  });

  it("splits requests as its numerator says", () => {
    const fraction = fractionOf({ numerator: 30 });
    const taken = Array.from({ length: 1000 }, (_, random) => isAmong(fraction, random)).filter((among) => among === true);
    expect(taken).toHaveLength(300);
  });
});
