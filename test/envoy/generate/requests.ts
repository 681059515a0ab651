import fc from "fast-check";
import type { Request, RequestHttp, SocketEnd } from "../../../src/model/request.js";
import { clientIdentity } from "../certificates.js";
import { byWeight, either, few, seldom } from "./draw.js";
import { headerNames, methods, requestAuthority, requestTarget, texts } from "./vocabulary.js";

const values: Readonly<Record<string, readonly string[]>> = {
  "content-type": [
    "application/grpc",
    "application/grpc+proto",
    "application/grpc-web",
    "application/json",
    "application/grpc;x",
    "Application/grpc",
  ],
  "x-forwarded-proto": ["https", "http", "", "HTTPS", "ftp"],
  "x-forwarded-for": ["10.1.2.3", "10.1.2.3, 192.168.1.1", "8.8.8.8", "x"],
  cookie: ["session=abc", "session=abc; user=jason", "user=anna;session=", 'session="abc"', "x", "session=a=b"],
  "x-envoy-upstream-rq-timeout-ms": ["3000"],
  "x-envoy-internal": ["true"],
  te: ["trailers"],
  "x-host": ["reviews.example.com", "ratings", "Reviews:80", "reviews-v1"],
  "x-canary": ["jason", "reviews-v2", "missing", "true"],
};

const header = either<string>(...headerNames).chain((name) =>
  few(either(...(values[name] ?? texts)), 2, 1).map((list): [string, string[]] => [name, list]),
);

const preflight = fc.record({
  origin: either("jason", "anna", "https://reviews.example.com").map((one) => [one]),
  "access-control-request-method": fc.constant("GET").map((one) => [one]),
});

const headers = fc
  .tuple(few(header, 4), seldom(10, fc.constant({ connection: ["Upgrade"], upgrade: ["websocket"] })), seldom(12, preflight))
  .map(([list, upgrade, cors]): Record<string, readonly string[]> => ({ ...Object.fromEntries(list), ...upgrade, ...cors }));

