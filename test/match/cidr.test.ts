import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { containsIp, describeCidrRange, formatIp, isSameIp, parseCidr, parseIp } from "../../src/match/cidr.js";

const contains = (range: { address_prefix?: string; prefix_len?: number }, ip: string) => {
  const [cidr, address] = [parseCidr(range), parseIp(ip)];
  return cidr !== undefined && address !== undefined && containsIp(cidr, address);
};

describe("CIDR ranges", () => {
  it.each([
    { why: "in a range", range: { address_prefix: "10.96.0.0", prefix_len: 16 }, ip: "10.96.255.1", want: true },
    { why: "just outside of it", range: { address_prefix: "10.96.0.0", prefix_len: 16 }, ip: "10.97.0.0", want: false },
    { why: "host bits are masked", range: { address_prefix: "10.9.9.9", prefix_len: 8 }, ip: "10.1.2.3", want: true },
    { why: "no length is the whole family", range: { address_prefix: "10.9.9.9" }, ip: "203.0.113.1", want: true },
    { why: "but not the other family", range: { address_prefix: "10.9.9.9" }, ip: "fd00::1", want: false },
    { why: "a single address", range: { address_prefix: "fd00::1", prefix_len: 128 }, ip: "FD00:0::1", want: true },
    { why: "its neighbour", range: { address_prefix: "fd00::1", prefix_len: 128 }, ip: "fd00::2", want: false },
    { why: "too long a length is the longest", range: { address_prefix: "10.0.0.1", prefix_len: 128 }, ip: "10.0.0.1", want: true },
    { why: "a mapped address stays IPv6", range: { address_prefix: "10.0.0.0", prefix_len: 8 }, ip: "::ffff:10.0.0.1", want: false },
    { why: "five bits of a byte", range: { address_prefix: "10.0.8.0", prefix_len: 21 }, ip: "10.0.15.255", want: true },
    { why: "one more", range: { address_prefix: "10.0.8.0", prefix_len: 21 }, ip: "10.0.16.0", want: false },
  ])("$why", ({ range, ip, want }) => expect(contains(range, ip)).toBe(want));

  it("writes ranges in their normal form", () => {
    expect(describeCidrRange({ address_prefix: "10.9.9.9", prefix_len: 8 })).toBe("10.0.0.0/8");
    expect(describeCidrRange({ address_prefix: "FD00:0:0::1", prefix_len: 64 })).toBe("fd00::/64");
    expect(describeCidrRange({ address_prefix: "reviews", prefix_len: 8 })).toBe("reviews/8");
  });

  it.each(["10.1", "010.0.0.1", "1.2.3.256", "", "reviews", "1.2.3.4:80"])("%j is no address", (text) => {
    expect(parseIp(text)).toBeUndefined();
  });

  it("agrees with bit arithmetic", () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    const text = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join(".");
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 32 }), fc.integer({ min: 0, max: 32 }), (base, other, length, shared) => {
        const mask = (bits: number) => (bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0);
        // An address that shares some leading bits, so that hits are as common as misses.
        const address = ((base & mask(shared)) | (other & ~mask(shared))) >>> 0;
        const expected = ((base ^ address) & mask(length)) >>> 0 === 0;
        expect(contains({ address_prefix: text(base), prefix_len: length }, text(address))).toBe(expected);
      }),
    );
  });

  it("reads back what it writes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
        const address = parseIp(ip);
        if (address === undefined) throw new Error(`${ip} was not read`);
        expect(isSameIp(parseIp(formatIp(address)) ?? { family: 4, bytes: [] }, address)).toBe(true);
      }),
    );
  });
});
