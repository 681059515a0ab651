import { describe, expect, it } from "vitest";
import { type HeaderMutations, mutateHeaders } from "../../src/explain/mutate-headers.js";
import { substituteFormat } from "../../src/explain/substitute-format.js";
import type { RequestHeaders } from "../../src/match/request-headers.js";
import { requestHeaders } from "../../src/match/request-headers.js";

type Option = HeaderMutations["add"][number];
type Lines = readonly (readonly [string, string])[];

const append = (key: string, value: string, more: Partial<Option> = {}): Option => ({ header: { key, value }, ...more });
const absent = (key: string, value: string): Option => append(key, value, { append_action: "ADD_IF_ABSENT" });
const overwrite = (key: string, value: string, more: Partial<Option> = {}): Option =>
  append(key, value, { append_action: "OVERWRITE_IF_EXISTS_OR_ADD", ...more });
const replace = (key: string, value: string): Option => append(key, value, { append_action: "OVERWRITE_IF_EXISTS" });

const mutate = (headers: RequestHeaders, levels: readonly Partial<HeaderMutations>[], side: "request" | "response" = "request") =>
  mutateHeaders(
    headers,
    levels.map(({ add = [], remove = [] }) => ({ add, remove })),
    side,
    (format, request) => substituteFormat(format, { request, operators: new Map(), absent: "" }),
  );

/** The header lines that are left, unknown ones with how much is known of them. */
const linesOf = ({ values, unknown }: RequestHeaders): readonly string[] => [
  ...Array.from(values, ([name, given]) => given.map((value) => `${name}: ${value}`)).flat(),
  ...Array.from(unknown, ([name, { presence }]) => `${name} ${presence === "present" ? "has some value" : "may be there"}`),
];

const jason: Lines = [
  ["end-user", "jason"],
  ["x-version", "v1"],
];

// Every row is an observation on Envoy 1.36.4 and 1.40.0.
describe("the mutations of one level", () => {
  it.each<[string, Partial<HeaderMutations>, readonly string[], Lines?]>([
    ["none", {}, ["end-user: jason", "x-version: v1"]],
    [
      "a header that is there gets a second line",
      { add: [append("x-version", "v2")] },
      ["end-user: jason", "x-version: v1", "x-version: v2"],
    ],
    ["a new one", { add: [append("x-canary", "yes")] }, ["end-user: jason", "x-version: v1", "x-canary: yes"]],
    ["the name in any case", { add: [overwrite("X-Version", "v2")] }, ["end-user: jason", "x-version: v2"]],
    [
      "the deprecated append, true",
      { add: [append("x-version", "v2", { append: true })] },
      ["end-user: jason", "x-version: v1", "x-version: v2"],
    ],
    ["the deprecated append, false", { add: [append("x-version", "v2", { append: false })] }, ["end-user: jason", "x-version: v2"]],
    ["if absent, and it is there", { add: [absent("x-version", "v2")] }, ["end-user: jason", "x-version: v1"]],
    ["if absent, and it is", { add: [absent("x-canary", "yes")] }, ["end-user: jason", "x-version: v1", "x-canary: yes"]],
    [
      "if absent, twice: neither sees the other",
      { add: [absent("x-canary", "1"), absent("x-canary", "2")] },
      ["end-user: jason", "x-version: v1", "x-canary: 1", "x-canary: 2"],
    ],
    [
      "overwriting replaces every line",
      { add: [overwrite("x-version", "v2")] },
      ["x-version: v2"],
      [
        ["x-version", "v1"],
        ["x-version", "v3"],
      ],
    ],
    [
      "overwriting twice: the last",
      { add: [overwrite("x-version", "v2"), overwrite("x-version", "v3")] },
      ["end-user: jason", "x-version: v3"],
    ],
    ["overwriting one that is absent", { add: [overwrite("x-canary", "yes")] }, ["end-user: jason", "x-version: v1", "x-canary: yes"]],
    ["replacing", { add: [replace("x-version", "v2")] }, ["end-user: jason", "x-version: v2"]],
    ["replacing one that is absent", { add: [replace("x-canary", "yes")] }, ["end-user: jason", "x-version: v1"]],
    [
      "what overwrites is set before what is added, whatever their order",
      { add: [append("x-version", "added"), overwrite("x-version", "set")] },
      ["end-user: jason", "x-version: set", "x-version: added"],
    ],
    ["removal, in any case", { remove: ["End-User"] }, ["x-version: v1"]],
    ["removal of what is absent", { remove: ["x-canary"] }, ["end-user: jason", "x-version: v1"]],
    [
      "removal goes before the values are made",
      { remove: ["end-user"], add: [append("x-seen", "[%REQ(end-user)%]")] },
      ["x-version: v1", "x-seen: []"],
    ],
    ["removal and adding of the same", { remove: ["x-version"], add: [append("x-version", "v2")] }, ["end-user: jason", "x-version: v2"]],
    [
      "values are made before any is set",
      { add: [append("x-a", "1"), append("x-b", "%REQ(x-a)%")] },
      ["end-user: jason", "x-version: v1", "x-a: 1"],
    ],
    ["an empty value is not added", { add: [append("x-canary", "")] }, ["end-user: jason", "x-version: v1"]],
    [
      "an empty value that is kept",
      { add: [append("x-canary", "", { keep_empty_value: true })] },
      ["end-user: jason", "x-version: v1", "x-canary: "],
    ],
    ["an empty value overwrites nothing", { add: [overwrite("x-version", "")] }, ["end-user: jason", "x-version: v1"]],
    [
      "an empty value that is kept overwrites",
      { add: [overwrite("x-version", "", { keep_empty_value: true })] },
      ["end-user: jason", "x-version: "],
    ],
    ["a raw_value counts for nothing", { add: [{ header: { key: "x-canary", raw_value: "eWVz" } }] }, ["end-user: jason", "x-version: v1"]],
    ["a header of one slot is joined", { add: [append("user-agent", "two")] }, ["user-agent: one,two"], [["user-agent", "one"]]],
    ["a cookie is not", { add: [append("cookie", "b=2")] }, ["cookie: a=1", "cookie: b=2"], [["cookie", "a=1"]]],
  ])("%s", (_, level, want, lines = jason) => {
    expect(linesOf(mutate(requestHeaders(lines, "http/1.1"), [level]))).toEqual(want);
  });
});

