import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { envoyFilterSchema } from "../../src/envoy-filter/envoy-filter-schema.js";
import { readEnvoyFilters } from "../../src/envoy-filter/read-envoy-filters.js";

const read = (...texts: readonly string[]) => readEnvoyFilters(texts.map((text, index) => ({ name: `filter-${index}.yaml`, text })));

/** An EnvoyFilter with these lines as its only config patch; the first of them is line 6. */
const withPatch = (...lines: readonly string[]): string =>
  [
    "apiVersion: networking.istio.io/v1alpha3",
    "kind: EnvoyFilter",
    "metadata: { name: reviews-timeout, namespace: default }",
    "spec:",
    "  configPatches:",
    ...lines.map((line, index) => `${index === 0 ? "  - " : "    "}${line}`),
  ].join("\n");

/** A patch of a connection manager with these lines in its typed_config, which begins at line 12. */
const manager = (...lines: readonly string[]): string =>
  withPatch(
    "applyTo: NETWORK_FILTER",
    "patch:",
    "  operation: MERGE",
    "  value:",
    "    name: envoy.filters.network.http_connection_manager",
    "    typed_config:",
    '      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    ...lines.map((line) => `      ${line}`),
  );

const cluster = (...value: readonly string[]): string =>
  withPatch(
    "applyTo: CLUSTER",
    "patch:",
    "  operation: MERGE",
    "  value:",
    ...(value.length === 0 ? ["{}"] : value).map((line) => `    ${line}`),
  );

const service = "apiVersion: v1\nkind: Service\nmetadata: { name: reviews }";

describe("what is read", () => {
  it.each([
    ["one document", [cluster("connect_timeout: 1s")], ["default/reviews-timeout"]],
    ["several documents with other kinds between", [`${cluster("lb_policy: RANDOM")}\n---\n${service}\n---\n---\n${manager()}`], 2],
    ["several files", [cluster(), `${service}\n---\n${manager()}`], 2],
    ["JSON", [JSON.stringify({ apiVersion: "networking.istio.io/v1alpha3", kind: "EnvoyFilter", metadata: { name: "empty" } })], 1],
    [
      "a list of objects",
      ["kind: List\napiVersion: v1\nitems:\n- apiVersion: networking.istio.io/v1alpha3\n  kind: EnvoyFilter\n  metadata: { name: a }"],
      1,
    ],
    [
      "a list that kubectl prints",
      [
        "kind: EnvoyFilterList\nitems:\n- apiVersion: networking.istio.io/v1\n  kind: EnvoyFilter\n  metadata: { name: a }\n- apiVersion: networking.istio.io/v1alpha3\n  kind: EnvoyFilter\n  metadata: { name: b }",
      ],
      2,
    ],
    [
      "an object as the API server keeps it",
      [`${cluster()}\nstatus: { conditions: [] }`.replace("{ name", "{ uid: 1-2, managedFields: [], creationTimestamp: null, name")],
      1,
    ],
    ["either spelling of a field", [cluster("connectTimeout: 1s")], 1],
    ["a number in place of an enum's name", [cluster("lb_policy: 99")], 1],
    [
      "what a TypedStruct holds, as nobody looks into it but Envoy",
      [
        manager(
          "http_filters:",
          "- name: wasm",
          "  typed_config:",
          '    "@type": type.googleapis.com/udpa.type.v1.TypedStruct',
          "    type_url: type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
          "    value: { confg: 1 }",
        ),
      ],
      1,
    ],
  ] as const)("%s", (_, texts, want) => {
    const { envoyFilters, warnings } = read(...texts);
    if (typeof want === "number") expect(envoyFilters).toHaveLength(want);
    else expect(envoyFilters.map(({ envoyFilter: { metadata } }) => `${metadata.namespace}/${metadata.name}`)).toEqual(want);
    expect(warnings).toEqual([]);
  });

  it("knows where each was written, and counts what it passes over", () => {
    const { envoyFilters, others } = read(
      `${service}\n---\n${service}\n---\n${cluster()}\n  - applyTo: LISTENER\n    patch: { operation: REMOVE }`,
    );
    expect(envoyFilters.map(({ file, line, patchLines }) => ({ file, line, patchLines }))).toEqual([
      { file: "filter-0.yaml", line: 9, patchLines: [14, 19] },
    ]);
    expect(others).toEqual([{ kind: "Service", count: 2 }]);
  });

  it("is what the recorded EnvoyFilters are", () => {
    const text = readFileSync(new URL("../../snapshots/accesslog-envoyfilter.yaml", import.meta.url), "utf8");
    const { envoyFilters, others, warnings } = readEnvoyFilters([{ name: "accesslog.yaml", text }]);
    expect(envoyFilters.map(({ envoyFilter }) => envoyFilter.metadata.name)).toEqual(["egress-l4-access-log", "egress-l7-access-log"]);
    expect({ others, warnings }).toEqual({ others: [], warnings: [] });
  });
});

