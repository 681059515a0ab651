import { type EnvoyVersion, isAtLeast } from "../model/envoy-version.js";
import type { Request } from "../model/request.js";

/** What the client's first bytes are, before any TLS is taken off. */
export type FirstBytes =
  | { readonly kind: "silent" }
  | { readonly kind: "tls"; readonly sni: string; readonly alpn: readonly string[] }
  | { readonly kind: "http" }
  | { readonly kind: "bytes"; readonly bytes: string }
  /** Bytes that the request does not spell: enough of them, and neither TLS nor HTTP. */
  | { readonly kind: "opaque" };

/** The first bytes of a request, bytes as characters of the same number. */
export function firstBytesOf(request: Request): FirstBytes {
  if (request.serverFirst === true) return { kind: "silent" };
  if (request.tls !== undefined) return { kind: "tls", sni: (request.tls.sni ?? "").toLowerCase(), alpn: request.tls.alpn ?? [] };
  if (request.payload === undefined && request.payloadBase64 === undefined) return { kind: request.http === undefined ? "opaque" : "http" };
  const bytes = payloadBytes(request);
  return bytes === "" ? { kind: "silent" } : { kind: "bytes", bytes };
}

function payloadBytes(request: Request): string {
  if (request.payloadBase64 !== undefined) return atob(request.payloadBase64);
  return Array.from(new TextEncoder().encode(request.payload ?? ""), (byte) => String.fromCharCode(byte)).join("");
}

/** What an inspector makes of bytes: it found a protocol, found none, waits for more, or closes. */
export type Inspection =
  | { readonly result: "found"; readonly protocols: readonly string[] }
  | { readonly result: "none" }
  | { readonly result: "waits" }
  | { readonly result: "closes"; readonly because: string };

const tlsRecordHeader = 5;

/** The TLS inspector on bytes that are no ClientHello: fewer than a record's header and it waits (semantics: inspectors, TLS). */
export function inspectTls(bytes: string): Inspection {
  return bytes.length < tlsRecordHeader ? { result: "waits" } : { result: "none" };
}

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const mostWithoutLineBreak = 65_536;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** The methods that Envoy's HTTP/1 parser knew before it became Balsa. */
const parserMethods: ReadonlySet<string> = new Set(
  (
    "DELETE GET HEAD POST PUT CONNECT OPTIONS TRACE COPY LOCK MKCOL MOVE PROPFIND PROPPATCH SEARCH UNLOCK BIND REBIND UNBIND ACL " +
    "REPORT MKACTIVITY CHECKOUT MERGE M-SEARCH NOTIFY SUBSCRIBE UNSUBSCRIBE PATCH PURGE MKCALENDAR LINK UNLINK SOURCE"
  ).split(" "),
);

/** The HTTP inspector on raw bytes; its parser is Balsa from 1.39.0 on. A null version is taken to be the newest. */
export function inspectHttp(bytes: string, version: EnvoyVersion | null): Inspection {
  const balsa = version === null || isAtLeast(version, 1, 39);
  if (bytes.startsWith(preface)) return { result: "found", protocols: ["h2c"] };
  if (preface.startsWith(bytes)) return { result: "waits" };
  const lineEnd = bytes.indexOf("\n");
  if (lineEnd < 0) return withoutLineBreak(bytes, balsa);
  const line = bytes.slice(0, lineEnd).replace(/[ \t\r]+$/, "");
  const [method, target, protocol, ...rest] = line.split(balsa ? /[ \t]+/ : / /);
  if (method === undefined || target === undefined || rest.length > 0 || !token.test(method)) return { result: "none" };
  if (!isRequestTarget(method, target)) return { result: "none" };
  if (protocol !== undefined && !/^HTTP\/\d\.\d$/.test(protocol)) return { result: "none" };
  const known = knowsMethod(method, version, balsa);
  if (!known) return { result: "none" };
  return { result: "found", protocols: [protocol === "HTTP/1.1" ? "http/1.1" : "http/1.0"] };
}

/**
 * Does the inspector take this for a request's target: a path, an asterisk, an absolute URI; after CONNECT, anything? All of it
 * printable ASCII. Measured on 1.40.0: `hello tcp` is no request, `foo /x` is one of HTTP/0.9.
 */
export function isRequestTarget(method: string, target: string): boolean {
  return /^[\x21-\x7e]+$/.test(target) && (method === "CONNECT" || /^([/*]|[A-Za-z][A-Za-z0-9+.-]*:\/\/)/.test(target));
}

function withoutLineBreak(bytes: string, balsa: boolean): Inspection {
  if (/^[\r\n]/.test(bytes) || !/^[\x20-\x7e\t]*\r?$/.test(bytes) || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(bytes)) return { result: "none" };
  if (bytes.length >= mostWithoutLineBreak)
    return balsa ? { result: "closes", because: "64 KiB without a line break" } : { result: "none" };
  if (balsa) return { result: "waits" };
  const [method = "", ...rest] = bytes.split(" ");
  const couldBecome = rest.length > 0 ? parserMethods.has(method) : [...parserMethods].some((known) => known.startsWith(method));
  return couldBecome ? { result: "waits" } : { result: "none" };
}

/** Does the inspector take this method for HTTP's? Balsa takes any token. */
export function knowsMethod(method: string, version: EnvoyVersion | null, balsa = version === null || isAtLeast(version, 1, 39)): boolean {
  if (balsa) return true;
  if (method === "M-SEARCH") return version === null || !isAtLeast(version, 1, 38);
  return parserMethods.has(method);
}
