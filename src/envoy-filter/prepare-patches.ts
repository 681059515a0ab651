import { UsageError } from "../model/usage-error.js";
import { isJsonObject } from "../util/json.js";
import { applyToKinds, type ConfigPatch, type EnvoyFilter, patchOperations } from "./envoy-filter.js";
import { type NotSelected, notAttached, notForProxy } from "./match-proxy.js";
import { notCarriedOut } from "./not-carried-out.js";
import { effectiveOperation, inOrder } from "./order-patches.js";
import type { PatchStatus } from "./patch-account.js";
import type { PatchableResources, PatchedProxy } from "./patched-resources.js";
import type { PreparedPatch } from "./prepared-patch.js";
import { readPatchValue } from "./read-patch-value.js";
import { refusalsOf } from "./refusals.js";

/** A config patch as the account lists it, with what was decided of it before any resource was looked at. */
export interface ListedPatch {
  readonly envoyFilter: string;
  readonly index: number;
  readonly patch: ConfigPatch;
  readonly decided: { readonly status: PatchStatus; readonly why: NotSelected } | null;
}

export interface PreparedPatches {
  /** Every config patch, in the order given. */
  readonly listed: readonly ListedPatch[];
  /** Those that are carried out, in the order in which they are. */
  readonly prepared: readonly PreparedPatch[];
  /** Is any EnvoyFilter for this proxy at all? Then istiod's patch code runs, whatever patches there are. */
  readonly isPatched: boolean;
}

/** Chooses the patches for a proxy in a context, in the order in which istiod carries them out. */
export function preparePatches(envoyFilters: readonly EnvoyFilter[], resources: PatchableResources, proxy: PatchedProxy): PreparedPatches {
  const listed: ListedPatch[] = [];
  const byFilter = new Map<EnvoyFilter, PreparedPatch[]>();
  let isPatched = false;
  for (const envoyFilter of envoyFilters) {
    const name = nameOf(envoyFilter);
    checkShape(envoyFilter, name);
    const whole = notAtAll(envoyFilter, proxy);
    isPatched ||= whole === null;
    const chosen: PreparedPatch[] = [];
    for (const [index, patch] of (envoyFilter.spec?.configPatches ?? []).entries()) {
      const decided = whole ?? decide(patch, resources, proxy);
      if (decided === null) chosen.push(prepare(patch, listed.length, name, index));
      listed.push({ envoyFilter: name, index, patch, decided });
    }
    byFilter.set(envoyFilter, chosen);
  }
  const prepared = inOrder(envoyFilters, proxy.rootNamespace ?? "").flatMap((envoyFilter) => byFilter.get(envoyFilter) ?? []);
  return { listed, prepared, isPatched };
}

const nameOf = ({ metadata }: EnvoyFilter): string => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;

/** Of a patch without its parts there is nothing to account for. Who reads files has said so, with the line. */
function checkShape({ metadata, spec }: EnvoyFilter, name: string): void {
  if (!isJsonObject(metadata)) throw new UsageError("an EnvoyFilter has no metadata; give Kubernetes objects");
  for (const [index, patch] of (spec?.configPatches ?? []).entries()) {
    if (applyToKinds.includes(patch?.applyTo) && isJsonObject(patch.patch) && patchOperations.includes(patch.patch.operation)) continue;
    throw new UsageError(`patch ${index} of EnvoyFilter ${name} needs an applyTo and a patch with an operation that Istio knows`);
  }
}

/** What is decided of a whole EnvoyFilter. A refused one is not there for istiod, whomever it is for. */
function notAtAll(envoyFilter: EnvoyFilter, proxy: PatchedProxy): ListedPatch["decided"] {
  for (const { at, message } of refusalsOf(envoyFilter)) {
    return { status: "failed", why: { reason: "refused", because: `istiod refuses the EnvoyFilter: ${at}: ${message}` } };
  }
  const why = notAttached(envoyFilter, proxy);
  return why === undefined ? null : { status: "not-selected", why };
}

function decide(patch: ConfigPatch, resources: PatchableResources, proxy: PatchedProxy): ListedPatch["decided"] {
  const why = notForProxy(patch.match?.proxy, proxy) ?? notInContext(patch, proxy);
  if (why !== undefined) return { status: "not-selected", why };
  const { applyTo, match = {} } = patch;
  const operation = effectiveOperation(applyTo, patch.patch.operation);
  const idle = notCarriedOut({ applyTo, operation, match, context: match.context ?? "ANY" }, resources, proxy);
  return idle === undefined ? null : { status: "not-applied", why: idle };
}

/** Extension configs belong to no context, so none is asked for. */
function notInContext({ applyTo, match }: ConfigPatch, { context }: PatchedProxy): NotSelected | undefined {
  const wanted = match?.context ?? "ANY";
  if (wanted === "ANY" || wanted === context || applyTo === "EXTENSION_CONFIG") return undefined;
  return { reason: "context", because: `it is for context ${wanted}, and these resources are of ${context ?? "none"}` };
}

function prepare({ applyTo, match = {}, patch }: ConfigPatch, id: number, envoyFilter: string, index: number): PreparedPatch {
  const operation = effectiveOperation(applyTo, patch.operation);
  const { value } = readPatchValue(applyTo, patch.value ?? {});
  return { id, envoyFilter, index, applyTo, operation, context: match.context ?? "ANY", match, value };
}
