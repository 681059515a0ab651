import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ListMerge, mergeMessages, mergePacked } from "../../src/envoy-filter/merge-messages.js";
import { readMessage } from "../../src/proto/read-message.js";
import type { JsonObject } from "../../src/util/json.js";
import { faultType, managerType, packed, routerType } from "./bookinfo.js";

const canonical = (type: string, message: JsonObject): JsonObject => readMessage(type, message, "", { typedStructs: "kept" }).value;
const merged = (type: string, target: JsonObject, patch: JsonObject, lists: ListMerge = "append"): JsonObject =>
  mergeMessages(type, canonical(type, target), canonical(type, patch), lists);

const cluster = "envoy.config.cluster.v3.Cluster";
const listener = "envoy.config.listener.v3.Listener";
const route = "envoy.config.route.v3.Route";
const host = "envoy.config.route.v3.VirtualHost";
const struct = packed("udpa.type.v1.TypedStruct", {
  type_url: "example.com/acme.Sauce",
  value: { heat: 3, tags: ["a"], deep: { a: 1, b: 2 } },
});

interface MergeCase {
  readonly why: string;
  readonly type: string;
  readonly target: JsonObject;
  readonly patch: JsonObject;
  readonly want: JsonObject;
}

const cases: readonly MergeCase[] = [
  { why: "a scalar is set", type: cluster, target: { alt_stat_name: "a" }, patch: { alt_stat_name: "b" }, want: { alt_stat_name: "b" } },
  {
    why: "a default scalar is not there",
    type: cluster,
    target: { alt_stat_name: "a" },
    patch: { alt_stat_name: "" },
    want: { alt_stat_name: "a" },
  },
  {
    why: "a false is not there",
    type: cluster,
    target: { ignore_health_on_host_removal: true },
    patch: { ignore_health_on_host_removal: false },
    want: { ignore_health_on_host_removal: true },
  },
  { why: "an enum is set", type: cluster, target: { lb_policy: "RANDOM" }, patch: { lb_policy: "MAGLEV" }, want: { lb_policy: "MAGLEV" } },
  {
    why: "the zero of an enum is not there",
    type: cluster,
    target: { lb_policy: "RANDOM" },
    patch: { lb_policy: "ROUND_ROBIN" },
    want: { lb_policy: "RANDOM" },
  },
  {
    why: "the zero of an enum in a oneof is there",
    type: cluster,
    target: { type: "EDS" },
    patch: { type: "STATIC" },
    want: { type: "STATIC" },
  },
  { why: "an enum's number is its name", type: cluster, target: {}, patch: { lb_policy: 3 }, want: { lb_policy: "RANDOM" } },
  {
    why: "a member of a oneof clears the other",
    type: cluster,
    target: { type: "EDS", connect_timeout: "1s" },
    patch: { cluster_type: { name: "envoy.clusters.aggregate" } },
    want: { connect_timeout: "1s", cluster_type: { name: "envoy.clusters.aggregate" } },
  },
  {
    why: "the same message member of a oneof merges",
    type: route,
    target: { route: { cluster: "a", timeout: "1s" } },
    patch: { route: { prefix_rewrite: "/" } },
    want: { route: { cluster: "a", timeout: "1s", prefix_rewrite: "/" } },
  },
  {
    why: "an empty message member of a oneof takes the place of another",
    type: route,
    target: { route: { cluster: "a" } },
    patch: { redirect: {} },
    want: { redirect: {} },
  },
  { why: "an empty message is created", type: cluster, target: {}, patch: { circuit_breakers: {} }, want: { circuit_breakers: {} } },
  {
    why: "an empty message changes none",
    type: cluster,
    target: { circuit_breakers: { thresholds: [{ max_connections: 1 }] } },
    patch: { circuit_breakers: {} },
    want: { circuit_breakers: { thresholds: [{ max_connections: 1 }] } },
  },
  { why: "a wrapper is set", type: listener, target: { freebind: false }, patch: { freebind: true }, want: { freebind: true } },
  {
    why: "a wrapper of a default changes none",
    type: listener,
    target: { freebind: true },
    patch: { freebind: false },
    want: { freebind: true },
  },
  { why: "a wrapper of a default is created", type: listener, target: {}, patch: { freebind: false }, want: { freebind: false } },
  {
    why: "a wrapped 0 changes none",
    type: listener,
    target: { per_connection_buffer_limit_bytes: 9 },
    patch: { per_connection_buffer_limit_bytes: 0 },
    want: { per_connection_buffer_limit_bytes: 9 },
  },
  {
    why: "a duration is replaced",
    type: cluster,
    target: { connect_timeout: "1.5s" },
    patch: { connect_timeout: "2s" },
    want: { connect_timeout: "2s" },
  },
  {
    why: "a duration of 0 too",
    type: cluster,
    target: { connect_timeout: "1.5s" },
    patch: { connect_timeout: "0s" },
    want: { connect_timeout: "0s" },
  },
  {
    why: "lists are appended to",
    type: host,
    target: { domains: ["a"] },
    patch: { domains: ["a", "b"] },
    want: { domains: ["a", "a", "b"] },
  },
  { why: "an empty list is not there", type: host, target: { domains: ["a"] }, patch: { domains: [] }, want: { domains: ["a"] } },
  { why: "a list is created", type: host, target: {}, patch: { domains: ["a"] }, want: { domains: ["a"] } },
  {
    why: "an entry of a map is replaced whole",
    type: host,
    target: { typed_per_filter_config: { a: packed(faultType, { max_active_faults: 1 }), b: packed(routerType) } },
    patch: { typed_per_filter_config: { a: packed(faultType, { upstream_cluster: "x" }) } },
    want: { typed_per_filter_config: { a: packed(faultType, { upstream_cluster: "x" }), b: packed(routerType) } },
  },
  {
    why: "fields of a Struct go by their first key",
    type: host,
    target: { metadata: { filter_metadata: { istio: { a: { b: 1, c: 2 }, d: 3 } } } },
    patch: { metadata: { filter_metadata: { istio: { a: { b: 4 } } } } },
    want: { metadata: { filter_metadata: { istio: { a: { b: 4 } } } } },
  },
  {
    why: "an Any within a message is replaced whole",
    type: cluster,
    target: { transport_socket: { name: "tls", typed_config: packed(faultType, { max_active_faults: 1 }) } },
    patch: { transport_socket: { name: "other", typed_config: packed(faultType, { upstream_cluster: "x" }) } },
    want: { transport_socket: { name: "other", typed_config: packed(faultType, { upstream_cluster: "x" }) } },
  },
  {
    why: "an Any whose message is empty has no bytes, and leaves those that are there",
    type: cluster,
    target: { transport_socket: { name: "tls", typed_config: packed(faultType, { max_active_faults: 1 }) } },
    patch: { transport_socket: { name: "other", typed_config: packed(faultType) } },
    want: { transport_socket: { name: "other", typed_config: packed(faultType, { max_active_faults: 1 }) } },
  },
  {
    why: "a field that the type does not have is passed over",
    type: cluster,
    target: { name: "a" },
    patch: { no_such_field: 1 },
    want: { name: "a" },
  },
];

