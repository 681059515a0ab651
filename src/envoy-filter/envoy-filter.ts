import type { JsonObject } from "../util/json.js";

/** What a config patch is applied to; BOOTSTRAP is only checked, istiod applies it to no proxy that is running. */
export const applyToKinds = [
  "LISTENER",
  "FILTER_CHAIN",
  "NETWORK_FILTER",
  "HTTP_FILTER",
  "LISTENER_FILTER",
  "ROUTE_CONFIGURATION",
  "VIRTUAL_HOST",
  "HTTP_ROUTE",
  "CLUSTER",
  "EXTENSION_CONFIG",
  "BOOTSTRAP",
] as const;
export type ApplyTo = (typeof applyToKinds)[number];

export const patchOperations = [
  "MERGE",
  "ADD",
  "REMOVE",
  "INSERT_BEFORE",
  "INSERT_AFTER",
  "INSERT_FIRST",
  "REPLACE",
  "MERGE_AND_REPLACE_LIST",
] as const;
export type PatchOperation = (typeof patchOperations)[number];

/** What a patch is for. istiod builds nothing for WAYPOINT: such a patch never applies. */
export const patchContexts = ["ANY", "SIDECAR_INBOUND", "SIDECAR_OUTBOUND", "GATEWAY", "WAYPOINT"] as const;
export type PatchContext = (typeof patchContexts)[number];

/** An EnvoyFilter (networking.istio.io/v1alpha3) as its Kubernetes object, a plain value; `status` and the like are not looked at. */
export interface EnvoyFilter {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: EnvoyFilterMetadata;
  readonly spec?: EnvoyFilterSpec;
}

export interface EnvoyFilterMetadata {
  readonly name: string;
  /** "" and absent are the same: the object is in no namespace, which is that of no proxy. Who reads files fills it in. */
  readonly namespace?: string;
  /** RFC 3339. An object without one counts as younger than any that has one; among those the order given counts. */
  readonly creationTimestamp?: string | null;
}

export interface EnvoyFilterSpec {
  readonly workloadSelector?: { readonly labels?: Readonly<Record<string, string>> };
  readonly targetRefs?: readonly TargetRef[];
  readonly priority?: number;
  readonly configPatches?: readonly ConfigPatch[];
}

export interface TargetRef {
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** Names of enum values are Istio's; one that is absent is the zero value (context ANY). */
export interface ConfigPatch {
  readonly applyTo: ApplyTo;
  readonly match?: PatchMatch;
  readonly patch: PatchBody;
}

export interface PatchBody {
  readonly operation: PatchOperation;
  /** ProtoJSON of the message that `applyTo` names, in either spelling of the field names; absent for REMOVE. */
  readonly value?: JsonObject;
  /** Counts nowhere but for filters that istiod itself orders; taken and not looked at. */
  readonly filterClass?: string;
}

export interface PatchMatch {
  readonly context?: PatchContext;
  readonly proxy?: ProxyMatch;
  readonly listener?: ListenerMatch;
  readonly routeConfiguration?: RouteConfigurationMatch;
  readonly cluster?: ClusterMatch;
}

export interface ProxyMatch {
  /** An RE2 pattern, searched in the proxy's Istio version. */
  readonly proxyVersion?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** In every match, "" and 0 are as good as absent: they ask for nothing. */
export interface ListenerMatch {
  readonly portNumber?: number;
  /** Istio has the field and never looks at it. */
  readonly portName?: string;
  readonly name?: string;
  readonly filterChain?: FilterChainMatch;
  readonly listenerFilter?: string;
}

export interface FilterChainMatch {
  readonly name?: string;
  readonly sni?: string;
  readonly transportProtocol?: string;
  /** Comma-separated. */
  readonly applicationProtocols?: string;
  readonly destinationPort?: number;
  readonly filter?: FilterMatch;
}

export interface FilterMatch {
  readonly name?: string;
  readonly subFilter?: { readonly name?: string };
}

export interface RouteConfigurationMatch {
  readonly portNumber?: number;
  readonly portName?: string;
  /** `namespace/name`. */
  readonly gateway?: string;
  readonly name?: string;
  readonly vhost?: VirtualHostMatch;
}

export interface VirtualHostMatch {
  readonly name?: string;
  readonly domainName?: string;
  readonly route?: RouteMatch;
}

export interface RouteMatch {
  readonly name?: string;
  readonly action?: "ANY" | "ROUTE" | "REDIRECT" | "DIRECT_RESPONSE";
}

export interface ClusterMatch {
  readonly portNumber?: number;
  readonly service?: string;
  readonly subset?: string;
  readonly name?: string;
}
