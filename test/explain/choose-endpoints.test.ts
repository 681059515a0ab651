import { describe, expect, it } from "vitest";
import { type Explanation, explain } from "../../src/index.js";
import type { JsonObject } from "../../src/util/json.js";
import { connectionManager, handedTo, snapshotWith, socketAddress, tcpProxy, virtualOutbound } from "./dump.js";

const lbEndpoint = (ip: string, health: string, members: JsonObject = {}): JsonObject => ({
  endpoint: { address: socketAddress(ip, 3306) },
  health_status: health,
  ...members,
});
const assignment = (...lb_endpoints: readonly JsonObject[]): JsonObject => ({ cluster_name: "mysql", endpoints: [{ lb_endpoints }] });
const eds: JsonObject = { name: "mysql", type: "EDS", eds_cluster_config: { eds_config: { ads: {} } } };
const destination = { ip: "10.96.0.20", port: 3306 };

interface Given {
  readonly cluster?: JsonObject;
  readonly endpoints?: readonly JsonObject[];
}

/** A TCP connection to the cluster. */
function connect({ cluster = eds, endpoints }: Given): Explanation {
  const listeners = [virtualOutbound, handedTo("mysql", "10.96.0.20", 3306, tcpProxy("mysql"))];
  return explain(snapshotWith({ listeners, clusters: [cluster], ...(endpoints === undefined ? {} : { endpoints }) }), {
    destination,
    payload: "hello tcp\n",
  });
}

const addresses = ({ endpoints }: Explanation) => endpoints.map(({ address }) => address);
const outcome = ({ outcome: kind, cause }: Explanation) => (cause === null ? kind : `${kind} ${cause.code}`);

describe("the endpoints of a cluster", () => {
  it("are those of EDS, with their place", () => {
    const explanation = connect({
      endpoints: [assignment(lbEndpoint("10.244.1.18", "HEALTHY", { load_balancing_weight: 3 }), lbEndpoint("fd00::18", "DEGRADED"))],
    });
    expect(addresses(explanation)).toEqual(["10.244.1.18:3306", "[fd00::18]:3306"]);
    expect(explanation.endpoints[0]).toMatchObject({
      health: "HEALTHY",
      weight: 3,
      at: "/configs/2/dynamic_endpoint_configs/0/endpoint_config/endpoints/0/lb_endpoints/0",
    });
    expect(explanation.outcome).toBe("forward");
  });

  it.each<[string, readonly JsonObject[], string]>([
    ["one that is healthy", [lbEndpoint("10.244.1.18", "HEALTHY")], "forward"],
    ["one of whose health nothing is known", [lbEndpoint("10.244.1.18", "UNKNOWN")], "forward"],
    ["none at all", [], "closed no-endpoints"],
    ["all unhealthy: panic sends to them nevertheless", [lbEndpoint("10.244.1.18", "UNHEALTHY")], "forward"],
    ["draining counts as unhealthy", [lbEndpoint("10.244.1.18", "DRAINING")], "forward"],
  ])("decide whether one is dialled: %s", (_, endpoints, want) =>
    expect(outcome(connect({ endpoints: [assignment(...endpoints)] }))).toBe(want),
  );

  it("are not dialled when all are unhealthy and the panic threshold is 0", () => {
    const cluster = { ...eds, common_lb_config: { healthy_panic_threshold: { value: 0 } } };
    const unhealthy = lbEndpoint("10.244.1.18", "UNHEALTHY");
    expect(outcome(connect({ cluster, endpoints: [assignment(unhealthy)] }))).toBe("closed no-healthy-endpoints");
    expect(outcome(connect({ cluster, endpoints: [assignment(unhealthy, lbEndpoint("10.244.1.19", "HEALTHY"))] }))).toBe("forward");
    expect(connect({ cluster, endpoints: [assignment(unhealthy)] }).response?.flags).toEqual(["UH"]);
  });

  it("are looked for under the service name", () => {
    const cluster = { ...eds, eds_cluster_config: { service_name: "mysql-eds" } };
    expect(
      outcome(connect({ cluster, endpoints: [{ ...assignment(lbEndpoint("10.244.1.18", "HEALTHY")), cluster_name: "mysql-eds" }] })),
    ).toBe("forward");
    expect(outcome(connect({ cluster, endpoints: [assignment(lbEndpoint("10.244.1.18", "HEALTHY"))] }))).toBe("closed no-endpoints");
  });

  it("of a dump without EDS are open", () => {
    const explanation = connect({});
    expect([explanation.outcome, addresses(explanation)]).toEqual(["forward", []]);
    expect(explanation.uncertain.map(({ code }) => code)).toContain("endpoints-not-in-dump");
  });

  it("of a static cluster are its own", () => {
    const cluster: JsonObject = { name: "mysql", type: "STATIC", load_assignment: assignment(lbEndpoint("10.244.1.18", "HEALTHY")) };
    expect(addresses(connect({ cluster }))).toEqual(["10.244.1.18:3306"]);
    expect(outcome(connect({ cluster: { name: "mysql", type: "STATIC" } }))).toBe("closed no-endpoints");
  });

  it("of a DNS cluster are what DNS answers", () => {
    const load_assignment = {
      cluster_name: "mysql",
      endpoints: [{ lb_endpoints: [{ endpoint: { address: socketAddress("db.example.com", 3306) } }] }],
    };
    const explanation = connect({ cluster: { name: "mysql", type: "STRICT_DNS", load_assignment } });
    expect(addresses(explanation)).toEqual(["db.example.com:3306"]);
    expect(explanation.uncertain.map(({ code }) => code)).toContain("dns");
  });

  it("of an unknown cluster type are its own affair", () => {
    const cluster: JsonObject = { name: "mysql", cluster_type: { name: "acme.clusters.lottery" } };
    expect(connect({ cluster }).uncertain.map(({ code }) => code)).toContain("load-balancing");
  });
});

