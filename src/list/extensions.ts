import { decodeAs } from "../decode/decode-resource.js";
import { namesField } from "../model/istio-name.js";
import { messageNameOf } from "../model/proto-json.js";
import type { Resource, Snapshot } from "../model/snapshot.js";
import { type Listing, makeListing } from "./listing.js";
import { type ListedState, listState } from "./resource-state.js";

/** A filter configuration that ECDS delivers. */
export interface ListedExtension extends ListedState {
  readonly name: string;
  /** Full message name of the configuration. */
  readonly type: string | null;
  readonly at: string;
}

export interface ExtensionFilters {
  readonly name?: string | undefined;
}

/** The ECDS extension configurations of a dump, a row each. */
export function listExtensions(snapshot: Snapshot, filters: ExtensionFilters = {}): Listing<"ecds", ListedExtension> {
  return makeListing(snapshot, "ecds", snapshot.resources("extension").map(listExtension), filters, {
    name: { valuesOf: ({ name }) => [name], names: namesField },
  });
}

function listExtension(resource: Resource): ListedExtension {
  const extension = decodeAs(resource, "envoy.config.core.v3.TypedExtensionConfig");
  const config = extension?.typed_config;
  return {
    name: extension?.name ?? resource.name,
    type: config === undefined ? null : messageNameOf(config),
    ...listState(resource),
    at: resource.at,
  };
}
