import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indexDomains, withoutPort } from "../../src/match/domain.js";

const found = (domains: string[], host: string) => indexDomains(domains.map((domain) => ({ domains: [domain] }))).find(host)?.domain;

describe("indexDomains", () => {
  it.each([
    { why: "an exact domain", domains: ["reviews", "*"], host: "reviews", want: "reviews" },
    { why: "case does not matter", domains: ["Reviews.Example.com"], host: "REVIEWS.example.COM", want: "Reviews.Example.com" },
    { why: "a port is part of the host", domains: ["reviews", "*"], host: "reviews:9080", want: "*" },
    { why: "the longest suffix", domains: ["*.com", "*.example.com"], host: "a.example.com", want: "*.example.com" },
    { why: "a wildcard takes a character at least", domains: ["*.example.com"], host: ".example.com", want: undefined },
    { why: "and not none", domains: ["*.example.com"], host: "example.com", want: undefined },
    { why: "a suffix beats a prefix of any length", domains: ["*.c", "aaaaaaaa.*"], host: "aaaaaaaa.c", want: "*.c" },
    { why: "the longest prefix", domains: ["www.*", "www.foo.*"], host: "www.foo.com", want: "www.foo.*" },
    { why: "a prefix takes a character at least", domains: ["foo.*"], host: "foo.", want: undefined },
    { why: "a prefix takes a port", domains: ["foo.*"], host: "foo.com:80", want: "foo.*" },
    { why: "a suffix of a port", domains: ["*:9999"], host: "foo:9999", want: "*:9999" },
    { why: "a star within a label", domains: ["*-x.foo.com"], host: "a-x.foo.com", want: "*-x.foo.com" },
    { why: "an inner star is a star", domains: ["a*b.com"], host: "axb.com", want: undefined },
    { why: "which matches itself", domains: ["a*b.com"], host: "a*b.com", want: "a*b.com" },
    { why: "an empty host", domains: ["reviews", "*"], host: "", want: "*" },
    { why: "nothing", domains: ["reviews"], host: "ratings", want: undefined },
    { why: "no prototype", domains: ["reviews"], host: "__proto__", want: undefined },
  ])("$why: $host", ({ domains, host, want }) => expect(found(domains, host)).toBe(want));

  it("says which virtual host and which of its domains", () => {
    const index = indexDomains([{ domains: ["ratings"] }, {}, { domains: ["reviews", "reviews:9080"] }]);
    expect(index.find("reviews:9080")).toEqual({ index: 2, domainIndex: 1, domain: "reviews:9080" });
  });

  it("agrees with a scan of all domains", () => {
    const label = fc.constantFrom("a", "b", "ab", "");
    const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join("."));
    const domain = fc.oneof(
      host,
      host.map((name) => `*${name}`),
      host.map((name) => `${name}*`),
      fc.constant("*"),
    );
    fc.assert(
      fc.property(fc.uniqueArray(domain, { maxLength: 12 }), host, (domains, name) => {
        expect(found(domains, name)).toBe(scan(domains, name));
      }),
      { numRuns: 2000 },
    );
  });

  it("looks 10,000 virtual hosts up without scanning them", () => {
    const index = indexDomains(Array.from({ length: 10_000 }, (_, n) => ({ domains: [`svc-${n}.shop`, `*.svc-${n}.shop`] })));
    const started = performance.now();
    for (let n = 0; n < 10_000; n++) expect(index.find(`a.svc-${n}.shop`)?.index === n).toBe(true);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("finds near misses: another port first, then the same first label", () => {
    const index = indexDomains([{ domains: ["reviews.shop", "reviews.default:9080"] }, { domains: ["ratings.default:9080", "*"] }]);
    expect(index.near("reviews.default:80").map(({ domain }) => domain)).toEqual(["reviews.default:9080", "reviews.shop"]);
    expect(index.near("reviews.default:80", 1)).toHaveLength(1);
    expect(index.near("details.default")).toEqual([]);
  });
});

function scan(domains: readonly string[], host: string): string | undefined {
  const longest = (candidates: readonly string[]) => candidates.toSorted((a, b) => b.length - a.length)[0];
  if (domains.includes(host) && host !== "*") return host;
  const wild = domains.filter((domain) => domain !== "*" && domain.length <= host.length);
  return (
    longest(wild.filter((domain) => domain.startsWith("*") && host.endsWith(domain.slice(1)))) ??
    longest(wild.filter((domain) => !domain.startsWith("*") && domain.endsWith("*") && host.startsWith(domain.slice(0, -1)))) ??
    (domains.includes("*") ? "*" : undefined)
  );
}

describe("withoutPort", () => {
  it.each([
    { host: "foo.com:8080", want: "foo.com" },
    { host: "foo.com:", want: "foo.com" },
    { host: "foo.com:abc", want: "foo.com" },
    { host: "foo.com", want: "foo.com" },
    { host: "[fd00::1]:80", want: "[fd00::1]" },
    { host: "[fd00::1]", want: "[fd00::1]" },
  ])("$host", ({ host, want }) => expect(withoutPort(host)).toBe(want));
});
