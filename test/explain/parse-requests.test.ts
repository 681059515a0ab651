import { describe, expect, it } from "vitest";
import { parseRequests, UsageError } from "../../src/index.js";

const reviews = {
  destination: { ip: "10.96.0.11", port: 9080 },
  http: { version: "http/1.1", method: "GET", authority: "reviews", path: "/", headers: {} },
};
const mysql = { destination: { ip: "10.96.0.20", port: 3306 }, payload: "hello tcp\n" };
const both = [reviews, mysql];

/** What is wrong with a file of requests. */
function complaint(text: string): string {
  try {
    parseRequests(text, "requests.yaml");
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return "nothing";
}

describe("a file of requests", () => {
  it.each([
    ["a JSON array", JSON.stringify(both)],
    ["a JSON array in lines", JSON.stringify(both, null, 2)],
    ["a request a line", both.map((request) => JSON.stringify(request)).join("\n")],
    ["a request a line, with blank lines", `\n${both.map((request) => JSON.stringify(request)).join("\n\n")}\n`],
    ["recordings", both.map((request) => JSON.stringify({ id: "x", request, observed: {} })).join("\n")],
    ["a YAML list", `- ${JSON.stringify(reviews)}\n- destination: { ip: 10.96.0.20, port: 3306 }\n  payload: "hello tcp\\n"\n`],
    ["YAML documents", `--- ${JSON.stringify(reviews)}\n---\ndestination: { ip: 10.96.0.20, port: 3306 }\npayload: "hello tcp\\n"\n`],
  ])("is %s", (_, text) => expect(parseRequests(text, "requests")).toEqual(both));

  it("is one request, in JSON over several lines or in YAML", () => {
    expect(parseRequests(JSON.stringify(mysql, null, 2), "requests")).toEqual([mysql]);
    expect(parseRequests("destination: { ip: 10.96.0.20, port: 3306 }\npayload: |\n  hello tcp\n", "requests")).toEqual([mysql]);
  });

  it("has header names in lower case, and headers even where none are written", () => {
    const text = JSON.stringify({ ...reviews, http: { version: "h2", method: "GET", headers: { "X-User": ["jason"] } } });
    expect(parseRequests(text, "requests")[0]?.http?.headers).toEqual({ "x-user": ["jason"] });
    expect(parseRequests(JSON.stringify({ ...reviews, http: { version: "h2", method: "GET" } }), "requests")[0]?.http?.headers).toEqual({});
  });
});

describe("what is wrong is named with its line", () => {
  it.each([
    ["an unknown key", '{"destination":{"ip":"10.96.0.11","port":9080},"pathh":"/"}', /^requests\.yaml: line 1: unknown key pathh/],
    [
      "a key that is nearly one",
      '{"destination":{"ip":"10.96.0.11","port":9080},"directon":"inbound"}',
      /unknown key directon; did you mean direction\?/,
    ],
    [
      "a key within",
      '{"destination":{"ip":"10.96.0.11","port":9080},"http":{"version":"h2","method":"GET","authorty":"x"}}',
      /http: unknown key authorty; did you mean authority\?/,
    ],
    ["the second line", `${JSON.stringify(mysql)}\n{"destination":{"ip":"10.96.0.11"}}\n`, /line 2: destination: .*port/],
    ["the third line after a blank one", `${JSON.stringify(mysql)}\n\n{}\n`, /line 3: .*destination/],
    ["a line that is no JSON", `${JSON.stringify(mysql)}\n{"destination":\n`, /line 2: this is no JSON/],
    [
      "an item of a YAML list",
      `- ${JSON.stringify(mysql)}\n\n- destination: { ip: 10.96.0.20, port: 99999 }\n`,
      /line 3: destination\.port: /,
    ],
    [
      "a word of its own",
      '{"destination":{"ip":"10.96.0.11","port":9080},"direction":"sideways"}',
      /direction: must be one of inbound, outbound/,
    ],
    [
      "the very line of an unknown key in a YAML list",
      "- destination:\n    ip: 10.96.0.20\n    port: 3306\n  http:\n    version: h2\n    method: GET\n    authorty: reviews\n",
      /line 7: http: unknown key authorty; did you mean authority\?/,
    ],
    [
      "the very line in JSON over several lines",
      JSON.stringify([{ request: { destination: { ip: "10.96.0.20", port: 3306 }, tls: { alpn: ["h2", 7] } } }], null, 1),
      /line 11: tls\.alpn\.1: must be string/,
    ],
    [
      "aliases that multiply",
      `a: &a [x]\nb: &b [${"*a,".repeat(9)}]\nc: &c [${"*b,".repeat(9)}]\nd: [${"*c,".repeat(9)}]`,
      /line 1: Excessive alias count/,
    ],
    ["an alias that contains itself", "- &a\n  destination: *a\n", /line 2: an alias contains itself/],
    ["brackets alone", "[".repeat(5_000), /nested too deeply|line 1/],
    [
      "a key of JavaScript's own",
      '{"destination":{"ip":"10.96.0.11","port":9080},"__proto__":{"id":"x"}}',
      /line 1: unknown key __proto__/,
    ],
    ["broken YAML", "- destination: { ip: 10.96.0.11\n", /line \d+: /],
    [
      "a header that is no list",
      '{"destination":{"ip":"10.96.0.11","port":9080},"http":{"version":"h2","method":"GET","headers":{"x":"y"}}}',
      /http\.headers\.x: must be array/,
    ],
    ["nothing", "", /no request in it/],
    ["an empty list", "[]", /no request in it/],
    ["a text", "reviews", /no request in it/],
  ])("%s", (_, text, want) => expect(complaint(text)).toMatch(want));

  it("and a file without a fault passes", () => expect(complaint(JSON.stringify(both))).toBe("nothing"));
});
