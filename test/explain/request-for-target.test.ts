import { describe, expect, it } from "vitest";
import { parseSocketEnd } from "../../src/explain/parse-socket-end.js";
import { requestForTarget, type TargetOptions, UsageError } from "../../src/index.js";
import { connectionManager, listener, snapshotWith, tcpProxy } from "./dump.js";

const snapshot = snapshotWith({});
const to = { ip: "10.96.0.11", port: 9080 };
const requestOf = (target: string, options: TargetOptions = {}) => requestForTarget(snapshot, target, { to, ...options }).request;
const headers = {};

describe("the request that a target stands for", () => {
  it.each<[string, TargetOptions, object]>([
    [
      "http://reviews:9080/reviews/0?x=1",
      {},
      { destination: to, http: { version: "http/1.1", method: "GET", authority: "reviews:9080", path: "/reviews/0?x=1", headers } },
    ],
    ["http://reviews", {}, { destination: to, http: { version: "http/1.1", method: "GET", authority: "reviews", path: "/", headers } }],
    ["http://reviews:80/", {}, { destination: to, http: { version: "http/1.1", method: "GET", authority: "reviews", path: "/", headers } }],
    [
      "http://reviews:443/",
      {},
      { destination: to, http: { version: "http/1.1", method: "GET", authority: "reviews:443", path: "/", headers } },
    ],
    [
      "http://reviews/a#b",
      {},
      { destination: to, http: { version: "http/1.1", method: "GET", authority: "reviews", path: "/a", headers } },
    ],
    [
      "http://reviews?x=1",
      {},
      { destination: to, http: { version: "http/1.1", method: "GET", authority: "reviews", path: "/?x=1", headers } },
    ],
    [
      "http://reviews/",
      { http2: true, method: "POST" },
      { destination: to, http: { version: "h2", method: "POST", authority: "reviews", path: "/", headers } },
    ],
    [
      "http://reviews/",
      {
        headers: [
          ["X-User", "jason"],
          ["x-user", "kim"],
          ["Host", "ratings"],
        ],
      },
      {
        destination: to,
        http: { version: "http/1.1", method: "GET", authority: "ratings", path: "/", headers: { "x-user": ["jason", "kim"] } },
      },
    ],
    [
      "https://api.example.com/v1",
      {},
      {
        destination: to,
        tls: { sni: "api.example.com", alpn: ["h2", "http/1.1"] },
        http: { version: "h2", method: "GET", authority: "api.example.com", path: "/v1", headers },
      },
    ],
    [
      "https://api.example.com:8443/",
      { alpn: ["http/1.1"], sni: "other.example.com" },
      {
        destination: to,
        tls: { sni: "other.example.com", alpn: ["http/1.1"] },
        http: { version: "http/1.1", method: "GET", authority: "api.example.com:8443", path: "/", headers },
      },
    ],
    [
      "https://10.1.2.3/",
      {},
      {
        destination: to,
        tls: { alpn: ["h2", "http/1.1"] },
        http: { version: "h2", method: "GET", authority: "10.1.2.3", path: "/", headers },
      },
    ],
    [
      "grpc://ratings:9080/bookinfo.Ratings/Get",
      {},
      {
        destination: to,
        http: {
          version: "h2",
          method: "POST",
          authority: "ratings:9080",
          path: "/bookinfo.Ratings/Get",
          headers: { "content-type": ["application/grpc"], te: ["trailers"] },
        },
      },
    ],
    ["tls://db.example.com:3306", {}, { destination: to, tls: { sni: "db.example.com" } }],
    ["tls://db.example.com", { sni: "" }, { destination: to, tls: {} }],
    ["tcp://mysql:3306", {}, { destination: to, payload: "hello tcp\n" }],
    ["mysql:3306", {}, { destination: to, payload: "hello tcp\n" }],
    ["mysql:3306", { payload: "PING\r\n" }, { destination: to, payload: "PING\r\n" }],
    ["mysql:3306", { serverFirst: true }, { destination: to, serverFirst: true }],
    [
      "tcp://mysql:3306",
      {
        clientCertificateUris: ["spiffe://cluster.local/ns/default/sa/bookinfo"],
        source: { ip: "10.244.1.5", port: 1 },
        direction: "inbound",
        random: 7,
      },
      {
        direction: "inbound",
        destination: to,
        source: { ip: "10.244.1.5", port: 1 },
        tls: { sni: "mysql", clientCertificate: { uris: ["spiffe://cluster.local/ns/default/sa/bookinfo"] } },
        random: 7,
      },
    ],
  ])("%s with %o", (target, options, want) => expect(requestOf(target, options)).toEqual(want));

  it("goes to the gateway's own address at a gateway", () => {
    const node = { id: "router~10.244.1.9~istio-ingress.default~default.svc.cluster.local" };
    const listeners = [
      listener("0.0.0.0_8080", "0.0.0.0", 8080, connectionManager("http.8080")),
      listener("0.0.0.0_9443", "0.0.0.0", 9443, tcpProxy("mysql")),
    ];
    const routes = [{ name: "http.8080", virtual_hosts: [{ name: "bookinfo.example.com:80", domains: ["bookinfo.example.com"] }] }];
    const gateway = snapshotWith({ bootstrap: { node }, listeners, routes });
    const found = (target: string) => {
      const { request, resolved } = requestForTarget(gateway, target);
      return [request.destination.ip, request.destination.port, resolved.how];
    };
    expect(found("tls://db.example.com:9443")).toEqual(["10.244.1.9", 9443, "listener-address"]);
    expect(found("http://bookinfo.example.com/")).toEqual(["10.244.1.9", 8080, "listener-address"]);
    expect(found("http://bookinfo.example.com:81/")).toEqual(["10.244.1.9", 81, "not-in-dump"]);
    expect(requestForTarget(gateway, "http://bookinfo.example.com/", { to }).resolved.how).toBe("given");
  });

  it.each([
    ["a port that is missing", "mysql", /HOST:PORT/],
    ["a port that is none", "tcp://mysql:99999", /HOST:PORT/],
    ["another scheme", "ftp://books/", /ftp is none of http, https, grpc, tls, tcp/],
    ["no host", "http:///reviews", /http:\/\/HOST/],
    ["a user", "http://jason@reviews:x/", /http:\/\/HOST/],
    ["the name of a prototype's member", "constructor://reviews", /constructor is none of/],
    ["nothing", "", /HOST:PORT/],
  ])("is none: %s", (_, target, want) => {
    expect(() => requestOf(target)).toThrow(UsageError);
    expect(() => requestOf(target)).toThrow(want);
  });
});

describe("one end of a connection", () => {
  it.each([
    ["10.0.0.1:80", undefined, { ip: "10.0.0.1", port: 80 }],
    ["[fd00::1]:80", undefined, { ip: "fd00::1", port: 80 }],
    ["reviews:9080", undefined, { ip: "reviews", port: 9080 }],
    ["reviews", 80, { ip: "reviews", port: 80 }],
    ["[fd00::1]", 80, { ip: "fd00::1", port: 80 }],
    ["reviews", undefined, undefined],
    ["fd00::1:80", 80, undefined],
    ["reviews:", 80, undefined],
    ["reviews:65536", undefined, undefined],
    ["a b:80", undefined, undefined],
    ["", 80, undefined],
  ])("%s", (text, port, want) => expect(parseSocketEnd(text, port)).toEqual(want));
});
