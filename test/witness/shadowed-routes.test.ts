import { describe, expect, it } from "vitest";
import { decodeRoute } from "../../src/decode/decode-route-configuration.js";
import type { RouteMatch } from "../../src/generated/messages.js";
import { behaviourOf } from "../../src/match/behaviour.js";
import { shadowedRoutes } from "../../src/witness/shadowed-routes.js";

const surroundings = { behaviour: behaviourOf(null), runtime: new Map(), scheme: "http", certified: false } as const;
const shadowed = (...matches: readonly RouteMatch[]): readonly string[] =>
  shadowedRoutes(
    matches.map((match, index) => decodeRoute({ match }, index)),
    surroundings,
  ).map(({ route, by }) => `#${route.index} by ${by.map(({ index }) => `#${index}`).join(", ")}`);

const canary = (present: boolean) => [{ name: "x-canary", present_match: present }];

describe("shadowedRoutes", () => {
  it.each<{ why: string; matches: RouteMatch[]; want: string[] }>([
    {
      why: "a catch-all before the others",
      matches: [{ prefix: "/" }, { prefix: "/api" }, { path: "/login" }],
      want: ["#1 by #0", "#2 by #0"],
    },
    { why: "a catch-all behind the others", matches: [{ prefix: "/api" }, { path: "/login" }, { prefix: "/" }], want: [] },
    {
      why: "two that take everything together",
      matches: [{ prefix: "/", headers: canary(true) }, { prefix: "/", headers: canary(false) }, { prefix: "/api" }],
      want: ["#2 by #0, #1"],
    },
    {
      why: "two that leave something",
      matches: [{ prefix: "/", headers: canary(true) }, { prefix: "/b", headers: canary(false) }, { prefix: "/api" }],
      want: [],
    },
    { why: "the same match once more", matches: [{ path: "/login" }, { path: "/login" }], want: ["#1 by #0"] },
    {
      why: "a share of the requests",
      matches: [{ prefix: "/", runtime_fraction: { default_value: { numerator: 99 } } }, { prefix: "/" }],
      want: [],
    },
    {
      why: "all of them",
      matches: [{ prefix: "/", runtime_fraction: { default_value: { numerator: 100 } } }, { prefix: "/" }],
      want: ["#1 by #0"],
    },
    { why: "a regex before one path that it takes", matches: [{ safe_regex: { regex: "/[a-z]*" } }, { path: "/" }], want: ["#1 by #0"] },
    { why: "a regex behind a regex", matches: [{ safe_regex: { regex: "/.*" } }, { safe_regex: { regex: "/[a-z]+" } }], want: [] },
  ])("$why", ({ matches, want }) => {
    expect(shadowed(...matches)).toEqual(want);
  });
});
