import { describe, expect, it } from "vitest";
import { describeStringMatcher, matchesAnyString, matchesString, phraseStringMatcher, type StringMatcher } from "../../src/match/string.js";

const table: { why: string; match: StringMatcher; input: string; want: boolean }[] = [
  { why: "exact", match: { exact: "jason" }, input: "jason", want: true },
  { why: "exact minds case", match: { exact: "jason" }, input: "Jason", want: false },
  { why: "exact in any case", match: { exact: "jason", ignore_case: true }, input: "JASON", want: true },
  { why: "any case is ASCII's alone", match: { exact: "é", ignore_case: true }, input: "É", want: false },
  { why: "the Kelvin sign is no K", match: { exact: "k", ignore_case: true }, input: "\u212a", want: false },
  { why: "an empty exact", match: { exact: "" }, input: "", want: true },
  { why: "an empty exact takes nothing else", match: { exact: "" }, input: "a", want: false },
  { why: "prefix", match: { prefix: "/api" }, input: "/api/v1", want: true },
  { why: "prefix elsewhere", match: { prefix: "/api" }, input: "x/api", want: false },
  { why: "suffix", match: { suffix: ".example.com" }, input: "a.example.com", want: true },
  { why: "suffix cut short", match: { suffix: ".example.com" }, input: "example.com", want: false },
  { why: "contains", match: { contains: "iew" }, input: "reviews", want: true },
  { why: "contains not", match: { contains: "iew" }, input: "ratings", want: false },
  { why: "safe_regex is a full match", match: { safe_regex: { regex: "v[0-9]" } }, input: "v2", want: true },
  { why: "safe_regex no search", match: { safe_regex: { regex: "v[0-9]" } }, input: "v22", want: false },
];

describe("matchesString", () => {
  it.each(table)("$why", ({ match, input, want }) => expect(matchesString(match, input, "latin-1")).toBe(want));

  it.each([
    { why: "an extension", match: { custom: { name: "envoy.string_matcher.lua" } }, decidedBy: "the extension envoy.string_matcher.lua" },
    { why: "no pattern at all", match: {}, decidedBy: "what Envoy makes of it" },
    { why: "a field of a newer Envoy", match: { exact: "a", glob: "b" }, decidedBy: "what Envoy makes of glob" },
    { why: "a regex that can't be compiled", match: { safe_regex: { regex: "(" } }, decidedBy: "Envoy's RE2" },
  ])("$why is not decided", ({ match, decidedBy }) => expect(matchesString(match, "a", "latin-1")).toMatchObject({ decidedBy }));

  it("takes one of several", () => {
    const users = [{ exact: "jason" }, { prefix: "test-" }];
    expect(matchesAnyString(users, "test-1", "latin-1")).toBe(true);
    expect(matchesAnyString(users, "eve", "latin-1")).toBe(false);
    expect(matchesAnyString([{ custom: { name: "x" } }, { exact: "eve" }], "eve", "latin-1")).toBe(true);
  });
});

describe("words", () => {
  it("says what it asks for", () => {
    expect(describeStringMatcher({ exact: "jason" })).toBe("= jason");
    expect(describeStringMatcher({ exact: "a b" })).toBe('= "a b"');
    expect(describeStringMatcher({ prefix: "/api", ignore_case: true })).toBe("starts with /api (any case)");
    expect(describeStringMatcher({ safe_regex: { regex: "v[0-9]" } })).toBe("matches v[0-9]");
    expect(phraseStringMatcher({ exact: "jason" })).toEqual({ holds: 'is "jason"', fails: 'is not "jason"' });
  });
});