describe("a merge", () => {
  it.each(cases)("$why", ({ type, target, patch, want }) => expect(merged(type, target, patch)).toEqual(want));

  it.each(cases)("leaves the target what it was: $why", ({ type, target, patch }) => {
    const given = canonical(type, target);
    const before = structuredClone(given);
    mergeMessages(type, given, canonical(type, patch), "append");
    expect(given).toEqual(before);
  });

  it("answers the target itself where nothing changes", () => {
    for (const { type, target, patch, want } of cases) {
      const given = canonical(type, target);
      const result = mergeMessages(type, given, canonical(type, patch), "append");
      expect(result === given).toBe(JSON.stringify(canonical(type, want)) === JSON.stringify(given));
    }
  });
});

describe("a merge that replaces lists", () => {
  it.each([
    ["takes the patch's", { domains: ["a"] }, { domains: ["b"] }, { domains: ["b"] }],
    [
      "at any depth",
      { routes: [{ name: "a" }], retry_policy: { retriable_status_codes: [1] } },
      { retry_policy: { retriable_status_codes: [2] } },
      { routes: [{ name: "a" }], retry_policy: { retriable_status_codes: [2] } },
    ],
    ["but not an empty one", { domains: ["a"] }, { domains: [] }, { domains: ["a"] }],
    [
      "and does all else as any merge",
      { domains: ["a"], require_tls: "ALL" },
      { require_tls: "NONE", name: "b" },
      { domains: ["a"], require_tls: "ALL", name: "b" },
    ],
  ])("%s", (_, target, patch, want) => expect(merged(host, target, patch, "replace")).toEqual(want));
});

describe("a merge of two packed messages", () => {
  it.each([
    [
      "of one type goes field by field",
      packed(faultType, { max_active_faults: 1 }),
      packed(faultType, { upstream_cluster: "x" }),
      { merged: packed(faultType, { max_active_faults: 1, upstream_cluster: "x" }) },
    ],
    ["of two types is a panic", packed(faultType), packed(routerType), { types: [faultType, routerType] }],
    ["does not look into a TypedStruct", packed(faultType), struct, { types: [faultType, "udpa.type.v1.TypedStruct"] }],
    ["keeps a target of a type that is not known", packed("acme.Sauce"), packed(faultType), { unknown: "acme.Sauce" }],
    ["keeps an empty target", {}, packed(faultType), { unknown: "" }],
  ])("%s", (_, target, patch, want) => expect(mergePacked(target, patch)).toEqual(want));

  it("of two TypedStructs goes by the keys of their values", () => {
    const patch = { ...struct, value: { heat: 5, deep: { b: 3 } } };
    expect(mergePacked(struct, patch)).toEqual({ merged: { ...struct, value: { heat: 5, tags: ["a"], deep: { b: 3 } } } });
  });

  it("appends to lists, whatever the operation", () => {
    const filters = (...names: readonly string[]): JsonObject => packed(managerType, { http_filters: names.map((name) => ({ name })) });
    expect(mergePacked(filters("a"), filters("b"))).toEqual({ merged: filters("a", "b") });
  });
});

it("merging nothing changes nothing, and merging into nothing is the patch", () => {
  const message = fc.record(
    {
      name: fc.string(),
      connect_timeout: fc.nat(99).map((seconds) => `${seconds}s`),
      lb_policy: fc.constantFrom("ROUND_ROBIN", "RANDOM"),
      type: fc.constantFrom("STATIC", "EDS"),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(message, (fields) => {
      const target = canonical(cluster, fields as JsonObject);
      expect(mergeMessages(cluster, target, {}, "append")).toBe(target);
      expect(mergeMessages(cluster, {}, target, "append")).toEqual(target);
      expect(mergeMessages(cluster, target, target, "append")).toBe(target);
    }),
    { numRuns: 200 },
  );
});
