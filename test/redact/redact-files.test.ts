import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RedactOptions, redactFiles } from "../../src/index.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The redacted text of one file, and what the report says of it. */
function redact(text: string, options: RedactOptions = {}) {
  const { files, redaction } = redactFiles([{ name: "dump.json", bytes: encoder.encode(text) }], options);
  return { text: decoder.decode(files[0]?.bytes), removed: redaction.files[0]?.removed ?? [] };
}

const routesWith = (route: object): string =>
  JSON.stringify({
    configs: [
      {
        "@type": "type.googleapis.com/envoy.admin.v3.RoutesConfigDump",
        dynamic_route_configs: [
          {
            route_config: {
              "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
              name: "9080",
              virtual_hosts: [{ name: "reviews", domains: ["reviews.default"], routes: [route] }],
            },
          },
        ],
      },
    ],
  });
const routeIn = (text: string) => JSON.parse(text).configs[0].dynamic_route_configs[0].route_config.virtual_hosts[0].routes[0];
const header = (key: string, value: string) => routesWith({ request_headers_to_add: [{ header: { key, value } }] });
const headerIn = (text: string): string => routeIn(text).request_headers_to_add[0].header.value;

describe("header values", () => {
  it.each([
    { why: "a scheme stays", key: "authorization", value: "Bearer aH7sk2-token", want: "Bearer [redacted-1]" },
    { why: "names of cookies stay", key: "cookie", value: "session=f00dfeed; theme=dark", want: "session=[redacted-1]; theme=dark" },
    {
      why: "attributes of cookies stay",
      key: "set-cookie",
      value: "id=f00dfeed; Path=/; HttpOnly",
      want: "id=[redacted-1]; Path=/; HttpOnly",
    },
    { why: "base64 with its padding is no cookie", key: "x-api-key", value: "c2VjcmV0LXZhbHVl=", want: "[redacted-1]" },
    { why: "operators are no secret", key: "authorization", value: "Bearer %REQ(x-token)%", want: "Bearer %REQ(x-token)%" },
    { why: "the scheme alone is none", key: "authorization", value: "Bearer", want: "Bearer" },
    { why: "another header's value is none", key: "x-user", value: "jason-the-reader", want: "jason-the-reader" },
    { why: "unless it looks like one", key: "x-user", value: "AKIAIOSFODNN7EXAMPLE", want: "[redacted-1]" },
    { why: "a name that tells about a token", key: "x-token-url", value: "/login/tokens", want: "/login/tokens" },
    { why: "what was redacted stays", key: "cookie", value: "session=[redacted-7]", want: "session=[redacted-7]" },
  ])("$why", ({ key, value, want }) => {
    expect(headerIn(redact(header(key, value)).text)).toBe(want);
  });

  it("finds the header's name behind the value", () => {
    const route = { request_headers_to_add: [{ header: { value: "jason-the-reader", key: "x-auth-token" } }] };
    expect(headerIn(redact(routesWith(route)).text)).toBe("[redacted-1]");
  });

  it("gives equal secrets one tag, in all files, and others another", () => {
    const files = ["Bearer one-1111", "Bearer two-2222", "Bearer one-1111"].map((value, index) => ({
      name: `${index}.json`,
      bytes: encoder.encode(header("authorization", value)),
    }));
    const values = redactFiles(files).files.map(({ bytes }) => headerIn(decoder.decode(bytes)));
    expect(values).toEqual(["Bearer [redacted-1]", "Bearer [redacted-2]", "Bearer [redacted-1]"]);
  });
});

describe("matchers of headers with credentials", () => {
  const matcher = (string_match: object) => routesWith({ match: { prefix: "/", headers: [{ name: "cookie", string_match }] } });
  it.each([
    { why: "a whole value", match: { exact: "session=f00dfeed" }, want: { exact: "session=[redacted-1]" } },
    {
      why: "a literal in a regular expression, which stays one",
      match: { safe_regex: { regex: "^(.*?;)?(user=jasonsmith)(;.*)?$" } },
      want: { safe_regex: { regex: "^(.*?;)?(user=\\[redacted-1\\])(;.*)?$" } },
    },
    { why: "a part too short to guard anything", match: { suffix: "ason" }, want: { suffix: "ason" } },
    { why: "names alone", match: { safe_regex: { regex: ".*session_id=.*" } }, want: { safe_regex: { regex: ".*session_id=.*" } } },
  ])("$why", ({ match, want }) => {
    expect(routeIn(redact(matcher(match)).text).match.headers[0].string_match).toEqual(want);
  });
});

