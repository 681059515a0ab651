import { type CidrRange, parseIp } from "../../match/cidr.js";
import type { Address } from "../../model/address.js";
import { chainsOf, type Listener } from "../../model/listener.js";
import type { Request } from "../../model/request.js";
import { isJsonObject, type Json } from "../../util/json.js";
import { addressesOf } from "./filter-conditions.js";
import { asIs, together, type Variation, withDirectSource, withIdentity, withoutSource, withSource } from "./variation.js";

/** The same listener in OLD and in NEW, or in one alone. */
export interface ListenerPair {
  readonly name: string;
  readonly sides: readonly Listener[];
  /** Is the listener itself the same, and only the way to it another, so that a few connections tell? */
  readonly brief: boolean;
}

/** What is known of all listeners of a proxy together. */
export interface Doors {
  /** Does every listener take its connections directly? */
  readonly isGateway: boolean;
  /** Does one of them read a PROXY header, which says the addresses before other filters do? */
  readonly readsProxyHeader: boolean;
}

/** Connections to be tried at a listener, each with an HTTP request in it where bytes are sent. */
export interface TriedConnections {
  readonly requests: readonly Request[];
  /** False: there were too many to try them all. */
  readonly all: boolean;
}

/** More connections than that to one listener are not tried. */
const mostConnections = 6_000;
const unnamedIp = { 4: "192.0.2.10", 6: "2001:db8::10" } as const;
const unnamedPort = 4711;
const unnamedSource = "192.0.2.7";
const identity = "spiffe://cluster.local/ns/default/sa/default";

/**
 * Connections that tell the filter chains of a listener apart: each address, port, server name, application protocol and source that a
 * chain of either side names, and one of each that none names, in all combinations.
 *
 * @param others listeners to which such connections come too: their literals count, but not their addresses
 */
export function connectionsTo(
  { sides, brief }: ListenerPair,
  others: readonly Listener[],
  { isGateway, readsProxyHeader }: Doors,
): TriedConnections {
  const own = literalsOf(sides);
  const literals = { ...literalsOf([...sides, ...others]), ports: own.ports };
  const tls = tlsBytes(literals);
  const bytes = [...plainBytes, ...(brief ? tls.slice(0, 1) : tls)];
  const [plainest, ...rest] = sourcesOf(literals);
  const usualSources = [...(plainest === undefined ? [] : [plainest]), ...(readsProxyHeader ? [proxied] : [])];
  const usual = distinct(sides.flatMap((listener) => destinationsOf(listener, literals, usualDirections(listener, isGateway))));
  const main = combined(usual, bytes, brief ? usualSources : [...usualSources, ...rest]);
  // Beside a pod the other redirection may hand a connection on to the listener too.
  const unusual = isGateway ? [] : distinct(sides.flatMap((listener) => destinationsOf(listener, literals, ["inbound", "outbound"])));
  const few = combined(unusual, bytes, usualSources);
  return { requests: distinct([...main.requests, ...few.requests]), all: main.all && few.all };
}

/** Every destination with every kind of bytes from every source; where those are too many, every so many-th. */
function combined(destinations: readonly Request[], bytes: readonly Variation[], sources: readonly Variation[]): TriedConnections {
  const total = destinations.length * bytes.length * sources.length;
  const step = Math.max(1, Math.ceil(total / mostConnections));
  const requests: Request[] = [];
  // An odd step meets all members of lists whose lengths are even, too.
  for (let index = 0; index < total; index += step === 1 ? 1 : step | 1) {
    const destination = destinations[index % destinations.length];
    const rest = Math.floor(index / destinations.length);
    const variation = bytes[rest % bytes.length];
    const source = sources[Math.floor(rest / bytes.length)];
    if (destination === undefined || variation === undefined || source === undefined) continue;
    requests.push(together(source, variation).apply(destination));
  }
  return { requests, all: step === 1 };
}

type Direction = NonNullable<Request["direction"]>;

const usualDirections = ({ direction }: Listener, isGateway: boolean): readonly Direction[] =>
  isGateway || direction === "INBOUND" ? ["inbound"] : direction === "OUTBOUND" ? ["outbound"] : ["inbound", "outbound"];

interface Literals {
  readonly ports: readonly number[];
  readonly ips: readonly string[];
  readonly serverNames: readonly string[];
  readonly protocols: readonly string[];
  readonly sourceIps: readonly string[];
  readonly directSourceIps: readonly string[];
  readonly sourcePorts: readonly number[];
  readonly sourceTypes: boolean;
}

