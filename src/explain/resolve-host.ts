import type { Configuration } from "../decode/configuration.js";
import type { Matcher } from "../generated/messages.js";
import { lowerAscii } from "../match/ascii-case.js";
import { type CidrRange, containsIp, parseCidr, parseIp } from "../match/cidr.js";
import { evaluateMatcher } from "../match/matcher-tree.js";
import { readNetworkInput } from "../match/network-inputs.js";
import type { Cluster } from "../model/cluster.js";
import { firstLabel, type IstioClusterName, namesField, parseIstioClusterName } from "../model/istio-name.js";
import type { Listener } from "../model/listener.js";
import { chainsOf } from "../model/listener.js";
import { placeOf } from "../model/proto-json.js";
import type { SocketEnd } from "../model/request.js";
import type { VirtualHost } from "../model/route-configuration.js";
import { isJsonObject } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";
import { chainNamedBy } from "./choose-filter-chain.js";
import { contextOf } from "./context.js";
import type { Resolution } from "./explanation.js";

export interface ResolvedHost {
  readonly destination: SocketEnd;
  readonly resolved: Resolution;
}

/**
 * The address that a client would dial for a host name, as far as the dump tells: a virtual host whose domains list the name and an
 * address; a listener of its service's cluster; an endpoint of it. Nothing is asked of DNS.
 *
 * @param port the port that is dialled
 */
export function resolveHost(configuration: Configuration, host: string, port: number): ResolvedHost {
  if (parseIp(host) !== undefined) return { destination: { ip: host, port }, resolved: { how: "given", at: null } };
  return (
    byDomain(configuration, lowerAscii(host), port) ??
    byClusterName(configuration, lowerAscii(host), port) ??
    byServiceAddress(configuration, lowerAscii(host), port) ?? {
      destination: { ip: unclaimedAddress(configuration), port },
      resolved: byServerName(configuration, lowerAscii(host), port),
    }
  );
}

/**
 * The address of a gateway's listener for a port that clients dial: the listener bound to it, else the one whose routes are for that
 * port of the Gateway's server (Istio names route configurations and virtual hosts by it; the Service maps it to the listener's).
 *
 * @param ip the gateway's own
 */
export function resolveAtGateway(configuration: Configuration, ip: string, port: number): ResolvedHost {
  const bound = configuration.listeners.filter(({ bindToPort }) => bindToPort);
  const own = bound.find(({ address }) => address?.kind === "socket" && address.port === port);
  const serving = own ?? bound.find((listener) => servesPort(configuration, listener, port));
  if (serving?.address?.kind !== "socket") return { destination: { ip, port }, resolved: { how: "not-in-dump", at: null } };
  return {
    destination: { ip, port: serving.address.port },
    resolved: { how: "listener-address", at: placeOf(serving.message, "address") },
  };
}

function servesPort(configuration: Configuration, listener: Listener, port: number): boolean {
  return chainsOf(listener).some(({ filters }) =>
    filters.some(({ terminal }) => {
      if (terminal?.kind !== "http_connection_manager" || terminal.routes.kind !== "rds") return false;
      const { name } = terminal.routes;
      if (name.startsWith(`https.${port}.`)) return true;
      return configuration.routeConfiguration(name)?.virtualHosts.some((virtualHost) => virtualHost.name.endsWith(`:${port}`)) === true;
    }),
  );
}

/** A virtual host of the port's routes that lists the name, and among its domains an IP address: the service's. */
function byDomain(configuration: Configuration, host: string, port: number): ResolvedHost | undefined {
  const withPort = `${host}:${port}`;
  for (const { virtualHost, index } of virtualHostsNaming(configuration, port, [withPort, host])) {
    const at = pointTo(placeOf(virtualHost.message, "domains"), index);
    const ip = virtualHost.domains.map(addressInDomain).find((address) => address !== undefined);
    if (ip !== undefined) return { destination: { ip, port }, resolved: { how: "virtual-host-domain", at } };
    const service = addressOfService(configuration, virtualHost.domains[0] ?? "", port);
    return {
      destination: service?.destination ?? { ip: unclaimedAddress(configuration), port },
      resolved: { how: "virtual-host-domain", at },
    };
  }
  return undefined;
}

function* virtualHostsNaming(
  configuration: Configuration,
  port: number,
  names: readonly string[],
): Generator<{ virtualHost: VirtualHost; index: number }> {
  const routes = configuration.routeConfiguration(String(port)) ?? configuration.routeConfiguration(`http.${port}`);
  for (const virtualHost of routes?.virtualHosts ?? []) {
    const index = virtualHost.domains.findIndex((domain) => names.includes(lowerAscii(domain)));
    if (index >= 0) yield { virtualHost, index };
  }
}

function addressInDomain(domain: string): string | undefined {
  const bare = domain.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
  return parseIp(bare) === undefined ? undefined : bare;
}

/** A cluster of the service that the name means. */
function byClusterName(configuration: Configuration, host: string, port: number): ResolvedHost | undefined {
  const own = clusterMeant(configuration, "outbound", host, port);
  return own === undefined ? undefined : addressOfService(configuration, own.host, port);
}

