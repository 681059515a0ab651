import { describe, expect, it } from "vitest";
import type { CookieMatcher } from "../../src/generated/messages.js";
import { describeCookieMatcher, matchCookie, parseCookies } from "../../src/match/cookie.js";
import { requestHeaders } from "../../src/match/request-headers.js";

const cookiesOf = (...lines: string[]) =>
  parseCookies(
    requestHeaders(
      lines.map((line) => ["cookie", line] as const),
      "http/1.1",
    ),
  );

describe("matchCookie", () => {
  const jason: CookieMatcher = { name: "user", string_match: { exact: "jason" } };
  it.each<{ why: string; match: CookieMatcher; lines: string[]; want: boolean }>([
    { why: "a value", match: jason, lines: ["a=1; user=jason"], want: true },
    { why: "another value", match: jason, lines: ["user=eve"], want: false },
    { why: "the first of a name counts", match: jason, lines: ["user=eve; user=jason"], want: false },
    { why: "a later line", match: jason, lines: ["a=1", "user=jason"], want: true },
    { why: "a value in quotes", match: jason, lines: ['user="jason"'], want: true },
    { why: "a part without a value is none", match: { name: "user" }, lines: ["user"], want: false },
    { why: "absent", match: jason, lines: [], want: false },
    { why: "absent, inverted", match: { ...jason, invert_match: true }, lines: [], want: true },
    { why: "there, inverted", match: { ...jason, invert_match: true }, lines: ["user=jason"], want: false },
    { why: "another, inverted", match: { ...jason, invert_match: true }, lines: ["user=eve"], want: true },
  ])("$why", ({ match, lines, want }) => {
    expect(matchCookie(match, cookiesOf(...lines), "latin-1").outcome).toBe(want ? "match" : "no-match");
  });

  it("describes itself", () => {
    expect(describeCookieMatcher(jason)).toBe("cookie user = jason");
    expect(describeCookieMatcher({ ...jason, invert_match: true })).toBe("not (cookie user = jason)");
  });
});
