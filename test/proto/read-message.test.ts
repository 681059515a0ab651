import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeProblem } from "../../src/model/problem.js";
import { placeOf } from "../../src/model/proto-json.js";
import { decodeMessage, encodeMessage } from "../../src/proto/codec.js";
import { readMessage } from "../../src/proto/read-message.js";
import type { JsonObject } from "../../src/util/json.js";

const clusterType = "envoy.config.cluster.v3.Cluster";
const listenerType = "envoy.config.listener.v3.Listener";
const urlOf = (name: string) => `type.googleapis.com/${name}`;
const readValue = (type: string, json: JsonObject) => readMessage(type, json, "").value;
const problemsOf = (type: string, json: JsonObject, at = "/cluster") => readMessage(type, json, at).problems;

describe("two spellings of one value read the same", () => {
  it.each<[string, string, JsonObject, JsonObject]>([
    [
      "camelCase and snake_case",
      clusterType,
      { connectTimeout: "1s", edsClusterConfig: { serviceName: "r" } },
      { connect_timeout: "1s", eds_cluster_config: { service_name: "r" } },
    ],
    ["durations with trailing zeros", clusterType, { connect_timeout: "0.250s" }, { connect_timeout: "0.25s" }],
    ["durations of a whole second", clusterType, { connect_timeout: "10.000s" }, { connect_timeout: "10s" }],
    ["enums by number and name", clusterType, { type: 3 }, { type: "EDS" }],
    ["an enum's zero and its absence", clusterType, { lb_policy: "ROUND_ROBIN" }, {}],
    ["an empty list and none", clusterType, { filters: [] }, {}],
    ["null and none", clusterType, { lb_policy: null, health_checks: null }, {}],
    [
      "64-bit numbers as numbers and as text",
      "envoy.config.route.v3.RouteMatch",
      { runtime_fraction: { default_value: { numerator: "7" } } },
      { runtime_fraction: { default_value: { numerator: 7 } } },
    ],
    ["int64 as text", "envoy.type.v3.Int64Range", { start: 5, end: "10" }, { start: "5", end: 10 }],
    ["an integer with an exponent", "envoy.type.v3.Int64Range", { end: "1e3" }, { end: 1000 }],
    ["base64 of either alphabet, padded or not", "envoy.config.core.v3.DataSource", { inline_bytes: "-_8" }, { inline_bytes: "+/8=" }],
    ["a default under its JSON name", clusterType, { altStatName: "" }, {}],
  ])("%s", (_, type, one, other) => {
    expect(problemsOf(type, one)).toEqual([]);
    expect(readValue(type, one)).toEqual(readValue(type, other));
  });

  it.each<[string, string, JsonObject, JsonObject]>([
    ["a wrapper's explicit default is no absence", clusterType, { per_connection_buffer_limit_bytes: 0 }, {}],
    ["an empty message is no absence", clusterType, { common_lb_config: {} }, {}],
    ["a oneof's explicit default is no absence", "envoy.config.route.v3.RouteMatch", { prefix: "" }, {}],
    ["another fraction of a second", clusterType, { connect_timeout: "0.250s" }, { connect_timeout: "0.0250s" }],
    ["another enum value", clusterType, { type: 2 }, { type: "EDS" }],
  ])("near miss: %s", (_, type, one, other) => expect(readValue(type, one)).not.toEqual(readValue(type, other)));
});

