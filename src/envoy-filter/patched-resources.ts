import type { JsonObject } from "../util/json.js";
import type { PatchContext } from "./envoy-filter.js";

/** The resources of one proxy in one patch context, ProtoJSON with snake_case names. A kind that is absent is not patched and comes back absent. */
export interface PatchableResources {
  readonly listeners?: readonly JsonObject[];
  readonly clusters?: readonly JsonObject[];
  readonly routeConfigs?: readonly JsonObject[];
  /** TypedExtensionConfig messages. */
  readonly extensionConfigs?: readonly JsonObject[];
}

/** What istiod knows of a proxy when it patches its resources. */
export interface PatchedProxy {
  readonly type: "sidecar" | "router" | "waypoint";
  /** The context of the call; null for extension configs alone, which have none. */
  readonly context: PatchContext | null;
  readonly configNamespace: string;
  /** "": the mesh has none. */
  readonly rootNamespace?: string;
  /** "": unknown, then no patch that asks for a version applies. */
  readonly istioVersion?: string;
  /** The node's metadata. */
  readonly metadata?: JsonObject | null;
  readonly labels?: Readonly<Record<string, string>> | null;
  /** Target port → service ports, of a gateway. */
  readonly gatewayPortMap?: Readonly<Record<string, readonly number[]>> | null;
  /** Host names of the services behind an inbound cluster; absent or empty: unknown. */
  readonly inboundServiceHosts?: readonly string[] | null;
  /** Nothing is added to the listeners or clusters, as istiod does it for virtualOutbound and the HTTP proxy listener. */
  readonly skipAdds?: boolean;
  /** Names of the extension configs that the proxy asks for. */
  readonly requestedNames?: readonly string[] | null;
}

export interface PatchOptions {
  /**
   * The same proxy's resources in other contexts. Nothing in them is patched; a patch that matches nothing is held against them to say
   * where it would have: `context SIDECAR_OUTBOUND, but the only listener with that port is inbound`.
   */
  readonly elsewhere?: readonly { readonly context: PatchContext; readonly resources: PatchableResources }[];
}
