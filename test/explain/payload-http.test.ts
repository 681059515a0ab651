import { describe, expect, it } from "vitest";
import { httpInPayload } from "../../src/explain/payload-http.js";

const destination = { ip: "10.96.0.10", port: 9080 };
const read = (payload: string) => httpInPayload({ destination, payload });

describe("HTTP in a payload", () => {
  it("is read with its headers in order, the Host as the authority", () => {
    expect(read("GET /productpage?u=1 HTTP/1.1\r\nHost: productpage:9080\r\nX-User: jason\r\nx-user:  kim \r\n\r\n")).toEqual({
      version: "http/1.1",
      method: "GET",
      authority: "productpage:9080",
      path: "/productpage?u=1",
      headers: { "x-user": ["jason", "kim"] },
    });
  });

  it("may have bare line feeds, no headers, an older version, a body", () => {
    expect(read("GET / HTTP/1.0\n\n")).toEqual({ version: "http/1.0", method: "GET", path: "/", headers: {} });
    expect(read("POST / HTTP/1.1\r\nHost: \r\n\r\nbody: x")).toMatchObject({ authority: "", headers: {} });
    expect(read("CONNECT reviews:9080 HTTP/1.1\r\n\r\n")).toEqual({
      version: "http/1.1",
      method: "CONNECT",
      authority: "reviews:9080",
      headers: {},
    });
  });

  it.each([
    ["no end of the headers", "GET / HTTP/1.1\r\nHost: reviews\r\n"],
    ["no request line", "hello tcp\n\n"],
    ["no target", "HELO jason\r\n\r\n"],
    ["another word for the version", "GET / XTTP/1.1\r\n\r\n"],
    ["a blank before a colon", "GET / HTTP/1.1\r\nHost : reviews\r\n\r\n"],
    ["a line that is no header", "GET / HTTP/1.1\r\nHost reviews\r\n\r\n"],
    ["a header without a name", "GET / HTTP/1.1\r\n: reviews\r\n\r\n"],
  ])("is not in a payload with %s", (_, payload) => expect(read(payload)).toBeUndefined());

  it.each([
    ["line breaks before it", "\r\n\r\nGET / HTTP/1.1\r\n\r\n", "http/1.1"],
    ["no version, and is over with its line", "GET /\r\n", "http/1.0"],
    ["a version that is none of Envoy's", "GET / HTTP/2.0\r\n\r\n", "http/1.0"],
    ["more blanks than one", "GET  /\tHTTP/1.1 \r\n\r\n", "http/1.1"],
    ["a folded header", "GET / HTTP/1.1\r\nx-user: jason\r\n kim\r\n\r\n", "http/1.1"],
  ])("may have %s", (_, payload, version) => expect(read(payload)).toMatchObject({ version, method: "GET", path: "/" }));

  it("is nothing to look for beside HTTP or TLS", () => {
    const payload = "GET / HTTP/1.1\r\n\r\n";
    expect(httpInPayload({ destination, payload, tls: {} })).toBeUndefined();
    expect(httpInPayload({ destination, payload, http: { version: "h2", method: "GET", headers: {} } })).toBeUndefined();
    expect(httpInPayload({ destination })).toBeUndefined();
  });
});