describe("an Any", () => {
  const tcpProxy = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";
  const read = (typed_config: JsonObject) =>
    readMessage(listenerType, { filter_chains: [{ filters: [{ name: "tcp", typed_config }] }] }, "/l");
  const inner = (typed_config: JsonObject) => {
    const { value } = read(typed_config);
    return (value as { filter_chains: { filters: { typed_config: JsonObject }[] }[] }).filter_chains[0]?.filters[0]?.typed_config;
  };

  it.each([
    ["udpa.type.v1.TypedStruct", "type_url"],
    ["xds.type.v3.TypedStruct", "typeUrl"],
  ])("%s of a known type is read as that type", (wrapper, key) => {
    const typedConfig = { "@type": urlOf(wrapper), [key]: urlOf(tcpProxy), value: { statPrefix: "reviews" } };
    expect(inner(typedConfig)).toEqual({ "@type": urlOf(tcpProxy), stat_prefix: "reviews" });
    expect(read(typedConfig).problems).toEqual([]);
    const found = inner(typedConfig) ?? {};
    expect(placeOf(found)).toBe("/l/filter_chains/0/filters/0/typed_config/value");
    expect(placeOf(found, "stat_prefix")).toBe("/l/filter_chains/0/filters/0/typed_config/value/statPrefix");
  });

  it("a TypedStruct stays one where that is asked for", () => {
    const typedConfig = { "@type": urlOf("udpa.type.v1.TypedStruct"), type_url: urlOf(tcpProxy), value: { statPrefix: "reviews" } };
    const { value, problems } = readMessage("envoy.config.listener.v3.Filter", { typedConfig }, "", { typedStructs: "kept" });
    expect([value, problems]).toEqual([{ typed_config: typedConfig }, []]);
  });

  it.each(["udpa.type.v1.TypedStruct", "xds.type.v3.TypedStruct"])("%s of an unknown type is kept and named", (wrapper) => {
    const typedConfig = { "@type": urlOf(wrapper), type_url: "type.googleapis.com/acme.Sauce", value: { spice: 3 } };
    expect(inner(typedConfig)).toEqual(typedConfig);
    expect(read(typedConfig).problems).toEqual([
      { code: "unknown-type", type: "acme.Sauce", at: "/l/filter_chains/0/filters/0/typed_config" },
    ]);
  });

  it("of an older API is read as its successor, and says so", () => {
    const typedConfig = { "@type": urlOf("envoy.config.filter.network.tcp_proxy.v2.TcpProxy"), stat_prefix: "reviews" };
    expect(inner(typedConfig)).toEqual({ "@type": urlOf(tcpProxy), stat_prefix: "reviews" });
    expect(read(typedConfig).problems).toEqual([
      {
        code: "older-type",
        type: "envoy.config.filter.network.tcp_proxy.v2.TcpProxy",
        readAs: tcpProxy,
        at: "/l/filter_chains/0/filters/0/typed_config",
      },
    ]);
  });

  it("of a well-known type has its value under `value`", () => {
    expect(inner({ "@type": urlOf("google.protobuf.Duration"), value: "1.50s" })).toEqual({
      "@type": urlOf("google.protobuf.Duration"),
      value: "1.5s",
    });
    expect(inner({ "@type": urlOf("google.protobuf.StringValue"), value: "reviews" })).toEqual({
      "@type": urlOf("google.protobuf.StringValue"),
      value: "reviews",
    });
  });

  it("under another host of the type URL is the same type", () => {
    expect(inner({ "@type": `types.example.com/${tcpProxy}`, stat_prefix: "reviews" })).toEqual({
      "@type": urlOf(tcpProxy),
      stat_prefix: "reviews",
    });
  });

  it("of an unknown type is kept, named once and not entered", () => {
    const typedConfig = { "@type": urlOf("acme.Sauce"), statPrefix: 9, deep: { "@type": urlOf("acme.Other") } };
    expect(inner(typedConfig)).toEqual(typedConfig);
    expect(read(typedConfig).problems.map(({ code }) => code)).toEqual(["unknown-type"]);
  });

  it("without a type URL is a problem, unless it is empty", () => {
    expect(read({}).problems).toEqual([]);
    expect(read({ stat_prefix: "reviews" }).problems.map(({ code }) => code)).toEqual(["invalid-value"]);
  });
});

describe("what is not as the descriptors have it is a problem with its place", () => {
  it.each<[string, JsonObject, string, string]>([
    ["an unknown field", { name: "r", warp: 1 }, "unknown-field", "/cluster/warp"],
    ["an unknown field in a list", { health_checks: [{}, { warp: 1 }] }, "unknown-field", "/cluster/health_checks/1/warp"],
    ["a place in the file's spelling", { healthChecks: [{ warp: 1 }] }, "unknown-field", "/cluster/healthChecks/0/warp"],
    ["a key that a pointer escapes", { "a/b~c": 1 }, "unknown-field", "/cluster/a~1b~0c"],
    ["an unknown enum value", { type: "QUANTUM" }, "unknown-enum-value", "/cluster/type"],
    ["text for a message", { common_lb_config: "none" }, "invalid-value", "/cluster/common_lb_config"],
    ["a list for a message", { common_lb_config: [] }, "invalid-value", "/cluster/common_lb_config"],
    ["an object for a list", { health_checks: {} }, "invalid-value", "/cluster/health_checks"],
    ["an object for text", { name: {} }, "invalid-value", "/cluster/name"],
    ["a number for a truth value", { respect_dns_ttl: 1 }, "invalid-value", "/cluster/respect_dns_ttl"],
    ["a negative uint32", { per_connection_buffer_limit_bytes: -1 }, "invalid-value", "/cluster/per_connection_buffer_limit_bytes"],
    [
      "a uint32 out of range",
      { per_connection_buffer_limit_bytes: 4294967296 },
      "invalid-value",
      "/cluster/per_connection_buffer_limit_bytes",
    ],
    [
      "a fraction for an integer",
      { per_connection_buffer_limit_bytes: 1.5 },
      "invalid-value",
      "/cluster/per_connection_buffer_limit_bytes",
    ],
    ["a duration without its unit", { connect_timeout: "5" }, "invalid-value", "/cluster/connect_timeout"],
    ["a list for a map", { typed_extension_protocol_options: [] }, "invalid-value", "/cluster/typed_extension_protocol_options"],
    [
      "text for a map's message",
      { typed_extension_protocol_options: { http: "x" } },
      "invalid-value",
      "/cluster/typed_extension_protocol_options/http",
    ],
    ["both spellings of a field", { connect_timeout: "1s", connectTimeout: "2s" }, "duplicate-field", "/cluster/connectTimeout"],
  ])("%s", (_, json, code, at) => {
    const problems = problemsOf(clusterType, json);
    expect(problems.map((problem) => [problem.code, problem.at])).toEqual([[code, at]]);
    expect(problems.map(describeProblem).join("")).not.toBe("");
  });

  it("and what stands beside it is read", () => {
    expect(readValue(clusterType, { connectTimeout: 5, name: "reviews", filters: [7, { name: "kept" }] })).toEqual({
      name: "reviews",
      filters: [{ name: "kept" }],
    });
  });
});

