import { describe, expect, it } from "vitest";
import { messageTypeOf } from "../../../src/decode/decode-resource.js";
import { differingPairs } from "../../../src/diff/differing-pairs.js";
import { changedNames, withoutBearing } from "../../../src/diff/traffic/changed-names.js";
import { portablePlatform } from "../../../src/index.js";
import { describeMessage } from "../../../src/proto/describe-type.js";
import type { JsonObject } from "../../../src/util/json.js";
import { dumpOf, type Parts, snapshotOf } from "../dump.js";

const reviews = "outbound|9080||reviews.default.svc.cluster.local";
const details = "outbound|9080||details.default.svc.cluster.local";
const partsOf = (cluster: JsonObject, listener: JsonObject = {}): Parts => ({
  clusters: [
    { name: reviews, type: "EDS", ...cluster },
    { name: details, type: "EDS" },
  ],
  listeners: [{ name: "0.0.0.0_9080", ...listener }],
  routes: [
    {
      name: "9080",
      virtual_hosts: [{ name: "reviews", domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster: reviews } }] }],
    },
    {
      name: "9081",
      virtual_hosts: [{ name: "details", domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster: details } }] }],
    },
  ],
});
function changedIn(before: Parts, after: Parts): readonly (readonly string[])[] {
  const [old, now] = [before, after].map((parts) => snapshotOf(dumpOf(parts)));
  if (old === undefined || now === undefined) return [];
  const pairs = differingPairs(old, now, (one, other) => portablePlatform.equal(one.bytes(), other.bytes()));
  const { clusters, listeners, touchedRoutes } = changedNames(old, now, pairs);
  return [[...clusters], [...listeners], [...touchedRoutes]];
}

describe("what differs and has a bearing on requests", () => {
  it.each(["cluster", "listener"] as const)("leaves out fields of a %s that there are", (kind) => {
    const fields = new Set(describeMessage(messageTypeOf(kind))?.fields.map(({ name }) => name));
    for (const field of withoutBearing[kind]) expect([...fields]).toContain(field);
  });

  it("are clusters with the routes that name them, and listeners", () => {
    expect(changedIn(partsOf({}), partsOf({ type: "STATIC" }, { use_original_dst: true }))).toEqual([
      [reviews],
      ["0.0.0.0_9080"],
      ["9080"],
    ]);
  });

  it("is nothing of how a cluster picks its hosts, or a listener buffers", () => {
    const after = partsOf({ connect_timeout: "3s", lb_policy: "RANDOM" }, { per_connection_buffer_limit_bytes: 4096 });
    expect(changedIn(partsOf({}), after)).toEqual([[], [], []]);
  });

  it("is of a cluster's metadata whether it declines Istio's ALPN", () => {
    const described = (istio: JsonObject) => partsOf({ metadata: { filter_metadata: { istio } } });
    expect(changedIn(partsOf({}), described({ services: [{ host: "reviews" }] }))).toEqual([[], [], []]);
    expect(changedIn(partsOf({}), described({ alpn_override: "false" }))).toEqual([[reviews], [], ["9080"]]);
  });

  it("is a cluster that is gone", () => {
    const { clusters = [], ...rest } = partsOf({});
    expect(changedIn(partsOf({}), { ...rest, clusters: clusters.slice(1) })).toEqual([[reviews], [], ["9080"]]);
  });
});
