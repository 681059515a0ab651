import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, it } from "vitest";
import type { RegexEncoding } from "../../src/match/behaviour.js";
import { compileSafeRegex, matchesSafeRegex } from "../../src/match/safe-regex.js";

const matches = (pattern: string, text: string, encoding: RegexEncoding = "latin-1") =>
  matchesSafeRegex({ regex: pattern }, text, encoding);
const replace = (pattern: string, text: string, substitution: string, encoding: RegexEncoding = "latin-1") => {
  const regex = compileSafeRegex(pattern, encoding);
  return "replaceAll" in regex ? regex.replaceAll(text, substitution) : regex;
};

describe("matching", () => {
  it.each([
    { why: "a full match", pattern: "/reviews/[0-9]+", text: "/reviews/42", want: true },
    { why: "not a search", pattern: "/reviews/[0-9]+", text: "/reviews/42/", want: false },
    { why: "an alternative as a whole", pattern: "a|ab", text: "ab", want: true },
    { why: "$ is the end of the text alone", pattern: "a$\\n", text: "a\n", want: false },
    { why: "a dot takes no line break", pattern: "a.b", text: "a\nb", want: false },
    { why: "inline flags", pattern: "(?i)/API", text: "/api", want: true },
    { why: "a literal brace", pattern: "/a{,3}", text: "/a{,3}", want: true },
    { why: "a quotation", pattern: "\\Q(?P<a>\\C[\\E.", text: "(?P<a>\\C[x", want: true },
    { why: "any byte", pattern: "a\\Cb", text: "a\nb", want: true },
    { why: "groups of one name", pattern: "(?P<v>a)(?P<v>b)(?<w>c)", text: "abc", want: true },
    { why: "a class that begins with its bracket", pattern: "[](?P<x>]+", text: "](?P<x>", want: true },
    { why: "no POSIX class, but a set", pattern: "[[:alpha:]]+", text: "ab:", want: false },
    { why: "a group without a capture", pattern: "(?:a)(?s:.)", text: "a\n", want: true },
  ])("$why: $pattern", ({ pattern, text, want }) => expect(matches(pattern, text)).toBe(want));

  it("sees é as two bytes in Latin-1 and as one character in UTF-8", () => {
    expect(matches("caf.", "café", "latin-1")).toBe(false);
    expect(matches("caf..", "café", "latin-1")).toBe(true);
    expect(matches("caf.", "café", "utf-8")).toBe(true);
    expect(matches("caf..", "café", "utf-8")).toBe(false);
    expect(matches("café", "café", "latin-1")).toBe(true);
  });

  it.each(["(?=a)", "a(", "(a)\\1", "a{1001}"])("%s is refused with a reason, not with an exception", (pattern) => {
    expect(matches(pattern, "a")).toMatchObject({ decidedBy: "Envoy's RE2" });
  });

  it("says that it can't take single bytes out of UTF-8", () => {
    expect(matches("\\C", "a", "utf-8")).toMatchObject({ decidedBy: "Envoy's RE2" });
  });

  it("gives the groups of a match", () => {
    const regex = compileSafeRegex("/(\\w+)(?:/(\\d+))?", "latin-1");
    if (!("captures" in regex)) throw new Error(regex.because);
    expect(regex.captures("/reviews/7")).toEqual(["/reviews/7", "reviews", "7"]);
    expect(regex.captures("/reviews")).toEqual(["/reviews", "reviews", ""]);
    expect(regex.captures("reviews")).toBeUndefined();
  });

  it("agrees with a match that captures", () => {
    const pattern = fc.stringMatching(/^[ab(|)*+?.^$[\]-]{0,12}$/);
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[ab\n]{0,6}$/), (regex, text) => {
        const compiled = compileSafeRegex(regex, "utf-8");
        if ("matches" in compiled) expect(compiled.matches(text)).toBe(RE2JS.compile(regex).matcher(text).matches());
      }),
      { numRuns: 1000 },
    );
  });
});

describe("searching", () => {
  it.each([
    ["24", "1.24.0", true],
    ["^24", "1.24.0", false],
    ["^1\\.24.*", "1.24.0", true],
    ["0$", "1.24.0", true],
    ["4$", "1.24.0", false],
    ["", "", true],
  ])("%s in %s: %s", (pattern, text, want) => {
    const regex = compileSafeRegex(pattern, "utf-8");
    expect("isFoundIn" in regex && regex.isFoundIn(text)).toBe(want);
  });
});

describe("replacing", () => {
  it.each([
    { why: "every match", pattern: "a", text: "banana", by: "o", want: "bonono" },
    { why: "no match leaves the text", pattern: "x", text: "banana", by: "o", want: "banana" },
    { why: "groups", pattern: "^/(\\w+)/(\\w+)", text: "/v1/reviews/0", by: "/\\2/\\1", want: "/reviews/v1/0" },
    { why: "the whole match and a backslash", pattern: "b+", text: "abbc", by: "<\\0\\\\>", want: "a<bb\\>c" },
    { why: "a dollar stands for itself", pattern: "(b)", text: "abc", by: "$1", want: "a$1c" },
    { why: "a group that took no part is empty", pattern: "a(x)?", text: "ab", by: "[\\1]", want: "[]b" },
    { why: "empty matches, but not right behind another", pattern: "x*", text: "axb", by: "-", want: "-a-b-" },
    { why: "the beginning counts once", pattern: "^/a", text: "/a/a", by: "", want: "/a" },
    { why: "a word boundary sees what stands before", pattern: "\\bb", text: "abab b", by: "_", want: "abab _" },
    { why: "text beyond ASCII comes back whole", pattern: "b", text: "éb€", by: "ü", want: "éü€" },
  ])("$why", ({ pattern, text, by, want }) => {
    expect(replace(pattern, text, by, "latin-1")).toBe(want);
    expect(replace(pattern, text, by, "utf-8")).toBe(want);
  });
});