describe("texts", () => {
  const body = (inline_string: string) => routesWith({ match: { prefix: "/" }, direct_response: { status: 200, body: { inline_string } } });
  it.each([
    {
      why: "a password in a URL",
      text: "see postgres://ratings:hunter22@mysql/test",
      want: "see postgres://ratings:[redacted-1]@mysql/test",
    },
    { why: "a URL with a port has none", text: "see http://ratings:9080/a@b", want: "see http://ratings:9080/a@b" },
    { why: "JSON in a text", text: '{"user":"a","password":"hunter22"}', want: '{"user":"a","password":"[redacted-1]"}' },
    { why: "a query parameter", text: "/cb?access_token=hunter22&x=1", want: "/cb?access_token=[redacted-1]&x=1" },
    {
      why: "URL-encoded",
      text: "next=%2Fcb%3Faccess_token%3Dhunter22%26x%3D1",
      want: "next%3D%2Fcb%3Faccess_token%3D%5Bredacted-1%5D%26x%3D1",
    },
    { why: "a certificate is public", text: "-----BEGIN CERTIFICATE-----\nTUlJQmFEQ0NBUTJn\n-----END CERTIFICATE-----", want: null },
    { why: "prose about tokens", text: "the token is missing or invalid", want: null },
    { why: "an identifier of a program", text: "HttpConnectionManagerFilterFactory", want: null },
    { why: "a pod's name", text: "productpage-v1-7d9f8b6c5d-x2k4j", want: null },
    { why: "a UUID", text: "3f2504e0-4f89-11d3-9a0c-0305e82c3301", want: null },
    { why: "a time", text: "2026-11-23T14:46:09.754Z", want: null },
    { why: "a path", text: "/api/007/007/Users/API/v10", want: null },
  ])("$why", ({ text, want }) => {
    expect(routeIn(redact(body(text)).text).direct_response.body.inline_string).toBe(want ?? text);
  });

  it("keeps bytes in base64", () => {
    const dump = routesWith({ match: {}, direct_response: { body: { inline_bytes: btoa("password=hunter22") } } });
    expect(atob(routeIn(redact(dump).text).direct_response.body.inline_bytes)).toBe("password=[redacted-1]");
  });
});

describe("what a script can do is still to be seen", () => {
  const filter = (inline_code: string) =>
    routesWith({
      typed_per_filter_config: { lua: { inline_code, "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua" } },
    });
  const code = "function envoy_on_request(h) h:headers():add('x-key', 'AKIAIOSFODNN7EXAMPLE') end";

  it("keeps the names of Envoy's functions", () => {
    const { text, removed } = redact(filter(code));
    expect(routeIn(text).typed_per_filter_config.lua.inline_code).toBe("-- [redacted-1] envoy_on_request");
    expect(removed.map(({ kind }) => kind)).toEqual(["extension-code"]);
  });

  it("keeps the script with keepCode, save what looks like a secret", () => {
    const { text } = redact(filter(code), { keepCode: true });
    expect(routeIn(text).typed_per_filter_config.lua.inline_code).toBe(code.replace("AKIAIOSFODNN7EXAMPLE", "[redacted-1]"));
  });
});

describe("the file", () => {
  it("keeps its layout, spelling and order to the byte", () => {
    const text =
      '\ufeff{ "configs" :[ {"@type":"type.googleapis.com/envoy.admin.v3.RoutesConfigDump",\r\n\t"versionInfo":"\\u0031" } ]\n}\n';
    expect(redact(text).text).toBe(text);
  });

  it("is read however deep it nests, with the type of each object last", () => {
    const depth = 20_000;
    const text = `{"configs":[${'{"a":'.repeat(depth)}"AKIAIOSFODNN7EXAMPLE"${',"@type":"x/y.Z"}'.repeat(depth)}]}`;
    expect(redact(text).text).toContain('"a":"[redacted-1]"');
  });

  it("may be no JSON", () => {
    expect(redact("kubectl said: authorization: Bearer aH7sk2-token\n").text).toBe("kubectl said: authorization: Bearer [redacted-1]\n");
  });

  it("may be lines of JSON", () => {
    const { text, removed } = redact('{"http":{"headers":{"cookie":["a=f00dfeed"]}}}\n{"http":{}}\n');
    expect(text).toBe('{"http":{"headers":{"cookie":["a=[redacted-1]"]}}}\n{"http":{}}\n');
    expect(removed).toEqual([{ kind: "credential-header", at: ["/0/http/headers/cookie/0"] }]);
  });

  it("has a report that says where, and does not repeat a secret that is a key", () => {
    const { removed } = redact(routesWith({ metadata: { filter_metadata: { "com.example": { AKIAIOSFODNN7EXAMPLE: 1 } } } }));
    expect(JSON.stringify(removed)).not.toContain("AKIA");
    expect(removed).toMatchObject([{ kind: "cloud-key", at: [expect.stringContaining("/metadata/filter_metadata/com.example/")] }]);
  });
});

