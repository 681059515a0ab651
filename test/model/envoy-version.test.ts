import { describe, expect, it } from "vitest";
import { envoyVersionOf, formatEnvoyVersion, isAtLeast, parseEnvoyVersion } from "../../src/model/envoy-version.js";

describe("parseEnvoyVersion", () => {
  it.each([
    { why: "a release", text: "1.40.0", want: "1.40.0" },
    { why: "a development build", text: "1.39.1-dev", want: "1.39.1" },
    { why: "no patch", text: "1.36", want: "1.36.0" },
    { why: "a tag", text: "v1.30.2", want: "1.30.2" },
    { why: "four parts are no release", text: "1.30.2.1", want: null },
    { why: "a name is no release", text: "istio-1.22", want: null },
    { why: "nothing", text: "", want: null },
  ])("$why: $text", ({ text, want }) => {
    const version = parseEnvoyVersion(text);
    expect(version && formatEnvoyVersion(version)).toBe(want);
  });
});

describe("envoyVersionOf", () => {
  it("takes absent parts for 0", () => {
    expect(envoyVersionOf({ version: { major_number: 1, minor_number: 40 } })).toEqual({ major: 1, minor: 40, patch: 0 });
  });
  it("is null where the node reports none", () => {
    expect(envoyVersionOf(undefined)).toBeNull();
    expect(envoyVersionOf({})).toBeNull();
  });
});

describe("isAtLeast", () => {
  it.each([
    { version: { major: 1, minor: 39, patch: 1 }, want: true },
    { version: { major: 1, minor: 39, patch: 0 }, want: false },
    { version: { major: 1, minor: 40, patch: 0 }, want: true },
    { version: { major: 1, minor: 9, patch: 9 }, want: false },
    { version: { major: 2, minor: 0, patch: 0 }, want: true },
  ])("1.39.1 against $version.major.$version.minor.$version.patch: $want", ({ version, want }) => {
    expect(isAtLeast(version, 1, 39, 1)).toBe(want);
  });
});
