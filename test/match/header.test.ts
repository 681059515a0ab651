import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HeaderMatcher } from "../../src/generated/messages.js";
import { behaviourOf } from "../../src/match/behaviour.js";
import { describeHeaderMatcher, matchHeader } from "../../src/match/header.js";
import { headerValues, isGrpcRequest, requestHeaders } from "../../src/match/request-headers.js";

const newest = behaviourOf(null);
const older = behaviourOf({ major: 1, minor: 38, patch: 3 });
type Lines = readonly (readonly [string, string])[];
const outcome = (match: HeaderMatcher, lines: Lines, behaviour = newest) =>
  matchHeader(match, requestHeaders(lines, "http/1.1"), behaviour).outcome === "match";

const name = "end-user";
const missing: Lines = [];
const jason: Lines = [["End-User", "jason"]];

describe("matchHeader", () => {
  it.each<{ why: string; match: HeaderMatcher; lines: Lines; want: boolean }>([
    { why: "a value", match: { name, string_match: { exact: "jason" } }, lines: jason, want: true },
    { why: "another value", match: { name, string_match: { exact: "eve" } }, lines: jason, want: false },
    { why: "a name in another case", match: { name: "END-USER", string_match: { exact: "jason" } }, lines: jason, want: true },
    { why: "inverted", match: { name, string_match: { exact: "eve" }, invert_match: true }, lines: jason, want: true },
    { why: "inverted hit", match: { name, string_match: { exact: "jason" }, invert_match: true }, lines: jason, want: false },
    { why: "absent fails a value", match: { name, string_match: { exact: "jason" } }, lines: missing, want: false },
    {
      why: "absent fails an inverted value too",
      match: { name, string_match: { exact: "jason" }, invert_match: true },
      lines: missing,
      want: false,
    },
    {
      why: "unless it counts as empty",
      match: { name, string_match: { exact: "jason" }, invert_match: true, treat_missing_header_as_empty: true },
      lines: missing,
      want: true,
    },
    {
      why: "absent as empty",
      match: { name, string_match: { exact: "" }, treat_missing_header_as_empty: true },
      lines: missing,
      want: true,
    },
    { why: "present", match: { name, present_match: true }, lines: jason, want: true },
    { why: "present but empty", match: { name, present_match: true }, lines: [[name, ""]], want: true },
    { why: "not present", match: { name, present_match: true }, lines: missing, want: false },
    { why: "no specifier asks for presence", match: { name }, lines: jason, want: true },
    { why: "no specifier, absent", match: { name }, lines: missing, want: false },
    { why: "absence asked for", match: { name, present_match: false }, lines: missing, want: true },
    { why: "absence asked for in vain", match: { name, present_match: false }, lines: jason, want: false },
    { why: "presence inverted", match: { name, present_match: true, invert_match: true }, lines: missing, want: true },
    { why: "absence inverted", match: { name, present_match: false, invert_match: true }, lines: jason, want: true },
    { why: "absence inverted, absent", match: { name, present_match: false, invert_match: true }, lines: missing, want: false },
    {
      why: "presence of a header that counts as empty",
      match: { name, present_match: true, treat_missing_header_as_empty: true },
      lines: missing,
      want: true,
    },
    { why: "exact_match", match: { name, exact_match: "jason" }, lines: jason, want: true },
    { why: "an empty exact_match takes any value", match: { name, exact_match: "" }, lines: jason, want: true },
    { why: "an empty exact_match, absent", match: { name, exact_match: "" }, lines: missing, want: false },
    { why: "an empty string_match takes the empty value alone", match: { name, string_match: { exact: "" } }, lines: jason, want: false },
    { why: "prefix_match", match: { name, prefix_match: "ja" }, lines: jason, want: true },
    { why: "suffix_match", match: { name, suffix_match: "son" }, lines: jason, want: true },
    { why: "contains_match", match: { name, contains_match: "aso" }, lines: jason, want: true },
    { why: "contains_match missed", match: { name, contains_match: "x" }, lines: jason, want: false },
    { why: "safe_regex_match", match: { name, safe_regex_match: { regex: "j.*" } }, lines: jason, want: true },
    { why: "safe_regex_match is a full match", match: { name, safe_regex_match: { regex: "j" } }, lines: jason, want: false },
    {
      why: "host is :authority",
      match: { name: "host", string_match: { exact: "reviews" } },
      lines: [[":authority", "reviews"]],
      want: true,
    },
    { why: ":path has its query", match: { name: ":path", string_match: { exact: "/a?b" } }, lines: [[":path", "/a?b"]], want: true },
  ])("$why", ({ match, lines, want }) => expect(outcome(match, lines)).toBe(want));

  it.each([
    { value: "1", want: true },
    { value: " +05 ", want: true },
    { value: "9", want: true },
    { value: "10", want: false },
    { value: "0", want: false },
    { value: "5.0", want: false },
    { value: "0x5", want: false },
    { value: "5a", want: false },
    { value: "", want: false },
    { value: "18446744073709551621", want: false },
  ])("range [1, 10) and $value: $want", ({ value, want }) => {
    const match = { name: "x-num", range_match: { start: "1", end: "10" } };
    expect(outcome(match, [["x-num", value]])).toBe(want);
    expect(outcome({ ...match, invert_match: true }, [["x-num", value]])).toBe(!want);
  });

  it("takes the limits of 64 bits for what they are", () => {
    const range_match = { start: "-9223372036854775808", end: "9223372036854775807" };
    expect(outcome({ name: "x-num", range_match }, [["x-num", "-9223372036854775808"]])).toBe(true);
    expect(outcome({ name: "x-num", range_match }, [["x-num", "9223372036854775807"]])).toBe(false);
  });

  it("tries repeated values one by one from 1.39 on, and joined before", () => {
    const lines: Lines = [
      ["x", "a"],
      ["x", "b"],
    ];
    const exact = (value: string): HeaderMatcher => ({ name: "x", string_match: { exact: value } });
    expect([exact("a"), exact("b"), exact("a,b")].map((match) => outcome(match, lines))).toEqual([true, true, false]);
    expect([exact("a"), exact("b"), exact("a,b")].map((match) => outcome(match, lines, older))).toEqual([false, false, true]);
    expect(outcome({ ...exact("b"), invert_match: true }, lines)).toBe(false);
    expect(outcome({ ...exact("c"), invert_match: true }, lines)).toBe(true);
  });

  it("inverts a value matcher of a header that is there, and back again", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, exact) => {
        const match = { name: "x", string_match: { exact } };
        expect(outcome({ ...match, invert_match: true }, [["x", value]])).toBe(!outcome(match, [["x", value]]));
      }),
    );
  });

  it("says why not, in one line", () => {
    const because = (match: HeaderMatcher, lines: Lines) => matchHeader(match, requestHeaders(lines, "http/1.1"), newest).because;
    expect(because({ name, string_match: { exact: "eve" } }, jason)).toBe('header end-user is not "eve"');
    expect(because({ name, string_match: { exact: "jason" }, invert_match: true }, jason)).toBe('header end-user is "jason"');
    expect(because({ name, string_match: { exact: "eve" } }, missing)).toBe("header end-user is absent");
    expect(because({ name, present_match: false }, jason)).toBe("header end-user is present");
    expect(describeHeaderMatcher({ name, string_match: { exact: "jason" } })).toBe("header end-user = jason");
    expect(describeHeaderMatcher({ name, invert_match: true })).toBe("not (header end-user present)");
  });

  it("leaves open what the request leaves open", () => {
    const open = { because: "Envoy makes one up", decidedBy: "Envoy" };
    const headers = requestHeaders(
      [],
      "h2",
      new Map([
        ["x-request-id", { ...open, presence: "present" as const }],
        ["x-maybe", { ...open, presence: "unknown" as const }],
      ]),
    );
    const result = (match: HeaderMatcher) => matchHeader(match, headers, newest).outcome;
    expect(result({ name: "x-request-id" })).toBe("match");
    expect(result({ name: "x-request-id", present_match: false })).toBe("no-match");
    expect(result({ name: "x-request-id", string_match: { exact: "1" } })).toBe("undecided");
    expect(result({ name: "x-maybe" })).toBe("undecided");
    expect(result({ name: "x-else" })).toBe("no-match");
  });

  it("does not decide a matcher with a criterion it does not know", () => {
    expect(matchHeader({ name, ...{ glob_match: "j*" } }, requestHeaders(jason, "h2"), newest).outcome).toBe("undecided");
  });
});

