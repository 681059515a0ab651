import { describe, expect, it } from "vitest";
import { applyEnvoyFilters } from "../../src/envoy-filter/apply-envoy-filters.js";
import type { ConfigPatch, EnvoyFilter } from "../../src/envoy-filter/envoy-filter.js";
import { fromGoDuration } from "../../src/envoy-filter/go-duration.js";
import { readPatchValue } from "../../src/envoy-filter/read-patch-value.js";
import { refusalsOf } from "../../src/envoy-filter/refusals.js";
import { UsageError } from "../../src/model/usage-error.js";
import type { JsonObject } from "../../src/util/json.js";
import { envoyFilter, faultType, managerName, packed, patch, productpage } from "./bookinfo.js";

describe("a duration as Go reads it", () => {
  it.each([
    ["1s", "1s"],
    ["0.500s", "0.5s"],
    ["500ms", "0.5s"],
    ["1m30s", "90s"],
    ["1h", "3600s"],
    ["1.5h", "5400s"],
    [".5s", "0.5s"],
    ["5.s", "5s"],
    ["-1s", "-1s"],
    ["-0s", "0s"],
    ["0", "0s"],
    ["1us", "0.000001s"],
    ["3ns", "0.000000003s"],
    ["1s1s", "2s"],
    ["1", undefined],
    ["s", undefined],
    ["1 s", undefined],
    ["1d", undefined],
    ["", undefined],
    [".s", undefined],
  ])("%j is %s", (text, want) => expect(fromGoDuration(text)).toBe(want));
});

describe("a patch's value", () => {
  const read = (value: JsonObject, applyTo: ConfigPatch["applyTo"] = "CLUSTER") => {
    const { value: message, problems } = readPatchValue(applyTo, value);
    return { message, problems: problems.map(({ code, at }) => `${code} ${at}`) };
  };

  it.each([
    ["either spelling", { connectTimeout: "1s", alt_stat_name: "a" }, { connect_timeout: "1s", alt_stat_name: "a" }, []],
    [
      "Go's durations, in lists too",
      { connect_timeout: "250ms", health_checks: [{ timeout: "1m" }] },
      { connect_timeout: "0.25s", health_checks: [{ timeout: "60s" }] },
      [],
    ],
    [
      "unknown fields are dropped",
      { name: "a", nme: 1, health_checks: [{ tmeout: "1s" }, {}] },
      { name: "a", health_checks: [{}, {}] },
      ["dropped /nme", "dropped /health_checks/0/tmeout"],
    ],
    ["numbers of enums", { lb_policy: 3 }, { lb_policy: "RANDOM" }, []],
    [
      "of two spellings the lowerCamelCase one",
      { alt_stat_name: "a", altStatName: "b" },
      { alt_stat_name: "b" },
      ["dropped /alt_stat_name"],
    ],
    [
      "of two spellings the lowerCamelCase one, wherever it stands",
      { altStatName: "b", alt_stat_name: "a" },
      { alt_stat_name: "b" },
      ["dropped /alt_stat_name"],
    ],
    [
      "of a oneof the member that is declared later",
      { cluster_type: { name: "a" }, type: "EDS" },
      { cluster_type: { name: "a" } },
      ["dropped /type"],
    ],
    ["null is nothing", { alt_stat_name: null }, {}, []],
  ])("may have %s", (_, value, message, problems) => expect(read(value)).toEqual({ message, problems }));

  it.each([
    ["another type", { alt_stat_name: { a: 1 } }, "/alt_stat_name"],
    ["a number for a text", { alt_stat_name: 5 }, "/alt_stat_name"],
    ["a text for a boolean", { respect_dns_ttl: "true" }, "/respect_dns_ttl"],
    ["a negative unsigned number", { per_connection_buffer_limit_bytes: -1 }, "/per_connection_buffer_limit_bytes"],
    ["a message for a list", { health_checks: {} }, "/health_checks"],
    ["no duration", { connect_timeout: "1 second" }, "/connect_timeout"],
    ["an unknown value of an enum", { lb_policy: "FASTEST" }, "/lb_policy"],
    ["an unknown type", { upstream_config: { typed_config: packed("acme.Sauce") } }, "/upstream_config/typed_config/@type"],
    [
      "a type of the older API",
      { upstream_config: { typed_config: packed("envoy.config.filter.http.fault.v2.HTTPFault") } },
      "/upstream_config/typed_config/@type",
    ],
    ["an Any without a type", { upstream_config: { typed_config: {} } }, "/upstream_config/typed_config"],
  ])("may not have %s", (_, value, at) => expect(read(value).problems).toEqual([`refused ${at}`]));

  it("keeps a TypedStruct what it is, whatever type it names", () => {
    const value = {
      name: "a",
      typed_config: packed("udpa.type.v1.TypedStruct", { type_url: `type.googleapis.com/${faultType}`, value: { max_active_faults: 1 } }),
    };
    expect(read(value, "HTTP_FILTER")).toEqual({ message: value, problems: [] });
  });
});