describe("what is refused, with its line", () => {
  it.each([
    ["no YAML", "apiVersion: [", 1, "Flow sequence"],
    ["no object of Kubernetes", "- name: reviews", 1, "this is no Kubernetes object: it has no kind"],
    ["another API", cluster().replace("networking.istio.io", "gateway.envoyproxy.io"), 1, "apiVersion: must match pattern"],
    ["no name", cluster().replace("name: reviews-timeout, ", ""), 3, "must have required property 'name'"],
    [
      "an unknown key",
      withPatch("applyTo: LISTENER", "match:", "  listener: { portnumber: 9080 }", "patch: { operation: REMOVE }"),
      8,
      "unknown key portnumber; did you mean portNumber?",
    ],
    ["a wrong enum of the object", withPatch("applyTo: HTTP_FILTERS", "patch: { operation: REMOVE }"), 6, "must be one of LISTENER, "],
    ["a wrong operation", withPatch("applyTo: CLUSTER", "patch:", "  operation: MERG"), 8, "; did you mean MERGE?"],
    [
      "a wrong type in the object",
      withPatch("applyTo: LISTENER", "match:", "  listener:", '    portNumber: "9080"', "patch: { operation: REMOVE }"),
      9,
      "must be integer",
    ],
    ["no value", withPatch("applyTo: CLUSTER", "patch:", "  operation: MERGE"), 7, "MERGE has no value; only REMOVE needs none"],
    [
      "a match of another kind",
      withPatch("applyTo: CLUSTER", "match:", "  listener: {}", "patch: { operation: REMOVE }"),
      8,
      "CLUSTER is matched by cluster, not by listener",
    ],
    [
      "a subFilter of another filter",
      withPatch(
        "applyTo: HTTP_FILTER",
        "match:",
        "  listener:",
        "    filterChain:",
        "      filter:",
        "        name: envoy.filters.network.tcp_proxy",
        "        subFilter: { name: lua }",
        "patch: { operation: REMOVE }",
      ),
      11,
      "a subFilter is only in a filter named envoy.filters.network.http_connection_manager",
    ],
    [
      "a pattern of a version that does not compile",
      withPatch("applyTo: CLUSTER", "match:", "  proxy:", "    proxyVersion: '1.(20'", "patch: { operation: REMOVE }"),
      9,
      "proxyVersion: ",
    ],
    [
      "two ways to be selected",
      `${cluster()}\n  workloadSelector: {}\n  targetRefs: []`,
      12,
      "only one of targetRefs and workloadSelector can be set",
    ],
    [
      "a wrong enum of the value",
      cluster("connect_timeout: 1s", "lb_policy: RANDOMLY"),
      11,
      "LbPolicy has no value RANDOMLY; did you mean RANDOM?",
    ],
    ["a wrong type in the value", manager("max_request_headers_kb: lots"), 13, '"lots" is not a uint32'],
    ["a value that does not decode", cluster("connect_timeout: 5 seconds"), 10, '"5 seconds" is not a duration such as "1.5s"'],
    [
      "an Any of an unknown type",
      manager().replace("HttpConnectionManager", "HttpConectionManager"),
      12,
      "did you mean envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager?",
    ],
    [
      "an Any without a type",
      withPatch(
        "applyTo: HTTP_FILTER",
        "patch:",
        "  operation: ADD",
        "  value:",
        "    name: lua",
        "    typed_config:",
        "      inline_code: x",
      ),
      11,
      'is not an object with an "@type"',
    ],
    [
      "an Any of the older API",
      withPatch(
        "applyTo: HTTP_FILTER",
        "patch:",
        "  operation: ADD",
        "  value:",
        "    name: lua",
        "    typed_config:",
        '      "@type": type.googleapis.com/envoy.config.filter.http.lua.v2.Lua',
      ),
      12,
      "older API",
    ],
  ] as const)("%s", (_, text, line, says) => {
    expect(() => read(service, text)).toThrow(`filter-1.yaml: line ${line}: `);
    expect(() => read(text)).toThrow(says);
  });

  it("no EnvoyFilter at all", () => {
    expect(() => read(service, service)).toThrow("no EnvoyFilter in filter-0.yaml, filter-1.yaml; there is 2 Service");
    expect(() => read("")).toThrow("no EnvoyFilter in filter-0.yaml; there is no Kubernetes object");
  });
});

describe("what is taken with a warning", () => {
  it.each([
    [
      "a field that is not known, which istiod drops",
      cluster("conect_timeout: 1s"),
      "line 10: spec.configPatches.0.patch.value.conect_timeout: Cluster has no field conect_timeout; did you mean connect_timeout?; istiod drops it",
    ],
    ["the same within an Any", manager("max_header_kb: 96"), "line 13: spec.configPatches.0.patch.value.typed_config.max_header_kb: "],
    [
      "two members of one oneof, of which one counts",
      withPatch(
        "applyTo: HTTP_ROUTE",
        "patch:",
        "  operation: MERGE",
        "  value:",
        "    route:",
        "      cluster: reviews",
        "      cluster_header: x-to",
      ),
      "line 11: spec.configPatches.0.patch.value.route.cluster: ",
    ],
    [
      "two spellings of one field, of which one counts",
      cluster("connect_timeout: 1s", "connectTimeout: 2s"),
      "line 10: spec.configPatches.0.patch.value.connect_timeout: ",
    ],
    ["a selector of everything", `${cluster()}\n  workloadSelector: {}`, "line 11: spec.workloadSelector: a selector without labels"],
  ] as const)("%s", (_, text, says) => {
    const { warnings } = read(text);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`filter-0.yaml: ${says}`);
  });
});

it("the schema that is published takes what is read", () => {
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(envoyFilterSchema);
  expect(validate({ apiVersion: "networking.istio.io/v1", kind: "EnvoyFilter", metadata: { name: "a" }, spec: { priority: -10 } })).toBe(
    true,
  );
  expect(validate({ apiVersion: "networking.istio.io/v1", kind: "EnvoyFilter", metadata: { name: "a" }, spec: { prio: 1 } })).toBe(false);
});
