import { describe, expect, it } from "vitest";
import { receiveRequest } from "../../src/explain/receive-request.js";
import type { Reception, ReceptionContext } from "../../src/explain/reception.js";
import type { Request } from "../../src/index.js";
import { firstHeaderValue, headerValues } from "../../src/match/request-headers.js";

type Manager = Parameters<typeof receiveRequest>[0];
type Http = Parameters<typeof receiveRequest>[2];

const context: ReceptionContext = {
  version: null,
  runtime: new Map(),
  peer: null,
  node: { id: "", cluster: "" },
  localPort: 9080,
};
const get: Http = { version: "http/1.1", method: "GET", authority: "reviews:9080", path: "/reviews/0", headers: {} };
const destination = { ip: "10.96.0.11", port: 9080 };

interface Case {
  readonly manager?: Manager;
  readonly http?: Partial<Http>;
  readonly request?: Partial<Request>;
  readonly context?: Partial<ReceptionContext>;
}

const receive = (given: Case): Reception => {
  const http = { ...get, ...given.http };
  return receiveRequest(given.manager ?? {}, { destination, http, ...given.request }, http, { ...context, ...given.context });
};

/** The status and details of a refusal, or "received". */
function verdict(given: Case): string {
  const reception = receive(given);
  if (reception.end === "received") return "received";
  const { status, details, flags } = reception.response;
  return [reception.end, status ?? "-", details ?? "-", ...flags].join(" ");
}

const received = (given: Case) => {
  const reception = receive(given);
  if (reception.end !== "received") throw new Error(reception.because);
  return reception.request;
};

const h2 = { version: "h2" } as const;
const http10 = { version: "http/1.0" } as const;
const { authority: _, ...withoutAuthority } = get;
const hostless = (version: Http["version"], manager: Manager = {}): string => {
  const http = { ...withoutAuthority, version };
  const reception = receiveRequest(manager, { destination, http }, http, context);
  return reception.end === "received" ? reception.request.authority : `${reception.end} ${reception.response.details}`;
};
const grpc = { "content-type": ["application/grpc"] };

describe("the codec", () => {
  it.each<[string, Case, string]>([
    ["an ordinary request", {}, "received"],
    ["HTTP/2", { http: h2 }, "received"],
    ["HTTP/2 for an HTTP/1 codec", { http: h2, manager: { codec_type: "HTTP1" } }, "rejected 400 http1.codec_error DPE"],
    ["HTTP/1 for an HTTP/1 codec", { manager: { codec_type: "HTTP1" } }, "received"],
    ["HTTP/1 for an HTTP/2 codec", { manager: { codec_type: "HTTP2" } }, "closed - - DPE"],
    ["an unknown method", { http: { method: "BREW" } }, "rejected 400 http1.codec_error DPE"],
    ["a method in lower case", { http: { method: "get" } }, "rejected 400 http1.codec_error DPE"],
    ["a rare method", { http: { method: "PROPFIND" } }, "received"],
    ["an unknown method over HTTP/2", { http: { ...h2, method: "BREW" } }, "received"],
    ["a byte outside ASCII in the path", { http: { path: "/caf\xe9" } }, "rejected 400 http1.codec_error DPE"],
    ["a blank in the path", { http: { path: "/a b" } }, "rejected 400 http1.codec_error DPE"],
    ["a target that is no path", { http: { path: "reviews" } }, "rejected 400 http1.codec_error DPE"],
    ["an asterisk with GET", { http: { path: "*" } }, "rejected 400 http1.invalid_url DPE"],
    ["an asterisk with OPTIONS", { http: { path: "*", method: "OPTIONS" } }, "rejected 404 absolute_path_rejected"],
    ["a path without a slash over HTTP/2", { http: { ...h2, path: "reviews" } }, "closed - http2.violation.of.messaging.rule DPE"],
    ["HTTP/1.0", { http: http10 }, "rejected 426 low_version DPE"],
    ["HTTP/1.0 where it is accepted", { http: http10, manager: { http_protocol_options: { accept_http_10: true } } }, "received"],
  ])("%s", (_, given, want) => expect(verdict(given)).toBe(want));

  it("knows QUERY from 1.40 on, with a content-type", () => {
    const context = { version: { major: 1, minor: 40, patch: 0 } };
    const headers = { "content-type": ["application/json"] };
    expect(verdict({ http: { method: "QUERY", headers }, context })).toBe("received");
    expect(verdict({ http: { method: "QUERY" }, context })).toBe("rejected 400 query_missing_content_type");
    expect(verdict({ http: { method: "QUERY" }, context: { version: { major: 1, minor: 39, patch: 1 } } })).toContain("codec_error");
  });
});

