import { describe, expect, it } from "vitest";
import { isInternalRequest, withoutInternalOnly } from "../../src/explain/internal-request.js";
import { requestHeaders } from "../../src/match/request-headers.js";

type Manager = Parameters<typeof isInternalRequest>[0];

const loopback: Manager = { internal_address_config: { cidr_ranges: [{ address_prefix: "127.0.0.1", prefix_len: 32 }] } };
const atEdge: Manager = { ...loopback, use_remote_address: true };
const unnamed: Manager = { internal_address_config: {} };
const release = (minor: number) => ({ major: 1, minor, patch: 0 });
const local = { ip: "127.0.0.1", port: 50_000 };

// The rows of 1.40 are observations, the same on 1.36.4.
describe("an internal request", () => {
  it.each<[string, Manager, string | undefined, boolean]>([
    ["none, where nothing says what is internal", {}, "127.0.0.1", false],
    ["by X-Forwarded-For", loopback, "127.0.0.1", true],
    ["by X-Forwarded-For with blanks", loopback, " 127.0.0.1 ", true],
    ["not of another address", loopback, "10.0.0.1", false],
    ["not without X-Forwarded-For", loopback, undefined, false],
    ["not by the last of two addresses", loopback, "10.0.0.1,127.0.0.1", false],
    ["not by two addresses within", loopback, "127.0.0.1, 127.0.0.1", false],
    ["not by an address with a port", loopback, "127.0.0.1:99", false],
    ["not by text", loopback, "jason", false],
    ["not past trusted hops", { ...loopback, xff_num_trusted_hops: 1 }, "127.0.0.1", false],
    ["at the edge, by the connection", atEdge, undefined, true],
    ["at the edge, not with X-Forwarded-For", atEdge, "127.0.0.1", false],
    ["at the edge, not by an address outside", { ...unnamed, use_remote_address: true }, "8.8.8.8", false],
    ["of private addresses, where no range is named", unnamed, "10.0.0.1", true],
    ["172.16/12", unnamed, "172.16.3.4", true],
    ["not 172.32", unnamed, "172.32.0.1", false],
    ["192.168/16", unnamed, "192.168.0.1", true],
    ["127.0.0.1", unnamed, "127.0.0.1", true],
    ["not 127.0.0.5", unnamed, "127.0.0.5", false],
    ["::1", unnamed, "::1", true],
    ["not ::1 in brackets", unnamed, "[::1]", false],
    ["fc00::/7", unnamed, "fd00::1", true],
    ["not a mapped IPv4 address", unnamed, "::ffff:10.0.0.1", false],
    ["not 8.8.8.8", unnamed, "8.8.8.8", false],
    ["no private address, where ranges are named", loopback, "192.168.0.1", false],
  ])("%s", (_, manager, forwardedFor, want) => expect(isInternalRequest(manager, forwardedFor, local, release(40))).toBe(want));

  it("is one of a private address by default before 1.33", () => {
    expect(isInternalRequest({}, "10.0.0.1", local, release(32))).toBe(true);
    expect(isInternalRequest({}, "8.8.8.8", local, release(32))).toBe(false);
    expect(isInternalRequest({}, "10.0.0.1", local, release(33))).toBe(false);
    expect(isInternalRequest({}, "10.0.0.1", local, null)).toBe(false);
  });

  it("is not known without the source, and with an extension that finds it", () => {
    expect(isInternalRequest(atEdge, undefined, undefined, null)).toMatchObject({ decidedBy: "the request's source" });
    const extension = { ...loopback, original_ip_detection_extensions: [{ name: "custom-header" }] };
    expect(isInternalRequest(extension, "127.0.0.1", local, null)).toMatchObject({ decidedBy: "the extension custom-header" });
  });
});

describe("internal_only_headers", () => {
  const of = (...lines: (readonly [string, string])[]) => requestHeaders([["x-user-id", "7"], ["end-user", "jason"], ...lines], "http/1.1");
  const names = ["X-User-Id", "x-absent"];

  it("are kept by internal requests alone", () => {
    expect([...withoutInternalOnly(of(["x-envoy-internal", "true"]), names).values.keys()]).toContain("x-user-id");
    expect([...withoutInternalOnly(of(), names).values.keys()]).toEqual(["end-user"]);
  });

  it("are not known where it is not known which the request is", () => {
    const open = { presence: "unknown" as const, because: "the source address is not known", decidedBy: "the request's source" };
    const headers = { ...of(), unknown: new Map([["x-envoy-internal", open]]) };
    expect([...withoutInternalOnly(headers, names).unknown.keys()]).toEqual(["x-envoy-internal", "x-user-id"]);
  });
});