describe("an EnvoyFilter is refused for", () => {
  const filter = (name: string, subFilter?: string): ConfigPatch =>
    patch("HTTP_FILTER", "REMOVE", undefined, {
      listener: { filterChain: { filter: { name, ...(subFilter !== undefined && { subFilter: { name: subFilter } }) } } },
    });
  const rows: readonly (readonly [string, ConfigPatch, string | null])[] = [
    ["nothing", patch("CLUSTER", "MERGE", {}), null],
    ["a REMOVE with a wrong value", patch("CLUSTER", "REMOVE", { name: 1 }), "/patch/value/name"],
    ["a MERGE without a value", patch("CLUSTER", "MERGE"), "/patch"],
    ["a pattern that is none", { ...patch("CLUSTER", "REMOVE"), match: { proxy: { proxyVersion: "^1(" } } }, "/match/proxy/proxyVersion"],
    ["a listener's match of a cluster", patch("CLUSTER", "REMOVE", undefined, { listener: {} }), "/match/listener"],
    ["a cluster's match of a filter", patch("HTTP_FILTER", "REMOVE", undefined, { cluster: {} }), "/match/cluster"],
    ["a listener's match of a route", patch("HTTP_ROUTE", "REMOVE", undefined, { listener: {} }), "/match/listener"],
    ["two objects in one match", patch("CLUSTER", "REMOVE", undefined, { listener: {}, cluster: {} }), "/match"],
    ["no filter's name", filter(""), "/match/listener/filterChain/filter"],
    ["a filter's name", filter("a"), null],
    ["a sub-filter of another filter", filter("a", "b"), "/match/listener/filterChain/filter/name"],
    ["a sub-filter of the connection manager", filter(managerName, "b"), null],
    ["a sub-filter of its older name", filter("envoy.http_connection_manager", "b"), null],
    ["a sub-filter without a name", filter(managerName, ""), "/match/listener/filterChain/filter/subFilter"],
    [
      "a sub-filter of a network filter",
      { ...filter(managerName, "b"), applyTo: "NETWORK_FILTER" },
      "/match/listener/filterChain/filter/subFilter",
    ],
    [
      "a cluster's match of a listener filter, which nobody asks about",
      patch("LISTENER_FILTER", "REMOVE", undefined, { cluster: {} }),
      null,
    ],
  ];
  it.each(rows)("%s", (_, one, at) => {
    const [refusal] = refusalsOf(envoyFilter("bookinfo", one));
    expect(refusal?.at ?? null).toBe(at === null ? null : `/spec/configPatches/0${at}`);
  });

  it("a wildcard in its workload selector", () => {
    const selects = (labels: Readonly<Record<string, string>>) =>
      [...refusalsOf({ metadata: { name: "a" }, spec: { workloadSelector: { labels } } })].map(({ at }) => at);
    expect(selects({ app: "review*" })).toEqual(["/spec/workloadSelector/labels/app"]);
    expect(selects({ "app/name": "reviews" })).toEqual([]);
  });

  it("one patch, and then none of its patches is there", () => {
    const wrong = envoyFilter("wrong", patch("CLUSTER", "ADD", { name: "a" }), patch("CLUSTER", "ADD", { name: 1 }));
    const right = envoyFilter("right", patch("CLUSTER", "ADD", { name: "b" }));
    const { resources, account } = applyEnvoyFilters({ clusters: [] }, productpage, [wrong, right]);
    expect(resources.clusters).toEqual([{ name: "b" }]);
    expect(account.map(({ status, reason }) => [status, reason])).toEqual([
      ["failed", "refused"],
      ["failed", "refused"],
      ["applied", null],
    ]);
  });
});

it.each([
  ["no metadata", {}],
  ["no applyTo", { metadata: { name: "a" }, spec: { configPatches: [{ patch: { operation: "ADD" } }] } }],
  ["no patch", { metadata: { name: "a" }, spec: { configPatches: [{ applyTo: "CLUSTER" }] } }],
  [
    "an operation that is none",
    { metadata: { name: "a" }, spec: { configPatches: [{ applyTo: "CLUSTER", patch: { operation: "DELETE" } }] } },
  ],
])("an object with %s is no EnvoyFilter", (_, object) => {
  expect(() => applyEnvoyFilters({}, productpage, [object as unknown as EnvoyFilter])).toThrow(UsageError);
});