describe("the limits on headers", () => {
  const lines = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, ["1"]]));
  it.each<[string, Case, string]>([
    ["61,000 bytes", { request: { headerPadBytes: 61_000 } }, "received"],
    ["62,000 bytes", { request: { headerPadBytes: 62_000 } }, "rejected 431 http1.headers_too_large DPE"],
    ["62,000 bytes under a higher limit", { request: { headerPadBytes: 62_000 }, manager: { max_request_headers_kb: 96 } }, "received"],
    [
      "2,000 bytes over a lower limit",
      { request: { headerPadBytes: 2_000 }, manager: { max_request_headers_kb: 1 } },
      "rejected 431 http1.headers_too_large DPE",
    ],
    ["62,000 bytes over HTTP/2", { request: { headerPadBytes: 62_000 }, http: h2 }, "closed - http2.header_list_size_too_large DR"],
    [
      "the same before 1.38",
      { request: { headerPadBytes: 62_000 }, http: h2, context: { version: { major: 1, minor: 37, patch: 0 } } },
      "closed - http2.too_many_headers DR",
    ],
    ["99 headers and Host", { http: { headers: lines(99) } }, "received"],
    ["100 headers and Host", { http: { headers: lines(100) } }, "rejected 431 http1.too_many_headers DPE"],
    [
      "100 values of one header and Host",
      { http: { headers: { cookie: Array<string>(100).fill("a=1") } } },
      "rejected 431 http1.too_many_headers DPE",
    ],
    ["too many headers over HTTP/2", { http: { ...h2, headers: lines(101) } }, "closed - http2.too_many_headers DR"],
    [
      "3 headers where 2 are allowed",
      { http: { headers: lines(2) }, manager: { common_http_protocol_options: { max_headers_count: 2 } } },
      "rejected 431 http1.too_many_headers DPE",
    ],
  ])("%s", (_, given, want) => expect(verdict(given)).toBe(want));
});

describe("headers with underscores", () => {
  const headers = { x_user: ["jason"], "x-user": ["kim"] };
  const options = (headers_with_underscores_action: "ALLOW" | "REJECT_REQUEST" | "DROP_HEADER"): Manager => ({
    common_http_protocol_options: { headers_with_underscores_action },
  });

  it("are refused, dropped or let through", () => {
    expect(verdict({ http: { headers }, manager: options("REJECT_REQUEST") })).toBe("rejected 400 http1.unexpected_underscore DPE");
    expect(verdict({ http: { headers: { "x-user": ["kim"] } }, manager: options("REJECT_REQUEST") })).toBe("received");
    expect(verdict({ http: { ...h2, headers }, manager: options("REJECT_REQUEST") })).toBe("closed - http2.unexpected_underscore DR");
    const dropped = received({ http: { headers }, manager: options("DROP_HEADER") });
    expect([firstHeaderValue(dropped.headers, "x_user"), firstHeaderValue(dropped.headers, "x-user")]).toEqual([undefined, "kim"]);
    expect(firstHeaderValue(received({ http: { headers } }).headers, "x_user")).toBe("jason");
  });
});

