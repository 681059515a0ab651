import { describe, expect, it } from "vitest";
import type { ApplyTo, ClusterMatch, ListenerMatch, PatchContext, RouteConfigurationMatch } from "../../src/envoy-filter/envoy-filter.js";
import type { PatchedProxy } from "../../src/envoy-filter/patched-resources.js";
import type { JsonObject } from "../../src/util/json.js";
import { accountOf, chain, fault, listener, manager, managerName, patch, productpage, proxyName, router, tcpProxy } from "./bookinfo.js";

/** How many things of its kind a patch matches, and the first condition that fails where it matches none. */
function judged(listeners: readonly JsonObject[], applyTo: ApplyTo, match: ListenerMatch): readonly [number, string | null] {
  const { matched, nearest } = accountOf(
    { listeners },
    patch(applyTo, applyTo === "HTTP_FILTER" ? "ADD" : "MERGE", { name: "" }, { listener: match }),
  );
  return [matched, nearest[0]?.failedOn ?? null];
}

const tls = {
  name: "reviews-tls",
  filter_chain_match: {
    server_names: ["reviews", "*.reviews"],
    transport_protocol: "tls",
    application_protocols: ["h2", "http/1.1"],
    destination_port: 9080,
  },
  filters: [tcpProxy],
};
const plain = chain(manager(fault, router));
const outbound = listener("0.0.0.0_9080", 9080, tls, plain);
const virtual = listener("virtualInbound", 15006, tls, plain);

describe("listeners and filter chains", () => {
  const rows: readonly (readonly [string, JsonObject, ApplyTo, ListenerMatch, number, string | null])[] = [
    ["any", outbound, "LISTENER", {}, 1, null],
    ["its name", outbound, "LISTENER", { name: "0.0.0.0_9080" }, 1, null],
    ["part of its name", outbound, "LISTENER", { name: "0.0.0.0" }, 0, "listener name is 0.0.0.0_9080, not 0.0.0.0"],
    ["its port", outbound, "LISTENER", { portNumber: 9080 }, 1, null],
    ["another port", outbound, "LISTENER", { portNumber: 9081 }, 0, "listener port is 9080, not 9081"],
    ["port 0, which is any", outbound, "LISTENER", { portNumber: 0 }, 1, null],
    ["a port name, which nobody looks at", outbound, "LISTENER", { portName: "http" }, 1, null],
    [
      "a port where there is no socket address",
      { name: "pipe", address: { pipe: { path: "/x" } } },
      "LISTENER",
      { portNumber: 9080 },
      0,
      "it has no listener port, so not 9080",
    ],
    ["the port of a virtual listener", virtual, "LISTENER", { portNumber: 15006 }, 1, null],
    ["a service's port of a virtual listener", virtual, "LISTENER", { portNumber: 9080 }, 0, "listener port is 15006, not 9080"],
    ["a chain's port of a virtual listener", virtual, "FILTER_CHAIN", { portNumber: 9080 }, 1, null],
    ["a virtual listener's own port, of chains", virtual, "FILTER_CHAIN", { portNumber: 15006 }, 0, "destination port is 9080, not 15006"],
    ["the port, of chains of another listener", outbound, "FILTER_CHAIN", { portNumber: 9080 }, 2, null],
    ["a chain's name", outbound, "FILTER_CHAIN", { filterChain: { name: "reviews-tls" } }, 1, null],
    [
      "another chain's name",
      outbound,
      "FILTER_CHAIN",
      { filterChain: { name: "reviews" } },
      0,
      "filter chain name is reviews-tls, not reviews",
    ],
    ["a server name", outbound, "FILTER_CHAIN", { filterChain: { sni: "*.reviews" } }, 1, null],
    [
      "a server name that only matches",
      outbound,
      "FILTER_CHAIN",
      { filterChain: { sni: "a.reviews" } },
      0,
      "server names are reviews, *.reviews, not a.reviews",
    ],
    ["a transport protocol", outbound, "FILTER_CHAIN", { filterChain: { transportProtocol: "tls" } }, 1, null],
    [
      "another transport protocol",
      outbound,
      "FILTER_CHAIN",
      { filterChain: { transportProtocol: "quic" } },
      0,
      "transport protocol is tls, not quic",
    ],
    ["application protocols", outbound, "FILTER_CHAIN", { filterChain: { applicationProtocols: "http/1.1,h2" } }, 1, null],
    [
      "one of them and another",
      outbound,
      "FILTER_CHAIN",
      { filterChain: { applicationProtocols: "h2,h3" } },
      0,
      'application protocols are h2, http/1.1, not "h3"',
    ],
    [
      "application protocols with a blank",
      outbound,
      "FILTER_CHAIN",
      { filterChain: { applicationProtocols: "h2, http/1.1" } },
      0,
      'application protocols are h2, http/1.1, not " http/1.1"',
    ],
    ["a destination port", outbound, "FILTER_CHAIN", { filterChain: { destinationPort: 9080 } }, 1, null],
    ["another destination port", outbound, "FILTER_CHAIN", { filterChain: { destinationPort: 80 } }, 0, "destination port is 9080, not 80"],
    ["a filter, of chains, which nobody looks at", outbound, "FILTER_CHAIN", { filterChain: { filter: { name: proxyName } } }, 2, null],
    ["a filter", outbound, "NETWORK_FILTER", { filterChain: { filter: { name: proxyName } } }, 1, null],
    [
      "a filter's older name",
      outbound,
      "NETWORK_FILTER",
      { filterChain: { filter: { name: "envoy.tcp_proxy" } } },
      0,
      "filter name is envoy.filters.network.tcp_proxy, not envoy.tcp_proxy",
    ],
    ["any filter", outbound, "NETWORK_FILTER", {}, 2, null],
    ["a connection manager", outbound, "HTTP_FILTER", { filterChain: { filter: { name: managerName } } }, 1, null],
    [
      "an older name of the connection manager",
      outbound,
      "HTTP_FILTER",
      { filterChain: { filter: { name: "envoy.http_connection_manager" } } },
      0,
      `filter name is ${managerName}, not envoy.http_connection_manager`,
    ],
  ];
  it.each(rows)("%s", (_, given, applyTo, match, matched, failedOn) =>
    expect(judged([given], applyTo, match)).toEqual([matched, failedOn]),
  );

  it("a connection manager of another name has its HTTP filters left alone", () => {
    const renamed = { ...manager(router), name: "manager" };
    expect(judged([listener("a", 1, chain(renamed))], "HTTP_FILTER", {})).toEqual([0, null]);
  });
});

