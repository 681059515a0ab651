import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import type { ClusterChoice, Explanation, OutcomeKind, Resolution, UpstreamTls } from "../src/index.js";
import {
  applyToKinds,
  causeCodes,
  envoyFilterSchema,
  explain,
  forceStates,
  lackReasons,
  patchAssumptionCodes,
  patchContexts,
  patchOperations,
  patchReasons,
  patchStatuses,
  readSnapshot,
  requestSchema,
  stepNames,
  suspicionCodes,
  uncertainCodes,
} from "../src/index.js";
import type { Json } from "../src/util/json.js";
import { valueAt } from "../src/util/json-pointer.js";
import { runInMemory } from "./cli/memory-io.js";
import { recordedDumps } from "./recordings/recorded-dumps.js";

const folder = new URL("../src/schemas/", import.meta.url);
const suffix = ".schema.json";
const names = readdirSync(folder)
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));
const schemaOf = (name: string) => JSON.parse(readFileSync(new URL(name + suffix, folder), "utf8"));
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
for (const name of names) ajv.addSchema({ $id: name + suffix, ...schemaOf(name) });

/** What a value breaks of its schema. */
function errorsOf(name: string, value: unknown) {
  ajv.validate(name + suffix, value);
  return ajv.errors ?? [];
}

const dumps = ["bookinfo", "gateway", "registry-only", "accesslog-off", "accesslog-on"].map((name) => `${name}.json.gz`);
const expectations = `- name: reviews
  target: http://reviews:9080/
  expect: { outcome: forward }
- name: reviews answer from behind
  target: http://reviews:9080/
  expect: { response: null }
`;
const snapshots = Object.fromEntries(
  dumps.map((name) => [name, new Uint8Array(readFileSync(new URL(`../snapshots/${name}`, import.meta.url)))]),
);
const files = {
  ...snapshots,
  "accesslog.yaml": readFileSync(new URL("../snapshots/accesslog-envoyfilter.yaml", import.meta.url), "utf8"),
  "nothing.yaml": readFileSync(new URL("envoy-filter/filters/nothing-changed.yaml", import.meta.url), "utf8"),
  "reviews.yaml": expectations,
  "bug-report/proxies/default/productpage/config_dump": snapshots["bookinfo.json.gz"] ?? "",
  "bug-report/proxies/default/sleep/config_dump": snapshots["accesslog-off.json.gz"] ?? "",
};

