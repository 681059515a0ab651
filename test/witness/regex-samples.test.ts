import { describe, expect, it } from "vitest";
import { compileSafeRegex } from "../../src/match/safe-regex.js";
import { charactersLeftOut, literalHead, sampleRegex } from "../../src/witness/regex-samples.js";

describe("sampleRegex", () => {
  it.each([
    { pattern: "/api/.*", also: ["/api/", "/api/x"] },
    { pattern: "/(reviews|ratings)/[0-9]+", also: ["/reviews/0", "/ratings/0"] },
    { pattern: "/api/admin(/.*)?", also: ["/api/admin", "/api/admin/x"] },
    { pattern: "(?i)/API/v[12]", also: ["/API/v1"] },
    { pattern: "\\Q/a.b\\E\\d{3}", also: ["/a.b777"] },
    { pattern: "^v\\d+\\.\\d+$", also: ["v7.7"] },
    { pattern: "[^/]+", also: ["x"] },
    { pattern: "/\\x{61}pi/\\x62", also: ["/api/b"] },
    { pattern: "/\\x{61}{2}", also: ["/aa"] },
    { pattern: "(?P<id>a|b)?c", also: ["ac", "bc", "c"] },
  ])("makes texts that $pattern takes", ({ pattern, also }) => {
    const regex = compileSafeRegex(pattern, "latin-1");
    const samples = sampleRegex(pattern);
    expect(samples).toEqual(expect.arrayContaining(also));
    for (const sample of samples) expect("matches" in regex && regex.matches(sample), sample).toBe(true);
  });

  it("proposes members of a category, and others for its reverse", () => {
    expect(sampleRegex("caf\\pL")).toContain("cafa");
    expect(sampleRegex("v\\p{Nd}+")).toContain("v7");
    expect(sampleRegex("\\P{L}")).toContain("7");
  });

  it("ends on what is no pattern, and on a pattern without an end", () => {
    for (const pattern of [
      "",
      "(",
      "[",
      "[]",
      "\\",
      "\\x",
      "\\x{",
      "\\x{ffffff}",
      "\\p",
      "\\p{",
      "a{",
      "((((",
      "(".repeat(500),
      "*",
      "x{99999}",
    ]) {
      expect(sampleRegex(pattern).length).toBeLessThan(50);
    }
  });
});

describe("literalHead", () => {
  it.each([
    { pattern: "/api/admin(/.*)?", head: "/api/admin" },
    { pattern: "^/v[0-9]+/x", head: "/v" },
    { pattern: "/a\\.b/.*", head: "/a.b/" },
    { pattern: "/ab*", head: "/a" },
    { pattern: "/ab+c", head: "/ab" },
    { pattern: "/a|/b", head: "" },
    { pattern: "/x(y|z)", head: "/x" },
    { pattern: "/a[(]|/b", head: "" },
    { pattern: "(?i)/x", head: "" },
    { pattern: ".*", head: "" },
  ])("$pattern begins with “$head”", ({ pattern, head }) => {
    expect(literalHead(pattern)).toBe(head);
  });
});

describe("charactersLeftOut", () => {
  it.each([
    { pattern: "[^,]*", want: [","] },
    { pattern: "a[^/?]+b[^\\]]", want: ["/", "?", "]"] },
    { pattern: "[,]*", want: [] },
    { pattern: "\\[^,", want: [] },
    { pattern: "[^", want: [] },
  ])("of $pattern", ({ pattern, want }) => expect(charactersLeftOut(pattern)).toEqual(want));
});