describe("clusters", () => {
  const rows: readonly (readonly [string, string, ClusterMatch, boolean, readonly string[]])[] = [
    ["its name", "outbound|9080|v1|reviews", { name: "outbound|9080|v1|reviews" }, true, []],
    [
      "a name, and nothing else then",
      "outbound|9080|v1|reviews",
      { name: "outbound|9080|v1|reviews", service: "ratings", portNumber: 1 },
      true,
      [],
    ],
    ["another name, though the rest is right", "outbound|9080|v1|reviews", { name: "reviews", service: "reviews" }, false, []],
    ["its service", "outbound|9080|v1|reviews", { service: "reviews" }, true, []],
    ["another service", "outbound|9080|v1|reviews", { service: "reviews.default" }, false, []],
    ["its subset", "outbound|9080|v1|reviews", { subset: "v1" }, true, []],
    ["another subset", "outbound|9080||reviews", { subset: "v1" }, false, []],
    ["its port", "outbound|9080|v1|reviews", { portNumber: 9080 }, true, []],
    ["another port", "outbound|9080|v1|reviews", { portNumber: 908 }, false, []],
    ["the form of server names", "outbound_.9080_.v1_.reviews", { service: "reviews", subset: "v1", portNumber: 9080 }, true, []],
    ["a plain name, by a service", "BlackHoleCluster", { service: "BlackHoleCluster" }, false, []],
    ["a plain name, by nothing", "BlackHoleCluster", {}, true, []],
    ["a host with a bar in it", "outbound|9080||a|b", { service: "a|b" }, false, []],
    ["a host with a bar in it, by its port", "outbound|9080||a|b", { portNumber: 9080 }, true, []],
    ["a name that ends early", "outbound|9080", { portNumber: 9080 }, false, []],
    ["an inbound cluster, by a service that is not known", "inbound|9080||", { service: "reviews" }, false, []],
    ["an inbound cluster, by a service that is", "inbound|9080||", { service: "reviews" }, true, ["ratings", "reviews"]],
    ["an outbound cluster, whatever is inbound", "outbound|9080||ratings", { service: "reviews" }, false, ["reviews"]],
  ];
  it.each(rows)("%s", (_, name, cluster, want, inboundServiceHosts) => {
    const proxy: PatchedProxy = { ...productpage, inboundServiceHosts };
    expect(accountOf({ clusters: [{ name }] }, patch("CLUSTER", "MERGE", { alt_stat_name: "a" }, { cluster }), proxy).matched).toBe(
      want ? 1 : 0,
    );
  });
});

