import { describe, expect, it } from "vitest";
import { requestForTarget, type Snapshot } from "../../src/index.js";
import { valueAt } from "../../src/util/json-pointer.js";
import { connectionManager, handedTo, snapshotWith, socketAddress, tcpProxy, virtualOutbound } from "./dump.js";

const virtualHost = (name: string, ...domains: readonly string[]) => ({
  name,
  domains,
  routes: [{ match: { prefix: "/" }, route: { cluster: name } }],
});
const eds = (name: string) => ({ name, type: "EDS" });

const bookinfo = snapshotWith({
  listeners: [
    virtualOutbound,
    handedTo("0.0.0.0_9080", "0.0.0.0", 9080, connectionManager("9080")),
    handedTo("10.96.0.20_3306", "10.96.0.20", 3306, tcpProxy("outbound|3306||mysql.default.svc.cluster.local")),
    {
      ...handedTo("0.0.0.0_443", "0.0.0.0", 443, tcpProxy("outbound|443||api.example.com")),
      filter_chains: [{ filter_chain_match: { server_names: ["api.example.com"] }, filters: [tcpProxy("outbound|443||api.example.com")] }],
    },
  ],
  routes: [
    {
      name: "9080",
      virtual_hosts: [
        virtualHost("allow_any", "*"),
        virtualHost("reviews", "reviews.default.svc.cluster.local", "reviews", "10.96.0.11"),
        virtualHost("ratings", "ratings.default.svc.cluster.local", "ratings:9080", "[fd00::12]:9080"),
        virtualHost("external", "books.example.com"),
      ],
    },
  ],
  clusters: [
    eds("outbound|3306||mysql.default.svc.cluster.local"),
    eds("outbound|3306||mysql.other.svc.cluster.local"),
    eds("outbound|6379||redis.default.svc.cluster.local"),
    eds("outbound|9042||cassandra.default.svc.cluster.local"),
    { name: "outbound|443||api.example.com", type: "STRICT_DNS" },
    eds("outbound|9080|v1|details.default.svc.cluster.local"),
  ],
  endpoints: [
    {
      cluster_name: "outbound|9042||cassandra.default.svc.cluster.local",
      endpoints: [{ lb_endpoints: [{ endpoint: { address: socketAddress("10.244.1.30", 9042) } }] }],
    },
  ],
});

/** How a host is resolved, in one line. */
function resolve(target: string, snapshot: Snapshot = bookinfo): string {
  const { request, resolved } = requestForTarget(snapshot, target);
  const file = snapshot.documents[0]?.json() ?? null;
  if (resolved.at !== null) expect(valueAt(file, resolved.at)).toBeDefined();
  return `${request.destination.ip}:${request.destination.port} ${resolved.how}`;
}

describe("a host name is resolved from the dump alone", () => {
  it.each([
    ["an address", "tcp://10.1.2.3:80", "10.1.2.3:80 given"],
    ["an IPv6 address", "tcp://[fd00::3]:80", "fd00::3:80 given"],
    ["a domain beside the service's address", "http://reviews:9080/", "10.96.0.11:9080 virtual-host-domain"],
    ["a domain in another case", "http://Reviews.default.svc.cluster.local:9080/", "10.96.0.11:9080 virtual-host-domain"],
    ["a domain with its port, IPv6", "http://ratings:9080/", "fd00::12:9080 virtual-host-domain"],
    ["a domain without any address", "http://books.example.com:9080/", "192.0.2.1:9080 virtual-host-domain"],
    ["the same name on a port without routes", "tcp://reviews:9081", "192.0.2.1:9081 not-in-dump"],
    ["a cluster name, by the listener of its service", "tcp://mysql:3306", "10.96.0.20:3306 cluster-name"],
    ["the whole name", "tcp://mysql.default.svc.cluster.local:3306", "10.96.0.20:3306 cluster-name"],
    ["another namespace's service has no listener here", "tcp://mysql.other:3306", "192.0.2.1:3306 cluster-name"],
    ["a service without an address of its own: an endpoint", "tcp://cassandra:9042", "10.244.1.30:9042 endpoint"],
    ["a service of which only the name is known", "tcp://redis:6379", "192.0.2.1:6379 cluster-name"],
    ["a part of a label is no name", "tcp://mysq:3306", "192.0.2.1:3306 not-in-dump"],
    ["another port of the service", "tcp://mysql:3307", "192.0.2.1:3307 not-in-dump"],
    ["a subset's cluster alone", "tcp://details:9080", "192.0.2.1:9080 not-in-dump"],
    ["a name that nothing has", "http://nowhere.example.org/", "192.0.2.1:80 not-in-dump"],
  ])("%s", (_, target, want) => expect(resolve(target)).toBe(want));

  it("and an unknown one gets an address that nothing in the dump names", () => {
    const claimed = handedTo("documentation", "192.0.2.1", 3306, tcpProxy("mysql"));
    const range = {
      ...handedTo("range", "0.0.0.0", 1, tcpProxy("mysql")),
      filter_chains: [{ filter_chain_match: { prefix_ranges: [{ address_prefix: "198.51.100.0", prefix_len: 24 }] } }],
    };
    expect(resolve("tcp://nowhere:1", snapshotWith({ listeners: [claimed] }))).toBe("198.51.100.1:1 not-in-dump");
    expect(resolve("tcp://nowhere:1", snapshotWith({ listeners: [claimed, range] }))).toBe("203.0.113.1:1 not-in-dump");
  });

  it("a name among the server names of a port's listener is known", () => {
    expect(
      requestForTarget(
        snapshotWith({
          listeners: [
            {
              ...handedTo("tls", "0.0.0.0", 443, tcpProxy("x")),
              filter_chains: [{ filter_chain_match: { server_names: ["api.example.com"] } }],
            },
          ],
        }),
        "https://api.example.com/",
      ).resolved,
    ).toEqual({
      how: "listener-address",
      at: "/configs/2/static_listeners/0/listener/filter_chains/0/filter_chain_match/server_names",
    });
  });
});