/** The cluster of the service that the name means, whole or by its leading labels; in the proxy's own namespace first. */
function clusterMeant(
  configuration: Configuration,
  direction: IstioClusterName["direction"],
  host: string,
  port: number,
): { readonly name: string; readonly host: string } | undefined {
  const namespace = configuration.bootstrap?.proxy?.namespace ?? "";
  const named = configuration.clusterNames().flatMap((name) => {
    const parsed = parseIstioClusterName(name);
    return parsed?.direction === direction && parsed.port === port && namesField(host, parsed.host) ? [{ name, host: parsed.host }] : [];
  });
  return (
    named.find((cluster) => cluster.host === host) ??
    named.find((cluster) => cluster.host.startsWith(`${firstLabel(cluster.host)}.${namespace}.`)) ??
    named[0]
  );
}

/** At a waypoint: the address that a listener's matcher leads to the filter chain of the service with, which is named like its cluster. */
function byServiceAddress(configuration: Configuration, host: string, port: number): ResolvedHost | undefined {
  const cluster = clusterMeant(configuration, "inbound-vip", host, port);
  if (cluster === undefined) return undefined;
  const { behaviour } = contextOf(configuration.snapshot);
  for (const { message } of configuration.listeners) {
    const matcher = message.filter_chain_matcher;
    if (matcher === undefined) continue;
    for (const range of addressesIn(matcher)) {
      const destination = { ip: range.address_prefix ?? "", port };
      const result = evaluateMatcher(matcher, readNetworkInput({ ...nothingShown, destination }), behaviour);
      if (result.outcome === "action" && chainNamedBy(result.action) === cluster.name) {
        return { destination, resolved: { how: "cluster-name", at: placeOf(range) } };
      }
    }
  }
  return undefined;
}

const nothingShown = { serverName: "", transportProtocol: "", applicationProtocols: [], source: undefined, directSource: undefined };

/** The ranges of an IP matcher, wherever they stand in a matcher. A list instead of recursion: depth is up to the file. */
function addressesIn(matcher: Matcher): readonly CidrRange[] {
  const found: CidrRange[] = [];
  const open: unknown[] = [matcher];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (Array.isArray(value)) open.push(...value);
    else if (isJsonObject(value)) {
      if (typeof value.address_prefix === "string") found.push(value);
      else open.push(...Object.values(value));
    }
  }
  return found;
}

/** The address of a service's listener, else of its endpoints: what is dialled for a service without an address of its own. */
function addressOfService(configuration: Configuration, host: string, port: number): ResolvedHost | undefined {
  const service = host.replace(/:\d+$/, "");
  const cluster = configuration.cluster(`outbound|${port}||${service}`);
  if (cluster === undefined) return undefined;
  const listener = configuration.listeners.find((candidate) => isListenerOf(candidate, cluster, port));
  if (listener?.address?.kind === "socket") {
    return { destination: { ip: listener.address.ip, port }, resolved: { how: "cluster-name", at: placeOf(listener.message, "address") } };
  }
  const endpoint = configuration
    .endpoints(cluster)
    ?.endpoints.find(({ address }) => address?.kind === "socket" && parseIp(address.ip) !== undefined);
  if (endpoint?.address?.kind === "socket")
    return { destination: { ip: endpoint.address.ip, port: endpoint.address.port }, resolved: { how: "endpoint", at: endpoint.at } };
  return { destination: { ip: unclaimedAddress(configuration), port }, resolved: { how: "cluster-name", at: cluster.at } };
}

/** Does this listener, bound to one address, lead to the cluster: by its TCP proxy, or by the service's routes? */
function isListenerOf(listener: Listener, cluster: Cluster, port: number): boolean {
  const { address } = listener;
  if (address?.kind !== "socket" || address.port !== port || parseIp(address.ip)?.bytes.every((byte) => byte === 0) !== false) return false;
  return chainsOf(listener).some(({ filters }) =>
    filters.some(({ terminal }) => {
      if (terminal?.kind === "tcp_proxy") return terminal.proxy.cluster === cluster.name;
      return (
        terminal?.kind === "http_connection_manager" &&
        terminal.routes.kind === "rds" &&
        terminal.routes.name === `${cluster.istioName?.host ?? ""}:${port}`
      );
    }),
  );
}

/** The filter chain that lists the name among its server names, on a listener for any address of the port. */
function byServerName(configuration: Configuration, host: string, port: number): Resolution {
  for (const listener of configuration.listeners) {
    if (listener.address?.kind !== "socket" || listener.address.port !== port) continue;
    const chain = listener.filterChains.find(({ match }) => match.server_names?.some((name) => lowerAscii(name) === host));
    if (chain !== undefined) return { how: "listener-address", at: placeOf(chain.match, "server_names") };
  }
  return { how: "not-in-dump", at: null };
}

/** Addresses that documentation is free to use (RFC 5737); the first that nothing in the dump names stands for one outside. */
const documentationAddresses = ["192.0.2.1", "198.51.100.1", "203.0.113.1", "192.0.2.99", "198.51.100.99", "203.0.113.99"];

function unclaimedAddress(configuration: Configuration): string {
  return documentationAddresses.find((ip) => !configuration.listeners.some((listener) => claims(listener, ip))) ?? "240.0.0.1";
}

function claims(listener: Listener, ip: string): boolean {
  const address = parseIp(ip);
  if (address === undefined) return false;
  if (listener.address?.kind === "socket" && listener.address.ip === ip) return true;
  return listener.filterChains.some(({ match }) =>
    match.prefix_ranges?.some((range) => {
      const cidr = parseCidr(range);
      return cidr !== undefined && cidr.length > 0 && containsIp(cidr, address);
    }),
  );
}
