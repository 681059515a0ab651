import { configurationOf } from "../decode/configuration.js";
import type { Snapshot } from "../model/snapshot.js";
import { UsageError } from "../model/usage-error.js";
import { isJsonObject, type Json, member } from "../util/json.js";
import { countOf } from "../util/text.js";
import type { EnvoyFilter } from "./envoy-filter.js";
import type { PatchedProxy } from "./patched-resources.js";

/** What the files and the dump leave open, and what was taken for it. */
export const patchAssumptionCodes = [
  "filters-in-force",
  "root-namespace",
  "namespace",
  "creation-time",
  "labels",
  "istio-version",
  "gateway-ports",
  "not-from-istiod",
  "refused-update",
  "unreadable-values",
] as const;

export interface PatchAssumption {
  readonly code: (typeof patchAssumptionCodes)[number];
  readonly message: string;
  /** JSON pointer into the dump; null where there is nothing to see. */
  readonly at: string | null;
}

/** What of istiod's knowledge neither a dump nor EnvoyFilters in files say. */
export interface MeshFacts {
  /** The namespace whose EnvoyFilters are for the whole mesh. Default: istio-system. */
  readonly rootNamespace?: string;
  /** Of an EnvoyFilter that names none. Default: the proxy's own. */
  readonly namespace?: string;
  /** Of a gateway: target port → service ports. Default: a port is its own service port. */
  readonly gatewayPorts?: Readonly<Record<string, readonly number[]>>;
}

/** A proxy as istiod knows it when it patches its resources, without what differs from call to call. */
export type KnownProxy = Pick<
  PatchedProxy,
  "type" | "configNamespace" | "rootNamespace" | "istioVersion" | "metadata" | "labels" | "gatewayPortMap"
>;

const defaultRootNamespace = "istio-system";

/**
 * The proxy of a dump: type and namespace by its node id, labels, version and metadata by its node's metadata (istiod's
 * ParseServiceNodeWithMetadata, GetProxyConfigNamespace).
 *
 * @throws UsageError for a proxy that istiod patches nothing of, or that the dump does not tell
 */
export function proxyOfDump(
  snapshot: Snapshot,
  facts: MeshFacts,
): { readonly proxy: KnownProxy; readonly assumptions: readonly PatchAssumption[] } {
  const { bootstrap } = configurationOf(snapshot);
  if (bootstrap === null)
    throw new UsageError(
      "the dump has no bootstrap, which says whose it is: take one of Envoy's whole /config_dump, or add it with --with",
    );
  const type = proxyTypes.find((known) => known === bootstrap.proxy?.type);
  if (type === undefined || bootstrap.proxy === null)
    throw new UsageError(
      `the node id ${JSON.stringify(bootstrap.nodeId)} is none of a sidecar, gateway or waypoint of Istio's: EnvoyFilters are for those`,
    );
  const metadata = jsonOf(bootstrap.message.node?.metadata);
  const [namespace, labels] = [member(metadata, "NAMESPACE"), member(metadata, "LABELS")];
  const nodeAt = `${bootstrap.at}/node`;
  const assumptions: PatchAssumption[] = [];
  const { rootNamespace = defaultRootNamespace } = facts;
  if (facts.rootNamespace === undefined)
    assumptions.push({
      code: "root-namespace",
      message: `${rootNamespace} is the mesh's root namespace (--root-namespace names another)`,
      at: null,
    });
  if (bootstrap.istioVersion === null)
    assumptions.push({ code: "istio-version", message: "the node says no Istio version: no patch for some version applies", at: nodeAt });
  if (type === "router" && facts.gatewayPorts === undefined)
    assumptions.push({
      code: "gateway-ports",
      message: "no dump says which service port leads to which port of a gateway: taken to be the same (--gateway-port TARGET=SERVICE)",
      at: null,
    });
  const proxy: KnownProxy = {
    type,
    configNamespace: typeof namespace === "string" && namespace !== "" ? namespace : bootstrap.proxy.namespace,
    rootNamespace,
    istioVersion: bootstrap.istioVersion ?? "",
    metadata: isJsonObject(metadata) ? metadata : {},
    labels: isJsonObject(labels) ? textsIn(labels) : {},
    ...(facts.gatewayPorts === undefined ? {} : { gatewayPortMap: facts.gatewayPorts }),
  };
  return { proxy, assumptions };
}

const proxyTypes = ["sidecar", "router", "waypoint"] as const;

/** A google.protobuf.Struct, which the typings know as JSON. */
const jsonOf = (value: unknown): Json => (isJsonObject(value) ? value : null);

const textsIn = (labels: Readonly<Record<string, Json>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(labels).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])));

/** EnvoyFilters as the API server would have them, and what was taken for what they do not say. */
export function completeEnvoyFilters(
  given: readonly EnvoyFilter[],
  { configNamespace }: KnownProxy,
  { namespace = configNamespace }: MeshFacts,
): { readonly envoyFilters: readonly EnvoyFilter[]; readonly assumptions: readonly PatchAssumption[] } {
  const assumptions: PatchAssumption[] = [];
  const nowhere = given.filter(({ metadata }) => (metadata.namespace ?? "") === "");
  const ageless = given.filter(({ metadata }) => (metadata.creationTimestamp ?? "") === "");
  if (nowhere.length > 0)
    assumptions.push({
      code: "namespace",
      message: `${names(nowhere)}: taken to be in the namespace ${namespace} (--namespace)`,
      at: null,
    });
  if (ageless.length > 0 && given.length > 1)
    assumptions.push({
      code: "creation-time",
      message: `${countOf(ageless.length, "EnvoyFilter")} without a creation time: the younger ones, in the order given`,
      at: null,
    });
  if (given.some(({ spec }) => Object.keys(spec?.workloadSelector?.labels ?? {}).length > 0))
    assumptions.push({ code: "labels", message: "labels are those that the proxy started with", at: null });
  const envoyFilters = given.map((filter) =>
    (filter.metadata.namespace ?? "") === "" ? { ...filter, metadata: { ...filter.metadata, namespace } } : filter,
  );
  return { envoyFilters, assumptions };
}

const names = (filters: readonly EnvoyFilter[]): string => filters.map(({ metadata }) => metadata.name).join(", ");
