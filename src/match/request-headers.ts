import type { HttpVersion } from "../model/request.js";
import { lowerAscii } from "./ascii-case.js";
import type { Unknown } from "./verdict.js";

/** A header that the dump and the request leave open: it is there with some value, or not even that is known. */
export interface UnknownHeader extends Unknown {
  readonly presence: "present" | "unknown";
}

/** The headers of a request as Envoy's matchers see them. Names are in lower case; pseudo headers are `:method` and the like. */
export interface RequestHeaders {
  /** The values of each name, in the order in which they came. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly unknown: ReadonlyMap<string, UnknownHeader>;
}

/**
 * Headers that Envoy keeps in one slot each: a repeated one becomes one value, joined with commas, in every release.
 * Measured on 1.36.4 and 1.40.0, but for `x-request-id`, `x-forwarded-proto` and those that Envoy does not forward.
 */
const inlineHeaders: ReadonlySet<string> = new Set([
  ...[
    "accept",
    "accept-encoding",
    "cache-control",
    "if-none-match",
    "via",
    "referer",
    "authorization",
    "origin",
    "user-agent",
    "content-type",
  ],
  ...["x-forwarded-for", "x-forwarded-host", "x-request-id", "grpc-timeout", "pragma", "access-control-request-method"],
  ...["x-forwarded-proto", "x-forwarded-port", "x-forwarded-client-cert", "connection", "upgrade", "te", "expect", "keep-alive"],
  ...["transfer-encoding", "proxy-connection", ":authority"],
  ...["x-envoy-internal", "x-envoy-external-address", "x-envoy-force-trace", "x-envoy-original-path", "x-envoy-decorator-operation"],
  ...["if-match", "if-modified-since", "access-control-request-headers", "grpc-accept-encoding", "proxy-status"],
  ...["x-envoy-original-host", "x-envoy-attempt-count", "x-envoy-downstream-service-cluster", "x-envoy-downstream-service-node"],
  ...["content-encoding", "if-range", "if-unmodified-since", "access-control-request-private-network", "x-client-trace-id"],
  ...["x-envoy-expected-rq-timeout-ms", "x-envoy-hedge-on-per-try-timeout", "x-envoy-ip-tags", "x-envoy-is-timeout-retry"],
  ...["x-envoy-max-retries", "x-envoy-original-url", "x-envoy-retriable-header-names", "x-envoy-retriable-status-codes"],
  ...["x-envoy-retry-on", "x-envoy-retry-grpc-on", "x-envoy-upstream-alt-stat-name", "x-envoy-upstream-rq-timeout-alt-response"],
  ...["x-envoy-upstream-rq-timeout-ms", "x-envoy-upstream-rq-per-try-timeout-ms", "x-envoy-upstream-stream-duration-ms"],
]);

/**
 * The headers made of lines in the order in which they came. Envoy's own joining is done here: repeated inline headers become one
 * value without the empty ones, several `cookie` lines of HTTP/2 one joined with "; ", and `host` is another name for `:authority`.
 */
export function requestHeaders(
  lines: Iterable<readonly [name: string, value: string]>,
  version: HttpVersion,
  unknown: ReadonlyMap<string, UnknownHeader> = new Map(),
): RequestHeaders {
  const values = new Map<string, string[]>();
  for (const [name, value] of lines) {
    const key = headerKey(name);
    const earlier = values.get(key);
    if (earlier === undefined) values.set(key, [value]);
    else earlier.push(value);
  }
  for (const [name, repeated] of values) {
    if (repeated.length === 1) continue;
    const separator = inlineHeaders.has(name) ? "," : name === "cookie" && version === "h2" ? "; " : undefined;
    if (separator !== undefined) values.set(name, [repeated.filter((value) => value !== "").join(separator)]);
  }
  return { values, unknown: new Map(Array.from(unknown, ([name, header]) => [headerKey(name), header])) };
}

/** The values of a header, by a name in any case; none where it is absent. */
export function headerValues(headers: RequestHeaders, name: string): readonly string[] {
  return headers.values.get(headerKey(name)) ?? [];
}

/** The first value of a header; undefined where it is absent. */
export function firstHeaderValue(headers: RequestHeaders, name: string): string | undefined {
  return headers.values.get(headerKey(name))?.[0];
}

/** What is left open about a header. */
export function unknownHeader(headers: RequestHeaders, name: string): UnknownHeader | undefined {
  return headers.unknown.get(headerKey(name));
}

/** Does Envoy keep this header of a request, by its name in lower case, in one slot, so that a further value joins it behind a comma? */
export const isJoinedRequestHeader = (name: string): boolean => inlineHeaders.has(name);

/**
 * Is this a gRPC request to Envoy: one with a path (a CONNECT of HTTP/1 has none), and a content-type of exactly `application/grpc`, or one that begins with `application/grpc+`?
 */
export function isGrpcRequest(headers: RequestHeaders): boolean {
  if (firstHeaderValue(headers, ":path") === undefined) return false;
  const type = firstHeaderValue(headers, "content-type") ?? "";
  return type === "application/grpc" || type.startsWith("application/grpc+");
}

function headerKey(name: string): string {
  const key = lowerAscii(name);
  return key === "host" ? ":authority" : key;
}
