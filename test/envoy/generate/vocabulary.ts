import fc from "fast-check";
import { byWeight, either, few } from "./draw.js";

/** What configurations and requests are made of: few words, so that they meet often, and near misses of each. */

export const segments = ["reviews", "Reviews", "ratings", "0", "1", "v1", "", "api", "reviews-v2", "productpage"] as const;
const oddSegments = [
  ".",
  "..",
  "%2e%2e",
  "%2F",
  "%5C",
  "a;v=1",
  ";",
  "..;x",
  "x%41",
  "%zz",
  "%7Euser",
  "~user",
  "a b",
  "a%20b",
  "{id}",
  "\\..",
  "a|b",
  "a.mp4",
  ".mp4",
  "a^",
  "%2f..",
  "%c3%a9",
];

/** Paths as configurations spell them. */
export const plainPath = few(either(...segments), 3).map((parts) => `/${parts.join("/")}`);

const queries = [
  "",
  "",
  "",
  "?",
  "?page=1",
  "?page=2&page=1",
  "?page",
  "?Page=1",
  "?page=%31",
  "?page=a+b&x=",
  "?x=1;page=1",
  "?x=1&page=10",
  "?a/../b",
  "?x=//",
  "?page=1#top",
  "?=1",
];

const oddPath = fc
  .tuple(few(byWeight([4, either<string>(...segments)], [2, either(...oddSegments)]), 5), either("/", "/", "/", "//", "\\"))
  .map(([parts, separator]) => `/${parts.join(separator)}`);

/** Targets as clients send them: paths with a query, at times odd ones, rarely no path at all. */
export const requestTarget: fc.Arbitrary<string> = byWeight(
  [12, fc.tuple(plainPath, either(...queries)).map(([path, query]) => path + query)],
  [8, fc.tuple(oddPath, either(...queries)).map(([path, query]) => path + query)],
  [
    1,
    either(
      "*",
      "reviews",
      "http://ratings.example.com/reviews?page=1",
      "http://reviews.example.com",
      "https://reviews.example.com:443/",
      "/reviews#0",
      "/%00",
      "/",
      "//",
      "///",
      "?page=1",
      "/\u00e9",
      "/a\tb",
      "",
    ),
  ],
);

export const hosts = [
  "reviews.example.com",
  "ratings.example.com",
  "reviews.default.svc.cluster.local",
  "reviews",
  "a.b.example.com",
  "example.com",
  "10.96.0.11",
  "[fd00::11]",
  "ratings-v2.example.com",
] as const;
const ports = ["", "", "", ":80", ":443", ":9080", ":09080", ":", ":http", ":99999999999", ":8080"];

export const requestAuthority: fc.Arbitrary<string | undefined> = byWeight<string | undefined>(
  [20, fc.tuple(either(...hosts), either(...ports)).map(([host, port]) => host + port)],
  [
    4,
    fc
      .tuple(
        either("Reviews.Example.COM", "REVIEWS", "reviews.example.com.", ".example.com", "reviews.", "xreviews.example.com"),
        either(...ports),
      )
      .map((parts) => parts.join("")),
  ],
  [
    1,
    either(
      "",
      "reviews,ratings",
      "a b",
      "user@reviews",
      "réviews",
      "reviews.example.com:80:90",
      "fd00::11",
      "[fd00::11",
      "ex_ample.com",
      "re/views",
      "a?b",
      "a%41",
    ),
  ],
  [1, fc.constant(undefined)],
);

export const domain: fc.Arbitrary<string> = byWeight<string>(
  [5, either(...hosts)],
  [
    4,
    either(
      "*.example.com",
      "*.com",
      "reviews.*",
      "ratings.*",
      "*-v2.example.com",
      "*s.example.com",
      "reviews*",
      "*.b.example.com",
      "*.svc.cluster.local",
      "10.*",
      "[fd00*",
      "re*",
    ),
  ],
  [
    2,
    either(
      "reviews.example.com:9080",
      "reviews.example.com:80",
      "*:9080",
      "reviews:*",
      "Reviews",
      "*.EXAMPLE.com:8080",
      "ratings.example.com:443",
    ),
  ],
);

export const regexes = [
  "/reviews/\\d+",
  "(?i)/REVIEWS.*",
  ".*",
  "/[a-z]+",
  "/reviews|/ratings",
  "^/api.*$",
  "/(?P<name>[^/]+)/.*",
  "/\\Qreviews\\E/?.*",
  "/[[:alpha:]]+",
  "(?s).*",
  "/rev\\x69ews",
  "/.{3,7}",
] as const;

export const textRegexes = [
  "jason|anna",
  "(?i)JASON",
  "j.*",
  ".*",
  "\\d+",
  "[^,]*",
  "^jason$",
  "\\pL+",
  "jas\\x6fn",
  ".+,.+",
  "a\\b.*",
  "(?U)a+.*",
  "[[:alnum:]]*",
  ".",
  "..",
  "caf.",
] as const;

export const texts = [
  "jason",
  "Jason",
  "anna",
  "",
  "jason,anna",
  "5",
  "05",
  "+5",
  "-1",
  "10",
  "5.0",
  " 5",
  "a",
  "caf\u00e9",
  "v1",
] as const;

/** Headers that matchers ask for and clients send. */
export const headerNames = [
  "x-user",
  "x-user",
  "x-canary",
  "x-num",
  "x-num",
  "accept",
  "user-agent",
  "content-type",
  "x-forwarded-proto",
  "x-forwarded-for",
  "origin",
  "referer",
  "authorization",
  "cookie",
  "x_tag",
  "accept-language",
  "x-request-id",
  "cache-control",
  "via",
  "x-envoy-upstream-rq-timeout-ms",
  "x-envoy-internal",
  "te",
  "x-forwarded-host",
  "forwarded",
  "x-real-ip",
  "pragma",
  "if-none-match",
  "x-host",
  "x-forwarded-port",
  "x-forwarded-client-cert",
  "x-envoy-external-address",
  "x-envoy-downstream-service-cluster",
] as const;

export const methods = [
  "GET",
  "GET",
  "GET",
  "GET",
  "POST",
  "PUT",
  "DELETE",
  "OPTIONS",
  "HEAD",
  "PATCH",
  "TRACE",
  "QUERY",
  "get",
  "FOO",
  "CONNECT",
] as const;
