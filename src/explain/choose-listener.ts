import { type IpAddress, isSameIp, parseIp } from "../match/cidr.js";
import { type Address, formatAddress } from "../model/address.js";
import type { Listener } from "../model/listener.js";
import { placeOf } from "../model/proto-json.js";
import type { Request, SocketEnd } from "../model/request.js";
import type { NearestCandidate } from "./explanation.js";

/** Which listener's socket takes a connection, and on what ground. */
export interface Acceptance {
  readonly listener: Listener;
  /** Was the connection redirected to it, or dialled at its own address? */
  readonly redirected: boolean;
  readonly because: string;
}

/** The local address of the accepted socket, before a listener filter restores what was dialled: after iptables it is the listener's own. */
export function socketAddress({ listener, redirected }: Acceptance, dialled: SocketEnd): SocketEnd {
  const { address } = listener;
  return redirected && address?.kind === "socket"
    ? { ip: parseIp(dialled.ip)?.family === 6 ? "::1" : "127.0.0.1", port: address.port }
    : dialled;
}

const isRouter = /^(router|gateway)/;

/** The direction of a request that does not say it: inbound at a gateway, else outbound. */
export function directionOf(request: Request, proxyType: string | undefined): "inbound" | "outbound" {
  return request.direction ?? (proxyType !== undefined && isRouter.test(proxyType) ? "inbound" : "outbound");
}

/**
 * The listener whose socket takes the connection: the one named by the request, one that is bound to the very address, or
 * the one that Istio's iptables rules redirect that direction to. undefined: nobody takes it.
 */
export function acceptConnection(
  listeners: readonly Listener[],
  request: Request,
  direction: "inbound" | "outbound",
  isGateway: boolean,
): Acceptance | undefined {
  if (request.acceptedBy !== undefined) {
    const named = indexOf(listeners).byName.get(request.acceptedBy);
    return named === undefined
      ? undefined
      : { listener: named, redirected: !isBoundTo(named, request.destination), because: "named by the request" };
  }
  const redirect = isGateway ? undefined : redirectTarget(listeners, direction);
  const bound = findByAddress(
    listeners,
    request.destination,
    (listener) => listener.bindToPort && (redirect === undefined || mayBeDialled(listener, direction)),
  );
  if (bound !== undefined && bound.listener !== redirect) {
    return { listener: bound.listener, redirected: false, because: `bound to ${bound.address}` };
  }
  return redirect === undefined
    ? undefined
    : { listener: redirect, redirected: true, because: `${direction} connections are redirected to ${addressText(redirect)}` };
}

/**
 * Beside a pod only the ports that Istio leaves out of the inbound redirection are dialled directly (health 15021, metrics 15090);
 * outbound, what is bound for the pod's own clients (a Sidecar's egress listener with capture mode NONE).
 */
function mayBeDialled(listener: Listener, direction: "inbound" | "outbound"): boolean {
  if (listener.useOriginalDst || listener.name === "virtualInbound") return false;
  return listener.direction !== (direction === "inbound" ? "OUTBOUND" : "INBOUND");
}

function redirectTarget(listeners: readonly Listener[], direction: "inbound" | "outbound"): Listener | undefined {
  const { byName, redirecting } = indexOf(listeners);
  const name = direction === "outbound" ? "virtualOutbound" : "virtualInbound";
  const wanted = direction === "outbound" ? "OUTBOUND" : "INBOUND";
  return byName.get(name) ?? redirecting.find((listener) => listener.direction === wanted);
}

export const addressText = (listener: Listener): string => (listener.address === null ? listener.name : formatAddress(listener.address));

const isBoundTo = (listener: Listener, destination: SocketEnd): boolean => findByAddress([listener], destination) !== undefined;

interface ByAddress {
  readonly listener: Listener;
  readonly address: string;
  readonly exact: boolean;
}

interface BoundAddress {
  readonly listener: Listener;
  readonly ip: IpAddress;
  readonly text: string;
  readonly any: boolean;
  readonly ipv4Compat: boolean;
}

/** Listeners by what a connection finds them by, in their order. */
interface ListenerIndex {
  /** The first of each name. */
  readonly byName: ReadonlyMap<string, Listener>;
  /** Those that a redirection may lead to. */
  readonly redirecting: readonly Listener[];
  readonly byPort: ReadonlyMap<number, readonly BoundAddress[]>;
}

