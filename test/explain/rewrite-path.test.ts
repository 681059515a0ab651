import { describe, expect, it } from "vitest";
import type { ReceivedRequest } from "../../src/explain/reception.js";
import { rewriteAuthority, rewritePath } from "../../src/explain/rewrite-path.js";
import { requestHeaders } from "../../src/match/request-headers.js";

type Action = Parameters<typeof rewritePath>[0];
type Match = Parameters<typeof rewritePath>[1];

/** A format string of which one operator is known, and one is not. */
const substitute = (format: string) =>
  format.includes("%HOSTNAME%") ? unknown : format.replace("%REQ(end-user)%", "jason").replace("%REQ(absent)%", "");
const unknown = { because: "%HOSTNAME% is not known offline", decidedBy: "the running proxy" };

const template = {
  path_rewrite_policy: {
    name: "template",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig",
      path_template_rewrite: "/{id}/of/{kind}",
    },
  },
};
const templateMatch = {
  path_match_policy: {
    name: "template",
    typed_config: {
      "@type": "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig",
      path_template: "/{kind}/{id}",
    },
  },
};

describe("the path that goes upstream", () => {
  it.each<[string, Action, Match, string, string]>([
    ["no rewrite", {}, { prefix: "/" }, "/reviews/0?x=1", "/reviews/0?x=1"],
    ["a prefix", { prefix_rewrite: "/v2" }, { prefix: "/reviews" }, "/reviews/0?x=1", "/v2/0?x=1"],
    ["a prefix to the root leaves both slashes", { prefix_rewrite: "/" }, { prefix: "/reviews" }, "/reviews/0", "//0"],
    ["a separated prefix", { prefix_rewrite: "/v2" }, { path_separated_prefix: "/reviews" }, "/reviews/0", "/v2/0"],
    [
      "an exact path, in another case too",
      { prefix_rewrite: "/v2" },
      { path: "/reviews", case_sensitive: false },
      "/REVIEWS?x=1",
      "/v2?x=1",
    ],
    ["what a regex matched: all", { prefix_rewrite: "/v2" }, { safe_regex: { regex: "/r.*" } }, "/reviews/0?x=1", "/v2?x=1"],
    ["an empty prefix_rewrite is none", { prefix_rewrite: "" }, { prefix: "/reviews" }, "/reviews/0", "/reviews/0"],
    [
      "a regex, every match",
      { regex_rewrite: { pattern: { regex: "e" }, substitution: "E" } },
      { prefix: "/" },
      "/reviews/0?e",
      "/rEviEws/0?e",
    ],
    [
      "a regex with groups",
      { regex_rewrite: { pattern: { regex: "^/(\\w+)/(\\d)$" }, substitution: "/\\2-\\1" } },
      { prefix: "/" },
      "/reviews/0",
      "/0-reviews",
    ],
    [
      "a regex that misses",
      { regex_rewrite: { pattern: { regex: "^/ratings" }, substitution: "/x" } },
      { prefix: "/" },
      "/reviews/0",
      "/reviews/0",
    ],
    ["a format", { path_rewrite: "/of/%REQ(end-user)%" }, { prefix: "/" }, "/reviews/0?x=1", "/of/jason?x=1"],
    ["a format that comes to nothing", { path_rewrite: "%REQ(absent)%" }, { prefix: "/" }, "/reviews/0?x=1", "/reviews/0?x=1"],
    ["a template", template, templateMatch, "/reviews/0?x=1", "/0/of/reviews?x=1"],
  ])("%s", (_, action, match, target, want) => expect(rewritePath(action, match, target, "utf-8", substitute)).toBe(want));
});

describe("the authority that goes upstream", () => {
  const request: ReceivedRequest = {
    headers: requestHeaders([["x-host", "ratings"]], "http/1.1"),
    isGrpc: false,
    method: "GET",
    authority: "reviews:9080",
    path: "/v2/details?x=1",
    scheme: "http",
    remote: { ip: "10.244.1.5" },
    upgrade: null,
    changedBy: [],
  };
  it.each<[string, Action, string | undefined, string]>([
    ["no rewrite", {}, undefined, "reviews:9080"],
    ["a literal", { host_rewrite_literal: "reviews" }, undefined, "reviews"],
    ["a weighted entry's own", {}, "details", "details"],
    ["the route's literal in place of a weighted entry's", { host_rewrite_literal: "reviews" }, "details", "reviews"],
    ["the route's header in place of a weighted entry's", { host_rewrite_header: "x-host" }, "details", "ratings"],
    ["a weighted entry's where the route's header is not there", { host_rewrite_header: "x-other" }, "details", "details"],
    ["a format", { host_rewrite: "%REQ(end-user)%.svc" }, undefined, "jason.svc"],
    ["an empty literal is none", { host_rewrite_literal: "" }, "", "reviews:9080"],
    ["a header's value", { host_rewrite_header: "x-host" }, undefined, "ratings"],
    ["a header that is not there", { host_rewrite_header: "x-other" }, undefined, "reviews:9080"],
    [
      "the path, without its query",
      { host_rewrite_path_regex: { pattern: { regex: "^/v2/(.+)$" }, substitution: "\\1.svc" } },
      undefined,
      "details.svc",
    ],
  ])("%s", (_, action, literal, want) => expect(rewriteAuthority(action, literal, request, "utf-8", substitute)).toBe(want));

  it("is unknown where the header or the format is", () => {
    const open = new Map([["x-host", { presence: "present" as const, ...unknown }]]);
    const opened = { ...request, headers: requestHeaders([], "http/1.1", open) };
    expect(rewriteAuthority({ host_rewrite_header: "x-host" }, undefined, opened, "utf-8", substitute)).toMatchObject(unknown);
    expect(rewriteAuthority({ host_rewrite: "%HOSTNAME%" }, undefined, request, "utf-8", substitute)).toEqual(unknown);
  });
});
