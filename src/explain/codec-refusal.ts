import type { HttpConnectionManager, HttpProtocolOptions_HeadersWithUnderscoresAction } from "../generated/messages.js";
import { requestHeaders } from "../match/request-headers.js";
import { type EnvoyVersion, isAtLeast } from "../model/envoy-version.js";
import { placeOf } from "../model/proto-json.js";
import type { Request, RequestHttp } from "../model/request.js";
import { encodeUtf8 } from "../util/utf8.js";
import { knowsMethod } from "./first-bytes.js";
import { localResponse, noResponse } from "./local-reply.js";
import type { RefusedRequest } from "./reception.js";
import { readTarget } from "./request-target.js";

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
  const limits = limitsOf(manager);
  const lines = [...(http.authority === undefined ? [] : [["host", http.authority] as const]), ...ownLines(request, http)];
  const bytes = bytesOnTheWire(lines, http);
  if (bytes > limits.bytes) return refused(tooLarge(bytes, limits), "http1.headers_too_large", limits.bytesAt, 431);
  if (!knowsMethod(http.method, null, false) && !(http.method === "QUERY" && from(version, 40))) {
    return refused(`method ${http.method} is unknown to HTTP/1`, "http1.codec_error");
  }
  const first = readTarget(http, manager, true);
  if (first.kind === "refused" && first.details === "http1.codec_error") return refused(first.because, first.details);
  const target = http.path ?? "";
  if (/[^!-~]/.test(withoutControls(target))) return refused("a blank or a byte outside ASCII in the request target", "http1.codec_error");
  if ([target, http.authority ?? ""].some((text) => text !== withoutControls(text))) {
    return refused("a control character in the request's head", "http1.invalid_characters");
  }
  const found = readLines(lines, { ...limits, bytes: Number.POSITIVE_INFINITY });
  if (found?.code === "underscore") return refused(found.because, "http1.unexpected_underscore", found.at);
  if (found !== undefined) return refused(found.because, "http1.too_many_headers", found.at, 431);
  const encoding = http.headers["transfer-encoding"]?.join(",");
  if (encoding === undefined || http.method === "CONNECT") return undefined;
  if (encoding.toLowerCase() !== "chunked") {
    return refused(
      `transfer-encoding ${encoding}, and Envoy reads chunked alone`,
      "http1.invalid_transfer_encoding",
      placeOf(manager),
      501,
    );
  }
  if (http.headers["content-length"] === undefined || manager.http_protocol_options?.allow_chunked_length === true) return undefined;
  return refused("both content-length and transfer-encoding", "http1.content_length_and_chunked_not_allowed");
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
  const { path, authority, headers } = http;
  const invalid = (because: string) => closed(because, "http2.invalid.header.field", "DPE");
  if (authority === "" && from(version, 37)) return invalid("an empty :authority");
  if (authority !== undefined && (!isAuthority(authority) || authority.includes("@")))
    return invalid("illegal characters in the authority");
  if (path === "") return invalid("an empty path");
  if (path !== undefined && (/\s/.test(path) || path !== withoutControls(path)))
    return invalid("a blank or a control character in the path");
  const hopHeader = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"].find((name) =>
    Object.hasOwn(headers, name),
  );
  if (hopHeader !== undefined) return invalid(`header ${hopHeader}, which HTTP/2 does not have`);
  if (headers.te?.some((value) => value !== "trailers") === true) return invalid("a header te that is not trailers");
  const lines = ownLines(request, http).filter(([name]) => name !== "cookie" || countsCookies(version));
  const found = readLines([...pseudoHeaders(http), ...lines], limitsOf(manager));
  if (found !== undefined) {
    const tooMuch = found.code === "bytes" && from(version, 38) ? "http2.header_list_size_too_large" : "http2.too_many_headers";
    return closed(found.because, found.underscored ? "http2.unexpected_underscore" : tooMuch, "DR", found.at);
  }
  // The details of a header that is dropped stay with the stream.
  const dropsOne = Object.keys(http.headers).some(hasUnderscore) && underscoresAction(manager) === "DROP_HEADER";
  const rule = dropsOne ? "http2.unexpected_underscore" : "http2.violation.of.messaging.rule";
  if (authority === undefined) return closed("no :authority", rule, "DPE");
  const isPath = path === undefined || path.startsWith("/") || (path === "*" && http.method === "OPTIONS");
  return isPath ? undefined : closed("the path does not begin with a slash", rule, "DPE");
}

/** Do the cookies of HTTP/2 count against the limits? They do since the releases that mended CVE-2026-47774. */
function countsCookies(version: EnvoyVersion | null): boolean {
  if (version === null || isAtLeast(version, 1, 38, 1)) return true;
  const mended: Readonly<Record<number, number>> = { 35: 11, 36: 7, 37: 3 };
  return version.major === 1 && version.patch >= (mended[version.minor] ?? Number.POSITIVE_INFINITY);
}