const leaf = fc.oneof(
  fc.string(),
  fc.constantFrom("Bearer aH7sk2-token", "AKIAIOSFODNN7EXAMPLE", "reviews.default.svc.cluster.local", "10.96.0.11", "a=f00dfeed", "%41%4b"),
  fc.base64String({ minLength: 16, maxLength: 60 }),
  fc.integer(),
);
const key = fc.constantFrom(
  "configs",
  "@type",
  "name",
  "key",
  "value",
  "password",
  "header",
  "headers",
  "metadata",
  "domains",
  "cluster",
  "__proto__",
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie("tree")), { maxLength: 4 }).map((members) => Object.fromEntries(members)),
  ),
}));
const shapeOf = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(shapeOf)
    : typeof value === "object" && value !== null
      ? Object.values(value).map(shapeOf)
      : typeof value;

describe("long texts", () => {
  const answering = (text: string) => routesWith({ direct_response: { status: 200, body: { inline_string: text } } });
  const bodyIn = (text: string): string => routeIn(text).direct_response.body.inline_string;

  it("of more than 262,144 characters go as a whole", () => {
    const short = "reviews ".repeat(2 ** 15);
    expect(bodyIn(redact(answering(short)).text)).toBe(short);
    const { text, removed } = redact(answering(`${short}r`));
    expect(bodyIn(text)).toBe("[redacted-1]");
    expect(removed).toMatchObject([{ kind: "long-text" }]);
  });

  it.each([
    ["one letter", "a"],
    ["base64", "QUJD"],
    ["URL-encoding", "%41"],
    ["passwords in URLs", "http://x:y@z/"],
    ["private keys", "-----BEGIN PRIVATE KEY-----"],
    ["operators", "%REQ("],
    ["brackets", "("],
  ])("that are searched do not take the stack: %s", (_, part) => {
    const text = part.repeat(Math.floor(2 ** 18 / part.length));
    expect(() => redact(routesWith({ name: text, metadata: { note: text } }), { pseudonyms: { seed: "bookinfo" } })).not.toThrow();
  });
});

describe("laws", () => {
  it("a credential in place of a header's name says nothing of the value beside it", () => {
    const pseudonyms = { seed: "bookinfo" };
    const file = JSON.stringify(["reviews.default.svc.cluster.local", { domains: [{ value: "A", key: "Bearer aH7sk2-token" }] }]);
    const once = redact(file, { pseudonyms });
    expect(redact(once.text, { pseudonyms })).toEqual({ text: once.text, removed: [] });
  });

  it("what is left of a run beside a random part is looked at by itself", () => {
    const once = redact(JSON.stringify(["reviews.default.svc.cluster.local", [["+AaAAaAAAAAABbECcD+AAAAAAaAaABbcdCD=="]]]), {});
    expect(redact(once.text, {})).toEqual({ text: once.text, removed: [] });
  });

  const options = fc.constantFrom<RedactOptions>({}, { pseudonyms: { seed: "bookinfo" } }, { keepCode: true });

  it("redacting twice is redacting once, and then there is nothing to hide", () => {
    fc.assert(
      fc.property(tree, options, (value, how) => {
        // That a file was renamed before is known by the names in it: addresses alone do not tell.
        const once = redact(JSON.stringify(["reviews.default.svc.cluster.local", value]), how);
        const twice = redact(once.text, how);
        expect(twice).toEqual({ text: once.text, removed: [] });
      }),
      { numRuns: 300 },
    );
  });

  it("a redacted file has the structure that it had", () => {
    fc.assert(
      fc.property(tree, options, (value, how) => {
        expect(shapeOf(JSON.parse(redact(JSON.stringify(value), how).text))).toEqual(shapeOf(JSON.parse(JSON.stringify(value))));
      }),
      { numRuns: 300 },
    );
  });
});
