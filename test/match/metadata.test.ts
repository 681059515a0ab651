import { describe, expect, it } from "vitest";
import type { MetadataMatcher, ValueMatcher } from "../../src/generated/messages.js";
import { matchesValue, matchMetadata } from "../../src/match/metadata.js";
import type { Json } from "../../src/util/json.js";

describe("matchesValue", () => {
  it.each<{ why: string; match: ValueMatcher; value: Json | undefined; want: boolean }>([
    { why: "null", match: { null_match: {} }, value: null, want: true },
    { why: "absent is not null", match: { null_match: {} }, value: undefined, want: false },
    { why: "a number", match: { double_match: { exact: 1.5 } }, value: 1.5, want: true },
    { why: "a number within a range", match: { double_match: { range: { start: 1, end: 2 } } }, value: 1, want: true },
    { why: "the end is outside", match: { double_match: { range: { start: 1, end: 2 } } }, value: 2, want: false },
    { why: "text is no number", match: { double_match: { exact: 1 } }, value: "1", want: false },
    { why: "text", match: { string_match: { prefix: "v" } }, value: "v2", want: true },
    { why: "false", match: { bool_match: false }, value: false, want: true },
    { why: "false is not null", match: { bool_match: false }, value: null, want: false },
    { why: "present", match: { present_match: true }, value: "x", want: true },
    { why: "present_match: false matches nothing", match: { present_match: false }, value: "x", want: false },
    { why: "nor what is absent", match: { present_match: false }, value: undefined, want: false },
    { why: "one of a list", match: { list_match: { one_of: { string_match: { exact: "b" } } } }, value: ["a", "b"], want: true },
    { why: "none of a list", match: { list_match: { one_of: { string_match: { exact: "c" } } } }, value: ["a", "b"], want: false },
    {
      why: "either",
      match: { or_match: { value_matchers: [{ bool_match: true }, { string_match: { exact: "yes" } }] } },
      value: "yes",
      want: true,
    },
  ])("$why", ({ match, value, want }) => expect(matchesValue(match, value, "latin-1")).toBe(want));

  it("does not decide a pattern that it does not know", () => {
    expect(matchesValue({}, 1, "latin-1")).toMatchObject({ decidedBy: "what Envoy makes of it" });
  });
});

describe("matchMetadata", () => {
  const matcher: MetadataMatcher = { filter: "envoy.lb", path: [{ key: "a" }, { key: "b" }], value: { string_match: { exact: "x" } } };
  it.each([
    { why: "the value at the path", metadata: { "envoy.lb": { a: { b: "x" } } }, want: "match" },
    { why: "another value", metadata: { "envoy.lb": { a: { b: "y" } } }, want: "no-match" },
    { why: "nothing there", metadata: {}, want: "no-match" },
    { why: "another namespace", metadata: { other: { a: { b: "x" } } }, want: "no-match" },
  ])("$why", ({ metadata, want }) => {
    expect(matchMetadata(matcher, metadata, "latin-1").outcome).toBe(want);
    expect(matchMetadata({ ...matcher, invert: true }, metadata, "latin-1").outcome).toBe(want === "match" ? "no-match" : "match");
  });
});