describe("hostile input", () => {
  it("keeps the key __proto__ as a key", () => {
    const value = readValue(
      clusterType,
      JSON.parse('{"__proto__":{"name":"x"},"metadata":{"filter_metadata":{"__proto__":{"istio":{}}}}}'),
    );
    expect(Object.keys(value).sort()).toEqual(["__proto__", "metadata"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(JSON.stringify(value)).toBe('{"__proto__":{"name":"x"},"metadata":{"filter_metadata":{"__proto__":{"istio":{}}}}}');
  });

  it.each([
    [
      "matchers in matchers",
      (depth: number) => `${'{"not_match":'.repeat(depth)}{}${"}".repeat(depth)}`,
      "envoy.config.common.matcher.v3.MatchPredicate",
    ],
    ["an unknown field", (depth: number) => `{"warp":${"[".repeat(depth)}${"]".repeat(depth)}}`, clusterType],
    [
      "Any in Any",
      (depth: number) =>
        `${`{"@type":"${urlOf("envoy.config.core.v3.TypedExtensionConfig")}","typed_config":`.repeat(depth)}{}${"}".repeat(depth)}`,
      "envoy.config.core.v3.TypedExtensionConfig",
    ],
  ])("nested 10,000 deep does not exhaust the stack: %s", (_, nest, type) => {
    const read = readMessage(type, JSON.parse(nest(10_000)), "");
    expect(read.problems.map(({ code }) => code)).toContain(type === clusterType ? "unknown-field" : "nested-too-deep");
  });

  const types = [
    clusterType,
    listenerType,
    "envoy.config.route.v3.RouteConfiguration",
    "envoy.config.endpoint.v3.ClusterLoadAssignment",
    "envoy.config.bootstrap.v3.Bootstrap",
    "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    "envoy.extensions.transport_sockets.tls.v3.Secret",
    "envoy.config.rbac.v3.RBAC",
    "google.protobuf.Struct",
    "acme.example.Unknown",
  ];
  const keys = fc.oneof(
    fc.constantFrom(
      ...[
        "@type",
        "name",
        "match",
        "route",
        "routes",
        "virtual_hosts",
        "virtualHosts",
        "filter_chains",
        "filters",
        "typed_config",
        "value",
        "type_url",
      ],
      ...[
        "address",
        "socket_address",
        "cluster",
        "type",
        "connect_timeout",
        "metadata",
        "filter_metadata",
        "domains",
        "prefix",
        "headers",
        "__proto__",
      ],
      ...[
        "rules",
        "policies",
        "permissions",
        "principals",
        "weighted_clusters",
        "clusters",
        "weight",
        "endpoints",
        "lb_endpoints",
        "secret",
      ],
    ),
    fc.string({ maxLength: 6 }),
  );
  const leaves = fc.oneof(
    ...[fc.constant(null), fc.boolean(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string({ maxLength: 8 })],
    fc.constantFrom(
      "1.50s",
      "EDS",
      urlOf(clusterType),
      urlOf("udpa.type.v1.TypedStruct"),
      urlOf("google.protobuf.Duration"),
      "9007199254740993",
    ),
  );
  const { tree } = fc.letrec<{ tree: unknown; object: unknown }>((tie) => ({
    tree: fc.oneof({ depthSize: "small" }, leaves, fc.array(tie("tree"), { maxLength: 4 }), tie("object")),
    object: fc.dictionary(keys, tie("tree"), { maxKeys: 6, noNullPrototype: true }),
  }));
  const object = fc
    .dictionary(keys, tree, { maxKeys: 6, noNullPrototype: true })
    .map((value): JsonObject => JSON.parse(JSON.stringify(value)));

  it("never throws, and reading what was read changes nothing", () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), object, (type, json) => {
        const before = JSON.stringify(json);
        const read = readMessage(type, json, "");
        expect(JSON.stringify(json)).toBe(before);
        for (const problem of read.problems) expect(describeProblem(problem)).not.toBe("");
        expect(readMessage(type, read.value, "").value).toEqual(read.value);
      }),
      { numRuns: 600 },
    );
  });

  it("decodes and encodes to what it was read as", () => {
    fc.assert(
      fc.property(fc.constantFrom(...types.slice(0, 8)), object, (type, json) => {
        const read = readMessage(type, { ...json, "@type": urlOf(type) }, "");
        expect(readMessage(type, encodeMessage(decodeMessage(type, read)), "").value).toEqual(read.value);
      }),
      { numRuns: 600 },
    );
  });
});
