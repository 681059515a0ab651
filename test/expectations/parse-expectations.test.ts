import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { expectationsSchema, parseExpectations, uncertainCodes } from "../../src/index.js";

const validate = new Ajv2020({ allowUnionTypes: true }).compile(expectationsSchema);

/** One expectation on a reviews target with these lines below it. */
const reviews = (...lines: readonly string[]): string =>
  ["- target: http://reviews:9080/reviews/0", ...lines.map((line) => `  ${line}`)].join("\n");
const cluster = "outbound|9080|v2|reviews.default.svc.cluster.local";

const accepted: readonly { readonly why: string; readonly text: string }[] = [
  { why: "a list", text: reviews(`expect: { cluster: ${JSON.stringify(cluster)} }`) },
  { why: "an object with a list", text: `expectations:\n${reviews("expect: { status: 404 }")}` },
  {
    why: "what may stay open, for the whole file",
    text: `allowUncertain: [dns]\nexpectations:\n${reviews("expect: { outcome: forward }")}`,
  },
  { why: "JSON", text: JSON.stringify([{ target: "mysql:3306", expect: { listener: "10.96.0.16_3306" } }]) },
  { why: "a glob where text stands for an object", text: reviews("expect: { route: { glob: can* } }") },
  { why: "a regex in a list", text: reviews('expect: { clusters: [{ name: { regex: "outbound.*" }, weight: 90 }] }') },
  { why: "what a list contains", text: reviews("expect: { response: { flags: { contains: [NR] } } }") },
  { why: "nothing undecided", text: reviews("expect: { uncertain: [] }") },
  { why: "no cause", text: reviews("expect: { cause: null }") },
  { why: "only what must not be", text: reviews("not: { cause: catch-all-virtual-host, status: 502 }") },
  { why: "headers of one value and of several", text: reviews("headers: { end-user: jason, x-tag: [a, b] }", "expect: { status: null }") },
  {
    why: "a header named like a pattern",
    text: reviews("headers: { glob: on }", "expect: { request: { http: { headers: { glob: [on] } } } }"),
  },
  {
    why: "every option of a target",
    text: reviews(
      "to: 10.96.0.11:9080\n  direction: outbound\n  source: '[fd00::5]:4711'\n  sni: reviews\n  alpn: [h2]\n  clientCertUri: [spiffe://mesh/ns/default/sa/sleep]",
      "method: POST\n  http2: true\n  serverFirst: false\n  random: 42\n  payload: hello",
      "expect: { outcome: closed }",
    ),
  },
  {
    why: "a request in full",
    text: "- request: { destination: { ip: 10.96.0.16, port: 3306 }, payload: hello }\n  expect: { outcome: forward }",
  },
];

