import { describe, expect, it } from "vitest";
import { configurationOf } from "../../../src/decode/configuration.js";
import { connectionsTo } from "../../../src/diff/traffic/connections.js";
import { dumpOf, snapshotOf, tcpProxy } from "../dump.js";

const inbound = {
  name: "virtualInbound",
  address: { socket_address: { address: "0.0.0.0", port_value: 15006 } },
  traffic_direction: "INBOUND",
  filter_chains: [
    { filter_chain_match: { application_protocols: ["istio"] }, filters: [tcpProxy({ cluster: "InboundPassthroughCluster" })] },
  ],
};
const sides = configurationOf(snapshotOf(dumpOf({ listeners: [inbound] }))).listeners;
const protocolsOf = (direction: string, brief: boolean, isGateway = false): ReadonlySet<string | undefined> =>
  new Set(
    connectionsTo({ name: "virtualInbound", sides, brief }, [], { isGateway, readsProxyHeader: false })
      .requests.filter((request) => request.direction === direction && request.tls !== undefined)
      .map(({ tls }) => tls?.alpn?.[0]),
  );

describe("connections to a listener", () => {
  it("offer each protocol that a chain names, by whichever way they come", () => {
    expect(protocolsOf("inbound", false)).toContain("istio");
    expect(protocolsOf("outbound", false)).toContain("istio");
  });

  it("are few where the listener itself is the same", () => {
    expect(protocolsOf("outbound", true)).toEqual(new Set([undefined]));
  });

  it("come by a proxy in front where a listener reads its header", () => {
    const peers = (readsProxyHeader: boolean) =>
      connectionsTo({ name: "virtualInbound", sides, brief: true }, [], { isGateway: false, readsProxyHeader }).requests.filter(
        ({ directSource }) => directSource !== undefined,
      ).length;
    expect(peers(true)).toBeGreaterThan(0);
    expect(peers(false)).toBe(0);
  });

  it("come to a gateway directly", () => {
    expect(protocolsOf("outbound", false, true)).toEqual(new Set());
  });
});
