import { describe, expect, it } from "vitest";
import type { ReceivedRequest } from "../../src/explain/reception.js";
import { redirectLocation, redirectStatus } from "../../src/explain/redirect-location.js";
import { requestHeaders } from "../../src/match/request-headers.js";
import type { Route } from "../../src/model/route-configuration.js";

type Redirect = Parameters<typeof redirectLocation>[0];
type Match = NonNullable<Route["message"]["match"]>;

const request: ReceivedRequest = {
  headers: requestHeaders([["x-forwarded-proto", "http"]], "http/1.1"),
  isGrpc: false,
  method: "GET",
  authority: "bookinfo.example.com",
  path: "/reviews/0?user=jason",
  scheme: "http",
  remote: { ip: "10.244.1.5" },
  upgrade: null,
  changedBy: [],
};
const route = (match: Match): Route => ({ name: "moved", index: 0, at: "", action: "redirect", message: { match } });
const locate = (redirect: Redirect, changes: Partial<ReceivedRequest> = {}, match: Match = { prefix: "/reviews" }) =>
  redirectLocation(redirect, route(match), { ...request, ...changes }, "utf-8", (format) => format.replace("%REQ(end-user)%", "jason"));

describe("the Location of a redirect", () => {
  it.each<[string, Redirect, Partial<ReceivedRequest>, string]>([
    ["to itself", {}, {}, "http://bookinfo.example.com/reviews/0?user=jason"],
    ["to https", { https_redirect: true }, {}, "https://bookinfo.example.com/reviews/0?user=jason"],
    ["https false", { https_redirect: false }, {}, "http://bookinfo.example.com/reviews/0?user=jason"],
    ["to another scheme", { scheme_redirect: "ftp" }, {}, "ftp://bookinfo.example.com/reviews/0?user=jason"],
    ["to https drops the default port", { https_redirect: true }, { authority: "b.example:80" }, "https://b.example/reviews/0?user=jason"],
    [
      "to https keeps another port",
      { https_redirect: true },
      { authority: "b.example:8080" },
      "https://b.example:8080/reviews/0?user=jason",
    ],
    ["the same scheme keeps the default port", {}, { authority: "b.example:80" }, "http://b.example:80/reviews/0?user=jason"],
    [
      "to http drops 443",
      { scheme_redirect: "http" },
      { scheme: "https", authority: "b.example:443", headers: requestHeaders([["x-forwarded-proto", "https"]], "http/1.1") },
      "http://b.example/reviews/0?user=jason",
    ],
    [
      "to the URI's https over plaintext drops 80",
      {},
      { scheme: "https", authority: "b.example:80" },
      "https://b.example/reviews/0?user=jason",
    ],
    ["another port", { port_redirect: 8443 }, {}, "http://bookinfo.example.com:8443/reviews/0?user=jason"],
    ["another port for one", { port_redirect: 8443 }, { authority: "b.example:9080" }, "http://b.example:8443/reviews/0?user=jason"],
    ["another port, IPv6", { port_redirect: 8443 }, { authority: "[fd00::1]" }, "http://[fd00::1]:8443/reviews/0?user=jason"],
    ["another host", { host_redirect: "reviews" }, { authority: "b.example:9080" }, "http://reviews/reviews/0?user=jason"],
    ["another host and port", { host_redirect: "reviews", port_redirect: 80 }, {}, "http://reviews:80/reviews/0?user=jason"],
    ["another path keeps the query", { path_redirect: "/v2" }, {}, "http://bookinfo.example.com/v2?user=jason"],
    ["another path with a query of its own", { path_redirect: "/v2?x=1" }, {}, "http://bookinfo.example.com/v2?x=1"],
    ["another path without a slash", { path_redirect: "v2" }, {}, "http://bookinfo.example.com/v2?user=jason"],
    ["another path and no query", { path_redirect: "/v2", strip_query: true }, {}, "http://bookinfo.example.com/v2"],
    ["a path by a format", { path_rewrite: "/of/%REQ(end-user)%" }, {}, "http://bookinfo.example.com/of/jason?user=jason"],
    ["a path by a format, without a slash", { path_rewrite: "%REQ(end-user)%" }, {}, "http://bookinfo.example.com/jason?user=jason"],
    ["a path by a format, with a query of its own", { path_rewrite: "/v2?x=1" }, {}, "http://bookinfo.example.com/v2?x=1"],
    ["another prefix", { prefix_rewrite: "/v2" }, {}, "http://bookinfo.example.com/v2/0?user=jason"],
    ["no query", { strip_query: true }, {}, "http://bookinfo.example.com/reviews/0"],
  ])("%s", (_, redirect, changes, want) => expect(locate(redirect, changes)).toBe(want));

  it("replaces all of what an exact path or a regex matched, and a regex's matches", () => {
    expect(locate({ prefix_rewrite: "/v2" }, {}, { path: "/reviews/0" })).toBe("http://bookinfo.example.com/v2?user=jason");
    expect(locate({ prefix_rewrite: "/v2" }, {}, { safe_regex: { regex: "/reviews/.*" } })).toBe(
      "http://bookinfo.example.com/v2?user=jason",
    );
    const regex_rewrite = { pattern: { regex: "/(\\w+)/(\\d)" }, substitution: "/\\2/\\1" };
    expect(locate({ regex_rewrite })).toBe("http://bookinfo.example.com/0/reviews?user=jason");
  });

  it("has the status that the action names, or 301", () => {
    expect([
      redirectStatus({}),
      redirectStatus({ response_code: "FOUND" }),
      redirectStatus({ response_code: "PERMANENT_REDIRECT" }),
    ]).toEqual([301, 302, 308]);
    expect([redirectStatus({ response_code: "SEE_OTHER" }), redirectStatus({ response_code: "TEMPORARY_REDIRECT" })]).toEqual([303, 307]);
  });
});
