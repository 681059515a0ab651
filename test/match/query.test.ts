import { describe, expect, it } from "vitest";
import type { QueryParameterMatcher } from "../../src/generated/messages.js";
import { behaviourOf } from "../../src/match/behaviour.js";
import { describeQueryParameterMatcher, matchQueryParameter, parseQueryParameters } from "../../src/match/query.js";

const newest = behaviourOf(null);

describe("matchQueryParameter", () => {
  it.each<{ why: string; match: QueryParameterMatcher; path: string; want: boolean }>([
    { why: "a value", match: { name: "page", string_match: { exact: "2" } }, path: "/reviews?page=2", want: true },
    { why: "another value", match: { name: "page", string_match: { exact: "2" } }, path: "/reviews?page=3", want: false },
    {
      why: "the first of a name counts",
      match: { name: "page", string_match: { exact: "2" } },
      path: "/reviews?page=1&page=2",
      want: false,
    },
    { why: "nothing is decoded", match: { name: "q", string_match: { exact: "a b" } }, path: "/?q=a%20b", want: false },
    { why: "a plus is kept", match: { name: "q", string_match: { exact: "a+b" } }, path: "/?q=a+b", want: true },
    { why: "names mind case", match: { name: "Page" }, path: "/?page=1", want: false },
    { why: "a semicolon separates nothing", match: { name: "b" }, path: "/?a=1;b=2", want: false },
    { why: "present without a value", match: { name: "a" }, path: "/?a", want: true },
    { why: "present_match", match: { name: "a", present_match: true }, path: "/?a=1", want: true },
    { why: "absent", match: { name: "a" }, path: "/", want: false },
    { why: "absence asked for", match: { name: "a", present_match: false }, path: "/?b", want: true },
    { why: "absence asked for in vain", match: { name: "a", present_match: false }, path: "/?a", want: false },
    { why: "a value with an equals sign", match: { name: "a", string_match: { exact: "b=c" } }, path: "/?a=b=c", want: true },
    { why: "a second question mark", match: { name: "a", string_match: { exact: "1?b" } }, path: "/?a=1?b", want: true },
  ])("$why", ({ match, path, want }) => {
    expect(matchQueryParameter(match, parseQueryParameters(path), newest).outcome).toBe(want ? "match" : "no-match");
  });

  it("reads present_match: false as true in releases before 1.34", () => {
    const older = behaviourOf({ major: 1, minor: 33, patch: 0 });
    const match = { name: "a", present_match: false };
    expect(matchQueryParameter(match, parseQueryParameters("/?a"), older).outcome).toBe("match");
    expect(matchQueryParameter(match, parseQueryParameters("/"), older).outcome).toBe("no-match");
  });

  it("describes itself", () => {
    expect(describeQueryParameterMatcher({ name: "page", string_match: { exact: "2" } })).toBe("query page = 2");
    expect(describeQueryParameterMatcher({ name: "page", present_match: false })).toBe("query page absent");
  });
});