const refused: readonly {
  readonly why: string;
  readonly text: string;
  readonly line: number;
  readonly says: string;
  readonly schemaTakes?: true;
}[] = [
  {
    why: "a key mistyped",
    text: reviews("expect:", "  outcome: forward", "  clustr: x"),
    line: 4,
    says: "expect.clustr: unknown key; did you mean cluster?",
  },
  {
    why: "an option mistyped",
    text: reviews("methd: GET", "expect: { status: 404 }"),
    line: 2,
    says: "methd: unknown key; did you mean method?",
  },
  {
    why: "a key of a part mistyped",
    text: reviews("expect: { response: { detail: x } }"),
    line: 2,
    says: "expect.response.detail: unknown key; did you mean details?",
  },
  { why: "a number as text", text: reviews("expect:", "  status: '404'"), line: 3, says: "expect.status: must be a number" },
  { why: "text as a number", text: reviews("expect: { route: 404 }"), line: 2, says: "expect.route: must be text (the name) or an object" },
  { why: "a word that is no outcome", text: reviews("expect: { outcome: forwarded }"), line: 2, says: "did you mean forward?" },
  { why: "a word that is no cause", text: reviews("not: { cause: no-listner }"), line: 2, says: "did you mean no-listener?" },
  {
    why: "an outcome that there always is",
    text: reviews("expect: { outcome: null }"),
    line: 2,
    says: "expect.outcome: must be one of forward",
  },
  {
    why: "a pattern of two kinds",
    text: reviews("expect: { cluster: { glob: a, regex: b } }"),
    line: 2,
    says: "expect.cluster: must be text",
  },
  {
    why: "a regex that RE2 does not take",
    text: reviews("expect:", "  cluster:", "    regex: '(?=v2)'"),
    line: 4,
    says: "expect.cluster.regex: the regex",
    schemaTakes: true,
  },
  {
    why: "text for a list",
    text: reviews("expect: { response: { flags: NR } }"),
    line: 2,
    says: "expect.response.flags: must be a list, or { contains: […] }",
  },
  {
    why: "a list beside what it contains",
    text: reviews("expect: { clusters: { contains: [], contain: [] } }"),
    line: 2,
    says: "did you mean contains?",
  },
  {
    why: "an item of another type",
    text: reviews("expect:", "  endpoints:", "    - 10.244.1.7:9080", "    - 9080"),
    line: 5,
    says: "expect.endpoints.1: must be text",
  },
  { why: "nothing expected", text: reviews("name: reviews"), line: 1, says: "it expects nothing" },
  { why: "an empty part", text: reviews("expect: {}"), line: 1, says: "it expects nothing" },
  {
    why: "nothing asked",
    text: "- name: reviews\n  expect: { status: 404 }",
    line: 1,
    says: "give a target such as http://reviews:9080/, or a request",
  },
  {
    why: "a target and a request",
    text: reviews("request: { destination: { ip: 10.0.0.1, port: 80 } }", "expect: { status: 404 }"),
    line: 1,
    says: "target: stands beside a request",
  },
  {
    why: "an option beside a request",
    text: "- request: { destination: { ip: 10.0.0.1, port: 80 } }\n  method: GET\n  expect: { status: 404 }",
    line: 2,
    says: "method: stands beside a request",
  },
  {
    why: "a request without a port",
    text: "- name: mysql\n  request:\n    destination: { ip: 10.96.0.16 }\n  expect: { outcome: forward }",
    line: 2,
    says: "destination: must have required property 'port'",
  },
  {
    why: "an address that is a name",
    text: reviews("to: reviews:9080", "expect: { status: 404 }"),
    line: 2,
    says: "to: must be IP:PORT",
    schemaTakes: true,
  },
  {
    why: "a header that is a number",
    text: reviews("headers: { x-shard: 7 }", "expect: { status: 404 }"),
    line: 2,
    says: "x-shard has something else",
  },
  { why: "half a random value", text: reviews("random: 0.5", "expect: { status: 404 }"), line: 2, says: "random: must be a whole number" },
  {
    why: "a code that is none",
    text: reviews("allowUncertain: [rndom]", "expect: { status: 404 }"),
    line: 2,
    says: "did you mean random?",
  },
  { why: "a key beside the list", text: "expectation: []", line: 1, says: "expectation: unknown key; did you mean expectations?" },
  { why: "an expectation that is text", text: "- http://reviews:9080/", line: 1, says: "an expectation is an object" },
  { why: "text alone", text: "http://reviews:9080/", line: 1, says: "give a list of expectations" },
  { why: "broken YAML", text: `${reviews("expect: { status: 404 }")}\n- {`, line: 3, says: "Flow map", schemaTakes: true },
  {
    why: "an alias that contains itself",
    text: "- request: &all { http: *all }\n  expect: { status: 404 }",
    line: 1,
    says: "an alias contains itself",
    schemaTakes: true,
  },
];

describe("accepted", () => {
  it.each(accepted)("$why", ({ text }) => {
    expect(parseExpectations(text, "bookinfo.yaml").length).toBe(1);
    validate(parseYaml(text));
    expect(validate.errors).toBeNull();
  });
});

