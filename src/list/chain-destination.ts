import { describeRouteMatch } from "../match/route-match.js";
import type { FilterChain, TerminalFilter } from "../model/filter-chain.js";
import { placeOf } from "../model/proto-json.js";
import type { RouteConfiguration } from "../model/route-configuration.js";
import { type ClusterShare, describeShares, weightedShares } from "./cluster-share.js";
import { describePathMatch } from "./path-match.js";
import { destinationOf } from "./route-destination.js";

/** Where a filter chain leads, as far as the listener itself tells. */
export interface ChainDestination {
  /** In istioctl's words: `Route: 9080`, `Cluster: outbound|…`, `Inline Route: /healthz/ready*`, `PassthroughCluster`. */
  readonly destination: string;
  /** The dynamic route configuration (RDS) or scoped routes that go on from here. */
  readonly routeConfiguration: string | null;
  /** Every cluster that the chain itself names. */
  readonly clusters: readonly ClusterShare[];
}

/** Where a filter chain leads: by its HTTP connection manager or TCP proxy, whatever the filters are called. */
export function chainDestination(chain: FilterChain): ChainDestination {
  const terminal = chain.filters.findLast((filter) => filter.terminal !== null)?.terminal ?? null;
  if (terminal === null) return { destination: withoutTerminal(chain), routeConfiguration: null, clusters: [] };
  return terminal.kind === "tcp_proxy" ? tcpDestination(terminal) : httpDestination(terminal);
}

/** istioctl's words for it, and the filter that the traffic ends in, where there is one. */
function withoutTerminal({ filters }: FilterChain): string {
  const last = filters.at(-1);
  return last === undefined ? "Non-HTTP/Non-TCP: no filters" : `Non-HTTP/Non-TCP: ${last.name}`;
}

function tcpDestination({ proxy }: Extract<TerminalFilter, { readonly kind: "tcp_proxy" }>): ChainDestination {
  const clusters: readonly ClusterShare[] =
    proxy.cluster === undefined
      ? weightedShares(proxy.weighted_clusters?.clusters ?? [])
      : [{ name: proxy.cluster, weight: null, at: placeOf(proxy, "cluster") }];
  return { destination: clustersText(clusters), routeConfiguration: null, clusters };
}

/** istioctl leaves `Cluster: ` out before the names that end in it: PassthroughCluster, BlackHoleCluster. */
const clustersText = (clusters: readonly ClusterShare[]): string => {
  const text = describeShares(clusters);
  return text.includes("Cluster") ? text : `Cluster: ${text || "none"}`;
};

function httpDestination({ routes }: Extract<TerminalFilter, { readonly kind: "http_connection_manager" }>): ChainDestination {
  switch (routes.kind) {
    case "rds":
      return { destination: `Route: ${routes.name}`, routeConfiguration: routes.name, clusters: [] };
    case "scoped":
      return { destination: `Scoped routes: ${routes.name}`, routeConfiguration: routes.name, clusters: [] };
    case "none":
      return { destination: "Inline Route: none", routeConfiguration: null, clusters: [] };
    case "inline":
      return { ...inlineDestination(routes.configuration), routeConfiguration: null };
  }
}

function inlineDestination(configuration: RouteConfiguration): Omit<ChainDestination, "routeConfiguration"> {
  const routes = configuration.virtualHosts.flatMap((virtualHost) => virtualHost.routes);
  const destinations = routes.map(destinationOf);
  const clusters = destinations.flatMap((destination) => (destination.kind === "clusters" ? destination.clusters : []));
  const [only, ...others] = configuration.virtualHosts;
  const [route, ...moreRoutes] = routes;
  const takesAll = others.length === 0 && moreRoutes.length === 0 && only?.domains.includes("*") && route !== undefined;
  const [toAll] = destinations;
  if (takesAll && toAll?.kind === "clusters" && describeRouteMatch(route.message.match ?? {}) === "prefix /") {
    return { destination: clustersText(clusters), clusters };
  }
  const hosts = configuration.virtualHosts.map(({ domains, routes }) => {
    const paths = routes.map((route) => describePathMatch(route.message.match ?? {})).join(", ");
    return domains.includes("*") ? paths : `${domains.join(",")} ${paths}`.trimEnd();
  });
  return { destination: `Inline Route: ${hosts.join("; ") || "none"}`, clusters };
}