/** The values that may become a host upstream: HTTP/2 would keep the blanks, and no server of HTTP/1 shows them. */
const withoutBlanks = (given: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(
    Object.entries(given).map(([name, list]) => [
      name,
      ["origin", "x-user", "x-host"].includes(name) ? list.map((value) => value.trim()) : list,
    ]),
  );

const httpVersion = byWeight<RequestHttp["version"]>([7, fc.constant("http/1.1")], [1, fc.constant("http/1.0")], [3, fc.constant("h2")]);

const http = fc
  .record({ version: httpVersion, method: either<string>(...methods), authority: requestAuthority, path: requestTarget, headers })
  .map(({ version, method, authority, path, headers: own }): RequestHttp => {
    const isPreflight = Object.hasOwn(own, "access-control-request-method");
    const { connection: _, upgrade: __, ...plain } = own;
    const chosen = isPreflight ? "OPTIONS" : method;
    const isConnect = chosen === "CONNECT";
    return {
      version,
      method: chosen,
      ...(isConnect ? { authority: authority || "reviews.example.com:443" } : authority === undefined ? {} : { authority }),
      ...(isConnect ? {} : { path }),
      headers: version === "h2" ? withoutBlanks(plain) : own,
    };
  });

export const sources = ["10.244.1.5", "10.1.2.3", "192.168.1.7", "127.0.0.1", "203.0.113.9"] as const;
export const destinations = ["10.96.0.11", "10.1.2.3", "10.0.0.7", "192.168.1.7", "127.0.0.1"] as const;

export const end = (ips: readonly string[], ports: readonly number[]): fc.Arbitrary<SocketEnd> =>
  fc.record({ ip: either(...ips), port: either(...ports) });

const v4 = fc.record({ source: end(sources, [40000, 1234, 8080]), destination: end(destinations, [80, 443, 9080, 8080]) });
const v6 = fc.record({
  source: end(["fd00::5", "2001:db8::9", "::1"], [40000, 1234]),
  destination: end(["fd00::11", "2001:db8::9", "::1"], [80, 443, 9080]),
});

/** Where connections come from and go to. */
export const addresses = byWeight<{ source: SocketEnd; destination: SocketEnd }>([8, v4], [1, v6]);

const serverNames = [
  "reviews.example.com",
  "ratings.example.com",
  "Reviews.Example.com",
  "a.b.example.com",
  "shop.com",
  "reviews.default",
  "mysql",
] as const;
const tls = fc
  .tuple(
    seldom(4, fc.constant(true)),
    either(...serverNames),
    either<readonly string[] | undefined>(undefined, ["h2", "http/1.1"], ["http/1.1"], ["h2"], ["istio", "h2"], ["h3"]),
  )
  .map(([nameless, sni, alpn]) => ({ ...(nameless === true ? {} : { sni }), ...(alpn === undefined ? {} : { alpn }) }));

const payload = either(
  "hello tcp\n",
  "SSH-2.0-OpenSSH_9\r\n",
  '{"a":1}\n',
  "\r\n\r\nGET / HTTP/1.1\r\n\r\n",
  "USER jason\r\n",
  "GET /\r\n\r\n",
  "GET / XTTP/1.1\r\n\r\n",
  "\u0000\u0001\u0002\u0003\u0004\u0005\n",
  "get / HTTP/1.1\r\n\r\n",
);

const plainHttp = fc
  .record({ version: httpVersion, method: either("GET", "POST", "FOO", "get", "OPTIONS"), path: either("/", "/reviews", "/a/../b", "*") })
  .map(({ version, method, path }): RequestHttp => ({ version, method, authority: "reviews", path, headers: {} }));

/** A connection of any kind: HTTP, a ClientHello, other bytes, or nothing. */
export const connection: fc.Arbitrary<Request> = fc
  .tuple(
    addresses,
    byWeight<Omit<Request, "destination">>(
      [5, plainHttp.map((spoken) => ({ http: spoken }))],
      [5, tls.map((hello) => ({ tls: hello }))],
      [3, payload.map((bytes) => ({ payload: bytes }))],
      [1, fc.constant({ serverFirst: true })],
    ),
  )
  .map(([ends, spoken]) => ({ ...spoken, ...ends }));

/** Mostly HTTP inside TLS; beside it what comes without. */
export const secureConnection: fc.Arbitrary<Request> = fc
  .tuple(
    addresses,
    plainHttp,
    either(...serverNames),
    seldom(5, fc.constant(true)),
    seldom(2, fc.constant({ clientCertificate: clientIdentity })),
    seldom(4, fc.constant(true)),
    fc.boolean(),
  )
  .map(([ends, http, sni, nameless, certificate, plain, silentAlpn]) => {
    if (plain === true) return { ...ends, http };
    const alpn = http.version === "h2" ? { alpn: ["h2"] } : silentAlpn ? {} : { alpn: ["http/1.1"] };
    return { ...ends, http, tls: { ...(nameless === true ? {} : { sni }), ...alpn, ...certificate } };
  });

/** An HTTP request, with a body at times. */
export const httpRequest: fc.Arbitrary<Request> = fc
  .tuple(addresses, http, seldom(12, either(5, 40)), seldom(40, either(1_000, 9_000, 70_000)))
  .map(([ends, spoken, bodyBytes, headerPadBytes]) => ({
    ...ends,
    // What is refused first, the size or the first line, depends on how the bytes arrive.
    http: headerPadBytes === undefined ? spoken : { ...spoken, method: "GET", path: "/" },
    // Of HTTP/2 bodies it depends on their frames what Envoy has seen of them when it answers.
    ...(bodyBytes === undefined || spoken.method === "CONNECT" || spoken.version === "h2" ? {} : { bodyBytes }),
    ...(headerPadBytes === undefined ? {} : { headerPadBytes }),
  }));
