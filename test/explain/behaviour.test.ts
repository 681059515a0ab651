import { describe, expect, it } from "vitest";
import { behaviourDifferences, behaviourOf } from "../../src/explain/behaviour.js";
import { explain } from "../../src/index.js";
import type { JsonObject } from "../../src/util/json.js";
import { dumpOf, manager, snapshotOf } from "../diff/dump.js";

const request = {
  direction: "outbound",
  destination: { ip: "10.96.0.11", port: 9080 },
  http: { version: "http/1.1", method: "GET", authority: "reviews", path: "/api" },
} as const;

const endpoint = { endpoint: { address: { socket_address: { address: "10.244.1.7", port_value: 9080 } } } };

/** The behaviour where the virtual host's one route is this. */
function behaviourWith(route: JsonObject, position = 0) {
  const others = Array.from(
    { length: position },
    (_, index): JsonObject => ({ match: { path: `/other-${index}` }, direct_response: { status: 404 } }),
  );
  const snapshot = snapshotOf(
    dumpOf({
      listeners: [
        {
          name: "0.0.0.0_9080",
          address: { socket_address: { address: "0.0.0.0", port_value: 9080 } },
          traffic_direction: "OUTBOUND",
          filter_chains: [
            { filters: [manager({ rds: { route_config_name: "9080" }, http_filters: [{ name: "envoy.filters.http.router" }] })] },
          ],
        },
      ],
      routes: [{ name: "9080", virtual_hosts: [{ name: "reviews", domains: ["reviews"], routes: [...others, route] }] }],
      clusters: [{ name: "v1", type: "STATIC", load_assignment: { cluster_name: "v1", endpoints: [{ lb_endpoints: [endpoint] }] } }],
    }),
  );
  return behaviourOf(explain(snapshot, request));
}

const prefix = { prefix: "/api" };

describe("behaviourOf", () => {
  const plain = behaviourWith({ match: prefix, route: { cluster: "v1" } });

  it.each<{ why: string; route: JsonObject; want: readonly string[] }>([
    { why: "nothing", route: { match: prefix, route: { cluster: "v1" } }, want: [] },
    { why: "the route's name", route: { name: "api", match: prefix, route: { cluster: "v1" } }, want: ["route"] },
    { why: "the match of an unnamed route", route: { match: { prefix: "/ap" }, route: { cluster: "v1" } }, want: ["route"] },
    {
      why: "its metadata alone",
      route: { match: prefix, route: { cluster: "v1" }, metadata: { filter_metadata: { team: { name: "books" } } } },
      want: [],
    },
    { why: "a time-out", route: { match: prefix, route: { cluster: "v1", timeout: "3s" } }, want: ["timeout"] },
    { why: "retries", route: { match: prefix, route: { cluster: "v1", retry_policy: { retry_on: "5xx" } } }, want: ["retry"] },
    { why: "a rewrite", route: { match: prefix, route: { cluster: "v1", prefix_rewrite: "/" } }, want: ["rewrite"] },
    {
      why: "a mirror",
      route: { match: prefix, route: { cluster: "v1", request_mirror_policies: [{ cluster: "v1" }] } },
      want: ["mirrors"],
    },
  ])("differs by $why", ({ route, want }) => {
    expect(behaviourDifferences(plain, behaviourWith(route))).toEqual(want);
  });

  it("does not ask where a route stands, nor for the order of weighted clusters", () => {
    expect(behaviourDifferences(plain, behaviourWith({ match: prefix, route: { cluster: "v1" } }, 3))).toEqual([]);
    const weighted = (...names: readonly string[]) => ({
      match: prefix,
      route: { weighted_clusters: { clusters: names.map((name) => ({ name, weight: name === "v1" ? 90 : 10 })) } },
    });
    expect(behaviourDifferences(behaviourWith(weighted("v1", "v2")), behaviourWith(weighted("v2", "v1")))).toEqual([]);
  });
});
