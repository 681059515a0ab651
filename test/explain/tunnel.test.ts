import { describe, expect, it } from "vitest";
import { explain, requestForTarget, type Snapshot, type WrittenRequest } from "../../src/index.js";
import type { JsonObject } from "../../src/util/json.js";
import { connectionManager, listener, snapshotWith, socketAddress, tcpProxy } from "./dump.js";

const typed = (name: string, message: JsonObject): JsonObject => ({ "@type": `type.googleapis.com/${name}`, ...message });

const stateFilter = (key: string): JsonObject => ({
  name: "connect_authority",
  typed_config: typed("envoy.extensions.filters.http.set_filter_state.v3.Config", {
    on_request_headers: [{ object_key: key, format_string: { text_format_source: { inline_string: "%REQ(:AUTHORITY)%" } } }],
  }),
});

interface Waypoint {
  readonly key?: string;
  readonly connect?: JsonObject;
  readonly leadsTo?: string;
  readonly more?: readonly JsonObject[];
}

const service = "inbound-vip|9080|http|reviews.default.svc.cluster.local";

/** A waypoint as Istio lays it out: a listener that ends HBONE, and an internal one behind it that tells services by their address. */
function waypoint({
  key = "envoy.filters.listener.original_dst.local_ip",
  connect = { connect_config: {} },
  leadsTo = "main_internal",
  more = [],
}: Waypoint = {}): Snapshot {
  const manager = connectionManager("default", { http_filters: [stateFilter(key), { name: "envoy.filters.http.router" }] });
  return snapshotWith({
    bootstrap: { node: { id: "waypoint~10.244.1.9~waypoint-1.default~default.svc.cluster.local" } },
    listeners: [
      listener("connect_terminate", "0.0.0.0", 15008, manager),
      {
        name: "main_internal",
        internal_listener: {},
        listener_filters: [
          {
            name: "envoy.filters.listener.original_dst",
            typed_config: typed("envoy.extensions.filters.listener.original_dst.v3.OriginalDst", {}),
          },
        ],
        filter_chains: [{ name: service, filters: [tcpProxy(service)] }],
        filter_chain_matcher: {
          matcher_tree: {
            input: {
              name: "ip",
              typed_config: typed("envoy.extensions.matching.common_inputs.network.v3.DestinationIPInput", {}),
            },
            custom_match: {
              name: "ip",
              typed_config: typed("xds.type.matcher.v3.IPMatcher", {
                range_matchers: [
                  {
                    ranges: [{ address_prefix: "10.96.0.11", prefix_len: 32 }],
                    on_match: { action: { name: service, typed_config: typed("google.protobuf.StringValue", { value: service }) } },
                  },
                ],
              }),
            },
          },
        },
      },
      ...more,
    ],
    routes: [
      {
        name: "default",
        virtual_hosts: [
          {
            name: "default",
            domains: ["*"],
            routes: [
              {
                match: { connect_matcher: {} },
                route: { cluster: leadsTo, upgrade_configs: [{ upgrade_type: "CONNECT", ...connect }] },
              },
            ],
          },
        ],
      },
    ],
    clusters: [
      {
        name: "main_internal",
        type: "STATIC",
        load_assignment: {
          cluster_name: "main_internal",
          endpoints: [{ lb_endpoints: [{ endpoint: { address: { envoy_internal_address: { server_listener_name: "main_internal" } } } }] }],
        },
      },
      {
        name: service,
        type: "STATIC",
        load_assignment: {
          cluster_name: service,
          endpoints: [{ lb_endpoints: [{ endpoint: { address: socketAddress("10.244.1.10", 9080) } }] }],
        },
      },
    ],
  });
}

const toReviews: WrittenRequest = {
  destination: { ip: "10.96.0.11", port: 9080 },
  http: { version: "http/1.1", method: "GET", authority: "reviews:9080", path: "/" },
};

/** The listener that takes a request, and the cluster chosen. */
function taken(snapshot: Snapshot, request: WrittenRequest): string {
  const { listener: by, clusters } = explain(snapshot, request);
  return `${by?.name ?? "none"} → ${clusters.map(({ name }) => name).join(", ") || "none"}`;
}

describe("what comes through a tunnel", () => {
  it("is accepted by the internal listener that the CONNECT leads to, at the address that the CONNECT names", () => {
    expect(taken(waypoint(), toReviews)).toBe(`main_internal → ${service}`);
  });

  it("finds no filter chain there for another address", () => {
    const explanation = explain(waypoint(), { ...toReviews, destination: { ip: "10.96.0.99", port: 9080 } });
    expect(explanation).toMatchObject({ outcome: "closed", listener: { name: "main_internal" }, response: { flags: ["NR"] } });
  });

  it.each<[string, Waypoint]>([
    ["the CONNECT is passed on, not ended", { connect: {} }],
    ["its ending is switched off", { connect: { connect_config: {}, enabled: false } }],
    ["nothing hands its authority on", { key: "io.istio.connect_authority" }],
    ["the cluster of the route has no internal listener for an endpoint", { leadsTo: service }],
  ])("is taken by nobody where %s", (_, parts) => {
    expect(taken(waypoint(parts), toReviews)).toBe("none → none");
  });

  it("is not looked for where a listener takes the connection itself", () => {
    const own = listener("reviews", "10.96.0.11", 9080, tcpProxy("main_internal"));
    expect(taken(waypoint({ more: [own] }), toReviews)).toBe("reviews → main_internal");
  });

  it("is reached by the name of a service", () => {
    const { request, resolved } = requestForTarget(waypoint(), "http://reviews:9080/");
    expect(request.destination).toEqual({ ip: "10.96.0.11", port: 9080 });
    expect(resolved).toMatchObject({ how: "cluster-name" });
    expect(requestForTarget(waypoint(), "http://ratings:9080/").resolved.how).toBe("not-in-dump");
    expect(requestForTarget(waypoint(), "http://reviews:9081/").resolved.how).toBe("not-in-dump");
  });
});

describe("a CONNECT", () => {
  const tunnel: WrittenRequest = {
    destination: { ip: "10.244.1.9", port: 15008 },
    direction: "inbound",
    http: { version: "h2", method: "CONNECT", authority: "10.96.0.11:9080" },
  };
  const opened = (parts: Waypoint) => {
    const manager = connectionManager("default", { upgrade_configs: [{ upgrade_type: "CONNECT" }] });
    return explain(waypoint({ ...parts, more: [listener("open", "10.244.1.9", 15008, manager)] }), tunnel);
  };

  it("that ends here sends its payload alone upstream", () => {
    expect(opened({})).toMatchObject({ outcome: "forward", clusters: [{ name: "main_internal" }], rewrite: null });
  });

  it("that is passed on has its authority for a target", () => {
    expect(opened({ connect: {} }).rewrite).toEqual({ authority: "10.96.0.11:9080", path: "10.96.0.11:9080" });
  });
});
