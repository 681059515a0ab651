import { describe, expect, it } from "vitest";
import { type Explanation, explain } from "../../src/index.js";
import type { JsonObject } from "../../src/util/json.js";
import { listener, snapshotWith, socketAddress } from "./dump.js";

const gateway = { ip: "10.244.1.9", port: 8080 };
const reviews: JsonObject = {
  name: "reviews",
  type: "STATIC",
  load_assignment: {
    cluster_name: "reviews",
    endpoints: [{ lb_endpoints: [{ endpoint: { address: socketAddress("10.244.0.7", 9080) } }] }],
  },
};
const set = (key: string, value: string, action = "APPEND_IF_EXISTS_OR_ADD"): JsonObject => ({
  header: { key, value },
  append_action: action,
});

interface Case {
  readonly route: JsonObject;
  readonly virtualHost?: JsonObject;
  readonly configuration?: JsonObject;
  readonly manager?: JsonObject;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
}

/** A request to a gateway with one virtual host of one route. */
function explained({ route, virtualHost = {}, configuration = {}, manager = {}, headers = {} }: Case): Explanation {
  const filter: JsonObject = {
    name: "envoy.filters.network.http_connection_manager",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
      route_config: {
        name: "bookinfo",
        virtual_hosts: [{ name: "bookinfo", domains: ["*"], routes: [{ match: { prefix: "/" }, ...route }], ...virtualHost }],
        ...configuration,
      },
      http_filters: [
        {
          name: "envoy.filters.http.router",
          typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
        },
      ],
      ...manager,
    },
  };
  const snapshot = snapshotWith({ clusters: [reviews], listeners: [listener("gateway", gateway.ip, gateway.port, filter)] });
  return explain(snapshot, {
    destination: gateway,
    source: { ip: "10.244.1.5", port: 51_234 },
    http: { version: "http/1.1", method: "GET", authority: "bookinfo.example", path: "/reviews/0?x=1", headers },
  });
}

const forward = (action: JsonObject, more: JsonObject = {}): JsonObject => ({ route: { cluster: "reviews", ...action }, ...more });

// Observed on Envoy 1.40.0, but for the rows of what can't be known.
describe("host and path after the mutations of headers", () => {
  it.each<[string, Case, Explanation["rewrite"]]>([
    [
      "the host by a header that the route sets",
      { route: forward({ host_rewrite_header: "x-host" }, { request_headers_to_add: [set("x-host", "reviews.svc")] }) },
      { authority: "reviews.svc", path: "/reviews/0?x=1" },
    ],
    [
      "the host by the first line of a header that the route adds to",
      {
        route: forward({ host_rewrite_header: "x-host" }, { request_headers_to_add: [set("x-host", "reviews.svc")] }),
        headers: { "x-host": ["details.svc"] },
      },
      { authority: "details.svc", path: "/reviews/0?x=1" },
    ],
    [
      "no host by a header that the route removes",
      {
        route: forward({ host_rewrite_header: "x-host" }, { request_headers_to_remove: ["x-host"] }),
        headers: { "x-host": ["details.svc"] },
      },
      null,
    ],
    [
      "the path by a format that sees the rewritten host",
      {
        route: forward({ host_rewrite: "%REQ(end-user)%.svc", path_rewrite: "/of/%REQ(:authority)%" }),
        headers: { "end-user": ["jason"] },
      },
      { authority: "jason.svc", path: "/of/jason.svc?x=1" },
    ],
    [
      "a host by a format of what is absent",
      { route: forward({ host_rewrite: "%REQ(end-user)%" }) },
      { authority: "-", path: "/reviews/0?x=1" },
    ],
    ["no path by a format of what is absent", { route: forward({ path_rewrite: "%REQ(end-user)%" }) }, null],
    [
      "the route's host in place of the weighted entry's",
      {
        route: {
          route: {
            weighted_clusters: { clusters: [{ name: "reviews", weight: 1, host_rewrite_literal: "entry.svc" }] },
            host_rewrite_literal: "route.svc",
          },
        },
      },
      { authority: "route.svc", path: "/reviews/0?x=1" },
    ],
  ])("%s", (_, given, want) => {
    const { rewrite, uncertain } = explained(given);
    expect(rewrite).toEqual(want);
    expect(uncertain).toEqual([]);
  });

  it("are left open where they come from what is not known", () => {
    const { rewrite, uncertain } = explained({ route: forward({ host_rewrite: "%HOSTNAME%" }) });
    expect(rewrite).toBeNull();
    expect(uncertain).toMatchObject([{ code: "state", decidedBy: "the running proxy" }]);
  });
});