describe("the authority", () => {
  it("is asked for, and an empty one is one", () => {
    expect(hostless("http/1.1")).toBe("rejected missing_host_header");
    expect(hostless("h2")).toBe("closed http2.violation.of.messaging.rule");
    expect(received({ http: { authority: "" } }).authority).toBe("");
    expect(verdict({ http: { ...h2, authority: "" } })).toBe("closed - http2.invalid.header.field DPE");
    expect(verdict({ http: { ...h2, authority: "" }, context: { version: { major: 1, minor: 36, patch: 4 } } })).toBe("received");
  });

  it("has a default for HTTP/1.0 alone", () => {
    const manager: Manager = { http_protocol_options: { accept_http_10: true, default_host_for_http_10: "reviews" } };
    expect(hostless("http/1.0", manager)).toBe("reviews");
    expect(hostless("http/1.0", { http_protocol_options: { accept_http_10: true } })).toBe("rejected missing_host_header");
    expect(hostless("http/1.1", manager)).toBe("rejected missing_host_header");
  });

  it.each<[string, string, Manager, string]>([
    ["as it is", "Reviews:9080", {}, "Reviews:9080"],
    ["any port", "reviews:80", { strip_any_host_port: true }, "reviews"],
    ["the listener's port", "reviews:9080", { strip_matching_host_port: true }, "reviews"],
    ["another port", "reviews:80", { strip_matching_host_port: true }, "reviews:80"],
    ["no number", "reviews:http", { strip_any_host_port: true }, "reviews:http"],
    ["IPv6 with a port", "[fd00::1]:9080", { strip_any_host_port: true }, "[fd00::1]"],
    ["IPv6 without a port", "[fd00::1]", { strip_any_host_port: true }, "[fd00::1]"],
    ["a dot at the end", "reviews.", { strip_trailing_host_dot: true }, "reviews"],
    ["a dot before the port", "reviews.:9080", { strip_trailing_host_dot: true }, "reviews:9080"],
    ["a dot, then the port", "reviews.:9080", { strip_trailing_host_dot: true, strip_any_host_port: true }, "reviews"],
    ["a dot without the rule", "reviews.", { strip_any_host_port: true }, "reviews."],
  ])("strips: %s", (_, authority, manager, want) => expect(received({ http: { authority }, manager }).authority).toBe(want));

  it("of an absolute target goes before the Host header", () => {
    const request = received({ http: { path: "http://ratings:9080/ratings/0?x=1", authority: "reviews" } });
    expect([request.authority, request.path]).toEqual(["ratings:9080", "/ratings/0?x=1"]);
    expect(received({ http: { path: "http://ratings" } }).path).toBe("/");
  });

  it("has no blank in it", () => expect(verdict({ http: { authority: "re views" } })).toBe("rejected 400 http.invalid_authority DPE"));
});

describe("the path", () => {
  it.each<[string, Case, string]>([
    ["a fragment", { http: { path: "/a#b" } }, "rejected 400 path_normalization_failed"],
    ["a fragment in the query", { http: { path: "/a?b#c" } }, "rejected 400 path_normalization_failed"],
    ["an escaped NUL", { http: { path: "/a%00" }, manager: { normalize_path: true } }, "rejected 400 path_normalization_failed"],
    ["an escaped NUL that nobody looks at", { http: { path: "/a%00" } }, "received"],
    [
      "an escaped slash, refused",
      { http: { path: "/a%2fb" }, manager: { path_with_escaped_slashes_action: "REJECT_REQUEST" } },
      "rejected 400 path_normalization_failed",
    ],
    [
      "an escaped slash, redirected",
      { http: { path: "/a%2fb" }, manager: { path_with_escaped_slashes_action: "UNESCAPE_AND_REDIRECT" } },
      "redirect 307 path_normalization_failed",
    ],
  ])("%s", (_, given, want) => expect(verdict(given)).toBe(want));

  it("loses its fragment where the runtime says so", () => {
    const runtime = new Map([["envoy.reloadable_features.http_reject_path_with_fragment", false]]);
    expect(received({ http: { path: "/a#b" }, context: { runtime } }).path).toBe("/a");
  });

  it("is normalised by the runtime's default", () => {
    const runtime = new Map([["http_connection_manager.normalize_path", 100]]);
    expect(received({ http: { path: "/a/../b" }, context: { runtime } }).path).toBe("/b");
    expect(received({ http: { path: "/a/../b" } }).path).toBe("/a/../b");
  });

  it("redirects to the decoded path, but gRPC is refused", () => {
    const manager: Manager = { path_with_escaped_slashes_action: "UNESCAPE_AND_REDIRECT" };
    expect(receive({ http: { path: "/a%2fb" }, manager })).toMatchObject({ end: "redirect", response: { location: "/a/b" } });
    expect(receive({ http: { ...h2, path: "/a%2fb", headers: grpc }, manager })).toMatchObject({
      end: "rejected",
      response: { status: 200, grpcStatus: 13 },
    });
  });
});

