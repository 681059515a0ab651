import type { HttpConnectionManager } from "../generated/messages.js";
import type { RuntimeValues } from "../match/behaviour.js";
import type { ConnectionEnd } from "../match/connection.js";
import { isGrpcRequest, type RequestHeaders, requestHeaders, type UnknownHeader } from "../match/request-headers.js";
import type { Answer } from "../match/verdict.js";
import { type EnvoyVersion, isAtLeast } from "../model/envoy-version.js";
import { placeOf } from "../model/proto-json.js";
import type { Request, RequestHttp } from "../model/request.js";
import { encodeUtf8 } from "../util/utf8.js";
import type { LocalResponse } from "./explanation.js";
import { knowsMethod } from "./first-bytes.js";
import { internalHeader, isInternalRequest } from "./internal-request.js";
import { localResponse, noResponse } from "./local-reply.js";
import { normalizePath } from "./normalize-path.js";
import { readTarget } from "./request-target.js";

/** A request as the connection manager hands it to its routes. */
export interface ReceivedRequest {
  readonly headers: RequestHeaders;
  readonly isGrpc: boolean;
  readonly method: string;
  /** After the host rules. */
  readonly authority: string;
  /** After the path rules, with its query; undefined for CONNECT. */
  readonly path: string | undefined;
  readonly scheme: string;
  /** The protocol that an Upgrade header or CONNECT asks for; null for an ordinary request. */
  readonly upgrade: string | null;
  /** Which rules changed the authority or the path. */
  readonly changedBy: readonly string[];
}

export type Reception = { readonly end: "received"; readonly request: ReceivedRequest } | RefusedRequest;

/** A request that ends before its routing. */
export interface RefusedRequest {
  readonly end: "rejected" | "closed" | "redirect";
  readonly response: LocalResponse;
  readonly because: string;
  readonly at: string;
  /** The request as far as it was received, where Envoy still looks up its virtual host for the access log. */
  readonly logged?: ReceivedRequest;
}

/** What the reception of a request depends on beside the request itself. */
export interface ReceptionContext {
  readonly version: EnvoyVersion | null;
  readonly runtime: RuntimeValues;
  /** Did the request come inside TLS that Envoy took off? */
  readonly overTls: boolean;
  /** Port of the address as restored. */
  readonly localPort: number;
  /** The connection's remote address; absent where it is not known. */
  readonly source?: ConnectionEnd | undefined;
}

/**
 * What the connection manager does before it looks for a route: the codec's checks, the limits on headers, the authority and the
 * path, and the changes that matchers see. The first check that fails answers.
 */