describe("each answer is as its schema says", () => {
  const answers: readonly (readonly [schema: string, ...argv: string[]])[] = [
    ["version", "version", "-o", "json"],
    ...dumps.map((dump) => ["summary", "summary", dump, "-o", "json"] as const),
    ...["listeners", "routes", "clusters", "endpoints", "secrets", "bootstrap", "ecds"].map(
      (list) => ["list", list, "bookinfo.json.gz", "-o", "json"] as const,
    ),
    ["list-item", "listeners", "gateway.json.gz", "-o", "ndjson"],
    ["query", "query", "bookinfo.json.gz", "$..cluster.name", "-o", "json"],
    ["explanation", "explain", "bookinfo.json.gz", "http://reviews:9080/reviews/0", "-o", "json"],
    ["explanation", "explain", "bookinfo.json.gz", "https://api.example.com/", "-o", "json"],
    ["explanation", "explain", "registry-only.json.gz", "tcp://db.example.com:3306", "--server-first", "-o", "json"],
    ["explanation", "explain", "gateway.json.gz", "http://bookinfo.example.com/productpage", "-o", "ndjson"],
    ["explanation", "explain", "bug-report/", "http://reviews:9080/reviews/0", "--entry", "default/productpage", "-o", "json"],
    ["summary", "summary", "bookinfo.json.gz", "--with", "accesslog-off.json.gz", "-o", "json"],
    ["path", "explain", "bookinfo.json.gz", "http://productpage:9080/", "--next", "bookinfo.json.gz", "-o", "json"],
    ["path", "explain", "bookinfo.json.gz", "http://reviews:9080/", "--next", "registry-only.json.gz", "-o", "json"],
    ["test-report", "test", "bookinfo.json.gz", "reviews.yaml", "-o", "json"],
    ["redaction", "redact", "--check", "bookinfo.json.gz", "--report-format", "json"],
    ["redaction-map", "redact", "bookinfo.json.gz", "-o", "shared.json.gz", "--pseudonyms", "--map", "-"],
    ["diff", "diff", "accesslog-off.json.gz", "accesslog-on.json.gz", "-o", "json"],
    ["diff", "diff", "bookinfo.json.gz", "bookinfo.json.gz", "-o", "json"],
    ["diff", "diff", "accesslog-off.json.gz", "accesslog-on.json.gz", "--envoyfilter", "accesslog.yaml", "-o", "json"],
    ["diff", "diff", "bookinfo.json.gz", "accesslog-on.json.gz", "--envoyfilter", "accesslog.yaml", "-o", "json"],
    ["patch", "patch", "accesslog-off.json.gz", "accesslog.yaml", "nothing.yaml", "-o", "json"],
    ["patch", "patch", "gateway.json.gz", "accesslog.yaml", "-o", "json"],
    ["patch-check", "patch", "accesslog-on.json.gz", "accesslog.yaml", "--check", "-o", "json"],
    ["patch-check", "patch", "bookinfo.json.gz", "accesslog.yaml", "nothing.yaml", "--check", "-o", "json"],
    ["diff", "diff", "bookinfo.json.gz", "registry-only.json.gz", "-o", "json"],
  ];

  it.each(answers)("%s: %s %s %s", async (schema, ...argv) => {
    const { out, err, status } = await runInMemory(argv, files);
    expect({ err, status }).toEqual({
      err: expect.anything(),
      status: ["diff", "redaction", "patch-check"].includes(schema) ? expect.any(Number) : 0,
    });
    for (const line of argv.includes("ndjson") ? out.trim().split("\n") : [out]) expect(errorsOf(schema, JSON.parse(line))).toEqual([]);
  });

  it("and so is what is asked: expectations", () => {
    expect(errorsOf("expectations", parse(expectations))).toEqual([]);
    expect(errorsOf("expectations", [{ name: "reviews", target: "http://reviews:9080/" }])).not.toEqual([]);
  });

  it("and so is what is asked: requests", () => {
    expect(schemaOf("request")).toEqual(JSON.parse(JSON.stringify(requestSchema)));
    expect(errorsOf("request", { destination: { ip: "10.96.0.11", port: 9080 } })).toEqual([]);
    expect(errorsOf("request", { destination: { ip: "10.96.0.11", port: "9080" } })).not.toEqual([]);
  });

  it("and so is what is asked: EnvoyFilters", () => {
    expect(schemaOf("envoy-filter")).toEqual(JSON.parse(JSON.stringify(envoyFilterSchema)));
    for (const document of parseAllDocuments(files["accesslog.yaml"])) expect(errorsOf("envoy-filter", document.toJS())).toEqual([]);
  });

  it("and every schema is looked at", () => {
    expect([...new Set(answers.map(([schema]) => schema)), "expectations", "request", "envoy-filter"].sort()).toEqual([...names].sort());
  });
});

describe("the closed sets of the schemas of patches", () => {
  const { properties, $defs } = schemaOf("patch");
  const account = $defs.account.properties;

  it.each([
    ["status", account.status.enum, patchStatuses],
    ["reason", account.reason.oneOf[0].enum, patchReasons],
    ["suspicions[].code", account.suspicions.items.properties.code.enum, suspicionCodes],
    ["applyTo", account.applyTo.enum, applyToKinds],
    ["operation", account.operation.enum, patchOperations],
    ["context", account.context.enum, patchContexts],
    ["assumptions[].code", properties.assumptions.items.properties.code.enum, patchAssumptionCodes],
    ["state", schemaOf("patch-check").properties.patches.items.properties.state.enum, forceStates],
    [
      "lacking[].because",
      schemaOf("diff").properties.attribution.properties.patches.items.properties.lacking.items.properties.because.enum,
      lackReasons,
    ],
  ])("%s", (_, inSchema, inSource) => expect(inSchema).toEqual([...inSource]));
});