describe("what matchers see", () => {
  it("of the scheme", () => {
    expect(received({}).scheme).toBe("http");
    expect(received({ context: { peer: { presented: false, uris: [], dns: [], subject: "" } } }).scheme).toBe("https");
    expect(received({ http: { headers: { "x-forwarded-proto": ["https"] } } }).scheme).toBe("https");
    expect(received({ http: { headers: { "x-forwarded-proto": ["https"] } }, manager: { use_remote_address: true } }).scheme).toBe("http");
    expect(received({ manager: { scheme_header_transformation: { scheme_to_overwrite: "https" } } }).scheme).toBe("https");
  });

  it("of upgrades and CONNECT", () => {
    const upgrade = { connection: ["keep-alive, Upgrade"], upgrade: ["websocket"] };
    expect(received({ http: { headers: upgrade } }).upgrade).toBe("websocket");
    expect(received({ http: { headers: { upgrade: ["websocket"] } } }).upgrade).toBeNull();
    expect(verdict({ http: { ...h2, headers: upgrade } })).toContain("http2.invalid.header.field");
    const { path: _, ...connect } = get;
    const http = { ...connect, method: "CONNECT", authority: "reviews:9080" };
    expect(receiveRequest({}, { destination, http }, http, context)).toMatchObject({
      end: "received",
      request: { upgrade: "CONNECT", path: undefined },
    });
  });

  it("of headers: pseudo headers, the client's without blanks around, and none that Envoy takes away", () => {
    const { headers } = received({ http: { headers: { "x-user": ["  jason\t"], connection: ["close"], "x-envoy-internal": ["true"] } } });
    expect(headerValues(headers, ":path")).toEqual(["/reviews/0"]);
    expect(headerValues(headers, ":authority")).toEqual(["reviews:9080"]);
    expect(headerValues(headers, "x-user")).toEqual(["jason"]);
    expect(headerValues(headers, "connection")).toEqual([]);
    expect(headerValues(headers, "x-envoy-internal")).toEqual([]);
    expect(headerValues(headers, "x-forwarded-proto")).toEqual(["http"]);
  });

  it("of the request id: there is one, whose value nobody knows", () => {
    expect(received({}).headers.unknown.get("x-request-id")).toMatchObject({ presence: "present" });
    expect(received({ manager: { generate_request_id: false } }).headers.unknown.has("x-request-id")).toBe(false);
  });

  it("of gRPC", () => {
    expect(received({ http: { headers: grpc } }).isGrpc).toBe(true);
    expect(received({ http: { headers: { "content-type": ["application/grpc-web"] } } }).isGrpc).toBe(false);
  });
});

describe("the cookies of HTTP/2", () => {
  const manager = { common_http_protocol_options: { max_headers_count: 5 } };
  const sent = (minor: number, patch: number) =>
    verdict({ manager, http: { ...h2, headers: { cookie: ["a=1", "b=2"] } }, context: { version: { major: 1, minor, patch } } });

  it.each([
    [38, 1, 38, 0],
    [37, 3, 37, 2],
    [36, 7, 36, 6],
    [35, 11, 35, 10],
  ])("count against the limits from 1.%i.%i on, not in 1.%i.%i", (minor, patch, earlierMinor, earlierPatch) => {
    expect(sent(minor, patch)).toContain("too_many_headers");
    expect(sent(earlierMinor, earlierPatch)).toBe("received");
  });
});

// Observed on Envoy 1.36.4 and 1.40.0.
describe("a protocol that is asked for", () => {
  const asking = (upgrade: string) => ({ connection: ["Upgrade"], upgrade: [upgrade] });
  const udp = (path: string, upgrade = "connect-udp") => ({ http: { path, headers: asking(upgrade) } });

  it("is the Upgrade header's, even of a CONNECT", () => {
    const connect = { version: "http/1.1", method: "CONNECT", authority: "reviews:9080", headers: {} } as const;
    expect(received({ http: connect }).upgrade).toBe("CONNECT");
    expect(received({ http: { ...connect, headers: asking("websocket") } }).upgrade).toBe("websocket");
    expect(received({ http: { headers: { upgrade: ["websocket"] } } }).upgrade).toBeNull();
  });

  it.each([
    ["/.well-known/masque/udp/192.0.2.6/443/", "192.0.2.6:443"],
    ["/.well-known/masque/udp/2001%3Adb8%3A%3A42/443/", "[2001:db8::42]:443"],
    ["/.well-known/masque/udp/Reviews%2Edefault/080/", "Reviews.default:080"],
    ["/.well-known/masque/udp/reviews/http/", "reviews:http"],
  ])("as CONNECT-UDP takes its authority from the path %s", (path, authority) => {
    expect(received(udp(path)).authority).toBe(authority);
    expect(received(udp(path, "Connect-UDP")).authority).toBe(authority);
    expect(received(udp(path, "websocket")).authority).toBe("reviews:9080");
  });

  it.each([
    "/.well-known/masque/udp/192.0.2.6/443",
    "/.well-known/masque/udp/192.0.2.6/443/?x=1",
    "/.well-known/masque/udp/192.0.2.6/443/x",
    "/.well-known/masque/udp//443/",
    "/.well-known/masque/udp/reviews%zz/443/",
    "/a/../.well-known/masque/udp/reviews/443/",
    "/reviews/0",
  ])("as CONNECT-UDP has no other path: %s", (path) => {
    expect(verdict(udp(path))).toBe("rejected 404 invalid_path");
    expect(verdict(udp(path, "connect-udp-2"))).toBe("received");
  });
});
