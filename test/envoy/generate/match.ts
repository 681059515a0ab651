import fc from "fast-check";
import type { Json, JsonObject } from "../../../src/util/json.js";
import { any, byWeight, either, few, merged, message, oneField, seldom } from "./draw.js";
import { headerNames, hosts, methods, plainPath, regexes, segments, textRegexes, texts } from "./vocabulary.js";

const text = either<string>(...texts);

/** envoy.type.matcher.v3.StringMatcher */
export function stringMatcher(values: fc.Arbitrary<string> = text): fc.Arbitrary<JsonObject> {
  const part = values.map((value) => value || "a");
  const plain = oneField({ exact: values, prefix: part, suffix: part, contains: part });
  const regex = either(...textRegexes).map((pattern): JsonObject => ({ safe_regex: { google_re2: {}, regex: pattern } }));
  return byWeight([5, merged(plain, message({ ignore_case: seldom(4, fc.boolean()) }))], [2, regex]);
}

const regex = (pattern: string): JsonObject => ({ regex: pattern });

const range = fc
  .tuple(fc.integer({ min: -2, max: 12 }), fc.integer({ min: -2, max: 12 }))
  .map(([start, end]) => ({ start: String(Math.min(start, end)), end: String(Math.max(start, end)) }));

/** envoy.config.route.v3.HeaderMatcher */
export const headerMatcher: fc.Arbitrary<JsonObject> = byWeight(
  [8, ofHeader(either<string>(...headerNames), text)],
  [1, ofHeader(fc.constant(":method"), either<string>(...methods))],
  [1, ofHeader(fc.constant(":path"), plainPath)],
  [1, ofHeader(either(":authority", "host", "Host"), either<string>(...hosts))],
  [1, ofHeader(fc.constant(":scheme"), either("http", "https"))],
  [1, ofHeader(fc.constant("x-forwarded-proto"), either("http", "https"))],
);

function ofHeader(name: fc.Arbitrary<string>, values: fc.Arbitrary<string>): fc.Arbitrary<JsonObject> {
  const nonEmpty = values.map((value) => value || "a");
  const specifier = byWeight<JsonObject>(
    [6, stringMatcher(values).map((string_match) => ({ string_match }))],
    [2, fc.boolean().map((present_match) => ({ present_match }))],
    [1, fc.constant({})],
    [1, range.map((range_match) => ({ range_match }))],
    [
      2,
      oneField({
        exact_match: values,
        prefix_match: nonEmpty,
        suffix_match: nonEmpty,
        contains_match: nonEmpty,
        safe_regex_match: either(...textRegexes).map(regex),
      }),
    ],
  );
  return merged(
    message({ name }),
    specifier,
    message({ invert_match: seldom(4, fc.boolean()), treat_missing_header_as_empty: seldom(5, fc.boolean()) }),
  );
}

const queryMatcher = merged(
  message({ name: either("page", "page", "x", "Page", "").map((name) => name || "page") }),
  byWeight<JsonObject>(
    [3, stringMatcher(either("1", "2", "", "10", "a+b", "%31")).map((string_match) => ({ string_match }))],
    [2, fc.boolean().map((present_match) => ({ present_match }))],
    [1, fc.constant({})],
  ),
);

const cookieMatcher = merged(
  message({ name: either("session", "user", "Session"), string_match: stringMatcher(either("abc", "jason", "", "a=b")) }),
  message({ invert_match: seldom(3, fc.boolean()) }),
);

const templates = [
  "/{a}",
  "/reviews/{id}",
  "/{rest=**}",
  "/*/{id}",
  "/reviews/**",
  "/{kind=*}/{rest=**}",
  "/x{a}",
  "/{path=**}.mp4",
  "/{a=reviews/*}/{b}",
  "/v{v}/x",
];

const path: fc.Arbitrary<JsonObject> = byWeight<JsonObject>(
  [5, plainPath.map((prefix) => ({ prefix }))],
  [1, fc.constant({ prefix: "/" })],
  [1, either("", "/rev", "/reviews?", "/RE").map((prefix) => ({ prefix }))],
  [3, plainPath.map((exact) => ({ path: exact }))],
  [
    3,
    fc
      .tuple(either(...segments), either(...segments))
      .map((parts) => ({ path_separated_prefix: `/${parts.filter((part) => part !== "").join("/")}`.replace(/\/$/, "") || "/api" })),
  ],
  [3, either(...regexes).map((pattern) => ({ safe_regex: regex(pattern) }))],
  [1, fc.constant({ connect_matcher: {} })],
  [
    2,
    either(...templates).map((path_template) => ({
      path_match_policy: {
        name: "uri-template",
        typed_config: any("envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig", { path_template }),
      },
    })),
  ],
);

const fraction: fc.Arbitrary<JsonObject> = either<JsonObject>(
  { default_value: { numerator: 100 } },
  { default_value: {} },
  { default_value: { numerator: 1_000_000, denominator: "MILLION" } },
  { default_value: {}, runtime_key: "canary.on" },
  { default_value: { numerator: 100 }, runtime_key: "canary.off" },
  { default_value: { numerator: 10_000, denominator: "TEN_THOUSAND" }, runtime_key: "canary.unset" },
);

const metadataMatcher = merged(
  message({
    filter: either("trial", "other"),
    path: fc.constant([{ key: "user" }] satisfies Json),
    value: either<JsonObject>({ string_match: { exact: "jason" } }, { present_match: true }, { bool_match: true }),
  }),
  message({ invert: seldom(2, fc.boolean()) }),
);

/** envoy.config.route.v3.RouteMatch */
export const routeMatch: fc.Arbitrary<JsonObject> = merged(
  path,
  message({
    case_sensitive: seldom(5, fc.boolean()),
    headers: seldom(3, few(headerMatcher, 2, 1)),
    query_parameters: seldom(7, few(queryMatcher, 2, 1)),
    cookies: seldom(12, few(cookieMatcher, 2, 1)),
    grpc: seldom(20, fc.constant({})),
    runtime_fraction: seldom(15, fraction),
    tls_context: seldom(30, oneField({ presented: fc.boolean(), validated: fc.boolean() })),
    dynamic_metadata: seldom(30, few(metadataMatcher, 1, 1)),
    filter_state: seldom(50, fc.constant([{ key: "trial.user", string_match: { exact: "jason" } }])),
  }),
);