const hasUnderscore = (name: string): boolean => name.includes("_");
const underscoresAction = (manager: HttpConnectionManager) => manager.common_http_protocol_options?.headers_with_underscores_action;

type HeaderLine = readonly [name: string, value: string];

interface HeaderLimits {
  readonly bytes: number;
  readonly bytesAt: string;
  readonly count: number;
  readonly countAt: string;
  /** What becomes of a header with an underscore, and where that stands. */
  readonly underscores: HttpProtocolOptions_HeadersWithUnderscoresAction;
  readonly underscoresAt: string;
}

const defaultKilobytes = 60;
const defaultCount = 100;

function limitsOf(manager: HttpConnectionManager): HeaderLimits {
  const common = manager.common_http_protocol_options ?? manager;
  return {
    bytes: (manager.max_request_headers_kb ?? defaultKilobytes) * 1024,
    bytesAt: placeOf(manager, "max_request_headers_kb"),
    count: manager.common_http_protocol_options?.max_headers_count ?? defaultCount,
    countAt: placeOf(common, "max_headers_count"),
    underscores: underscoresAction(manager) ?? "ALLOW",
    underscoresAt: placeOf(common, "headers_with_underscores_action"),
  };
}

const tooLarge = (bytes: number, limits: HeaderLimits): string => `${bytes} bytes of headers, ${limits.bytes / 1024} KiB are allowed`;

/** The first line at which a limit is passed. A repeated header that is kept as one value counts once. */
function readLines(
  lines: readonly HeaderLine[],
  limits: HeaderLimits,
):
  | { readonly code: "bytes" | "count" | "underscore"; readonly underscored: boolean; readonly because: string; readonly at: string }
  | undefined {
  let bytes = 0;
  let underscored = false;
  const read: HeaderLine[] = [];
  for (const line of lines) {
    const [name, value] = line;
    if (hasUnderscore(name) && limits.underscores !== "ALLOW") {
      underscored = true;
      if (limits.underscores === "DROP_HEADER") continue;
      return { code: "underscore", underscored, because: `header ${name} has an underscore`, at: limits.underscoresAt };
    }
    bytes += name.length + encodeUtf8(value).length;
    if (bytes > limits.bytes) return { code: "bytes", underscored, because: tooLarge(bytes, limits), at: limits.bytesAt };
    read.push(line);
    const count = read.length <= limits.count ? read.length : countHeaders(read);
    if (count > limits.count)
      return { code: "count", underscored, because: `more than the ${limits.count} headers that are allowed`, at: limits.countAt };
  }
  return undefined;
}

/** The cookies of HTTP/2 count one by one, though they become one later. */
const countHeaders = (lines: readonly HeaderLine[]): number =>
  Array.from(requestHeaders(lines, "http/1.1").values.values()).reduce((sum, values) => sum + values.length, 0);

/** All that stands on the wire up to the empty line and with it. */
function bytesOnTheWire(lines: readonly HeaderLine[], http: RequestHttp): number {
  const firstLine = `${http.method} ${http.path ?? http.authority ?? ""} HTTP/1.1\r\n\r\n`.length;
  return lines.reduce((sum, [name, value]) => sum + name.length + encodeUtf8(value).length + ": \r\n".length, firstLine);
}

/** In bytes: what the request's `headerPadBytes` are cut into. */
const longestPadLine = 7_000;

/** The header lines beside Host and the pseudo headers, in the order in which they are sent. A body of HTTP/1 has a content-length. */
function ownLines(request: Request, http: RequestHttp): readonly HeaderLine[] {
  const { bodyBytes = 0, headerPadBytes = 0 } = request;
  const written = Object.entries(http.headers).flatMap(([name, values]) => values.map((value) => [name, value] as const));
  const pads = Array.from({ length: Math.ceil(headerPadBytes / longestPadLine) }, (_, index): HeaderLine => {
    const name = `x-pad-${index}`;
    return [name, "p".repeat(Math.max(0, Math.min(headerPadBytes - index * longestPadLine, longestPadLine) - name.length))];
  });
  const hasLength = http.version !== "h2" && bodyBytes > 0 && !Object.hasOwn(http.headers, "content-length");
  return [...written, ...pads, ...(hasLength ? [["content-length", String(bodyBytes)] as const] : [])];
}

const pseudoHeaders = (http: RequestHttp): readonly HeaderLine[] => [
  [":method", http.method],
  ...(http.method === "CONNECT" ? [] : [[":scheme", "http"] as const]),
  ...(http.authority === undefined ? [] : [[":authority", http.authority] as const]),
  ...(http.path === undefined ? [] : [[":path", http.path] as const]),
];