describe("the Location of an answer", () => {
  const redirect = { redirect: { path_redirect: "/v2" } };
  it.each<[string, JsonObject, string | null]>([
    ["as composed", redirect, "http://bookinfo.example/v2?x=1"],
    [
      "with another by a header mutation",
      { ...redirect, response_headers_to_add: [set("location", "/v3")] },
      "http://bookinfo.example/v2?x=1,/v3",
    ],
    ["overwritten", { ...redirect, response_headers_to_add: [set("location", "/v3", "OVERWRITE_IF_EXISTS")] }, "/v3"],
    ["removed", { ...redirect, response_headers_to_remove: ["Location"] }, null],
    ["removed of another", { ...redirect, response_headers_to_remove: ["x-location"] }, "http://bookinfo.example/v2?x=1"],
    ["of a direct response, by a mutation", { direct_response: { status: 404 }, response_headers_to_add: [set("location", "/v3")] }, "/v3"],
    ["by a format", { redirect: { path_rewrite: "/of/%REQ(:method)%" } }, "http://bookinfo.example/of/GET?x=1"],
  ])("%s", (_, route, want) => expect(explained({ route }).response?.location).toBe(want));
});

// Observed on Envoy 1.36.4, 1.37.0, 1.38.3, 1.39.3 and 1.40.0.
describe("a rewrite of a CONNECT, which has no path", () => {
  const connect = (action: JsonObject, minor = 40): Explanation => {
    const manager: JsonObject = {
      name: "envoy.filters.network.http_connection_manager",
      typed_config: {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        upgrade_configs: [{ upgrade_type: "CONNECT" }],
        route_config: {
          virtual_hosts: [
            { name: "any", domains: ["*"], routes: [{ match: { connect_matcher: {} }, route: { cluster: "reviews", ...action } }] },
          ],
        },
      },
    };
    const bootstrap = { node: { user_agent_build_version: { version: { major_number: 1, minor_number: minor, patch: 4 } } } };
    const snapshot = snapshotWith({ bootstrap, clusters: [reviews], listeners: [listener("gateway", gateway.ip, gateway.port, manager)] });
    return explain(snapshot, {
      destination: gateway,
      direction: "inbound",
      http: { version: "http/1.1", method: "CONNECT", authority: "example.com:9080" },
    });
  };
  const regex = (pattern: string, substitution: string) => ({ regex_rewrite: { pattern: { regex: pattern }, substitution } });

  it.each<[string, JsonObject]>([
    ["prefix_rewrite", { prefix_rewrite: "/new" }],
    ["regex_rewrite", regex(".*", "/new")],
    ["path_rewrite", { path_rewrite: "/new" }],
  ])("by %s makes one, which Envoy does not send", (_, action) => {
    const { outcome, response } = connect(action);
    expect({ outcome, ...response }).toMatchObject({
      outcome: "rejected",
      status: 503,
      flags: ["DPE"],
      details: "filter_removed_required_request_headers{missing_required_header:_:protocol}",
    });
  });

  it("does nothing where the CONNECT ends here, or only the host is rewritten", () => {
    const ends = { upgrade_configs: [{ upgrade_type: "CONNECT", connect_config: {} }] };
    expect(connect({ prefix_rewrite: "/new", ...ends }).outcome).toBe("forward");
    expect(connect({ host_rewrite_literal: "other" }).outcome).toBe("forward");
  });

  it("that leaves nothing made an empty path before 1.37", () => {
    for (const action of [regex("zzz", "/new"), regex(".*", "")]) {
      expect(connect(action, 36).outcome).toBe("rejected");
      expect(connect(action, 37).outcome).toBe("forward");
    }
  });
});

describe("an internal request", () => {
  const internal = { internal_address_config: { cidr_ranges: [{ address_prefix: "10.244.0.0", prefix_len: 16 }] } };
  const byHeader = { match: { prefix: "/", headers: [{ name: "x-user-id" }] }, ...forward({}) };
  const external = { virtualHost: { require_tls: "EXTERNAL_ONLY" } };
  const forwarded = { headers: { "x-forwarded-for": ["10.244.7.7"] } };
  it.each<[string, Case, Explanation["outcome"]]>([
    ["need not come over TLS", { route: forward({}), ...external, ...forwarded, manager: internal }, "forward"],
    ["is none without the configuration", { route: forward({}), ...external, ...forwarded }, "redirect"],
    [
      "is none of another address",
      { route: forward({}), ...external, headers: { "x-forwarded-for": ["8.8.8.8"] }, manager: internal },
      "redirect",
    ],
    [
      "must come over TLS all the same where all must",
      { route: forward({}), virtualHost: { require_tls: "ALL" }, ...forwarded, manager: internal },
      "redirect",
    ],
  ])("%s", (_, given, outcome) => expect(explained(given).outcome).toBe(outcome));

  it.each<[string, readonly string[], Explanation["outcome"]]>([
    ["keeps the headers that only such may bring", ["10.244.7.7"], "forward"],
    ["which others lose before they are routed", ["8.8.8.8"], "rejected"],
  ])("%s", (_, forwardedFor, outcome) => {
    const headers = { "x-forwarded-for": forwardedFor, "x-user-id": ["7"] };
    const given = { route: byHeader, configuration: { internal_only_headers: ["x-user-id"] }, manager: internal, headers };
    expect(explained(given).outcome).toBe(outcome);
  });
});
