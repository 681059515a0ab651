import { parseIstioClusterName } from "../model/istio-name.js";
import { messageNameOf } from "../model/proto-json.js";
import type { Snapshot } from "../model/snapshot.js";
import { isJsonObject, type Json, type JsonObject, member } from "../util/json.js";
import type { KnownProxy } from "./dump-proxy.js";
import { type DumpedResource, sentResources } from "./dump-resources.js";
import type { PatchContext } from "./envoy-filter.js";

/** Resources of one kind that istiod hands to its patch code together. */
export interface PatchCall {
  readonly kind: "listeners" | "clusters" | "routeConfigs";
  readonly context: PatchContext;
  readonly given: readonly DumpedResource[];
  /** Nothing is added in this call. */
  readonly skipAdds: boolean;
  /** Of inbound clusters: the hosts of the services behind them. */
  readonly inboundServiceHosts?: readonly string[];
}

/** The calls that istiod makes for a kind of resource, and what of the dump is in none of them, because istiod did not make it so. */
export interface PatchCalls {
  readonly calls: readonly PatchCall[];
  readonly others: readonly DumpedResource[];
}

/**
 * Listeners: of a sidecar by direction, virtualOutbound and the HTTP proxy's listener each by itself and without additions; a gateway's
 * all in one call, a waypoint's too, as inbound ones (patchListeners of Istio's ListenerBuilder). One without a direction istiod did not
 * build: an EnvoyFilter added it, and what is added is not patched.
 */
export function listenerCalls(snapshot: Snapshot, { type }: KnownProxy): PatchCalls {
  const sent = sentResources(snapshot, "listener");
  if (type !== "sidecar") {
    const context = type === "router" ? "GATEWAY" : "SIDECAR_INBOUND";
    return { calls: [{ kind: "listeners", context, given: sent, skipAdds: false }], others: [] };
  }
  const towards = (direction: string): readonly DumpedResource[] =>
    sent.filter(({ value }) => member(value, "traffic_direction") === direction);
  const outbound = towards("OUTBOUND");
  const alone = outbound.filter(({ resource, value }) => resource.name === "virtualOutbound" || isHttpProxy(value));
  const call = (context: PatchContext, given: readonly DumpedResource[], skipAdds: boolean): PatchCall => ({
    kind: "listeners",
    context,
    given,
    skipAdds,
  });
  return {
    calls: [
      ...alone.map((listener) => call("SIDECAR_OUTBOUND", [listener], true)),
      call("SIDECAR_INBOUND", towards("INBOUND"), false),
      call(
        "SIDECAR_OUTBOUND",
        outbound.filter((listener) => !alone.includes(listener)),
        false,
      ),
    ],
    others: sent.filter(({ value }) => !["OUTBOUND", "INBOUND"].includes(String(member(value, "traffic_direction")))),
  };
}

/** Its connection manager asks for the routes of that name. */
const isHttpProxy = (listener: JsonObject): boolean =>
  connectionManagersIn(listener).some(({ manager }) => member(member(manager, "rds"), "route_config_name") === "http_proxy");

/** The route configurations that RDS delivers: a gateway's as such, all others as outbound ones. */
export function routeCalls(snapshot: Snapshot, { type }: KnownProxy): PatchCalls {
  const context = type === "router" ? "GATEWAY" : "SIDECAR_OUTBOUND";
  return {
    calls: [{ kind: "routeConfigs", context, given: sentResources(snapshot, "route_configuration"), skipAdds: false }],
    others: [],
  };
}

/**
 * Clusters: by their names, which tell what istiod made them for (BuildClusters). Inbound ones are grouped by the services behind them,
 * which patches for a service are matched with. istiod patches no inbound cluster of a waypoint, but adds to them.
 */
export function clusterCalls(snapshot: Snapshot, { type }: KnownProxy): PatchCalls {
  const sent = sentResources(snapshot, "cluster");
  const of = (wanted: "outbound" | "inbound"): readonly DumpedResource[] =>
    sent.filter(({ resource }) => purposeOf(resource.name) === wanted);
  const outbound = of("outbound");
  const call = (context: PatchContext, given: readonly DumpedResource[], skipAdds = false): PatchCall => ({
    kind: "clusters",
    context,
    given,
    skipAdds,
  });
  if (type === "router") return { calls: [call("GATEWAY", outbound)], others: sent.filter((cluster) => !outbound.includes(cluster)) };
  if (type === "waypoint") {
    const calls = [call("SIDECAR_OUTBOUND", outbound, true), call("SIDECAR_INBOUND", [])];
    return { calls, others: sent.filter((cluster) => !outbound.includes(cluster)) };
  }
  const groups = new Map<string, { readonly hosts: readonly string[]; readonly given: DumpedResource[] }>([
    ["[]", { hosts: [], given: [] }],
  ]);
  const inbound = of("inbound");
  for (const cluster of inbound) {
    const hosts = serviceHostsOf(cluster.value);
    const key = JSON.stringify(hosts);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { hosts, given: [cluster] });
    else group.given.push(cluster);
  }
  return {
    calls: [
      call("SIDECAR_OUTBOUND", outbound),
      ...[...groups.values()].map(({ hosts, given }) => ({
        ...call("SIDECAR_INBOUND", given, hosts.length > 0),
        inboundServiceHosts: hosts,
      })),
    ],
    others: sent.filter((cluster) => !outbound.includes(cluster) && !inbound.includes(cluster)),
  };
}

/** istiod's own clusters of a tunnel (connect_originate, main_internal) are patched by nobody; any other name an EnvoyFilter brought. */
function purposeOf(name: string): "outbound" | "inbound" | undefined {
  if (name === "BlackHoleCluster" || name === "PassthroughCluster") return "outbound";
  if (name.startsWith("InboundPassthroughCluster")) return "inbound";
  const direction = parseIstioClusterName(name)?.direction;
  return direction === "inbound-vip" ? undefined : direction;
}

/** istiod writes the services behind a cluster into its metadata. */
function serviceHostsOf(cluster: JsonObject): readonly string[] {
  const services = member(member(member(member(cluster, "metadata"), "filter_metadata"), "istio"), "services");
  return (Array.isArray(services) ? services : []).flatMap((service: Json) => {
    const host = member(service, "host");
    return typeof host === "string" ? [host] : [];
  });
}

/** An HTTP connection manager in a listener, with the keys on the way to it. */
export interface ManagerInListener {
  readonly manager: JsonObject;
  readonly keys: readonly string[];
}

const connectionManager = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

export function connectionManagersIn(listener: JsonObject): readonly ManagerInListener[] {
  const chains = listOf(listener, "filter_chains").map((chain, index) => ({ chain, keys: ["filter_chains", String(index)] }));
  const fallback = member(listener, "default_filter_chain");
  const all = fallback === undefined ? chains : [...chains, { chain: fallback, keys: ["default_filter_chain"] }];
  return all.flatMap(({ chain, keys }) =>
    listOf(chain, "filters").flatMap((filter, index) => {
      const manager = member(filter, "typed_config");
      const type = member(manager, "@type");
      if (!isJsonObject(manager) || typeof type !== "string" || messageNameOf({ "@type": type }) !== connectionManager) return [];
      return [{ manager, keys: [...keys, "filters", String(index), "typed_config"] }];
    }),
  );
}

function listOf(value: Json, key: string): readonly Json[] {
  const list = member(value, key);
  return Array.isArray(list) ? list : [];
}
