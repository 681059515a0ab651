import { byCodePoint } from "../util/text.js";
import type { ApplyTo, EnvoyFilter, PatchOperation } from "./envoy-filter.js";

/**
 * EnvoyFilters in the order in which their patches are applied: by priority, those of the root namespace before others, older before
 * younger, then by `name.namespace`. One that has no time of creation is still to be created, so it is the youngest; among those the
 * order given counts.
 */
export function inOrder(envoyFilters: readonly EnvoyFilter[], rootNamespace: string): readonly EnvoyFilter[] {
  const keyed = envoyFilters.map((envoyFilter, given) => ({ envoyFilter, key: keyOf(envoyFilter, given, rootNamespace) }));
  return keyed.sort((one, other) => compare(one.key, other.key)).map(({ envoyFilter }) => envoyFilter);
}

interface OrderKey {
  readonly priority: number;
  readonly root: number;
  readonly created: number;
  readonly name: string;
  readonly given: number;
}

function keyOf({ metadata, spec }: EnvoyFilter, given: number, rootNamespace: string): OrderKey {
  const namespace = metadata.namespace ?? "";
  const created = Date.parse(metadata.creationTimestamp ?? "");
  const isDated = !Number.isNaN(created);
  return {
    priority: spec?.priority ?? 0,
    root: rootNamespace !== "" && namespace === rootNamespace ? 0 : 1,
    created: isDated ? created : Number.POSITIVE_INFINITY,
    name: isDated ? `${metadata.name}.${namespace}` : "",
    given,
  };
}

function compare(one: OrderKey, other: OrderKey): number {
  return (
    one.priority - other.priority ||
    one.root - other.root ||
    (one.created === other.created ? 0 : one.created - other.created) ||
    byCodePoint(one.name, other.name) ||
    one.given - other.given
  );
}

const listKinds: readonly ApplyTo[] = ["HTTP_FILTER", "NETWORK_FILTER", "LISTENER_FILTER", "HTTP_ROUTE"];

/** The operation that istiod carries out: where there is no place in a list to insert at, it adds. */
export function effectiveOperation(applyTo: ApplyTo, operation: PatchOperation): PatchOperation {
  return operation.startsWith("INSERT_") && !listKinds.includes(applyTo) ? "ADD" : operation;
}
