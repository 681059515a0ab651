import type { ScopedRouteConfiguration } from "../generated/messages.js";
import type { Bootstrap } from "../model/bootstrap.js";
import type { Cluster } from "../model/cluster.js";
import type { ClusterEndpoints } from "../model/endpoint.js";
import type { Listener } from "../model/listener.js";
import type { Any } from "../model/proto-json.js";
import type { RouteConfiguration } from "../model/route-configuration.js";
import type { Secret } from "../model/secret.js";
import type { Resource, ResourceKind, Snapshot } from "../model/snapshot.js";
import { decodeBootstrap } from "./decode-bootstrap.js";
import { decodeCluster } from "./decode-cluster.js";
import { decodeEndpoints, decodeLoadAssignment } from "./decode-endpoints.js";
import { decodeListener } from "./decode-listener.js";
import { decodeAs } from "./decode-resource.js";
import { decodeRouteConfiguration } from "./decode-route-configuration.js";
import { decodeSecret } from "./decode-secret.js";

/** What serves in a snapshot, by name; each resource is decoded when it is first asked for. */
export interface Configuration {
  readonly snapshot: Snapshot;
  readonly bootstrap: Bootstrap | null;
  /** The static and active listeners, in the order of the file. */
  readonly listeners: readonly Listener[];
  cluster(name: string): Cluster | undefined;
  clusterNames(): readonly string[];
  /** A dynamic (RDS) route configuration. */
  routeConfiguration(name: string): RouteConfiguration | undefined;
  /** The scopes that SRDS has delivered, in the order of the file. */
  readonly scopes: readonly ScopedRouteConfiguration[];
  /** EDS's endpoints of a cluster, else those of the cluster itself; undefined where the dump has none of either. */
  endpoints(cluster: Cluster): ClusterEndpoints | undefined;
  secret(name: string): Secret | undefined;
  /** The configuration of a filter that ECDS delivers under this name. */
  extension(name: string): Any | undefined;
}

const known = new WeakMap<Snapshot, Configuration>();

/** The serving configuration of a snapshot; made once a snapshot. */
export function configurationOf(snapshot: Snapshot): Configuration {
  let configuration = known.get(snapshot);
  if (configuration === undefined) {
    configuration = makeConfiguration(snapshot);
    known.set(snapshot, configuration);
  }
  return configuration;
}

/** Does a resource in this state take traffic? Warming, draining and refused ones do not. */
export const serves = (resource: Resource): boolean => resource.state === "static" || resource.state === "active";

function makeConfiguration(snapshot: Snapshot): Configuration {
  const clusters = byName(snapshot, "cluster", decodeCluster);
  const routeConfigurations = byName(snapshot, "route_configuration", decodeRouteConfiguration, (resource) => resource.state === "active");
  const endpoints = byName(snapshot, "endpoints", decodeEndpoints);
  const secrets = byName(snapshot, "secret", decodeSecret);
  const extensions = byName(snapshot, "extension", (resource) => decodeAs(resource, "envoy.config.core.v3.TypedExtensionConfig"));
  let bootstrap: Bootstrap | null | undefined;
  let listeners: readonly Listener[] | undefined;
  let scopes: readonly ScopedRouteConfiguration[] | undefined;
  return {
    snapshot,
    get bootstrap() {
      const [resource] = snapshot.resources("bootstrap");
      bootstrap ??= resource === undefined ? null : decodeBootstrap(resource);
      return bootstrap;
    },
    get listeners() {
      listeners ??= snapshot
        .resources("listener")
        .filter(serves)
        .flatMap((resource) => decodeListener(resource) ?? []);
      return listeners;
    },
    cluster: clusters.find,
    clusterNames: clusters.names,
    routeConfiguration: routeConfigurations.find,
    get scopes() {
      scopes ??= snapshot
        .resources("scoped_route")
        .filter(serves)
        .flatMap((resource) => decodeAs(resource, "envoy.config.route.v3.ScopedRouteConfiguration") ?? []);
      return scopes;
    },
    endpoints: (cluster) => {
      const { eds_cluster_config, load_assignment } = cluster.message;
      const discovered = endpoints.find(eds_cluster_config?.service_name || cluster.name);
      return discovered ?? (load_assignment === undefined ? undefined : decodeLoadAssignment(load_assignment));
    },
    secret: secrets.find,
    extension: (name) => extensions.find(name)?.typed_config,
  };
}

/** The serving resources of a kind by name; the first of a name wins, as in Envoy a name is taken once. */
export function resourcesByName(snapshot: Snapshot, kind: ResourceKind, accept = serves): ReadonlyMap<string, Resource> {
  const resources = new Map<string, Resource>();
  for (const resource of snapshot.resources(kind)) {
    if (accept(resource) && !resources.has(resource.name)) resources.set(resource.name, resource);
  }
  return resources;
}

/** For as many names the resources are gone over; for more an index pays. */
const fewLookups = 8;

function byName<Model>(
  snapshot: Snapshot,
  kind: ResourceKind,
  decode: (resource: Resource) => Model | null,
  accept: (resource: Resource) => boolean = serves,
): { readonly find: (name: string) => Model | undefined; readonly names: () => readonly string[] } {
  let resources: ReadonlyMap<string, Resource> | undefined;
  const decoded = new Map<string, Model | undefined>();
  const index = (): ReadonlyMap<string, Resource> => {
    resources ??= resourcesByName(snapshot, kind, accept);
    return resources;
  };
  let lookups = 0;
  const resourceOf = (name: string): Resource | undefined => {
    lookups++;
    if (resources !== undefined || lookups > fewLookups) return index().get(name);
    return snapshot.resources(kind).find((resource) => accept(resource) && resource.isNamed(name));
  };
  const find = (name: string): Model | undefined => {
    if (!decoded.has(name)) {
      const resource = resourceOf(name);
      decoded.set(name, resource === undefined ? undefined : (decode(resource) ?? undefined));
    }
    return decoded.get(name);
  };
  return { find, names: () => [...index().keys()] };
}