describe("the schema of an explanation", () => {
  const schema = schemaOf("explanation");
  const { snapshot } = readSnapshot(snapshots["bookinfo.json.gz"] ?? new Uint8Array(), { fileName: "bookinfo.json.gz" });
  const explanation: Explanation = JSON.parse(
    JSON.stringify(explain(snapshot, { destination: { ip: "10.96.0.11", port: 9080 }, payload: "hello tcp\n" })),
  );

  it("closes its words as the source does", () => {
    // A word that is missing here, or one too many, does not compile.
    const outcomes = Object.keys({
      forward: true,
      redirect: true,
      direct_response: true,
      rejected: true,
      closed: true,
      waiting: true,
    } satisfies Record<OutcomeKind, true>);
    const ways = Object.keys({
      given: true,
      "virtual-host-domain": true,
      "cluster-name": true,
      "listener-address": true,
      endpoint: true,
      "not-in-dump": true,
    } satisfies Record<Resolution["how"], true>);
    const modes = Object.keys({ ISTIO_MUTUAL: true, MUTUAL: true, SIMPLE: true, PLAINTEXT: true } satisfies Record<
      UpstreamTls["mode"],
      true
    >);
    const { properties, $defs } = schema;
    expect($defs.step.properties.step.enum).toEqual(stepNames);
    expect(properties.cause.anyOf[0].properties.code.enum).toEqual(causeCodes);
    expect(properties.uncertain.items.properties.code.enum).toEqual(uncertainCodes);
    expect(properties.outcome.enum).toEqual(outcomes);
    expect(properties.resolved.properties.how.enum).toEqual(ways);
    expect(properties.tls.anyOf[0].properties.mode.enum).toEqual(modes);
  });

  it("has the request as requests are written", () => {
    const { request } = schema.$defs;
    expect(Object.keys(request.properties).sort()).toEqual(Object.keys(requestSchema.properties).sort());
    expect(Object.keys(request.properties.http.properties).sort()).toEqual(Object.keys(requestSchema.properties.http.properties).sort());
    expect(Object.keys(request.properties.tls.properties).sort()).toEqual(Object.keys(requestSchema.properties.tls.properties).sort());
  });

  it.each<[string, (valid: Explanation) => unknown]>([
    ["a word of its own", (valid) => ({ ...valid, outcome: "dropped" })],
    ["a member that nobody knows", (valid) => ({ ...valid, verdict: "fine" })],
    ["a member that is missing", ({ why: _, ...rest }) => rest],
    ["a place that is no pointer", (valid) => ({ ...valid, mirrors: [{ name: "reviews-v2", at: "configs/0" }] })],
    [
      "a cluster without its weight",
      (valid) => ({ ...valid, clusters: [{ name: "reviews-v2", at: "" } satisfies Partial<ClusterChoice>] }),
    ],
    ["text for a port", (valid) => ({ ...valid, request: { destination: { ip: "10.96.0.11", port: "9080" } } })],
  ])("refuses %s", (_, change) => {
    expect(errorsOf("explanation", explanation)).toEqual([]);
    expect(errorsOf("explanation", change(explanation))).not.toEqual([]);
  });

  it("takes every recorded request's explanation, and each pointer in it leads somewhere", () => {
    for (const recorded of recordedDumps(fileURLToPath(new URL("recordings/fixtures", import.meta.url)), {
      readSnapshot: readParsed,
      explain,
    })) {
      if ("unreadable" in recorded) throw new Error(recorded.unreadable);
      for (const { id, request } of recorded.recordings) {
        const answer = JSON.parse(JSON.stringify(recorded.explain(request)));
        expect(errorsOf("explanation", answer), id).toEqual([]);
        for (const at of pointersIn(answer)) expect(leadsSomewhere(at), `${id}: ${at}`).toBe(true);
      }
    }
  });

  /** Which pointers lead somewhere in the dump that is being explained; asked once each. */
  let known = new Map<string, boolean>();
  let file: Json = null;
  const readParsed: typeof readSnapshot = (bytes, options) => {
    const read = readSnapshot(bytes, options);
    file = read.snapshot.documents[0]?.json() ?? null;
    known = new Map();
    return read;
  };
  function leadsSomewhere(at: string): boolean {
    const found = known.get(at) ?? valueAt(file, at) !== undefined;
    known.set(at, found);
    return found;
  }
});

/** Every `at` of an answer. */
function pointersIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => (key === "at" && typeof member === "string" ? [member] : pointersIn(member)));
}
