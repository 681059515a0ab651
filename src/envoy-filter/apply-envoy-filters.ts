import { accountForPatches, type FurtherFindings } from "./account-for-patches.js";
import type { EnvoyFilter } from "./envoy-filter.js";
import { Journal } from "./journal.js";
import { lookElsewhere } from "./look-elsewhere.js";
import type { PatchAccount } from "./patch-account.js";
import type { PatchableResources, PatchedProxy, PatchOptions } from "./patched-resources.js";
import { preparePatches } from "./prepare-patches.js";
import type { PreparedPatch } from "./prepared-patch.js";
import { runPatches } from "./run-patches.js";
import { suspectUndone } from "./suspect-undone.js";
import { suspicionsOf } from "./suspicions.js";

/** What EnvoyFilters make of a proxy's resources. */
export interface PatchedResources {
  /** A resource that nothing changed is the very object that was given. */
  readonly resources: PatchableResources;
  /** One for each config patch of each EnvoyFilter, in the order given. */
  readonly account: readonly PatchAccount[];
}

/**
 * Applies EnvoyFilters to the resources of one patch context, as one call of istiod's patch code would. A proxy has several such calls:
 * who has a whole dump makes one for each context and puts their accounts together.
 *
 * @param envoyFilters in any order: priority, namespace, creation time and name decide; of those without a time the order given
 * @throws UsageError where an object is no EnvoyFilter, or a patch has no `applyTo` or operation
 */
export function applyEnvoyFilters(
  resources: PatchableResources,
  proxy: PatchedProxy,
  envoyFilters: readonly EnvoyFilter[],
  options: PatchOptions = {},
): PatchedResources {
  const { listed, prepared, isPatched } = preparePatches(envoyFilters, resources, proxy);
  const journal = new Journal();
  const run = { context: proxy.context, proxy, patches: prepared, journal };
  const patched = isPatched ? runPatches(run, resources) : resources;
  const elsewhere = (patch: PreparedPatch) => lookElsewhere(patch, proxy, options.elsewhere ?? []);
  const undone = new Map(suspectUndone(run, journal.changes, resources));
  const suspicions: FurtherFindings["suspicions"] = (patch, written, changes) =>
    suspicionsOf(patch, written, journal.recordOf(patch), changes, undone.get(patch));
  return { resources: patched, account: accountForPatches(listed, prepared, journal, { elsewhere, suspicions }) };
}
