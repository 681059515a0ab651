import { readMessage } from "../proto/read-message.js";
import type { JsonObject } from "../util/json.js";
import { applyToClusters } from "./apply-to-clusters.js";
import { applyToExtensionConfigs } from "./apply-to-extension-configs.js";
import { applyToListeners } from "./apply-to-listeners.js";
import { applyToRouteConfigurations } from "./apply-to-route-configurations.js";
import type { ApplyTo } from "./envoy-filter.js";
import type { PatchRun } from "./patch-run.js";
import type { PatchableResources } from "./patched-resources.js";
import { patchedTypes } from "./patched-types.js";
import { type PieceList, resourceList } from "./pieces.js";

/** Each kind of resource, what its type is and what applies patches to it. */
const kinds = {
  listeners: { type: "LISTENER", apply: applyToListeners },
  clusters: { type: "CLUSTER", apply: applyToClusters },
  routeConfigs: { type: "ROUTE_CONFIGURATION", apply: applyToRouteConfigurations },
  extensionConfigs: { type: "EXTENSION_CONFIG", apply: applyToExtensionConfigs },
} as const satisfies Record<keyof PatchableResources, { readonly type: ApplyTo; readonly apply: (run: PatchRun, list: PieceList) => void }>;

/** Carries patches out on resources, and writes down what happens. Nothing given is changed. */
export function runPatches(run: PatchRun, resources: PatchableResources): PatchableResources {
  const patched: { -readonly [Kind in keyof PatchableResources]: PatchableResources[Kind] } = {};
  for (const kind of ["listeners", "clusters", "routeConfigs", "extensionConfigs"] as const) {
    const given = resources[kind];
    if (given === undefined) continue;
    const { type, apply } = kinds[kind];
    const canonical = given.map((resource, index) => readResource(type, resource, `/${kind}/${index}`));
    const list = resourceList(kind, canonical);
    apply(run, list);
    const writtenAs = new Map(canonical.map((value, index) => [value, given[index]]));
    patched[kind] = list.pieces.map(({ value }) => writtenAs.get(value) ?? value);
  }
  return patched;
}

const readResource = (applyTo: ApplyTo, resource: JsonObject, at: string): JsonObject =>
  readMessage(patchedTypes[applyTo], resource, at, { typedStructs: "kept" }).value;
