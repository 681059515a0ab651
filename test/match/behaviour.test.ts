import { describe, expect, it } from "vitest";
import { behaviourOf, forRbac } from "../../src/match/behaviour.js";
import { parseEnvoyVersion } from "../../src/model/envoy-version.js";

const of = (text: string, flags: Record<string, boolean> = {}) =>
  behaviourOf(parseEnvoyVersion(text), new Map(Object.entries(flags).map(([flag, value]) => [`envoy.reloadable_features.${flag}`, value])));

describe("behaviourOf", () => {
  it("takes an unknown version for the newest", () => expect(behaviourOf(null)).toEqual(of("1.40.0")));

  it.each([
    { version: "1.36.4", headers: false, rbac: false, encoding: "utf-8", parameters: "to-the-end" },
    { version: "1.38.3", headers: false, rbac: true, encoding: "utf-8", parameters: "to-the-end" },
    { version: "1.39.0", headers: true, rbac: true, encoding: "utf-8", parameters: "to-the-end" },
    { version: "1.39.1", headers: true, rbac: true, encoding: "latin-1", parameters: "per-segment" },
  ])("$version", ({ version, headers, rbac, encoding, parameters }) => {
    const behaviour = of(version);
    expect(behaviour.headersIndividually).toBe(headers);
    expect(forRbac(behaviour).headersIndividually).toBe(rbac);
    expect(behaviour.regexEncoding).toBe(encoding);
    expect(behaviour.pathParameters).toBe(parameters);
  });

  it("lets a flag of the runtime switch a change back, but not forth", () => {
    expect(of("1.40.0", { match_headers_individually: false }).headersIndividually).toBe(false);
    expect(of("1.38.3", { match_headers_individually: true }).headersIndividually).toBe(false);
    expect(of("1.40.0", { rbac_match_headers_individually: false }).headersIndividually).toBe(true);
  });
});
