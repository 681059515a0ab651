import type { HttpConnectionManager } from "../generated/messages.js";
import { isGrpcRequest, requestHeaders, type UnknownHeader } from "../match/request-headers.js";
import type { Answer } from "../match/verdict.js";
import { type EnvoyVersion, isAtLeast } from "../model/envoy-version.js";
import { placeOf } from "../model/proto-json.js";
import type { Request, RequestHttp } from "../model/request.js";
import { codecRefusal, isAuthority } from "./codec-refusal.js";
import { internalHeader, isInternalRequest } from "./internal-request.js";
import { localResponse } from "./local-reply.js";
import { normalizePath } from "./normalize-path.js";
import { writeOwnHeaders } from "./own-headers.js";
import type { ReceivedRequest, Reception, ReceptionContext, RefusedRequest } from "./reception.js";
import { isReferer } from "./referer.js";
import { remoteAddress } from "./remote-address.js";
import { readTarget } from "./request-target.js";

/**
 * What the connection manager does before it looks for a route: the codec's checks, the limits on headers, the authority and the
 * path, and the changes that matchers see. The first check that fails answers.
 */
export function receiveRequest(manager: HttpConnectionManager, request: Request, http: RequestHttp, context: ReceptionContext): Reception {
  const h2 = http.version === "h2";
  const overTls = context.peer !== null;
  const pseudo = http.path === undefined ? [] : [[":path", http.path] as const];
  const isGrpc = isGrpcRequest(requestHeaders([...pseudo, ...linesOf(http)], http.version));
  const answer = (status: number, details: string, because: string, at: string, flags: readonly string[] = []): RefusedRequest => ({
    end: "rejected",
    response: localResponse({ status, details, flags }, isGrpc && !flags.includes("DPE")),
    because,
    at,
  });
  const broken = codecRefusal(manager, request, http, context.version);
  if (broken !== undefined) return broken;
  const target = readTarget(http, manager, overTls);
  if (target.kind === "refused") return answer(target.status, target.details, target.because, placeOf(manager), ["DPE"]);
  if (http.version === "http/1.0" && manager.http_protocol_options?.accept_http_10 !== true) {
    return answer(426, "low_version", "HTTP/1.0, which this connection manager does not accept", placeOf(manager), ["DPE"]);
  }
  const given =
    target.authority ??
    http.authority ??
    (http.version === "http/1.0" ? manager.http_protocol_options?.default_host_for_http_10 : undefined);
  if (given !== undefined && !isAuthority(given)) {
    return answer(400, "http.invalid_authority", "illegal characters in the authority", placeOf(manager), ["DPE"]);
  }

  const udpTarget = upgradeOf(http)?.toLowerCase() === "connect-udp" ? connectUdpAuthority(http.path ?? "") : undefined;
  const host = normalizeHost(manager, udpTarget || (given ?? ""), context.localPort);
  const scheme = schemeOf(manager, http, target.scheme, overTls);
  const connect = http.method === "CONNECT";
  const upgrade = upgradeOf(http);
  const listedFor = http.headers[forwardedFor]?.join(",");
  const internal = isInternalRequest(manager, listedFor, context.source, context.version);
  const remote = remoteAddress(manager, listedFor, context.source);
  const { localPort, source, node } = context;
  const certified = context.peer?.presented === true;
  const receivedWith = (path: string | undefined, changedBy: readonly string[], authority: string | undefined): ReceivedRequest => {
    const dropUnderscores = manager.common_http_protocol_options?.headers_with_underscores_action === "DROP_HEADER";
    const kept = headerLines(manager, http, { authority, path, scheme, overTls, dropUnderscores, upgrade, internal });
    const { lines, unknown } = writeOwnHeaders(manager, kept, { source, remote, localPort, internal, certified, node });
    return {
      headers: requestHeaders(lines, http.version, new Map([...openHeaders(manager, http, internal), ...unknown])),
      isGrpc,
      method: http.method,
      authority: authority ?? "",
      path,
      scheme,
      remote,
      upgrade: upgrade ?? (connect ? "CONNECT" : null),
      changedBy,
    };
  };
  let path = connect && !h2 ? undefined : target.path;
  const changedBy = [...host.changedBy];
  // What Envoy looks at for its own reply has not been through the rules for the host yet.
  const asSent = path;
  const logged = () => receivedWith(asSent, [], given);
  const refused = (status: number, details: string, because: string, at: string): RefusedRequest => ({
    ...answer(status, details, because, at),
    logged: logged(),
  });
  if (given === undefined) return refused(400, "missing_host_header", "the request has no Host header", placeOf(manager));
  const untypedQuery = http.method === "QUERY" && (http.headers["content-type"] ?? []).every((type) => type === "");
  if (untypedQuery && isAtLeast(context.version ?? newest, 1, 40))
    return refused(400, "query_missing_content_type", "a QUERY has no content-type", placeOf(manager));
  if (udpTarget === null)
    return refused(404, "invalid_path", "the path is not one of a CONNECT-UDP: /.well-known/masque/udp/HOST/PORT/", placeOf(manager));
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
        logged: logged(),
      };
    }
    path = normalized.path;
    changedBy.push(...normalized.changedBy);
  }
  return { end: "received", request: receivedWith(path, changedBy, host.authority) };
}

