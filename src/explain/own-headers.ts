import type { HttpConnectionManager } from "../generated/messages.js";
import { formatIp, parseIp } from "../match/cidr.js";
import { type ConnectionEnd, unknownSource } from "../match/connection.js";
import type { UnknownHeader } from "../match/request-headers.js";
import type { Answer, Unknown } from "../match/verdict.js";

export type HeaderLine = readonly [name: string, value: string];

/** What the connection manager knows of a request beside its headers, and of itself. */
export interface OwnHeadersContext {
  readonly source: ConnectionEnd | undefined;
  /** The client's address as settled by the hops that are trusted. */
  readonly remote: ConnectionEnd | Unknown;
  readonly localPort: number;
  readonly internal: Answer;
  /** Has the client presented a certificate? */
  readonly certified: boolean;
  /** The bootstrap's node. */
  readonly node: { readonly id: string; readonly cluster: string };
}

/** Header lines after a change, and the headers whose values it makes unknown. */
export interface WrittenHeaders {
  readonly lines: readonly HeaderLine[];
  readonly unknown: ReadonlyMap<string, UnknownHeader>;
}

/**
 * What the connection manager writes into a request about where it came from, before it looks for a route: x-forwarded-for,
 * x-forwarded-port, x-envoy-external-address, x-forwarded-client-cert, via and, with `add_user_agent`, its own name.
 * Mirrors Envoy's ConnectionManagerUtility::mutateRequestHeaders; measured on 1.36.4 and 1.40.0.
 */
export function writeOwnHeaders(manager: HttpConnectionManager, lines: readonly HeaderLine[], context: OwnHeadersContext): WrittenHeaders {
  const headers = new HeaderList(lines);
  const { source, internal, remote, node } = context;
  if (manager.use_remote_address === true) {
    if (manager.skip_xff_append !== true) headers.append("x-forwarded-for", addressSeen(source), ",");
    if (internal !== true) {
      if (typeof internal !== "boolean") headers.open("x-envoy-external-address", { presence: "unknown", ...internal });
      else headers.set("x-envoy-external-address", "because" in remote ? remote : canonical(remote.ip));
    }
  }
  if (manager.append_x_forwarded_port === true) {
    const trustsNobody = manager.use_remote_address === true && (manager.xff_num_trusted_hops ?? 0) === 0;
    if (trustsNobody || !headers.has("x-forwarded-port")) headers.set("x-forwarded-port", String(context.localPort));
  }
  if (manager.add_user_agent === true) {
    headers.set("x-envoy-downstream-service-cluster", node.cluster);
    if (headers.isEmpty("user-agent")) headers.set("user-agent", node.cluster);
    if (node.id !== "") headers.set("x-envoy-downstream-service-node", node.id);
  }
  writeClientCertificate(manager, headers, context.certified);
  if (manager.via !== undefined) headers.append("via", manager.via, ", ");
  return headers;
}

/** Envoy writes its own address for a client on loopback. */
function addressSeen(source: ConnectionEnd | undefined): string | Unknown {
  if (source === undefined) return unknownSource;
  const ip = canonical(source.ip);
  if (ip !== "127.0.0.1" && ip !== "::1") return ip;
  return { because: "Envoy writes the address of its own host for a client on loopback", decidedBy: "the proxy's address" };
}

const canonical = (ip: string): string => {
  const address = parseIp(ip);
  return address === undefined ? ip : formatIp(address);
};

/** x-forwarded-client-cert goes, unless the client has shown a certificate and is to be believed, or everybody is. */
function writeClientCertificate(
  { forward_client_cert_details: details }: HttpConnectionManager,
  headers: HeaderList,
  certified: boolean,
): void {
  const name = "x-forwarded-client-cert";
  if (details === "ALWAYS_FORWARD_ONLY" || (details === "FORWARD_ONLY" && certified)) return;
  if ((details === "APPEND_FORWARD" || details === "SANITIZE_SET") && certified) {
    headers.open(name, {
      presence: "present",
      because: "Envoy writes the client's certificate there",
      decidedBy: "the client's certificate",
    });
  } else headers.remove(name);
}

class HeaderList implements WrittenHeaders {
  lines: HeaderLine[];
  readonly unknown = new Map<string, UnknownHeader>();

  constructor(lines: readonly HeaderLine[]) {
    this.lines = [...lines];
  }

  has(name: string): boolean {
    return this.lines.some(([other]) => other === name);
  }

  isEmpty(name: string): boolean {
    return this.lines.every(([other, value]) => other !== name || value === "");
  }

  remove(name: string): void {
    if (this.has(name)) this.lines = this.lines.filter(([other]) => other !== name);
  }

  set(name: string, value: string | Unknown): void {
    this.remove(name);
    if (typeof value === "string") this.lines.push([name, value]);
    else this.open(name, { presence: "present", ...value });
  }

  /** Joins a value to those that are there. */
  append(name: string, value: string | Unknown, separator: string): void {
    const present = this.lines.flatMap(([other, text]) => (other === name && text !== "" ? [text] : []));
    this.set(name, typeof value === "string" ? [...(present.length === 0 ? [] : [present.join(",")]), value].join(separator) : value);
  }

  open(name: string, unknown: UnknownHeader): void {
    this.remove(name);
    this.unknown.set(name, unknown);
  }
}
