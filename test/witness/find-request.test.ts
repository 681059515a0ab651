import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RouteMatch } from "../../src/generated/messages.js";
import { behaviourOf } from "../../src/match/behaviour.js";
import { prepareRequest } from "../../src/match/matched-request.js";
import { requestHeaders } from "../../src/match/request-headers.js";
import { matchRoute } from "../../src/match/route-match.js";
import { candidatesOf, criteriaOf, type Surroundings } from "../../src/witness/criterion.js";
import { findRequests, type Search } from "../../src/witness/find-request.js";
import { makeRequest } from "../../src/witness/make-request.js";

const behaviour = behaviourOf(null);
const surroundings: Surroundings = { behaviour, runtime: new Map(), scheme: "http", certified: false };
const base = {
  destination: { ip: "10.96.0.11", port: 9080 },
  http: { version: "http/1.1", method: "GET", path: "/", headers: {} },
} as const;

function search(within: readonly RouteMatch[], outside: readonly RouteMatch[]): Search {
  const criteria = (match: RouteMatch) => criteriaOf(match, surroundings);
  return findRequests(
    { within: within.map(criteria), outside: outside.map(criteria) },
    candidatesOf([...within, ...outside], surroundings),
  );
}

/** Does a request made by an assignment match, as the matching of routes has it? */
function matches(found: Search, match: RouteMatch): boolean {
  if (found.found === "none") return false;
  const [assignment = new Map()] = found.assignments;
  const { http, random } = makeRequest(base, assignment);
  if (http === undefined) return false;
  const lines = Object.entries(http.headers).flatMap(([name, values]) => values.map((value) => [name, value] as const));
  const pseudo = [[":method", http.method], ...(http.path === undefined ? [] : [[":path", http.path]])] as [string, string][];
  const request = prepareRequest(
    requestHeaders([...pseudo, ...lines], "http/1.1"),
    { certificate: { presented: false, validated: false }, runtime: new Map(), random },
    false,
    behaviour,
  );
  return matchRoute(match, request, behaviour).outcome === "match";
}

const jason = { name: "end-user", string_match: { exact: "jason" } };