function literalsOf(sides: readonly Listener[]): Literals {
  const matches = sides.flatMap((listener) => chainsOf(listener).map(({ match }) => match));
  const inTree = sides.flatMap(({ message }) => [...textsIn(message.filter_chain_matcher)]);
  const ips = (ranges: readonly CidrRange[]): readonly string[] =>
    ranges.flatMap((range) => [...addressesOf(range, true), ...addressesOf(range, false)]);
  const treeRanges = sides.flatMap(({ message }) => [...rangesIn(message.filter_chain_matcher)]);
  const treeIps = [...inTree.filter((text) => parseIp(text) !== undefined), ...ips(treeRanges)];
  const treeNames = inTree.filter((text) => parseIp(text) === undefined && !/^\d+$/.test(text));
  return {
    ports: [
      ...new Set([
        ...matches.flatMap(({ destination_port }) => destination_port ?? []),
        ...inTree.filter((text) => /^\d{1,5}$/.test(text)).map(Number),
      ]),
    ],
    ips: [...new Set([...matches.flatMap(({ prefix_ranges }) => ips(prefix_ranges ?? [])), ...treeIps])],
    serverNames: [
      ...new Set([...matches.flatMap(({ server_names }) => server_names ?? []), ...treeNames.filter((name) => name.includes("."))]),
    ],
    protocols: [
      ...new Set([
        ...matches.flatMap(({ application_protocols }) => application_protocols ?? []),
        ...treeNames.map((name) => name.replace(/^'|'$/g, "")),
      ]),
    ],
    sourceIps: [...new Set([...matches.flatMap(({ source_prefix_ranges }) => ips(source_prefix_ranges ?? [])), ...treeIps])],
    directSourceIps: [...new Set(matches.flatMap(({ direct_source_prefix_ranges }) => ips(direct_source_prefix_ranges ?? [])))],
    sourcePorts: [...new Set(matches.flatMap(({ source_ports }) => source_ports ?? []))],
    sourceTypes: matches.some(({ source_type = "ANY" }) => source_type !== "ANY") || treeNames.includes("local"),
  };
}

/** Every text in a matcher that may be a literal: keys of its maps, and values. */
function* textsIn(value: unknown, depth = 0): Generator<string> {
  if (typeof value === "string") yield value;
  if (typeof value !== "object" || value === null || depth > 100) return;
  const entries: [string, unknown][] = Object.entries(value);
  for (const [key, inner] of entries) {
    if (key === "map") yield* Object.keys(isJsonObject(inner) ? inner : {});
    if (key !== "@type" && key !== "name") yield* textsIn(inner, depth + 1);
  }
}

function* rangesIn(value: unknown, depth = 0): Generator<CidrRange> {
  if (typeof value !== "object" || value === null || depth > 100) return;
  if (isJsonObject(value) && typeof value.address_prefix === "string") {
    const length: Json | undefined = value.prefix_len;
    yield { address_prefix: value.address_prefix, ...(typeof length === "number" ? { prefix_len: length } : {}) };
  }
  for (const inner of Object.values(value)) yield* rangesIn(inner, depth + 1);
}

/** Where a client may dial to come to this listener, by hand-off or directly. */
function destinationsOf(listener: Listener, literals: Literals, directions: readonly Direction[]): readonly Request[] {
  const http = { version: "http/1.1", method: "GET", authority: "other.example", path: "/", headers: {} } as const;
  const addresses = (listener.address === null ? listener.additionalAddresses : [listener.address, ...listener.additionalAddresses]).filter(
    isSocket,
  );
  const families = new Set([...addresses, ...literals.ips.map((ip) => ({ ip }))].map(({ ip }) => parseIp(ip)?.family ?? 4));
  const ends = addresses.flatMap((address) => {
    const any = parseIp(address.ip)?.bytes.every((byte) => byte === 0) === true;
    const ips = any ? [] : [address.ip];
    const ports = restoresAddress(listener) ? [...literals.ports, unnamedPort, address.port] : [address.port];
    return ports.flatMap((port) =>
      [...ips, ...literals.ips, ...[...families].map((family) => unnamedIp[family])].map((ip) => ({ ip, port })),
    );
  });
  const withoutAddress =
    addresses.length > 0
      ? []
      : [...literals.ports, unnamedPort].flatMap((port) => [...literals.ips, unnamedIp[4]].map((ip) => ({ ip, port })));
  return [...ends, ...withoutAddress].flatMap((destination) =>
    directions.map(
      (direction): Request => ({ direction, destination, http, ...(addresses.length === 0 ? { acceptedBy: listener.name } : {}) }),
    ),
  );
}

