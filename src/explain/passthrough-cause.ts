import type { Cluster } from "../model/cluster.js";
import { placeOf } from "../model/proto-json.js";
import type { VirtualHost } from "../model/route-configuration.js";
import { addressText } from "./choose-listener.js";
import type { Cause, NearestCandidate } from "./explanation.js";
import type { ArrivedConnection } from "./findings.js";

/** Istio's clusters for what nothing claims. */
const passthroughNames: ReadonlySet<string> = new Set([
  "PassthroughCluster",
  "InboundPassthroughCluster",
  "InboundPassthroughClusterIpv4",
  "InboundPassthroughClusterIpv6",
]);
const blackHole = "BlackHoleCluster";

export const isPassthrough = (name: string): boolean => passthroughNames.has(name);
const isBlackHole = (name: string): boolean => name === blackHole;

const words = (arrived: ArrivedConnection): { readonly address: string; readonly where: string } => {
  const { ip, port } = arrived.request.destination;
  return {
    address: `${ip.includes(":") ? `[${ip}]` : ip}:${port}`,
    where: `listener ${arrived.listener.name} (${addressText(arrived.listener)})`,
  };
};

/** Why a TCP connection ends in Istio's passthrough or black-hole cluster; null for a cluster of its own. */
export function tcpCatchAllCause(arrived: ArrivedConnection, clusterName: string): Cause | null {
  if (!isPassthrough(clusterName) && !isBlackHole(clusterName)) return null;
  const { accepting, listener, chain, request } = arrived;
  const { address, where } = words(arrived);
  const ends = isBlackHole(clusterName) ? "is closed in BlackHoleCluster" : `passes through ${clusterName}`;
  if (isLoopProtection(arrived)) {
    const message = `port ${request.destination.port} is this proxy's own; a chain against loops closes the connection`;
    return cause("own-address", message, chain.at, arrived.near());
  }
  const code = isBlackHole(clusterName) ? "blocked" : undefined;
  if (listener === accepting) {
    const message =
      request.direction === "inbound"
        ? `no inbound filter chain is for port ${request.destination.port} of this pod; what none claims ${ends}`
        : `no listener is for ${address} and none for any address on port ${request.destination.port}; what none claims ${ends}`;
    return cause(code ?? (request.direction === "inbound" ? "no-filter-chain" : "no-listener"), message, listener.at, arrived.near());
  }
  if (chain.default) {
    const spoken = request.tls !== undefined ? "TLS" : request.http === undefined ? "plain TCP" : request.http.version;
    const declaredHttp = listener.filterChains.some((other) =>
      other.filters.some(({ terminal }) => terminal?.kind === "http_connection_manager"),
    );
    return declaredHttp
      ? cause(
          code ?? "protocol-not-declared",
          `${where} has no filter chain for ${spoken}: the port is declared HTTP; its default chain ${ends}`,
          chain.at,
          arrived.near(),
        )
      : cause(
          code ?? "no-filter-chain",
          `${where} has no filter chain of this connection's; its default chain ${ends}`,
          chain.at,
          arrived.near(),
        );
  }
  return cause(code ?? "configured-passthrough", `the filter chain of ${where} names ${clusterName}`, chain.at, arrived.near());
}

/** Istio closes what is dialled to the ports of the redirection themselves, lest the proxy dials itself for ever. */
function isLoopProtection({ chain, accepting, request }: ArrivedConnection): boolean {
  return (
    accepting.address?.kind === "socket" &&
    chain.match.destination_port === accepting.address.port &&
    request.destination.port === accepting.address.port
  );
}

/** Why an HTTP request ends in Istio's passthrough or black-hole cluster; null for a cluster of its own. */
export function httpCatchAllCause(
  arrived: ArrivedConnection,
  virtualHost: VirtualHost,
  domain: string,
  cluster: Cluster | undefined,
  name: string,
  near: readonly NearestCandidate[],
): Cause | null {
  if (!isPassthrough(name) && !isBlackHole(name)) return null;
  const at = placeOf(virtualHost.message, "domains");
  if (isBlackHole(name))
    return cause("blocked", `virtual host ${virtualHost.name} (domain ${domain}) sends it to BlackHoleCluster`, at, near);
  if (domain === "*") {
    return cause(
      "catch-all-virtual-host",
      `no domain takes the authority ${arrived.request.http?.authority ?? ""}; the catch-all virtual host ${virtualHost.name} passes it through ${name}`,
      at,
      near,
    );
  }
  return cause("configured-passthrough", `the route of virtual host ${virtualHost.name} names ${name}`, cluster?.at ?? at, near);
}

/** Istio's answer to what REGISTRY_ONLY blocks: a catch-all virtual host that answers 502. */
export function blockedCause(
  virtualHost: VirtualHost,
  domain: string,
  status: number | undefined,
  authority: string,
  near: readonly NearestCandidate[],
): Cause | null {
  if (domain !== "*" || status !== 502 || virtualHost.name !== "block_all") return null;
  return cause(
    "blocked",
    `no domain takes the authority ${authority}; the catch-all virtual host block_all answers 502 (REGISTRY_ONLY)`,
    placeOf(virtualHost.message, "domains"),
    near,
  );
}

export const cause = (code: Cause["code"], message: string, at: string, nearest: readonly NearestCandidate[] = []): Cause => ({
  code,
  message,
  at,
  nearest,
});