describe("findRequests", () => {
  it.each<{ why: string; within: RouteMatch[]; outside: RouteMatch[]; want: "some" | "certainly none" | "perhaps none" }>([
    { why: "below a prefix", within: [{ prefix: "/api" }], outside: [], want: "some" },
    { why: "below a prefix, and not below a longer one", within: [{ prefix: "/api" }], outside: [{ prefix: "/api/v1" }], want: "some" },
    {
      why: "below a prefix, and not below a shorter one",
      within: [{ prefix: "/api/v1" }],
      outside: [{ prefix: "/api" }],
      want: "certainly none",
    },
    { why: "beside a path-separated prefix", within: [{ prefix: "/api" }], outside: [{ path_separated_prefix: "/api" }], want: "some" },
    {
      why: "a prefix cut into a path and what follows",
      within: [{ prefix: "/api/" }],
      outside: [{ path_separated_prefix: "/api" }],
      want: "certainly none",
    },
    {
      why: "two headers, one missed",
      within: [{ prefix: "/", headers: [jason] }],
      outside: [{ prefix: "/", headers: [jason, { name: "x-canary", present_match: true }] }],
      want: "some",
    },
    {
      why: "a header and its contrary",
      within: [
        { prefix: "/", headers: [jason] },
        { prefix: "/", headers: [{ ...jason, invert_match: true }] },
      ],
      outside: [],
      want: "certainly none",
    },
    {
      why: "a cased path beside any case",
      within: [{ prefix: "/API", case_sensitive: false }],
      outside: [{ prefix: "/API" }],
      want: "some",
    },
    {
      why: "a cased path within any case",
      within: [{ prefix: "/API" }],
      outside: [{ prefix: "/api", case_sensitive: false }],
      want: "certainly none",
    },
    {
      why: "covered by two together",
      within: [{ prefix: "/" }],
      outside: [
        { prefix: "/", headers: [{ name: "x-canary", present_match: true }] },
        { prefix: "/", headers: [{ name: "x-canary", present_match: false }] },
      ],
      want: "certainly none",
    },
    {
      why: "nearly covered by two",
      within: [{ prefix: "/" }],
      outside: [
        { prefix: "/", headers: [{ name: "x-canary", present_match: true }] },
        { prefix: "/a", headers: [{ name: "x-canary", present_match: false }] },
      ],
      want: "some",
    },
    {
      why: "a range and its border",
      within: [{ prefix: "/", headers: [{ name: "x-n", range_match: { start: "10", end: "20" } }] }],
      outside: [{ prefix: "/", headers: [{ name: "x-n", range_match: { start: "0", end: "19" } }] }],
      want: "some",
    },
    {
      why: "a range within another",
      within: [{ prefix: "/", headers: [{ name: "x-n", range_match: { start: "10", end: "20" } }] }],
      outside: [{ prefix: "/", headers: [{ name: "x-n", range_match: { start: "0", end: "20" } }] }],
      want: "certainly none",
    },
    {
      why: "a query parameter and a cookie",
      within: [
        {
          prefix: "/",
          query_parameters: [{ name: "v", string_match: { prefix: "2" } }],
          cookies: [{ name: "s", string_match: { exact: "a" } }],
        },
      ],
      outside: [{ prefix: "/", query_parameters: [{ name: "v", string_match: { exact: "2" } }] }],
      want: "some",
    },
    {
      why: "a share of requests",
      within: [{ prefix: "/", runtime_fraction: { default_value: { numerator: 30, denominator: "HUNDRED" } } }],
      outside: [{ prefix: "/", runtime_fraction: { default_value: { numerator: 10, denominator: "HUNDRED" } } }],
      want: "some",
    },
    { why: "gRPC", within: [{ prefix: "/", grpc: {} }], outside: [{ prefix: "/other" }], want: "some" },
    { why: "CONNECT", within: [{ connect_matcher: {} }], outside: [{ prefix: "/" }], want: "some" },
    {
      why: "a regex within a prefix",
      within: [{ safe_regex: { regex: "/api/admin(/.*)?" } }],
      outside: [{ prefix: "/api/v1" }],
      want: "some",
    },
    {
      why: "a regex that begins with what is taken",
      within: [{ safe_regex: { regex: "/api/admin(/.*)?" } }],
      outside: [{ prefix: "/api" }],
      want: "certainly none",
    },
    {
      why: "a regex within a regex",
      within: [{ safe_regex: { regex: "/[a-z]+/x" } }],
      outside: [{ safe_regex: { regex: "/.*" } }],
      want: "perhaps none",
    },
    {
      why: "what no request chooses",
      within: [{ prefix: "/", dynamic_metadata: [{ filter: "envoy.lb" }] }],
      outside: [],
      want: "perhaps none",
    },
  ])("$why: $want", ({ within, outside, want }) => {
    const found = search(within, outside);
    expect(found.found === "some" ? "some" : found.certain ? "certainly none" : "perhaps none").toBe(want);
    if (found.found === "some") {
      for (const match of within) expect(matches(found, match)).toBe(true);
      for (const match of outside) expect(matches(found, match)).toBe(false);
    }
  });

  it("is sure of none where no drawn request says otherwise", () => {
    const path = fc.constantFrom("/", "/a", "/a/", "/a/b", "/ab", "/A", "/b");
    const match: fc.Arbitrary<RouteMatch> = fc
      .tuple(path, fc.constantFrom("prefix", "path", "path_separated_prefix"), fc.boolean())
      .map(([text, field, folded]) => ({ [field]: text, ...(folded ? { case_sensitive: false } : {}) }));
    fc.assert(
      fc.property(
        fc.array(match, { minLength: 1, maxLength: 2 }),
        fc.array(match, { maxLength: 3 }),
        fc.array(fc.constantFrom("/", "a", "b", "A", "B"), { maxLength: 5 }),
        (within, outside, rest) => {
          const found = search(within, outside);
          if (found.found === "some") {
            expect(within.every((one) => matches(found, one)) && !outside.some((one) => matches(found, one))).toBe(true);
            return;
          }
          const drawn: Search = { found: "some", assignments: [new Map([["path", [`/${rest.join("")}`]]])] };
          expect(within.every((one) => matches(drawn, one)) && !outside.some((one) => matches(drawn, one))).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });
});