/** Does it see the address that was dialled, and not its own? */
const restoresAddress = ({ useOriginalDst, listenerFilters }: Listener): boolean =>
  useOriginalDst || listenerFilters.some(({ name, type }) => name.endsWith("original_dst") || type?.endsWith("OriginalDst") === true);

const isSocket = (address: Address): address is Address & { readonly kind: "socket" } => address.kind === "socket";

const distinct = (requests: readonly Request[]): readonly Request[] => [
  ...new Map(requests.map((request) => [JSON.stringify(request), request])).values(),
];

const without = (request: Request): Request => {
  const { http: _, ...rest } = request;
  return rest;
};

const plainBytes: readonly Variation[] = [
  asIs,
  { words: "", apply: (request) => (request.http === undefined ? request : { ...request, http: { ...request.http, version: "h2" } }) },
  {
    words: "",
    apply: (request) => (request.http === undefined ? request : { ...request, http: { ...request.http, version: "http/1.0" } }),
  },
  { words: "", apply: (request) => ({ ...without(request), payload: "hello over TCP\n" }) },
  { words: "", apply: (request) => ({ ...without(request), serverFirst: true }) },
  // Enough to be no TLS, and too little to tell whether it is HTTP.
  { words: "", apply: (request) => ({ ...without(request), payload: "hello" }) },
];

/** TLS with each server name and application protocol, each with a client certificate. */
function tlsBytes({ serverNames, protocols }: Literals): readonly Variation[] {
  const names = [
    "",
    "other.example",
    ...serverNames.map((name) => (name.startsWith("*.") ? `other${name.slice(1)}` : name.startsWith(".") ? `other${name}` : name)),
  ];
  const offers: (readonly string[])[] = [[], ...[...new Set([...protocols, "h2", "http/1.1", "other"])].map((protocol) => [protocol])];
  return [...new Set(names)].flatMap((sni) =>
    offers.flatMap((alpn) => {
      const tls = { ...(sni === "" ? {} : { sni }), ...(alpn.length === 0 ? {} : { alpn }) };
      const inside = alpn.some((protocol) => protocol.endsWith("h2")) ? "h2" : "http/1.1";
      const plain: Variation = {
        words: "",
        apply: (request) => ({ ...request, tls, ...(request.http === undefined ? {} : { http: { ...request.http, version: inside } }) }),
      };
      return [together(plain, withIdentity(identity))];
    }),
  );
}

/** By a proxy in front that sends a PROXY header: the TCP peer is another than who is said to call. */
const proxied = together(withSource(unnamedSource), withDirectSource("192.0.2.9"));

/** Does a listener filter read a PROXY header? */
export const readsProxyHeader = ({ listenerFilters }: Listener): boolean =>
  listenerFilters.some(({ name, type }) => name.endsWith("proxy_protocol") || type?.endsWith("ProxyProtocol") === true);

/** None given, which is the proxy's own address outbound and not known inbound; one that nothing names; those that a chain names, each with each port. */
function sourcesOf({ sourceIps, directSourceIps, sourcePorts, sourceTypes }: Literals): readonly Variation[] {
  const local: readonly Variation[] = sourceTypes
    ? [withSource("127.0.0.1"), { words: "", apply: (request) => ({ ...request, source: { ip: request.destination.ip, port: 40_000 } }) }]
    : [];
  return [
    { words: "", apply: (request) => (request.direction === "outbound" ? request : withSource(unnamedSource).apply(request)) },
    // Where it comes from can be open only where that decides.
    ...(sourceTypes || sourceIps.length + directSourceIps.length + sourcePorts.length > 0 ? [withoutSource] : []),
    ...local,
    ...[undefined, ...sourcePorts].flatMap((port) =>
      [undefined, ...directSourceIps].flatMap((directIp) =>
        [unnamedSource, ...sourceIps].flatMap((ip) => {
          if (port === undefined && directIp === undefined && ip === unnamedSource) return [];
          const source = withSource(ip, port);
          return [directIp === undefined ? source : together(source, withDirectSource(directIp))];
        }),
      ),
    ),
  ];
}
