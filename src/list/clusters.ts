import { clusterHead, decodeCluster } from "../decode/decode-cluster.js";
import { namesField } from "../model/istio-name.js";
import type { Resource, Snapshot } from "../model/snapshot.js";
import { istioOrigin, originFields } from "./istio-origin.js";
import { type Listing, makeListing } from "./listing.js";
import { type ListedState, listState } from "./resource-state.js";

export interface ListedCluster extends ListedState {
  /** The service's host by Istio's name of the cluster (null for the proxy's own ports); any other cluster's whole name. */
  readonly fqdn: string | null;
  readonly port: number | null;
  readonly subset: string | null;
  readonly direction: string | null;
  /** STATIC, EDS, ORIGINAL_DST …, or the name of a custom cluster type; null where the entry holds no configuration. */
  readonly type: string | null;
  readonly destinationRule: string | null;
  readonly name: string;
  readonly at: string;
}

export interface ClusterFilters {
  readonly fqdn?: string | undefined;
  readonly port?: number | undefined;
  readonly subset?: string | undefined;
  readonly direction?: string | undefined;
}

/** The clusters of a dump in every state, a row each. */
export function listClusters(snapshot: Snapshot, filters: ClusterFilters = {}): Listing<"clusters", ListedCluster> {
  return makeListing(snapshot, "clusters", snapshot.resources("cluster").map(listCluster), filters, {
    fqdn: { valuesOf: ({ fqdn }) => [fqdn], names: namesField },
    port: { valuesOf: ({ port }) => [port], names: isSame },
    subset: { valuesOf: ({ subset }) => [subset], names: namesField },
    direction: { valuesOf: ({ direction }) => [direction], names: isSame },
  });
}

const isSame = (wanted: string, value: string): boolean => wanted === value;

const shownFields = { ...clusterHead, metadata: originFields };

function listCluster(resource: Resource): ListedCluster {
  const cluster = decodeCluster(resource, shownFields);
  const name = cluster?.name ?? resource.name;
  const parsed = cluster?.istioName ?? null;
  return {
    fqdn: parsed === null ? name : parsed.host || null,
    port: parsed?.port || null,
    subset: parsed?.subset || null,
    direction: parsed?.direction ?? null,
    type: cluster?.type ?? null,
    destinationRule: istioOrigin(cluster?.message.metadata, "destination-rule"),
    name,
    ...listState(resource),
    at: resource.at,
  };
}
