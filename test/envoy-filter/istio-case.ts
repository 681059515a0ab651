import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigPatch, EnvoyFilter, PatchContext, PatchMatch } from "../../src/envoy-filter/envoy-filter.js";
import type { PatchableResources, PatchedProxy } from "../../src/envoy-filter/patched-resources.js";
import { patchedTypes } from "../../src/envoy-filter/patched-types.js";
import { readMessage } from "../../src/proto/read-message.js";
import type { JsonObject } from "../../src/util/json.js";

/** Cases of Istio's own tests, each a file of JSON; ../shared/cases/envoyfilter/README.md says what is in them. */
export type IstioCase = PatchCase | MatchCase | FunctionCase;

interface AnyCase {
  readonly suite: string;
  readonly name: string;
}

export interface PatchCase extends AnyCase {
  readonly kind: "patch";
  readonly proxy: Omit<PatchedProxy, "rootNamespace">;
  readonly rootNamespace: string;
  readonly envoyFilters: readonly EnvoyFilter[];
  readonly rejectedByValidation?: readonly { readonly object: EnvoyFilter }[];
  readonly skipAdds?: boolean;
  readonly inboundServiceHosts?: readonly string[];
  readonly input: PatchableResources & { readonly requestedNames?: readonly string[] };
  readonly actual: PatchableResources;
}

export interface MatchCase extends AnyCase {
  readonly kind: "match";
  readonly function: "clusterMatch" | "virtualHostMatch" | "routeMatch" | "routeConfigurationMatch";
  readonly match: PatchMatch;
  readonly context?: PatchContext;
  readonly gatewayPortMap?: Readonly<Record<string, readonly number[]>>;
  readonly input: {
    readonly cluster?: JsonObject;
    readonly inboundServiceHosts?: readonly string[];
    readonly routeConfig?: JsonObject;
    readonly virtualHost?: JsonObject | null;
    readonly route?: JsonObject | null;
  };
  readonly actual: boolean;
}

export interface FunctionCase extends AnyCase {
  readonly kind: "function";
  readonly configPatches: readonly ConfigPatch[];
  readonly context: PatchContext;
  readonly gatewayPortMap?: Readonly<Record<string, readonly number[]>>;
  readonly routeConfig: JsonObject;
  readonly input: { readonly virtualHost: JsonObject };
  readonly expected: { readonly virtualHost: JsonObject };
  readonly otherVirtualHostSharingTheRoutes?: JsonObject;
  readonly otherVirtualHostAfter?: JsonObject;
}

export function readCases(folder: string): readonly IstioCase[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json"))
    .sort()
    .map((path) => JSON.parse(readFileSync(join(folder, path), "utf8")));
}

const types = {
  listeners: patchedTypes.LISTENER,
  clusters: patchedTypes.CLUSTER,
  routeConfigs: patchedTypes.ROUTE_CONFIGURATION,
  extensionConfigs: patchedTypes.EXTENSION_CONFIG,
};

/** A message without defaults, in one spelling. */
export const canonical = (type: string, message: JsonObject): JsonObject => readMessage(type, message, "", { typedStructs: "kept" }).value;

/** Resources in one spelling; plain copies, so that nothing but what they hold is compared. */
export function canonicalResources(resources: PatchableResources): Readonly<Record<string, readonly JsonObject[]>> {
  const kinds = ["listeners", "clusters", "routeConfigs", "extensionConfigs"] as const;
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const given = resources[kind];
      return given === undefined ? [] : [[kind, structuredClone(given.map((resource) => canonical(types[kind], resource)))]];
    }),
  );
}
