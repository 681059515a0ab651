import { applyEnvoyFilters, type PatchedResources } from "../../src/envoy-filter/apply-envoy-filters.js";
import type { ApplyTo, ConfigPatch, EnvoyFilter, PatchMatch, PatchOperation } from "../../src/envoy-filter/envoy-filter.js";
import type { PatchAccount } from "../../src/envoy-filter/patch-account.js";
import type { PatchableResources, PatchedProxy } from "../../src/envoy-filter/patched-resources.js";
import { isJsonObject, type JsonObject } from "../../src/util/json.js";

/** Resources of the productpage sidecar, small enough to be read whole, and EnvoyFilters for it. */
const typeUrl = (name: string): string => `type.googleapis.com/${name}`;

export const packed = (type: string, fields: JsonObject = {}): JsonObject => ({ "@type": typeUrl(type), ...fields });

export const managerName = "envoy.filters.network.http_connection_manager";
export const proxyName = "envoy.filters.network.tcp_proxy";
export const managerType = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
export const proxyType = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";
export const faultType = "envoy.extensions.filters.http.fault.v3.HTTPFault";
export const routerType = "envoy.extensions.filters.http.router.v3.Router";

export const router: JsonObject = { name: "envoy.filters.http.router", typed_config: packed(routerType) };
export const cors: JsonObject = { name: "envoy.filters.http.cors", typed_config: packed("envoy.extensions.filters.http.cors.v3.Cors") };
export const fault: JsonObject = { name: "envoy.filters.http.fault", typed_config: packed(faultType, { max_active_faults: 3 }) };

export const manager = (...httpFilters: readonly JsonObject[]): JsonObject => ({
  name: managerName,
  typed_config: packed(managerType, { stat_prefix: "outbound_0.0.0.0_9080", http_filters: httpFilters }),
});

export const tcpProxy: JsonObject = {
  name: proxyName,
  typed_config: packed(proxyType, { stat_prefix: "mongodb", cluster: "outbound|27017||mongodb" }),
};

export const listener = (name: string, port: number, ...filterChains: readonly JsonObject[]): JsonObject => ({
  name,
  address: { socket_address: { address: "0.0.0.0", port_value: port } },
  filter_chains: filterChains,
});

export const chain = (...filters: readonly JsonObject[]): JsonObject => ({ filters });

/** The proxy that all of it is for. */
export const productpage: PatchedProxy = {
  type: "sidecar",
  context: "SIDECAR_OUTBOUND",
  configNamespace: "default",
  rootNamespace: "istio-system",
  istioVersion: "1.27.1",
  labels: { app: "productpage", version: "v1" },
  metadata: { CLUSTER_ID: "Kubernetes", PROXY_CONFIG: { concurrency: 2 }, INTERCEPTION: "5" },
};

export const patch = (applyTo: ApplyTo, operation: PatchOperation, value?: JsonObject, match?: PatchMatch): ConfigPatch => ({
  applyTo,
  ...(match !== undefined && { match }),
  patch: { operation, ...(value !== undefined && { value }) },
});

/** An EnvoyFilter in the proxy's namespace. */
export const envoyFilter = (name: string, ...configPatches: readonly ConfigPatch[]): EnvoyFilter => ({
  metadata: { name, namespace: "default" },
  spec: { configPatches },
});

/** Applies patches, one EnvoyFilter of them, to the proxy's resources. */
export function applied(resources: PatchableResources, ...patches: readonly ConfigPatch[]): PatchedResources {
  return applyEnvoyFilters(resources, productpage, [envoyFilter("bookinfo", ...patches)]);
}

/** The account of the one patch. */
export function accountOf(resources: PatchableResources, one: ConfigPatch, proxy: PatchedProxy = productpage): PatchAccount {
  const [account] = applyEnvoyFilters(resources, proxy, [envoyFilter("bookinfo", one)]).account;
  if (account === undefined) throw new Error("a patch without an account");
  return account;
}

/** The names of a list's items, in their order. */
export function namesIn(message: unknown, ...keys: readonly (string | number)[]): readonly unknown[] {
  const list = at(message, ...keys);
  return Array.isArray(list) ? list.map((item) => (isJsonObject(item) ? item.name : item)) : [];
}

/** What stands at the keys within a value. */
export function at(value: unknown, ...keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>((found, key) => {
    if (Array.isArray(found)) return found[Number(key)];
    return isJsonObject(found) ? found[key] : undefined;
  }, value);
}