describe("ORIGINAL_DST", () => {
  const original: JsonObject = { name: "mysql", type: "ORIGINAL_DST", lb_policy: "CLUSTER_PROVIDED" };
  const original80 = { ...original, name: "passthrough", original_dst_lb_config: { use_http_header: true } };
  /** A request to 10.96.0.30:80 by way of a cluster that may take the address from a header. */
  function request(cluster: JsonObject, headers: Readonly<Record<string, readonly string[]>> = {}) {
    const routes = [
      {
        name: "80",
        virtual_hosts: [{ name: "any", domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster: "passthrough" } }] }],
      },
    ];
    const snapshot = snapshotWith({
      listeners: [virtualOutbound, handedTo("any-80", "0.0.0.0", 80, connectionManager("80"))],
      clusters: [cluster],
      routes,
    });
    const http = { version: "http/1.1", method: "GET", authority: "example.com", path: "/", headers } as const;
    return addresses(explain(snapshot, { destination: { ip: "10.96.0.30", port: 80 }, http }));
  }

  it("dials the address that the client dialled", () => {
    expect(addresses(connect({ cluster: original }))).toEqual(["10.96.0.20:3306"]);
    expect(addresses(connect({ cluster: { ...original, original_dst_lb_config: { upstream_port_override: 3307 } } }))).toEqual([
      "10.96.0.20:3307",
    ]);
  });

  it.each<[string, JsonObject, Readonly<Record<string, readonly string[]>>, string]>([
    ["a header", original80, { "x-envoy-original-dst-host": ["10.1.2.3:81"] }, "10.1.2.3:81"],
    ["an IPv6 address in it", original80, { "x-envoy-original-dst-host": ["[fd00::3]:81"] }, "[fd00::3]:81"],
    ["no header", original80, {}, "10.96.0.30:80"],
    ["a name in it", original80, { "x-envoy-original-dst-host": ["db.example.com:81"] }, "10.96.0.30:80"],
    ["an address without its port", original80, { "x-envoy-original-dst-host": ["10.1.2.3"] }, "10.96.0.30:80"],
    [
      "a header that nobody asked for",
      { ...original80, original_dst_lb_config: {} },
      { "x-envoy-original-dst-host": ["10.1.2.3:81"] },
      "10.96.0.30:80",
    ],
    [
      "a header of its own",
      { ...original80, original_dst_lb_config: { use_http_header: true, http_header_name: "x-to" } },
      { "x-to": ["10.1.2.3:81"] },
      "10.1.2.3:81",
    ],
  ])("takes it from a header: %s", (_, cluster, headers, want) => expect(request(cluster, headers)).toEqual([want]));
});
