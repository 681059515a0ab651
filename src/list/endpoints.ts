import { addressName, withName } from "../decode/decode-address.js";
import { clusterHead, decodeCluster } from "../decode/decode-cluster.js";
import { decodeLoadAssignment, endpointsWithoutMetadata } from "../decode/decode-endpoints.js";
import { asMessage, readJson } from "../decode/decode-resource.js";
import { SharedAnswers } from "../decode/shared-answers.js";
import type { ClusterEndpoints, Endpoint } from "../model/endpoint.js";
import { namesField, parseIstioClusterName } from "../model/istio-name.js";
import type { Resource, Snapshot } from "../model/snapshot.js";
import { pickFields } from "../proto/pick-fields.js";
import { listedEndpointAddress, listedHost, listedPort } from "./listed-address.js";
import { type Listing, makeListing } from "./listing.js";
import { type ListedState, listState } from "./resource-state.js";

/** An endpoint of a cluster; or a cluster whose endpoints are known to be none: then what is missing is null. */
export interface ListedEndpoint extends ListedState {
  readonly endpoint: string | null;
  readonly address: string | null;
  readonly port: number | null;
  /** As the dump says it; UNKNOWN (nobody checks its health) counts as healthy. */
  readonly status: Endpoint["health"] | null;
  /** istioctl's column; always null, for a config dump does not hold what outlier detection thinks. */
  readonly outlierCheck: null;
  readonly cluster: string;
  readonly locality: string | null;
  readonly priority: number | null;
  readonly weight: number | null;
  readonly hostname: string | null;
  readonly at: string;
}

export interface EndpointFilters {
  readonly cluster?: string | undefined;
  readonly status?: string | undefined;
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

/** envoy.config.core.v3.HealthStatus */
export const endpointStatuses = ["HEALTHY", "UNHEALTHY", "UNKNOWN", "DRAINING", "TIMEOUT", "DEGRADED"] as const;

/**
 * The endpoints of a dump, in the order of the file. A dump taken without `?include_eds` has no section of them: then those that
 * stand in the clusters themselves (static and DNS clusters).
 */
export function listEndpoints(snapshot: Snapshot, filters: EndpointFilters = {}): Listing<"endpoints", ListedEndpoint> {
  const items = snapshot.missingSections.includes("endpoints")
    ? snapshot.resources("cluster").flatMap(listOwnEndpoints)
    : snapshot.resources("endpoints").flatMap(listDiscoveredEndpoints);
  return makeListing(snapshot, "endpoints", items, filters, {
    cluster: { valuesOf: ({ cluster }) => [cluster, parseIstioClusterName(cluster)?.host ?? null], names: namesField },
    status: { valuesOf: ({ status }) => [status], names: isSame },
    address: { valuesOf: ({ address }) => [address], names: namesField },
    port: { valuesOf: ({ port }) => [port], names: isSame },
  });
}

const isSame = (wanted: string, value: string): boolean => wanted === value;

type ShownEndpoints = Pick<ClusterEndpoints, "at"> & { readonly endpoints: readonly Omit<Endpoint, "metadata">[] };

const assignmentType = "envoy.config.endpoint.v3.ClusterLoadAssignment";

/** The endpoints of a service, but for its name and their addresses; `at` is relative to the resource. */
const discovered = new SharedAnswers(
  pickFields(assignmentType, endpointsWithoutMetadata, {
    cluster_name: null,
    endpoints: { lb_endpoints: { endpoint: { address: addressName } } },
  }),
  (json, resource) => {
    const message = asMessage(readJson(resource, json), assignmentType);
    if (message === undefined) return null;
    const { clusterName, endpoints } = decodeLoadAssignment(message);
    return { clusterName, endpoints: endpoints.map((endpoint) => ({ ...endpoint, at: endpoint.at.slice(resource.at.length) })) };
  },
);

function listDiscoveredEndpoints(resource: Resource): ListedEndpoint[] {
  const { answer, nameOf } = discovered.of(resource);
  if (answer === null) return listEndpointsOf(resource, resource.name, null);
  const endpoints = answer.endpoints.map((endpoint) => ({
    ...endpoint,
    address: endpoint.address === null ? null : withName(endpoint.address, nameOf),
    at: resource.at + endpoint.at,
  }));
  return listEndpointsOf(resource, nameOf(answer.clusterName) || resource.name, { at: resource.at, endpoints });
}

const ownFields = { ...clusterHead, load_assignment: endpointsWithoutMetadata };

function listOwnEndpoints(resource: Resource): ListedEndpoint[] {
  const cluster = decodeCluster(resource, ownFields);
  const own = cluster?.message.load_assignment;
  return cluster === null || own === undefined ? [] : listEndpointsOf(resource, cluster.name, decodeLoadAssignment(own));
}

const noEndpoint = { endpoint: null, address: null, port: null, status: null, outlierCheck: null } as const;
const noPlace = { locality: null, priority: null, weight: null, hostname: null } as const;

function listEndpointsOf(resource: Resource, cluster: string, found: ShownEndpoints | null): ListedEndpoint[] {
  const state = listState(resource);
  if (found === null || found.endpoints.length === 0)
    return [{ ...noEndpoint, cluster, ...noPlace, ...state, at: found?.at ?? resource.at }];
  return found.endpoints.map(({ address, health, locality, priority, weight, hostname, at }) => ({
    endpoint: address === null ? null : listedEndpointAddress(address),
    address: address === null ? null : listedHost(address),
    port: address === null ? null : listedPort(address),
    status: health,
    outlierCheck: null,
    cluster,
    locality: locality || null,
    priority,
    weight,
    hostname: hostname || null,
    ...state,
    at,
  }));
}