const indexes = new WeakMap<readonly Listener[], ListenerIndex>();

/** The index of a list of listeners; made once a list. */
function indexOf(listeners: readonly Listener[]): ListenerIndex {
  let index = indexes.get(listeners);
  if (index === undefined) {
    const byName = new Map<string, Listener>();
    for (const listener of listeners) if (!byName.has(listener.name)) byName.set(listener.name, listener);
    const byPort = new Map<number, BoundAddress[]>();
    for (const listener of listeners) {
      for (const address of addressesOf(listener)) {
        const ip = address.kind === "socket" ? parseIp(address.ip) : undefined;
        if (address.kind !== "socket" || ip === undefined) continue;
        const bound = { listener, ip, text: formatAddress(address), any: isAnyAddress(ip), ipv4Compat: address.ipv4Compat };
        const others = byPort.get(address.port);
        if (others === undefined) byPort.set(address.port, [bound]);
        else others.push(bound);
      }
    }
    index = { byName, redirecting: listeners.filter(({ bindToPort, useOriginalDst }) => bindToPort && useOriginalDst), byPort };
    indexes.set(listeners, index);
  }
  return index;
}

/** 0.0.0.0 or [::] */
export const isAnyAddress = (ip: IpAddress): boolean => ip.bytes.every((byte) => byte === 0);

/**
 * The listener of an address as Envoy's hand-off finds it: the very IP and port, then the any-address of the same family on
 * that port; an IPv6 any-address takes IPv4 where it is `ipv4_compat`. Additional addresses count.
 *
 * @param accept which listeners are looked at; all by default
 */
export function findByAddress(
  listeners: readonly Listener[],
  destination: SocketEnd,
  accept: (listener: Listener) => boolean = () => true,
): ByAddress | undefined {
  const wanted = parseIp(destination.ip);
  if (wanted === undefined) return undefined;
  let wildcard: ByAddress | undefined;
  let compatible: ByAddress | undefined;
  for (const { listener, ip, text, any, ipv4Compat } of indexOf(listeners).byPort.get(destination.port) ?? []) {
    if (!accept(listener)) continue;
    if (isSameIp(ip, wanted)) return { listener, address: text, exact: true };
    if (!any) continue;
    if (ip.family === wanted.family) wildcard ??= { listener, address: text, exact: false };
    else if (ip.family === 6 && ipv4Compat) compatible ??= { listener, address: text, exact: false };
  }
  return wildcard ?? compatible;
}

const addressesOf = (listener: Listener): readonly Address[] =>
  listener.address === null ? listener.additionalAddresses : [listener.address, ...listener.additionalAddresses];

/** Listeners that come near an address: on the same port, else on the same IP; with the reason why they did not get it. */
export function listenersNear(listeners: readonly Listener[], destination: SocketEnd): readonly NearestCandidate[] {
  const samePort = (indexOf(listeners).byPort.get(destination.port) ?? []).filter(({ listener }) => !listener.useOriginalDst);
  const [first] = samePort;
  if (first !== undefined) {
    const others = samePort.length - 1;
    return [
      {
        candidate: `${first.text}${others === 0 ? "" : ` and ${others} more on port ${destination.port}`}`,
        failedOn: `${others === 0 ? "it takes one address" : "each takes one address"}, none ${destination.ip}`,
        at: placeOf(first.listener.message, "address"),
      },
    ];
  }
  return listeners
    .flatMap((listener) => {
      const { address } = listener;
      if (address?.kind !== "socket" || listener.useOriginalDst || !isNear(address, destination)) return [];
      const failedOn = `its port is ${address.port}, not ${destination.port}`;
      return [{ candidate: formatAddress(address), failedOn, at: placeOf(listener.message, "address") }];
    })
    .slice(0, mostNear);
}

const mostNear = 3;

/** The same IP on another port, or a port with the wanted one at its end (8443 for 443), as gateways and proxies have them. */
const isNear = (address: Address & { readonly kind: "socket" }, wanted: SocketEnd): boolean =>
  address.ip === wanted.ip || String(address.port).endsWith(String(wanted.port));