describe("several levels", () => {
  const headers = requestHeaders(jason, "http/1.1");

  it("apply in turn, each to what the one before has left", () => {
    const levels = [
      { add: [append("x-level", "route")] },
      { add: [append("x-seen", "%REQ(x-level)%"), overwrite("x-level", "virtual-host")] },
    ];
    expect(linesOf(mutate(headers, levels))).toEqual(["end-user: jason", "x-version: v1", "x-level: virtual-host", "x-seen: route"]);
  });

  it("do not change what they were given", () => {
    mutate(headers, [{ add: [overwrite("x-version", "v2")], remove: ["end-user"] }]);
    expect(linesOf(headers)).toEqual(["end-user: jason", "x-version: v1"]);
  });
});

describe("a response", () => {
  const html = requestHeaders([["content-type", "text/html"]], "http/1.1");
  it.each<[string, Option, readonly string[]]>([
    ["has its own headers of one slot", append("location", "/v2"), ["content-type: text/html", "location: /v1,/v2"]],
    ["joins the content type", append("content-type", "text/plain"), ["content-type: text/html,text/plain", "location: /v1"]],
    ["keeps cookies apart", append("set-cookie", "b=2"), ["content-type: text/html", "location: /v1", "set-cookie: b=2"]],
    ["has no slot for what only requests have", append("accept", "b"), ["content-type: text/html", "location: /v1", "accept: b"]],
  ])("%s", (_, option, want) => {
    const located = { ...html, values: new Map(html.values).set("location", ["/v1"]) };
    expect(linesOf(mutate(located, [{ add: [option] }], "response"))).toEqual(want);
  });
});

describe("what can't be known", () => {
  const because = { because: "Envoy makes it up", decidedBy: "the request id" };
  const open = requestHeaders(
    jason,
    "http/1.1",
    new Map([
      ["x-request-id", { presence: "present" as const, ...because }],
      ["x-tenant", { presence: "unknown" as const, ...because }],
    ]),
  );
  it.each<[string, Partial<HeaderMutations>, readonly string[]]>([
    [
      "a new header",
      { add: [append("x-host", "%HOSTNAME%")] },
      ["x-request-id has some value", "x-tenant may be there", "x-host may be there"],
    ],
    [
      "a new header that is kept even empty",
      { add: [append("x-host", "%HOSTNAME%", { keep_empty_value: true })] },
      ["x-request-id has some value", "x-tenant may be there", "x-host has some value"],
    ],
    ["a header that is removed", { remove: ["x-request-id", "x-tenant"] }, []],
    ["a header that is overwritten is known", { add: [overwrite("x-request-id", "1")] }, ["x-tenant may be there"]],
    ["adding to one that is there", { add: [append("x-request-id", "1")] }, ["x-request-id has some value", "x-tenant may be there"]],
    ["adding to one that may be there", { add: [append("x-tenant", "a")] }, ["x-request-id has some value", "x-tenant has some value"]],
    [
      "adding if absent, where it is there",
      { add: [absent("x-request-id", "1")] },
      ["x-request-id has some value", "x-tenant may be there"],
    ],
    ["replacing one that may be there", { add: [replace("x-tenant", "a")] }, ["x-request-id has some value", "x-tenant may be there"]],
    [
      "a copy of it",
      { add: [append("x-copy", "%REQ(x-request-id)%")] },
      ["x-request-id has some value", "x-tenant may be there", "x-copy may be there"],
    ],
  ])("%s", (_, level, want) => {
    const unknownLines = linesOf(mutate(open, [level])).filter((line) => !line.includes(":"));
    expect(unknownLines).toEqual(want);
  });

  it("takes a known value's place", () => {
    const lines = linesOf(mutate(open, [{ add: [overwrite("x-version", "%HOSTNAME%")] }]));
    expect(lines).toContain("x-version has some value");
    expect(lines).not.toContain("x-version: v1");
  });

  it("is also what an action does that no release known here has", () => {
    expect(linesOf(mutate(requestHeaders([], "http/1.1"), [{ add: [append("x-a", "1", { append_action: "PREPEND" })] }]))).toEqual([
      "x-a may be there",
    ]);
  });
});
