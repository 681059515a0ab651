import type { HttpConnectionManager } from "../generated/messages.js";
import { type EnvoyVersion, isAtLeast } from "../model/envoy-version.js";
import { placeOf } from "../model/proto-json.js";
import type { Request, RequestHttp } from "../model/request.js";
import { encodeUtf8 } from "../util/utf8.js";
import { knowsMethod } from "./first-bytes.js";
import { localResponse, noResponse } from "./local-reply.js";
import type { RefusedRequest } from "./receive-request.js";

/** Are these characters that the authority of a request may have? HTTP/2 allows all of them but "@". */
export const isAuthority = (text: string): boolean => /^[\w.~:[\]%!$&'()*+,;=@-]*$/.test(text);

/**
 * Why the codec itself refuses a request, before the connection manager looks at it; undefined where it does not. HTTP/1 answers 400 or
 * 431, HTTP/2 ends the stream or the connection. The first error in the order in which the codec comes upon them counts.
 */
export function codecRefusal(
  manager: HttpConnectionManager,
  request: Request,
  http: RequestHttp,
  version: EnvoyVersion | null,
): RefusedRequest | undefined {
  const context = { manager, request, http, version };
  return http.version === "h2" ? http2Refusal(context) : http1Refusal(context);
}

interface CodecContext {
  readonly manager: HttpConnectionManager;
  readonly request: Request;
  readonly http: RequestHttp;
  readonly version: EnvoyVersion | null;
}

/** Without control characters, blanks apart. */
const withoutControls = (text: string): string =>
  text.replace(/\p{Cc}/gu, (control) => (/\s/.test(control) || control > "\x7f" ? control : ""));

const from = (version: EnvoyVersion | null, minor: number): boolean => version === null || isAtLeast(version, 1, minor);

function http1Refusal({ manager, request, http, version }: CodecContext): RefusedRequest | undefined {
  const refused = (because: string, details: string, at = placeOf(manager), status = 400): RefusedRequest => ({
    end: "rejected",
    response: localResponse({ status, details, flags: ["DPE"] }, false),
    because,
    at,
  });
  if (manager.codec_type === "HTTP2") {
    const at = placeOf(manager, "codec_type");
    return { end: "closed", response: noResponse(null, ["DPE"]), because: "HTTP/1 on a connection manager for HTTP/2", at };
  }
  const { bytes, tooMany } = limitsOf(manager, request, http);
  if (bytes !== undefined) return refused(bytes.because, "http1.headers_too_large", bytes.at, 431);
  if (!knowsMethod(http.method, null, false) && !(http.method === "QUERY" && from(version, 40))) {
    return refused(`method ${http.method} is unknown to HTTP/1`, "http1.codec_error");
  }
  const target = http.path ?? "";
  if (/[^!-~]/.test(withoutControls(target))) return refused("a blank or a byte outside ASCII in the request target", "http1.codec_error");
  if ([target, http.authority ?? ""].some((text) => text !== withoutControls(text))) {
    return refused("a control character in the request's head", "http1.invalid_characters");
  }
  if (tooMany !== undefined) return refused(tooMany.because, "http1.too_many_headers", tooMany.at, 431);
  const underscored = refusedUnderscore(manager, http);
  return underscored === undefined ? undefined : refused(underscored.because, "http1.unexpected_underscore", underscored.at);
}

function http2Refusal({ manager, request, http, version }: CodecContext): RefusedRequest | undefined {
  const closed = (because: string, details: string, flag: "DPE" | "DR", at = placeOf(manager)): RefusedRequest => ({
    end: "closed",
    response: noResponse(details, [flag]),
    because,
    at,
  });
  if (manager.codec_type === "HTTP1") {
    const at = placeOf(manager, "codec_type");
    const response = localResponse({ status: 400, details: "http1.codec_error", flags: ["DPE"] }, false);
    return { end: "rejected", response, because: "HTTP/2 on a connection manager for HTTP/1", at };
  }
  const { path, authority } = http;
  const invalid = (because: string) => closed(because, "http2.invalid.header.field", "DPE");
  if (authority === "" && from(version, 37)) return invalid("an empty :authority");
  if (authority !== undefined && (!isAuthority(authority) || authority.includes("@")))
    return invalid("illegal characters in the authority");
  if (path === "") return invalid("an empty path");
  if (path !== undefined && (/\s/.test(path) || path !== withoutControls(path)))
    return invalid("a blank or a control character in the path");
  const { bytes, tooMany } = limitsOf(manager, request, http);
  if (bytes !== undefined) {
    return closed(bytes.because, from(version, 38) ? "http2.header_list_size_too_large" : "http2.too_many_headers", "DR", bytes.at);
  }
  if (tooMany !== undefined) return closed(tooMany.because, "http2.too_many_headers", "DR", tooMany.at);
  const underscored = refusedUnderscore(manager, http);
  if (underscored !== undefined) return closed(underscored.because, "http2.unexpected_underscore", "DR", underscored.at);
  // The details of a header that is dropped stay with the stream.
  const dropsOne = underscoreIn(http) !== undefined && underscoresAction(manager) === "DROP_HEADER";
  const rule = dropsOne ? "http2.unexpected_underscore" : "http2.violation.of.messaging.rule";
  if (authority === undefined) return closed("no :authority", rule, "DPE");
  const isPath = path === undefined || path.startsWith("/") || (path === "*" && http.method === "OPTIONS");
  return isPath ? undefined : closed("the path does not begin with a slash", rule, "DPE");
}

const underscoreIn = (http: RequestHttp): string | undefined => Object.keys(http.headers).find((name) => name.includes("_"));
const underscoresAction = (manager: HttpConnectionManager) => manager.common_http_protocol_options?.headers_with_underscores_action;

interface Reason {
  readonly because: string;
  readonly at: string;
}

function refusedUnderscore(manager: HttpConnectionManager, http: RequestHttp): Reason | undefined {
  const name = underscoreIn(http);
  if (name === undefined || underscoresAction(manager) !== "REJECT_REQUEST") return undefined;
  const at = placeOf(manager.common_http_protocol_options ?? manager, "headers_with_underscores_action");
  return { because: `header ${name} has an underscore`, at };
}

const defaultKilobytes = 60;
const defaultCount = 100;

/** Which limits on its headers a request exceeds. */
function limitsOf(
  manager: HttpConnectionManager,
  request: Request,
  http: RequestHttp,
): { readonly bytes?: Reason; readonly tooMany?: Reason } {
  const { bytes, count } = headerSize(request, http);
  const kilobytes = manager.max_request_headers_kb ?? defaultKilobytes;
  const most = manager.common_http_protocol_options?.max_headers_count ?? defaultCount;
  const tooLarge = { because: `${bytes} bytes of headers, ${kilobytes} KiB are allowed`, at: placeOf(manager, "max_request_headers_kb") };
  const place = placeOf(manager.common_http_protocol_options ?? manager, "max_headers_count");
  return {
    ...(bytes > kilobytes * 1024 ? { bytes: tooLarge } : {}),
    ...(count > most ? { tooMany: { because: `${count} headers, ${most} are allowed`, at: place } } : {}),
  };
}

/**
 * How many bytes and how many lines the headers have, as the codec of that protocol counts them: HTTP/1 all that stands on the wire up to
 * the empty line and with it; HTTP/2 names and values alone. A body of HTTP/1 has a content-length.
 */
function headerSize(request: Request, http: RequestHttp): { readonly bytes: number; readonly count: number } {
  const h2 = http.version === "h2";
  const perLine = h2 ? 0 : ": \r\n".length;
  const body = request.bodyBytes ?? 0;
  const lines: (readonly [string, string | undefined])[] = [
    ...(h2 ? pseudoHeaders(http) : [["host", http.authority] as const]),
    ...(!h2 && body > 0 && !Object.hasOwn(http.headers, "content-length") ? [["content-length", String(body)] as const] : []),
    ...Object.entries(http.headers).flatMap(([name, values]) => values.map((value) => [name, value] as const)),
  ];
  const sizes = lines.flatMap(([name, value]) => (value === undefined ? [] : [name.length + encodeUtf8(value).length + perLine]));
  const padBytes = request.headerPadBytes ?? 0;
  const padLines = Math.ceil(padBytes / longestPadLine);
  const firstLine = h2 ? 0 : `${http.method} ${http.path ?? http.authority ?? ""} HTTP/1.1\r\n\r\n`.length;
  const bytes = sizes.reduce((sum, size) => sum + size, firstLine + padBytes + padLines * perLine);
  return { bytes, count: sizes.length + padLines };
}

/** In bytes: what the request's `headerPadBytes` are cut into. */
const longestPadLine = 7_000;

const pseudoHeaders = (http: RequestHttp): readonly (readonly [string, string | undefined])[] => [
  [":method", http.method],
  [":scheme", http.method === "CONNECT" ? undefined : "http"],
  [":authority", http.authority],
  [":path", http.path],
];
