import { describe, expect, it } from "vitest";
import { firstBytesOf, inspectHttp, inspectTls } from "../../src/explain/first-bytes.js";
import type { Request } from "../../src/index.js";

const destination = { ip: "10.96.0.20", port: 3306 };
const http = { version: "http/1.1", method: "GET", headers: {} } as const;

describe("the first bytes of a request", () => {
  it.each<[string, Omit<Request, "destination">, unknown]>([
    [
      "TLS, its SNI in lower case",
      { tls: { sni: "Reviews.Example", alpn: ["h2"] } },
      { kind: "tls", sni: "reviews.example", alpn: ["h2"] },
    ],
    ["TLS around HTTP is TLS", { tls: {}, http }, { kind: "tls", sni: "", alpn: [] }],
    ["HTTP", { http }, { kind: "http" }],
    ["text, as UTF-8", { payload: "é" }, { kind: "bytes", bytes: "\xc3\xa9" }],
    ["bytes", { payloadBase64: "AP8=" }, { kind: "bytes", bytes: "\x00\xff" }],
    ["an empty payload is silence", { payload: "" }, { kind: "silent" }],
    ["a server that speaks first", { serverFirst: true }, { kind: "silent" }],
    ["bytes that the request does not spell", {}, { kind: "opaque" }],
  ])("%s", (_, request, want) => expect(firstBytesOf({ destination, ...request })).toEqual(want));
});

describe("the TLS inspector on bytes that are no ClientHello", () => {
  it("waits for a record header, and finds none in as many bytes", () => {
    expect(inspectTls("GET ")).toEqual({ result: "waits" });
    expect(inspectTls("GET /")).toEqual({ result: "none" });
  });
});

describe("the HTTP inspector", () => {
  const v1_38 = { major: 1, minor: 38, patch: 3 };
  const v1_36 = { major: 1, minor: 36, patch: 4 };
  const found = (protocol: string) => ({ result: "found", protocols: [protocol] });
  const none = { result: "none" };
  const waits = { result: "waits" };

  it.each([
    ["HTTP/1.1", "GET / HTTP/1.1\r\n", found("http/1.1")],
    ["HTTP/1.1 after a bare line feed", "GET / HTTP/1.1\n", found("http/1.1")],
    ["any token for a method", "BREW /pot HTTP/1.1\r\n", found("http/1.1")],
    ["a method in lower case", "get / HTTP/1.1\r\n", found("http/1.1")],
    ["HTTP/1.0", "GET / HTTP/1.0\r\n", found("http/1.0")],
    ["another version", "GET / HTTP/1.2\r\n", found("http/1.0")],
    ["no version", "GET /\r\n", found("http/1.0")],
    ["several blanks", "GET  /   HTTP/1.1\r\n", found("http/1.1")],
    ["HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00", found("h2c")],
    ["a part of that preface", "PRI * HTTP/2.0\r\n\r\n", waits],
    ["a misspelt version", "GET / XTTP/1.1\r\n", none],
    ["a version that is too long", "GET / HTTP/1.11\r\n", none],
    ["a word too many", "GET / HTTP/1.1 now\r\n", none],
    ["a method that is no token", "G@T / HTTP/1.1\r\n", none],
    ["one word", "hello\n", none],
    ["two words, the second no target", "hello tcp\n", none],
    ["two words, the second a path", "hello /tcp\n", found("http/1.0")],
    ["a target without a slash", "GET foo HTTP/1.1\n", none],
    ["an asterisk", "GET * HTTP/1.1\n", found("http/1.1")],
    ["an absolute URI", "GET ftp://ratings/ HTTP/1.1\n", found("http/1.1")],
    ["a scheme without slashes", "GET http:ratings HTTP/1.1\n", none],
    ["a query for a target", "GET ?x=1 HTTP/1.1\n", none],
    ["CONNECT to an authority", "CONNECT ratings:9080 HTTP/1.1\n", found("http/1.1")],
    ["the same in lower case", "connect ratings:9080 HTTP/1.1\n", none],
    ["a target outside ASCII", "GET /\xc3\xa9 HTTP/1.1\n", none],
    ["a tab behind the version", "GET / HTTP/1.1\t\n", found("http/1.1")],
    ["a version in lower case", "GET / http/1.1\n", none],
    ["SSH", "SSH-2.0-x\r\n", none],
    ["JSON", '{"reviews":5}\n', none],
    ["an empty line first", "\r\nGET / HTTP/1.1\r\n", none],
    ["a byte outside ASCII", "G\xc3T", none],
    ["a method without an end", "GET", waits],
    ["a line without an end", "GET /reviews HTTP", waits],
  ])("on %s", (_, bytes, want) => expect(inspectHttp(bytes, null)).toEqual(want));

  it("closes after 64 KiB without a line break, and not a byte before", () => {
    expect(inspectHttp("G".repeat(65_536), null)).toMatchObject({ result: "closes" });
    expect(inspectHttp("G".repeat(65_535), null)).toEqual(waits);
    expect(inspectHttp("G".repeat(65_536), v1_38)).toEqual(none);
  });

  it("knew a list of methods before 1.39.0", () => {
    expect(inspectHttp("BREW /pot HTTP/1.1\r\n", v1_38)).toEqual(none);
    expect(inspectHttp("PURGE /pot HTTP/1.1\r\n", v1_38)).toEqual(found("http/1.1"));
    expect(inspectHttp("BREW /pot HTTP/1.1\r\n", { major: 1, minor: 39, patch: 0 })).toEqual(found("http/1.1"));
    expect(inspectHttp("M-SEARCH / HTTP/1.1\r\n", v1_36)).toEqual(found("http/1.1"));
    expect(inspectHttp("M-SEARCH / HTTP/1.1\r\n", v1_38)).toEqual(none);
    expect(inspectHttp("PUR", v1_38)).toEqual(waits);
    expect(inspectHttp("BRE", v1_38)).toEqual(none);
  });
});
