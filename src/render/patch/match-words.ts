import type { PatchMatch } from "../../envoy-filter/envoy-filter.js";
import { isJsonObject } from "../../util/json.js";
import { plainText } from "../text-wrap.js";

/** What the fields of a match are called, by their path; of the others the path itself. */
const fieldWords: Readonly<Record<string, string>> = {
  "listener.portNumber": "port",
  "listener.name": "listener",
  "listener.listenerFilter": "listener filter",
  "listener.filterChain.name": "filter chain",
  "listener.filterChain.sni": "SNI",
  "listener.filterChain.transportProtocol": "transport protocol",
  "listener.filterChain.applicationProtocols": "application protocols",
  "listener.filterChain.destinationPort": "destination port",
  "listener.filterChain.filter.name": "filter",
  "listener.filterChain.filter.subFilter.name": "HTTP filter",
  "routeConfiguration.portNumber": "port",
  "routeConfiguration.gateway": "gateway",
  "routeConfiguration.name": "routes",
  "routeConfiguration.vhost.name": "virtual host",
  "routeConfiguration.vhost.domainName": "domain",
  "routeConfiguration.vhost.route.name": "route",
  "routeConfiguration.vhost.route.action": "action",
  "cluster.portNumber": "port",
  "cluster.service": "service",
  "cluster.subset": "subset",
  "cluster.name": "cluster",
  "proxy.proxyVersion": "Istio version",
};

/** What a match asks for beside the context: `virtual host reviews:9080`, `port 8000`; [] for nothing. */
export function describeMatch(match: PatchMatch | null): readonly string[] {
  const { context: _, ...asked } = match ?? {};
  return wordsIn(asked, "");
}

function wordsIn(value: object, path: string): readonly string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]): readonly string[] => {
    const at = path === "" ? key : `${path}.${key}`;
    if (isJsonObject(inner)) return wordsIn(inner, at);
    // What is empty asks for nothing.
    return inner === "" || inner === 0 || inner === undefined ? [] : [plainText(`${fieldWords[at] ?? at} ${String(inner)}`)];
  });
}
