import { describe, expect, it } from "vitest";
import type { Request } from "../../src/index.js";
import { explain } from "../../src/index.js";
import type { JsonObject } from "../../src/util/json.js";
import { handedTo, listener, snapshotWith, socketAddress, tcpProxy, virtualOutbound } from "./dump.js";

const payload = "hello tcp\n";
const passthrough: JsonObject = { name: "PassthroughCluster", type: "ORIGINAL_DST", lb_policy: "CLUSTER_PROVIDED" };
const virtualInbound = listener("virtualInbound", "0.0.0.0", 15006, tcpProxy("InboundPassthroughCluster"), {
  traffic_direction: "INBOUND",
});

/** The listener of a connection, and the address by which it was found. */
function listenerOf(
  listeners: readonly JsonObject[],
  request: Partial<Request> & Pick<Request, "destination">,
  bootstrap?: JsonObject,
): string {
  const snapshot = snapshotWith({ listeners, clusters: [passthrough], ...(bootstrap === undefined ? {} : { bootstrap }) });
  const { listener: found, cause } = explain(snapshot, { payload, ...request });
  return found === null ? `none: ${cause?.code}` : found.name;
}

const outboundTo = (listeners: readonly JsonObject[], ip: string, port: number) =>
  listenerOf([virtualOutbound, ...listeners], { destination: { ip, port } });

describe("the listener that an outbound connection is handed to", () => {
  const mysql = handedTo("mysql", "10.96.0.20", 3306, tcpProxy("mysql"));
  const any = handedTo("any-3306", "0.0.0.0", 3306, tcpProxy("any"));
  const any6 = handedTo("any6-3306", "::", 3306, tcpProxy("any6"));
  const compat = { ...any6, name: "compat-3306", address: socketAddress("::", 3306, { ipv4_compat: true }) };
  const additional = {
    ...mysql,
    additional_addresses: [{ address: socketAddress("fd00::20", 3306) }, { address: socketAddress("10.96.0.21", 3307) }],
  };

  it.each<[string, readonly JsonObject[], string, number, string]>([
    ["the very address", [any, mysql], "10.96.0.20", 3306, "mysql"],
    ["another address on the port: any address", [mysql, any], "10.96.0.99", 3306, "any-3306"],
    ["another port: nobody but the one that took it", [mysql, any], "10.96.0.20", 3307, "virtualOutbound"],
    ["no range of addresses", [mysql], "10.96.0.21", 3306, "virtualOutbound"],
    ["IPv6 to any IPv6 address", [any, any6], "fd00::1", 3306, "any6-3306"],
    ["IPv6 never to any IPv4 address", [any], "fd00::1", 3306, "virtualOutbound"],
    ["IPv4 not to any IPv6 address", [any6], "10.96.0.20", 3306, "virtualOutbound"],
    ["IPv4 to an IPv6 address that is ipv4_compat", [compat], "10.96.0.20", 3306, "compat-3306"],
    ["IPv4 rather to its own any address", [compat, any], "10.96.0.20", 3306, "any-3306"],
    ["IPv6 in another spelling", [additional], "fd00:0:0::0020", 3306, "mysql"],
    ["an additional address and its port", [additional], "10.96.0.21", 3307, "mysql"],
    ["an additional address with the first one's port", [additional], "10.96.0.21", 3306, "virtualOutbound"],
    ["the first address with an additional one's port", [additional], "10.96.0.20", 3307, "virtualOutbound"],
    ["a listener with a socket of its own", [listener("own", "10.96.0.20", 3306, tcpProxy("mysql"))], "10.96.0.20", 3306, "own"],
  ])("%s", (_, listeners, ip, port, want) => expect(outboundTo(listeners, ip, port)).toBe(want));

  it("stays the accepting one without use_original_dst", () => {
    const keeps = { ...virtualOutbound, use_original_dst: false, listener_filters: [] };
    expect(listenerOf([keeps, mysql], { destination: { ip: "10.96.0.20", port: 3306 } })).toBe("virtualOutbound");
  });

  it("is named with those that came near", () => {
    const snapshot = snapshotWith({ listeners: [virtualOutbound, mysql], clusters: [passthrough] });
    const { cause } = explain(snapshot, { destination: { ip: "10.96.0.21", port: 3306 }, payload });
    expect(cause?.nearest.map(({ candidate, at }) => [candidate, at])).toEqual([
      ["10.96.0.20:3306", "/configs/2/static_listeners/1/listener/address"],
    ]);
  });
});

describe("the listener whose socket takes a connection", () => {
  const health = listener("health", "0.0.0.0", 15021, tcpProxy("agent"), { traffic_direction: "INBOUND" });
  const own = listener("egress-3306", "127.0.0.1", 3306, tcpProxy("mysql"), { traffic_direction: "OUTBOUND" });
  const sidecar = [virtualOutbound, virtualInbound, health, own];
  const gateway: JsonObject = { node: { id: "router~10.244.1.9~istio-ingress.default~default.svc.cluster.local" } };
  const to = (ip: string, port: number) => ({ ip, port });

  it.each<[string, Partial<Request> & Pick<Request, "destination">, string]>([
    ["inbound", { direction: "inbound", destination: to("10.244.1.5", 9080) }, "virtualInbound"],
    ["outbound by default", { destination: to("10.244.1.7", 9080) }, "virtualOutbound"],
    ["a port that is left out of the redirection", { direction: "inbound", destination: to("10.244.1.5", 15021) }, "health"],
    ["the same port outbound is handed to it", { direction: "outbound", destination: to("10.244.1.5", 15021) }, "health"],
    ["one that is bound for the pod's own clients", { destination: to("127.0.0.1", 3306) }, "egress-3306"],
    ["the one that is named", { acceptedBy: "health", destination: to("10.244.1.5", 1) }, "health"],
    ["one that is not there", { acceptedBy: "helth", destination: to("10.244.1.5", 1) }, "none: no-listener"],
  ])("beside a pod: %s", (_, request, want) => expect(listenerOf(sidecar, request)).toBe(want));

  it("at a gateway is the one of that address, inbound by default", () => {
    const http = listener("0.0.0.0_8080", "0.0.0.0", 8080, tcpProxy("mysql"));
    expect(listenerOf([http], { destination: to("10.244.1.9", 8080) }, gateway)).toBe("0.0.0.0_8080");
    expect(listenerOf([http], { destination: to("10.244.1.9", 8443) }, gateway)).toBe("none: no-listener");
  });
});