describe("requestHeaders", () => {
  it("joins what Envoy keeps in one slot, without the empty values", () => {
    const headers = requestHeaders(
      [
        ["Accept", "a"],
        ["accept", ""],
        ["ACCEPT", "b"],
        ["accept-language", "en"],
        ["accept-language", "de"],
      ],
      "http/1.1",
    );
    expect(headerValues(headers, "accept")).toEqual(["a,b"]);
    expect(headerValues(headers, "accept-language")).toEqual(["en", "de"]);
  });

  it("joins the cookies of HTTP/2 alone", () => {
    const cookies: Lines = [
      ["cookie", "a=1"],
      ["cookie", "b=2"],
    ];
    expect(headerValues(requestHeaders(cookies, "h2"), "cookie")).toEqual(["a=1; b=2"]);
    expect(headerValues(requestHeaders(cookies, "http/1.1"), "cookie")).toEqual(["a=1", "b=2"]);
  });

  it("knows no header but those given, whatever its name", () => {
    expect(headerValues(requestHeaders([], "h2"), "__proto__")).toEqual([]);
    expect(headerValues(requestHeaders([["__proto__", "x"]], "h2"), "__proto__")).toEqual(["x"]);
  });

  it.each([
    { type: "application/grpc", want: true },
    { type: "application/grpc+proto", want: true },
    { type: "application/grpc-web", want: false },
    { type: "application/grpc; charset=utf-8", want: false },
    { type: "Application/grpc", want: false },
  ])("$type is gRPC: $want", ({ type, want }) =>
    expect(
      isGrpcRequest(
        requestHeaders(
          [
            [":path", "/"],
            ["content-type", type],
          ],
          "h2",
        ),
      ),
    ).toBe(want),
  );
});
