import type { HttpConnectionManager } from "../generated/messages.js";
import { lowerAscii } from "../match/ascii-case.js";
import { containsIp, parseCidr, parseIp } from "../match/cidr.js";
import { type ConnectionEnd, unknownSource } from "../match/connection.js";
import { firstHeaderValue, type RequestHeaders, type UnknownHeader, unknownHeader } from "../match/request-headers.js";
import type { Answer } from "../match/verdict.js";
import { type EnvoyVersion, isAtLeast } from "../model/envoy-version.js";

/** `true` on the requests that Envoy counts as internal, absent on all others, whatever the client sends. */
export const internalHeader = "x-envoy-internal";

/** RFC 1918, RFC 4193 and the two loopback addresses. */
const privateRanges = (
  [
    ["10.0.0.0", 8],
    ["172.16.0.0", 12],
    ["192.168.0.0", 16],
    ["127.0.0.1", 32],
    ["fc00::", 7],
    ["::1", 128],
  ] as const
).flatMap(([address_prefix, prefix_len]) => parseCidr({ address_prefix, prefix_len }) ?? []);

/**
 * Does Envoy count the request as internal (`x-envoy-internal: true`)? Its one address must be in `internal_address_config`: with
 * `use_remote_address` the connection's, if there is no X-Forwarded-For, else the only one that X-Forwarded-For lists. A configuration
 * without ranges stands for the private ones (measured on 1.36.4 and 1.40.0); none at all stands for no range, before 1.33 for those too.
 *
 * @param forwardedFor the X-Forwarded-For header as it came
 */
export function isInternalRequest(
  manager: HttpConnectionManager,
  forwardedFor: string | undefined,
  source: ConnectionEnd | undefined,
  version: EnvoyVersion | null,
): Answer {
  const configured = manager.internal_address_config;
  if (configured === undefined && (version === null || isAtLeast(version, 1, 33))) return false;
  const given = configured?.cidr_ranges ?? [];
  const ranges = given.length === 0 ? privateRanges : given.flatMap((range) => parseCidr(range) ?? []);
  const within = (ip: string): boolean => {
    const address = parseIp(ip);
    return address !== undefined && ranges.some((range) => containsIp(range, address));
  };
  if (manager.use_remote_address === true) {
    if (forwardedFor !== undefined) return false;
    return source === undefined ? unknownSource : within(source.ip);
  }
  const [detection] = manager.original_ip_detection_extensions ?? [];
  if (detection !== undefined) {
    const name = detection.name ?? "";
    return { because: `the extension ${name}, not modelled here, says whether the address is trusted`, decidedBy: `the extension ${name}` };
  }
  return (manager.xff_num_trusted_hops ?? 0) === 0 && within((forwardedFor ?? "").trim());
}

/** The headers without a route configuration's `internal_only_headers`, which only internal requests may bring. */
export function withoutInternalOnly(headers: RequestHeaders, names: readonly string[]): RequestHeaders {
  const internal = unknownHeader(headers, internalHeader) ?? firstHeaderValue(headers, internalHeader) === "true";
  const brought = names.map(lowerAscii).filter((name) => headers.values.has(name) || headers.unknown.has(name));
  if (internal === true || brought.length === 0) return headers;
  const values = new Map(headers.values);
  const unknown = new Map<string, UnknownHeader>(headers.unknown);
  for (const name of brought) {
    values.delete(name);
    if (internal === false) unknown.delete(name);
    else unknown.set(name, internal);
  }
  return { values, unknown };
}