describe("route configurations", () => {
  const portMap = { 8080: [80, 81], 9443: [] };
  const rows: readonly (readonly [string, PatchContext, string, RouteConfigurationMatch, boolean])[] = [
    ["a sidecar's port", "SIDECAR_OUTBOUND", "9080", { portNumber: 9080 }, true],
    ["a sniffed service", "SIDECAR_OUTBOUND", "reviews:9080", { portNumber: 9080 }, false],
    ["a sniffed service, by its name", "SIDECAR_OUTBOUND", "reviews:9080", { name: "reviews:9080" }, true],
    ["the HTTP proxy", "SIDECAR_OUTBOUND", "http_proxy", { portNumber: 80 }, false],
    ["an inbound port", "SIDECAR_INBOUND", "inbound|9080||", { portNumber: 9080 }, true],
    ["another inbound port", "SIDECAR_INBOUND", "inbound|9080||", { portNumber: 80 }, false],
    ["a port's name, of a sidecar", "SIDECAR_OUTBOUND", "9080", { portName: "http", gateway: "a/b" }, true],
    ["a gateway's port", "GATEWAY", "http.80", { portNumber: 80 }, true],
    ["a service's port of a gateway", "GATEWAY", "http.8080", { portNumber: 81 }, true],
    ["the gateway's own port where the service has another", "GATEWAY", "http.8080", { portNumber: 8080 }, false],
    ["a gateway's port that no service has", "GATEWAY", "http.9443", { portNumber: 9443 }, false],
    ["a gateway's port with an address behind it", "GATEWAY", "http.80.10.0.0.1", { portNumber: 80 }, false],
    ["all of an HTTPS server", "GATEWAY", "https.443.app.gw.ns", { portNumber: 443, portName: "app", gateway: "ns/gw" }, true],
    ["another port name", "GATEWAY", "https.443.app.gw.ns", { portName: "web" }, false],
    ["the gateway the other way round", "GATEWAY", "https.443.app.gw.ns", { gateway: "gw/ns" }, false],
    ["an HTTPS server of too many parts", "GATEWAY", "https.443.app.gw.ns.x", { portNumber: 443 }, false],
    ["a port name, of an HTTP server", "GATEWAY", "http.80", { portName: "http" }, false],
    ["a name, of a gateway", "GATEWAY", "http.80", { name: "http.80" }, true],
  ];
  it.each(rows)("%s", (_, context, name, routeConfiguration, want) => {
    const proxy: PatchedProxy = { ...productpage, context, gatewayPortMap: portMap };
    const { matched } = accountOf(
      { routeConfigs: [{ name }] },
      patch("ROUTE_CONFIGURATION", "MERGE", { vhds: {} }, { routeConfiguration }),
      proxy,
    );
    expect(matched).toBe(want ? 1 : 0);
  });
});

describe("virtual hosts and routes", () => {
  const configuration = {
    name: "9080",
    virtual_hosts: [
      {
        name: "reviews:9080",
        domains: ["reviews", "reviews.default"],
        routes: [
          { name: "canary", route: { cluster: "a" } },
          { name: "old", redirect: {} },
          { name: "static", direct_response: { status: 200 } },
          { name: "none" },
          { name: "filter", filter_action: {} },
        ],
      },
    ],
  };
  const names = (applyTo: ApplyTo, vhost: RouteConfigurationMatch["vhost"]): number =>
    accountOf(
      { routeConfigs: [configuration] },
      patch(applyTo, "MERGE", applyTo === "HTTP_ROUTE" ? { stat_prefix: "a" } : { include_request_attempt_count: true }, {
        routeConfiguration: vhost === undefined ? {} : { vhost },
      }),
    ).matched;
  it.each([
    ["VIRTUAL_HOST", undefined, 1],
    ["VIRTUAL_HOST", {}, 1],
    ["VIRTUAL_HOST", { name: "reviews:9080" }, 1],
    ["VIRTUAL_HOST", { name: "reviews" }, 0],
    ["VIRTUAL_HOST", { domainName: "reviews.default" }, 1],
    ["VIRTUAL_HOST", { domainName: "reviews.default.svc" }, 0],
    ["VIRTUAL_HOST", { name: "reviews:9080", domainName: "ratings" }, 0],
    ["HTTP_ROUTE", { route: {} }, 5],
    ["HTTP_ROUTE", { route: { name: "canary" } }, 1],
    ["HTTP_ROUTE", { route: { name: "can" } }, 0],
    ["HTTP_ROUTE", { route: { action: "ANY" } }, 5],
    ["HTTP_ROUTE", { route: { action: "ROUTE" } }, 3],
    ["HTTP_ROUTE", { route: { action: "REDIRECT" } }, 3],
    ["HTTP_ROUTE", { route: { action: "DIRECT_RESPONSE" } }, 3],
    ["HTTP_ROUTE", { route: { name: "old", action: "ROUTE" } }, 0],
    ["HTTP_ROUTE", { name: "ratings", route: { name: "canary" } }, 0],
  ] as const)("%s by %j: %i", (applyTo, vhost, want) => expect(names(applyTo, vhost)).toBe(want));
});
