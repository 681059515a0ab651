import { type IpAddress, isSameIp, parseIp } from "./cidr.js";
import type { Answer, Unknown } from "./verdict.js";

/** One end of a connection; a port that is absent is not known. */
export interface ConnectionEnd {
  readonly ip: string;
  readonly port?: number;
}

/** A connection as filter chain choice sees it, after the listener filters. */
export interface MatchedConnection {
  /** The address dialled, restored where a listener filter restored it. Absent: it has no IP address (an internal listener's). */
  readonly destination?: { readonly ip: string; readonly port: number } | undefined;
  /** As detected; "" for none. */
  readonly serverName: string;
  /** As detected; `raw_buffer` where nothing set it. */
  readonly transportProtocol: string;
  /** As the client lists them, or as detected. */
  readonly applicationProtocols: readonly string[];
  /** The remote address, after the PROXY protocol. Absent: not known. */
  readonly source?: ConnectionEnd | undefined;
  /** The TCP peer. Absent: not known. */
  readonly directSource?: ConnectionEnd | undefined;
}

/** Why something can't be said of a connection whose source is not given. */
export const unknownSource: Unknown = { because: "the source address is not known", decidedBy: "the request's source" };

/** The same for the source port. */
export const unknownSourcePort: Unknown = { because: "the source port is not known", decidedBy: "the request's source" };

/**
 * Does the connection come from this very host as Envoy sees it (SAME_IP_OR_LOOPBACK): from the address that it goes to, or from
 * exactly 127.0.0.1 or ::1?
 */
export function isLocalConnection(connection: MatchedConnection): Answer {
  const source = connection.source === undefined ? undefined : parseIp(connection.source.ip);
  if (source === undefined) return unknownSource;
  if (loopback.some((address) => isSameIp(address, source))) return true;
  const destination = connection.destination === undefined ? undefined : parseIp(connection.destination.ip);
  return destination !== undefined && isSameIp(destination, source);
}

const loopback: readonly IpAddress[] = [
  { family: 4, bytes: [127, 0, 0, 1] },
  { family: 6, bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] },
];
