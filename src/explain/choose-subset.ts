import type { Cluster_LbSubsetConfig, Cluster_LbSubsetConfig_LbSubsetSelector, Metadata } from "../generated/messages.js";
import type { Endpoint } from "../model/endpoint.js";
import { isDeepEqual } from "../util/deep-equal.js";
import { type JsonObject, member } from "../util/json.js";

/** Where Envoy keeps what subset load balancing looks at. */
const lbNamespace = "envoy.lb";

/** The labels that a route, weighted entry or TCP proxy asks its endpoints for; entries are overridden by the later ones. */
export const wantedLabels = (...metadata: readonly (Metadata | undefined)[]): JsonObject =>
  Object.assign({}, ...metadata.map((one) => one?.filter_metadata?.[lbNamespace] ?? {}));

/**
 * The endpoints of a cluster that subset load balancing leaves for the labels asked for: those of the subset that a selector of the
 * same keys makes, else what the fallback policy says. Mirrors envoy.config.cluster.v3.Cluster.LbSubsetConfig.
 */
export function chooseSubset(
  config: Cluster_LbSubsetConfig | undefined,
  endpoints: readonly Endpoint[],
  wanted: JsonObject,
): readonly Endpoint[] {
  const selectors = config?.subset_selectors ?? [];
  if (config === undefined || selectors.length === 0) return endpoints;
  const keys = Object.keys(wanted);
  const selector = selectors.find(({ keys: own = [] }) => own.length === keys.length && own.every((key) => keys.includes(key)));
  const subset = selector === undefined ? [] : endpoints.filter((endpoint) => hasLabels(endpoint, wanted, config));
  return subset.length > 0 ? subset : fallback(config, selector, endpoints, wanted);
}

function fallback(
  config: Cluster_LbSubsetConfig,
  selector: Cluster_LbSubsetConfig_LbSubsetSelector | undefined,
  endpoints: readonly Endpoint[],
  wanted: JsonObject,
): readonly Endpoint[] {
  const own = selector?.fallback_policy ?? "NOT_DEFINED";
  switch (own === "NOT_DEFINED" ? (config.fallback_policy ?? "NO_FALLBACK") : own) {
    case "ANY_ENDPOINT":
      return endpoints;
    case "DEFAULT_SUBSET":
      return endpoints.filter((endpoint) => hasLabels(endpoint, config.default_subset ?? {}, config));
    case "KEYS_SUBSET": {
      const kept = Object.fromEntries(Object.entries(wanted).filter(([key]) => selector?.fallback_keys_subset?.includes(key)));
      // Envoy asks for a true subset of the keys, so that this ends.
      return Object.keys(kept).length < Object.keys(wanted).length ? chooseSubset(config, endpoints, kept) : [];
    }
    default:
      return [];
  }
}

function hasLabels({ metadata }: Endpoint, wanted: JsonObject, { list_as_any: listAsAny }: Cluster_LbSubsetConfig): boolean {
  const labels = metadata?.filter_metadata?.[lbNamespace];
  return Object.entries(wanted).every(([key, value]) => {
    const own = member(labels, key);
    return isDeepEqual(own, value) || (listAsAny === true && Array.isArray(own) && own.some((item) => isDeepEqual(item, value)));
  });
}
