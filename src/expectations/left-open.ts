import type { Explanation, Uncertain } from "../explain/explanation.js";
import type { ExpectedFieldName } from "./expected-fields.js";

/** The stages of a request's way; what is open at one leaves open what is decided there and behind. */
const stages = ["listener", "filter chain", "routes", "virtual host", "route", "cluster", "endpoints", "upstream TLS", "end"] as const;
type Stage = (typeof stages)[number];

/** Where each field is decided; null for what nothing on the way changes. */
const stageOf: Readonly<Record<ExpectedFieldName, Stage | null>> = {
  resolved: null,
  request: null,
  uncertain: null,
  listener: "listener",
  filterChain: "filter chain",
  routeConfiguration: "routes",
  virtualHost: "virtual host",
  route: "route",
  mirrors: "route",
  timeout: "route",
  retry: "route",
  cluster: "cluster",
  clusters: "cluster",
  rewrite: "cluster",
  endpoints: "endpoints",
  tls: "upstream TLS",
  outcome: "end",
  status: "end",
  response: "end",
  cause: "end",
  why: "end",
};

/** Does a field depend on something that the dump does not decide? Where that can't be told apart, it does. */
export function isLeftOpen(field: ExpectedFieldName, open: Uncertain, explanation: Explanation): boolean {
  const own = stageOf[field];
  if (own === null) return false;
  const { from, alone } = openStage(open, explanation);
  return alone ? own === from : stages.indexOf(own) >= stages.indexOf(from);
}

/** Is it the draw between the clusters of one route or TCP proxy? */
export const isDrawOfClusters = ({ code, at }: Uncertain): boolean => code === "random" && at.endsWith("/weighted_clusters");

function openStage(open: Uncertain, explanation: Explanation): { readonly from: Stage; readonly alone?: true } {
  switch (open.code) {
    case "listener-filter-not-modelled":
      return { from: "listener" };
    case "ambiguous-filter-chain":
    case "source-unknown":
      return { from: "filter chain" };
    case "routes-not-in-dump":
      return { from: "routes" };
    case "cluster-specifier-plugin":
      return { from: "cluster" };
    case "random":
      return { from: isDrawOfClusters(open) ? "cluster" : "end" };
    case "undecided-match":
      return { from: matchStage(open.at, explanation) };
    case "filter-not-modelled":
      // An HTTP filter may have the route chosen again, other headers another virtual host; a network filter names a cluster.
      return { from: explanation.routeConfiguration === null ? "cluster" : "virtual host" };
    case "endpoints-not-in-dump":
    case "load-balancing":
      // With the endpoints known, what is open is over which of their transport sockets one of them is reached.
      return explanation.endpoints.length > 0 ? { from: "upstream TLS", alone: true } : { from: "endpoints" };
    case "dns":
      return { from: "endpoints" };
    case "state":
      return { from: "end" };
  }
}

/** A match that is open: of a route, a virtual host, a filter's policy, a filter chain; told by where it stands. */
function matchStage(at: string, { virtualHost, routeConfiguration, filterChain, listener }: Explanation): Stage {
  const within = (place: string | undefined): boolean => place !== undefined && `${at}/`.startsWith(`${place}/`);
  if (within(virtualHost?.at)) return "route";
  if (within(routeConfiguration?.at)) return "virtual host";
  if (filterChain !== null && within(`${filterChain.at}/filters`)) return "end";
  return within(listener?.at) ? "filter chain" : "end";
}
