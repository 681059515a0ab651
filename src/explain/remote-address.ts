import type { HttpConnectionManager } from "../generated/messages.js";
import { parseIp } from "../match/cidr.js";
import { type ConnectionEnd, unknownSource } from "../match/connection.js";
import type { Unknown } from "../match/verdict.js";

/**
 * The client's address as the connection manager settles it: the connection's, or one of X-Forwarded-For's, counted from its end past
 * `xff_num_trusted_hops` (with `use_remote_address` the connection's own counts as the last). Text that is no address is ignored.
 *
 * @param forwardedFor the X-Forwarded-For header as it came, before Envoy appends to it
 * @param source the connection's remote address
 */
export function remoteAddress(
  manager: HttpConnectionManager,
  forwardedFor: string | undefined,
  source: ConnectionEnd | undefined,
): ConnectionEnd | Unknown {
  const [detection] = manager.original_ip_detection_extensions ?? [];
  if (detection !== undefined) {
    const name = detection.name ?? "";
    return { because: `the client's address is found by the extension ${name}, not modelled here`, decidedBy: `the extension ${name}` };
  }
  const hops = manager.xff_num_trusted_hops ?? 0;
  const own = source ?? unknownSource;
  if (manager.use_remote_address === true && hops === 0) return own;
  const listed = (forwardedFor ?? "").split(",");
  const text = listed.at(-1 - (manager.use_remote_address === true ? hops - 1 : hops))?.trim() ?? "";
  if (parseIp(text) !== undefined) return { ip: text };
  if (/^(\d+(\.\d+){3}|\[[\da-fA-F:.]+\])(:\d+)?$/.test(text)) {
    return { because: `X-Forwarded-For gives ${text}, which releases read differently`, decidedBy: "the release of Envoy" };
  }
  return own;
}