export function receiveRequest(manager: HttpConnectionManager, request: Request, http: RequestHttp, context: ReceptionContext): Reception {
  const h2 = http.version === "h2";
  const path0: readonly (readonly [string, string])[] = http.path === undefined ? [] : [[":path", http.path]];
  const isGrpc = isGrpcRequest(requestHeaders([...path0, ...Object.entries(http.headers).flatMap(linesOf)], http.version));
  const answer = (status: number, details: string, because: string, at: string, flags: readonly string[] = []): RefusedRequest => ({
    end: "rejected",
    response: localResponse({ status, details, flags }, isGrpc && !flags.includes("DPE")),
    because,
    at,
  });
  const codecError = (because: string, details: string, at = placeOf(manager)): RefusedRequest =>
    h2
      ? { end: "closed", response: noResponse(details.replace("http1.", "http2."), ["DPE"]), because, at }
      : answer(400, details, because, at, ["DPE"]);

  if (manager.codec_type === "HTTP1" && h2)
    return answer(400, "http1.codec_error", "HTTP/2 on a connection manager for HTTP/1", placeOf(manager, "codec_type"), ["DPE"]);
  if (manager.codec_type === "HTTP2" && !h2) {
    return {
      end: "closed",
      response: noResponse(null, ["DPE"]),
      because: "HTTP/1 on a connection manager for HTTP/2",
      at: placeOf(manager, "codec_type"),
    };
  }
  if (!h2 && !knowsMethod(http.method, null, false) && !(http.method === "QUERY" && isAtLeast(context.version ?? newest, 1, 40))) {
    return codecError(`method ${http.method} is unknown to HTTP/1`, "http1.codec_error");
  }
  const { path: written } = http;
  if (h2 && written !== undefined && (written === "" || controlOrBlank.test(written)))
    return codecError(written === "" ? "an empty path" : "a blank or control character in the path", "http2.invalid.header.field");
  if (!h2 && written !== undefined && /[\s\x80-\uffff]/.test(written))
    return codecError("a blank or a byte outside ASCII in the request target", "http1.codec_error");
  if (!h2 && (control.test(written ?? "") || control.test(http.authority ?? "")))
    return codecError("a control character in the request's head", "http1.invalid_characters");

  const over = exceededLimit(manager, request, http, context.version);
  if (over !== undefined) return over;

  const target = readTarget(http, manager, context.overTls);
  const underscored = Object.keys(http.headers).find((name) => name.includes("_"));
  const underscores = manager.common_http_protocol_options?.headers_with_underscores_action;
  if (underscored !== undefined && underscores === "REJECT_REQUEST") {
    const at = placeOf(manager.common_http_protocol_options ?? manager, "headers_with_underscores_action");
    const because = `header ${underscored} has an underscore`;
    return h2
      ? { end: "closed", response: noResponse("http2.unexpected_underscore", ["DR"]), because, at }
      : answer(400, "http1.unexpected_underscore", because, at, ["DPE"]);
  }
  const isPath = written === undefined || written.startsWith("/") || (written === "*" && http.method === "OPTIONS");
  if (h2 && !isPath) {
    return codecError("the path does not begin with a slash", "http2.violation.of.messaging.rule");
  }
  if (target.kind === "refused") return answer(target.status, target.details, target.because, placeOf(manager), ["DPE"]);
  if (http.version === "http/1.0" && manager.http_protocol_options?.accept_http_10 !== true) {
    return answer(426, "low_version", "HTTP/1.0, which this connection manager does not accept", placeOf(manager), ["DPE"]);
  }
  const given =
    target.authority ??
    http.authority ??
    (http.version === "http/1.0" ? manager.http_protocol_options?.default_host_for_http_10 : undefined);
  if (h2 && given === undefined) return codecError("no :authority", "http2.violation.of.messaging.rule");
  if (h2 && given === "" && (context.version === null || isAtLeast(context.version, 1, 37))) {
    return codecError("an empty :authority", "http2.invalid.header.field");
  }
  if (given !== undefined && (!/^[\w.~:[\]%!$&'()*+,;=@-]*$/.test(given) || (h2 && given.includes("@"))))
    return codecError("illegal characters in the authority", h2 ? "http2.invalid.header.field" : "http.invalid_authority");

  const host = normalizeHost(manager, given ?? "", context.localPort);
  const scheme = schemeOf(manager, http, target.scheme, context.overTls);
  const receivedWith = (path: string | undefined, changedBy: readonly string[]): ReceivedRequest => ({
    headers: requestHeaders(
      headerLines(manager, http, {
        authority: given === undefined ? undefined : host.authority,
        path,
        scheme,
        overTls: context.overTls,
        dropUnderscores: underscores === "DROP_HEADER",
        upgrade,
        internal,
      }),
      http.version,
      openHeaders(manager, http, internal),
    ),
    isGrpc,
    method: http.method,
    authority: host.authority,
    path,
    scheme,
    upgrade: connect ? "CONNECT" : upgrade,
    changedBy,
  });
  const connect = http.method === "CONNECT";
  const upgrade = upgradeOf(http);
  const internal = isInternalRequest(manager, http.headers[forwardedFor]?.join(","), context.source, context.version);
  let path = connect && !h2 ? undefined : target.path;
  const changedBy = [...host.changedBy];
  const logged = receivedWith(path, []);
  const refused = (status: number, details: string, because: string, at: string): RefusedRequest => ({
    ...answer(status, details, because, at),
    logged,
  });
  if (given === undefined) return refused(400, "missing_host_header", "the request has no Host header", placeOf(manager));
  const untypedQuery = http.method === "QUERY" && (http.headers["content-type"] ?? []).every((type) => type === "");
  if (untypedQuery && isAtLeast(context.version ?? newest, 1, 40))
    return refused(400, "query_missing_content_type", "a QUERY has no content-type", placeOf(manager));
  if (path !== undefined) {
    if (path !== "" && !path.startsWith("/"))
      return refused(404, "absolute_path_rejected", `the path ${path} does not begin with a slash`, placeOf(manager));
    if (path.includes("#")) {
      const reject = context.runtime.get("envoy.reloadable_features.http_reject_path_with_fragment");
      if (reject !== false && reject !== "false")
        return refused(400, "path_normalization_failed", "the path has a fragment", placeOf(manager));
      path = path.slice(0, path.indexOf("#"));
      changedBy.push("fragment removed");
    }
    const byDefault = context.runtime.get("http_connection_manager.normalize_path");
    const normalized = normalizePath(path, manager, context.version, byDefault === 100 || byDefault === "100" || byDefault === true);
    if (normalized.kind === "rejected")
      return refused(400, "path_normalization_failed", normalized.because, placeOf(manager, "normalize_path"));
    if (normalized.kind === "redirected") {
      const at = placeOf(manager, "path_with_escaped_slashes_action");
      const because = "the path has an escaped slash";
      if (isGrpc) return refused(400, "path_normalization_failed", because, at);
      return {
        end: "redirect",
        response: localResponse({ status: 307, details: "path_normalization_failed", location: normalized.path }, false),
        because,
        at,
        logged,
      };
    }
    path = normalized.path;
    changedBy.push(...normalized.changedBy);
  }
  return { end: "received", request: receivedWith(path, changedBy) };
}

const control = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;
const controlOrBlank = /[\x00-\x20\x7f]/;

const newest: EnvoyVersion = { major: 99, minor: 0, patch: 0 };

/** Header lines of a record; the codec takes blanks off both ends of a value. */
const linesOf = ([name, values]: readonly [string, readonly string[]]): (readonly [string, string])[] =>
  values.map((value) => [name, value.replace(/^[ \t]+|[ \t]+$/g, "")] as const);

/**
 * How many bytes and how many lines the headers have, as the codec of that protocol counts them: HTTP/1 all that stands on the wire up to
 * the empty line and with it; HTTP/2 names and values alone.
 */
function headerSize(request: Request, http: RequestHttp): { readonly bytes: number; readonly count: number } {
  const h2 = http.version === "h2";
  const perLine = h2 ? 0 : ": \r\n".length;
  const size = (name: string, value: string) => name.length + encodeUtf8(value).length + perLine;
  const lines = Object.entries(http.headers).flatMap(linesOf);
  const pseudo: readonly (readonly [string, string | undefined])[] = h2
    ? [
        [":method", http.method],
        [":scheme", http.method === "CONNECT" ? undefined : "http"],
        [":authority", http.authority],
        [":path", http.path],
      ]
    : [["host", http.authority]];
  const all = [...lines, ...pseudo.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))];
  const padBytes = request.headerPadBytes ?? 0;
  const padLines = Math.ceil(padBytes / 7000);
  const firstLine = h2 ? 0 : `${http.method} ${http.path ?? http.authority ?? ""} HTTP/1.1\r\n\r\n`.length;
  const bytes = all.reduce((sum, [name, value]) => sum + size(name, value), firstLine + padBytes + padLines * perLine);
  return { bytes, count: all.length + padLines };
}

function exceededLimit(
  manager: HttpConnectionManager,
  request: Request,
  http: RequestHttp,
  version: EnvoyVersion | null,
): RefusedRequest | undefined {
  const size = headerSize(request, http);
  const kilobytes = manager.max_request_headers_kb ?? 60;
  const most = manager.common_http_protocol_options?.max_headers_count ?? 100;
  const h2 = http.version === "h2";
  if (size.bytes > kilobytes * 1024) {
    const at = placeOf(manager, "max_request_headers_kb");
    const because = `${size.bytes} bytes of headers, ${kilobytes} KiB are allowed`;
    const named = version === null || isAtLeast(version, 1, 38) ? "http2.header_list_size_too_large" : "http2.too_many_headers";
    return h2
      ? { end: "closed", response: noResponse(named, ["DR"]), because, at }
      : {
          end: "rejected",
          response: localResponse({ status: 431, details: "http1.headers_too_large", flags: ["DPE"] }, false),
          because,
          at,
        };
  }
  if (size.count > most) {
    const at = placeOf(manager.common_http_protocol_options ?? manager, "max_headers_count");
    const because = `${size.count} headers, ${most} are allowed`;
    return h2
      ? { end: "closed", response: noResponse("http2.too_many_headers", ["DR"]), because, at }
      : {
          end: "rejected",
          response: localResponse({ status: 431, details: "http1.too_many_headers", flags: ["DPE"] }, false),
          because,
          at,
        };
  }
  return undefined;
}

function normalizeHost(
  manager: HttpConnectionManager,
  authority: string,
  localPort: number,
): { readonly authority: string; readonly changedBy: readonly string[] } {
  const changedBy: string[] = [];
  let host = authority;
  if (manager.strip_trailing_host_dot === true) {
    const stripped = host.replace(/\.(?=:\d*$|$)/, "");
    if (stripped !== host) changedBy.push("strip_trailing_host_dot");
    host = stripped;
  }
  const port = /^(.*[^:]|\[.*\]):(\d+)$/.exec(host);
  if (port !== null && Number(port[2]) <= 0xffff_ffff && !(port[1] ?? "").includes(":", (port[1] ?? "").lastIndexOf("]") + 1)) {
    const any = manager.strip_any_host_port === true;
    if (any || (manager.strip_matching_host_port === true && Number(port[2]) === localPort)) {
      host = port[1] ?? host;
      changedBy.push(any ? "strip_any_host_port" : "strip_matching_host_port");
    }
  }
  return { authority: host, changedBy };
}

function upgradeOf(http: RequestHttp): string | null {
  const connection = http.headers.connection?.join(",").toLowerCase() ?? "";
  const upgrade = http.headers.upgrade?.[0];
  if (http.version === "h2" || upgrade === undefined || !connection.split(",").some((token) => token.trim() === "upgrade")) return null;
  return upgrade;
}

function schemeOf(manager: HttpConnectionManager, http: RequestHttp, ofTarget: string | undefined, overTls: boolean): string {
  const overwritten = manager.scheme_header_transformation?.scheme_to_overwrite;
  if (overwritten !== undefined) return overwritten;
  if (ofTarget !== undefined) return ofTarget;
  // HTTP/2 clients name the scheme themselves: that of the connection.
  const forwarded = http.version === "h2" ? undefined : http.headers[forwardedProto]?.[0];
  if (manager.use_remote_address !== true && (forwarded === "http" || forwarded === "https")) return forwarded;
  return overTls ? "https" : "http";
}

const forwardedProto = "x-forwarded-proto";
const forwardedFor = "x-forwarded-for";
const hopHeaders: ReadonlySet<string> = new Set(["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"]);
/** Taken off requests that are not internal. */
const controlHeaders: ReadonlySet<string> = new Set(
  (
    "x-envoy-retry-on x-envoy-retry-grpc-on x-envoy-max-retries x-envoy-upstream-alt-stat-name x-envoy-upstream-rq-timeout-ms " +
    "x-envoy-upstream-rq-per-try-timeout-ms x-envoy-upstream-rq-timeout-alt-response x-envoy-expected-rq-timeout-ms x-envoy-force-trace " +
    "x-envoy-ip-tags x-envoy-original-url x-envoy-hedge-on-per-try-timeout x-envoy-retriable-status-codes x-envoy-retriable-header-names"
  ).split(" "),
);
/** Taken off those at the edge too: with `use_remote_address`. */
const edgeHeaders: ReadonlySet<string> = new Set(
  (
    "x-envoy-decorator-operation x-envoy-downstream-service-cluster x-envoy-downstream-service-node x-envoy-original-path " +
    "x-envoy-original-host"
  ).split(" "),
);

/** Does Envoy take this header off every request that is not internal? */
const isControl = (manager: HttpConnectionManager, name: string): boolean =>
  controlHeaders.has(name) || (manager.use_remote_address === true && edgeHeaders.has(name));

interface HeaderContext {
  /** Undefined: the request names none. */
  readonly authority: string | undefined;
  readonly path: string | undefined;
  readonly scheme: string;
  readonly overTls: boolean;
  readonly dropUnderscores: boolean;
  readonly upgrade: string | null;
  readonly internal: Answer;
}

/** The header lines as matchers see them: pseudo headers, the client's without those that Envoy removes, and what it adds. */
function headerLines(manager: HttpConnectionManager, http: RequestHttp, context: HeaderContext): (readonly [string, string])[] {
  const pseudo: (readonly [string, string])[] = [
    [":method", http.method],
    ...(context.authority === undefined ? [] : [[":authority", context.authority] as const]),
    [":scheme", context.scheme],
    ...(context.path === undefined ? [] : [[":path", context.path] as const]),
  ];
  const own = Object.entries(http.headers)
    .map(([name, values]) => [name.toLowerCase(), values] as const)
    .filter(([name]) => name !== internalHeader && (context.internal === true || !isControl(manager, name)))
    .filter(([name]) => !hopHeaders.has(name) || (context.upgrade !== null && (name === "upgrade" || name === "connection")))
    .filter(([name]) => !context.dropUnderscores || !name.includes("_"))
    .flatMap(linesOf);
  if (context.internal === true) own.push([internalHeader, "true"]);
  const trusted = manager.use_remote_address !== true || (manager.xff_num_trusted_hops ?? 0) > 0;
  const overwritten = manager.scheme_header_transformation?.scheme_to_overwrite;
  if (overwritten === undefined && trusted && own.some(([name]) => name === forwardedProto)) return [...pseudo, ...own];
  const proto = overwritten ?? (context.overTls ? "https" : "http");
  return [...pseudo, ...own.filter(([name]) => name !== forwardedProto), [forwardedProto, proto]];
}

/** Headers that Envoy sets to values nobody knows beforehand, and those that it takes off where that is not known. */
function openHeaders(manager: HttpConnectionManager, http: RequestHttp, internal: Answer): ReadonlyMap<string, UnknownHeader> {
  const open = new Map<string, UnknownHeader>();
  const generated =
    (manager.generate_request_id ?? true) && (http.headers["x-request-id"] === undefined || manager.preserve_external_request_id !== true);
  if (generated && http.headers["x-request-id"] === undefined) {
    open.set("x-request-id", { presence: "present", because: "Envoy makes it up for each request", decidedBy: "the request id" });
  }
  if (typeof internal === "boolean") return open;
  const kept = Object.keys(http.headers).filter((name) => isControl(manager, name.toLowerCase()));
  for (const name of [internalHeader, ...kept]) open.set(name, { presence: "unknown", ...internal });
  return open;
}
