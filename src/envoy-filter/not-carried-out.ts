import type { ApplyTo, PatchContext, PatchMatch, PatchOperation } from "./envoy-filter.js";
import { namedFilter, namedHttpFilter, namedListenerFilter } from "./match-filter.js";
import type { NotSelected } from "./match-proxy.js";
import type { PatchableResources, PatchedProxy } from "./patched-resources.js";

/** What istiod does at all with each kind; it passes over any other operation. INSERT_* has become ADD where there is no place to insert at. */
const operations: Readonly<Record<ApplyTo, readonly PatchOperation[]>> = {
  LISTENER: ["MERGE", "MERGE_AND_REPLACE_LIST", "ADD", "REMOVE"],
  FILTER_CHAIN: ["MERGE", "MERGE_AND_REPLACE_LIST", "ADD", "REMOVE"],
  NETWORK_FILTER: ["MERGE", "ADD", "REMOVE", "REPLACE", "INSERT_FIRST", "INSERT_BEFORE", "INSERT_AFTER"],
  HTTP_FILTER: ["MERGE", "ADD", "REMOVE", "REPLACE", "INSERT_FIRST", "INSERT_BEFORE", "INSERT_AFTER"],
  LISTENER_FILTER: ["MERGE", "ADD", "REMOVE", "REPLACE", "INSERT_FIRST", "INSERT_BEFORE", "INSERT_AFTER"],
  ROUTE_CONFIGURATION: ["MERGE", "MERGE_AND_REPLACE_LIST"],
  VIRTUAL_HOST: ["MERGE", "MERGE_AND_REPLACE_LIST", "ADD", "REMOVE", "REPLACE"],
  HTTP_ROUTE: ["MERGE", "MERGE_AND_REPLACE_LIST", "ADD", "REMOVE", "INSERT_FIRST", "INSERT_BEFORE", "INSERT_AFTER"],
  CLUSTER: ["MERGE", "MERGE_AND_REPLACE_LIST", "ADD", "REMOVE"],
  EXTENSION_CONFIG: ["ADD"],
  BOOTSTRAP: [],
};

/** The resources that hold what a patch is applied to. */
const resourcesOf: Readonly<Record<ApplyTo, keyof PatchableResources | null>> = {
  LISTENER: "listeners",
  FILTER_CHAIN: "listeners",
  NETWORK_FILTER: "listeners",
  HTTP_FILTER: "listeners",
  LISTENER_FILTER: "listeners",
  ROUTE_CONFIGURATION: "routeConfigs",
  VIRTUAL_HOST: "routeConfigs",
  HTTP_ROUTE: "routeConfigs",
  CLUSTER: "clusters",
  EXTENSION_CONFIG: "extensionConfigs",
  BOOTSTRAP: null,
};

/** A patch that is for the proxy, as far as it decides whether istiod carries it out. */
export interface SelectedPatch {
  readonly applyTo: ApplyTo;
  readonly operation: PatchOperation;
  readonly context: PatchContext;
  readonly match: PatchMatch;
}

/** Why a patch for this proxy and context is not carried out whatever there is to match; undefined where it is. */
export function notCarriedOut(patch: SelectedPatch, resources: PatchableResources, proxy: PatchedProxy): NotSelected | undefined {
  const { applyTo, operation } = patch;
  const kind = resourcesOf[applyTo];
  if (kind === null) return { reason: "bootstrap", because: "istiod checks BOOTSTRAP patches and applies them to nothing" };
  if (!operations[applyTo].includes(operation)) return { reason: "operation", because: `istiod has no ${operation} for ${applyTo}` };
  const unnamed = lacksName(patch);
  if (unnamed !== undefined) return { reason: "operation", because: unnamed };
  if (resources[kind] === undefined) return { reason: "no-resources", because: `no ${kind} were given` };
  return operation === "ADD" ? addsNothing(patch, proxy) : undefined;
}

/** The fields of the match that name an item of a list of filters. */
const naming: Readonly<Partial<Record<ApplyTo, { readonly field: string; readonly named: (match: PatchMatch) => unknown }>>> = {
  LISTENER_FILTER: { field: "listenerFilter", named: ({ listener }) => namedListenerFilter(listener) },
  NETWORK_FILTER: { field: "filterChain.filter", named: namedFilter },
  HTTP_FILTER: { field: "filterChain.filter.subFilter", named: namedHttpFilter },
};

/** A filter that is to go, or to be replaced, must be named; so must the listener filter that a merge does not ask for after that. */
function lacksName({ applyTo, operation, match }: SelectedPatch): string | undefined {
  const needsName = operation === "REMOVE" || operation === "REPLACE" || (operation === "MERGE" && applyTo === "LISTENER_FILTER");
  const by = naming[applyTo];
  if (!needsName || by === undefined || by.named(match) !== undefined) return undefined;
  return `${operation} of a ${applyTo} without match.listener.${by.field} does nothing`;
}

function addsNothing({ applyTo, context }: SelectedPatch, proxy: PatchedProxy): NotSelected | undefined {
  if (applyTo !== "LISTENER" && applyTo !== "CLUSTER") return undefined;
  const noun = applyTo === "LISTENER" ? "listeners" : "clusters";
  if (proxy.skipAdds === true) return { reason: "adds-skipped", because: `istiod adds none to these ${noun}` };
  if (context !== "ANY" || proxy.context === "SIDECAR_OUTBOUND" || proxy.context === "GATEWAY") return undefined;
  return { reason: "any-context", because: `${noun} of context ANY are added in SIDECAR_OUTBOUND and GATEWAY alone` };
}