const newest: EnvoyVersion = { major: 99, minor: 0, patch: 0 };

/** Header lines of a request; the codec of HTTP/1 takes blanks off both ends of a value. */
const linesOf = ({ headers, version }: RequestHttp): (readonly [string, string])[] =>
  Object.entries(headers).flatMap(([name, values]) =>
    values.map((value) => [name.toLowerCase(), version === "h2" ? value : value.replace(/^[ \t]+|[ \t]+$/g, "")] as const),
  );

function normalizeHost(
  manager: HttpConnectionManager,
  authority: string,
  localPort: number,
): { readonly authority: string; readonly changedBy: readonly string[] } {
  const changedBy: string[] = [];
  let host = authority;
  const dot = host.lastIndexOf(".");
  if (manager.strip_trailing_host_dot === true && dot >= 0 && /^(:|$)/.test(host.slice(dot + 1))) {
    host = host.slice(0, dot) + host.slice(dot + 1);
    changedBy.push("strip_trailing_host_dot");
  }
  const colon = host.lastIndexOf(":");
  const port = colon > host.lastIndexOf("]") ? /^\+?(\d+)$/.exec(host.slice(colon + 1))?.[1] : undefined;
  if (port !== undefined && Number(port) <= 0xffff_ffff) {
    const any = manager.strip_any_host_port === true;
    if (any || (manager.strip_matching_host_port === true && Number(port) === localPort)) {
      host = host.slice(0, colon);
      changedBy.push(any ? "strip_any_host_port" : "strip_matching_host_port");
    }
  }
  return { authority: host, changedBy };
}

/** The authority that the target of a CONNECT-UDP request names (RFC 9298's default template), its host percent-decoded; null for another path. */
function connectUdpAuthority(path: string): string | null {
  const [, encoded = "", port = ""] = /^\/\.well-known\/masque\/udp\/([^/?#]+)\/([^/?#]+)\/$/.exec(path) ?? [];
  if (encoded === "" || /%(?![0-9A-Fa-f]{2})/.test(encoded)) return null;
  const host = encoded.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The protocol that the request asks to change to; over HTTP/1.1 alone. It goes before what the method CONNECT would mean. */
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
  const given =
    http.version === "h2" ? [] : linesOf(http).flatMap(([name, value]) => (name === forwardedProto && value !== "" ? [value] : []));
  const forwarded = given.join(",").toLowerCase();
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
  const lines = linesOf(http);
  const referer = lines.flatMap(([name, value]) => (name === "referer" && value !== "" ? [value] : [])).join(",");
  const own = lines
    .filter(([name]) => name !== "referer" || isReferer(referer))
    .filter(([name]) => name !== internalHeader && (context.internal === true || !isControl(manager, name)))
    .filter(([name]) => !hopHeaders.has(name) || (context.upgrade !== null && (name === "upgrade" || name === "connection")))
    .filter(([name]) => !context.dropUnderscores || !name.includes("_"));
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
