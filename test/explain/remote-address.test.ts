import { describe, expect, it } from "vitest";
import { remoteAddress } from "../../src/explain/remote-address.js";

describe("remoteAddress", () => {
  const of = (manager: Parameters<typeof remoteAddress>[0], forwarded?: string) => remoteAddress(manager, forwarded, { ip: "10.244.1.6" });
  const list = "203.0.113.7, 198.51.100.2,192.0.2.1";
  it.each([
    { why: "no header", manager: {}, list: undefined, want: "10.244.1.6" },
    { why: "the last entry", manager: {}, list, want: "192.0.2.1" },
    { why: "past a trusted hop", manager: { xff_num_trusted_hops: 1 }, list, want: "198.51.100.2" },
    { why: "past more hops than there are", manager: { xff_num_trusted_hops: 3 }, list, want: "10.244.1.6" },
    { why: "the connection's own", manager: { use_remote_address: true }, list, want: "10.244.1.6" },
    {
      why: "the connection's own is the first hop",
      manager: { use_remote_address: true, xff_num_trusted_hops: 1 },
      list,
      want: "192.0.2.1",
    },
    { why: "text that is no address", manager: {}, list: "unknown", want: "10.244.1.6" },
  ])("$why", ({ manager, list: forwarded, want }) => {
    expect(of(manager, forwarded)).toMatchObject({ ip: want });
  });

  it("leaves an extension and an address with a port open", () => {
    expect(of({ original_ip_detection_extensions: [{ name: "custom_header" }] }, list)).toHaveProperty("because");
    expect(of({}, "203.0.113.7:4711")).toHaveProperty("because");
  });
});