describe("refused, with the line", () => {
  it.each(refused)("$why", ({ text, line, says, schemaTakes }) => {
    const parse = () => parseExpectations(text, "bookinfo.yaml");
    expect(parse).toThrow(`bookinfo.yaml: line ${line}: `);
    expect(parse).toThrow(says);
    if (schemaTakes !== true) expect(validate(parseYaml(text))).toBe(false);
  });

  it.each([
    { why: "an empty file", text: "" },
    { why: "an empty list", text: "[]" },
    { why: "comments alone", text: "# later\n---\n# later still\n" },
  ])("$why, of which no line is wrong", ({ text }) => {
    expect(() => parseExpectations(text, "bookinfo.yaml")).toThrow("bookinfo.yaml: no expectation in it");
  });

  it("in the second document of a file, by the line in the file", () => {
    const text = `${reviews("expect: { status: 404 }")}\n---\n${reviews("expect: { stats: 404 }")}`;
    expect(() => parseExpectations(text, "bookinfo.yaml")).toThrow(
      "bookinfo.yaml: line 5: expect.stats: unknown key; did you mean status?",
    );
  });

  it("a file of brackets, without the stack's end", () => {
    expect(() => parseExpectations("[".repeat(100_000), "bookinfo.yaml")).toThrow(/^bookinfo\.yaml: /);
  });
});

describe("what is read", () => {
  it("is the question, the parts, and the line", () => {
    const text = `# reviews\n${reviews("name: jason's reviews", "headers: { End-User: jason }", "expect: { route: canary }", "not: { status: 404 }")}`;
    expect(parseExpectations(text, "bookinfo.yaml")).toEqual([
      {
        name: "jason's reviews",
        file: "bookinfo.yaml",
        line: 2,
        question: { kind: "target", target: "http://reviews:9080/reviews/0", options: { headers: [["End-User", "jason"]] } },
        expect: { route: "canary" },
        not: { status: 404 },
        allowUncertain: [],
      },
    ]);
  });

  it.each([
    {
      why: "a target as the command line takes it",
      text: reviews("headers: { end-user: jason }", "expect: { status: 404 }"),
      name: "http://reviews:9080/reviews/0 -H 'end-user: jason'",
    },
    {
      why: "the id of a request",
      text: "- request: { id: first, destination: { ip: 10.0.0.1, port: 80 } }\n  expect: { status: 404 }",
      name: "first",
    },
    {
      why: "the destination of a request",
      text: "- request: { destination: { ip: 'fd00::1', port: 80 } }\n  expect: { status: 404 }",
      name: "[fd00::1]:80",
    },
    {
      why: "the first line of a request",
      text: "- request: { destination: { ip: 10.0.0.1, port: 80 }, http: { version: h2, method: GET, authority: reviews, path: / } }\n  expect: { status: 404 }",
      name: "GET reviews/ to 10.0.0.1:80",
    },
  ])("has for a name $why", ({ text, name }) => {
    expect(parseExpectations(text, "bookinfo.yaml")[0]?.name).toBe(name);
  });

  it("takes what may stay open from the file, unless it says otherwise itself", () => {
    const text = `allowUncertain: [dns]\nexpectations:\n${reviews("expect: { status: 404 }")}\n${reviews("allowUncertain: true", "expect: { status: 404 }")}\n${reviews("allowUncertain: false", "expect: { status: 404 }")}`;
    expect(parseExpectations(text, "bookinfo.yaml").map(({ allowUncertain }) => allowUncertain)).toEqual([["dns"], uncertainCodes, []]);
  });
});

it("src/schemas/expectations.schema.json is the table that checks", () => {
  const file = new URL("../../src/schemas/expectations.schema.json", import.meta.url);
  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(JSON.stringify(expectationsSchema)));
});
