import { describe, expect, it } from "vitest";
import type { HeaderMatcher, RouteMatch } from "../../src/generated/messages.js";
import { areDisjoint } from "../../src/match/disjoint-routes.js";

const method = (exact: string, further: Partial<HeaderMatcher> = {}): RouteMatch => ({
  prefix: "/",
  headers: [{ name: ":method", string_match: { exact }, ...further }],
});
const user = (exact: string): RouteMatch => ({ prefix: "/", headers: [{ name: "end-user", string_match: { exact } }] });
const version = (exact: string, ignoreCase = false): RouteMatch => ({
  prefix: "/",
  query_parameters: [{ name: "v", string_match: { exact, ignore_case: ignoreCase } }],
});

const cases: readonly { readonly why: string; readonly a: RouteMatch; readonly b: RouteMatch; readonly want: boolean }[] = [
  { why: "two paths", a: { path: "/reviews" }, b: { path: "/ratings" }, want: true },
  { why: "one path", a: { path: "/reviews" }, b: { path: "/reviews" }, want: false },
  { why: "paths that differ in case", a: { path: "/reviews" }, b: { path: "/Reviews" }, want: true },
  {
    why: "paths that differ in a case that does not count",
    a: { path: "/reviews" },
    b: { path: "/Reviews", case_sensitive: false },
    want: false,
  },
  { why: "a path outside a prefix", a: { path: "/ratings" }, b: { prefix: "/reviews" }, want: true },
  { why: "a path within a prefix", a: { path: "/reviews/1" }, b: { prefix: "/reviews" }, want: false },
  { why: "two prefixes", a: { prefix: "/reviews" }, b: { prefix: "/ratings" }, want: true },
  { why: "a prefix of the other", a: { prefix: "/" }, b: { prefix: "/ratings" }, want: false },
  {
    why: "separated prefixes, one of which only begins like the other",
    a: { path_separated_prefix: "/re" },
    b: { prefix: "/reviews" },
    want: false,
  },
  { why: "a regex, which is not looked into", a: { safe_regex: { regex: "/ratings" } }, b: { path: "/reviews" }, want: false },
  { why: "two methods", a: method("GET"), b: method("POST"), want: true },
  { why: "a method and any other", a: method("GET"), b: method("POST", { invert_match: true }), want: false },
  { why: "two values of a header, of which a request may have several", a: user("jason"), b: user("anna"), want: false },
  { why: "two values of a query parameter", a: version("1"), b: version("2"), want: true },
  { why: "two values in any case", a: version("a"), b: version("A", true), want: false },
];

describe("areDisjoint", () => {
  it.each(cases)("$why: $want", ({ a, b, want }) => {
    expect(areDisjoint(a, b)).toBe(want);
    expect(areDisjoint(b, a)).toBe(want);
  });
});
