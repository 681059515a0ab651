import { serves } from "../decode/configuration.js";
import { decodeListener } from "../decode/decode-listener.js";
import type { FilterChain } from "../model/filter-chain.js";
import type { Listener } from "../model/listener.js";
import { placeOf } from "../model/proto-json.js";
import type { Snapshot } from "../model/snapshot.js";
import type { FactsOf } from "./facts.js";
import type { OutboundPolicy } from "./summary.js";

/**
 * Where the outbound listener that takes every redirected connection (Istio's virtualOutbound) sends what no other listener
 * takes: PassthroughCluster is Istio's ALLOW_ANY, BlackHoleCluster its REGISTRY_ONLY. Null for a proxy without such a listener.
 */
export function outboundPolicyOf(snapshot: Snapshot, facts: FactsOf): OutboundPolicy | null {
  for (const resource of snapshot.resources("listener")) {
    const head = serves(resource) ? facts(resource).answer.listener : null;
    if (head?.direction !== "OUTBOUND" || !head.useOriginalDst) continue;
    const listener = decodeListener(resource);
    for (const { terminal } of (listener && catchAllOf(listener))?.filters ?? []) {
      if (terminal?.kind !== "tcp_proxy") continue;
      const { cluster, weighted_clusters } = terminal.proxy;
      const clusters = cluster === undefined ? (weighted_clusters?.clusters ?? []).map(({ name = "" }) => name) : [cluster];
      return { mode: modeOf(clusters), clusters, at: placeOf(terminal.proxy, cluster === undefined ? "weighted_clusters" : "cluster") };
    }
  }
  return null;
}

/** A chain that matches everything comes before the default chain. */
const catchAllOf = ({ filterChains, defaultFilterChain }: Listener): FilterChain | null =>
  filterChains.find(({ match }) => Object.keys(match).length === 0) ?? defaultFilterChain;

function modeOf([cluster, ...rest]: readonly string[]): OutboundPolicy["mode"] {
  if (rest.length > 0) return null;
  if (cluster === "PassthroughCluster") return "ALLOW_ANY";
  return cluster === "BlackHoleCluster" ? "REGISTRY_ONLY" : null;
}
