import type { Resource, ResourceKind, Snapshot } from "../model/snapshot.js";
import type { ResourceStanding } from "./change.js";
import type { IdentityExchange } from "./proxy-identity.js";

/** The same resource in both snapshots, or in one of them alone. */
export interface ResourcePair {
  readonly kind: ResourceKind;
  readonly standing: ResourceStanding;
  readonly name: string;
  readonly old: Resource | undefined;
  readonly new: Resource | undefined;
  /** Put together though their names differ. */
  readonly renamed?: true;
}

/** Do a resource of OLD and one of NEW stand in their files with the same bytes? */
export type SameBytes = (old: Resource, now: Resource) => boolean;

/** Static and active are one to Envoy; the other states are things of their own. */
export const standingOf = ({ state }: Resource): ResourceStanding => (state === "static" || state === "active" ? "serving" : state);

/**
 * The resources to compare. The copies that RoutesConfigDump.static_route_configs holds of the route configurations inside
 * listeners are none: they are compared where they serve.
 */
export function comparedResources(snapshot: Snapshot, kind: ResourceKind): readonly Resource[] {
  const resources = snapshot.resources(kind);
  return kind === "route_configuration" ? resources.filter(({ state }) => state !== "static") : resources;
}

/**
 * Pairs the resources of a kind by name and standing, in the order of NEW, then those that only OLD has. Of several with one
 * name (draining listeners; refused ones without a name) those with equal bytes belong together, the others in their order.
 */
export function matchResources(
  old: Snapshot,
  now: Snapshot,
  kind: ResourceKind,
  same: SameBytes,
  exchange?: IdentityExchange,
): readonly ResourcePair[] {
  const waiting = new Map<string, KeyedResource[]>();
  for (const found of keyed(comparedResources(old, kind))) {
    const alike = waiting.get(found.key);
    if (alike === undefined) waiting.set(found.key, [found]);
    else alike.push(found);
  }
  // A resource that is named for the proxy itself has another name in another pod.
  const news = keyed(comparedResources(now, kind)).map((found) =>
    exchange === undefined || waiting.has(found.key) ? found : { ...found, key: exchange.inText(found.key) },
  );
  const partners = new Map<Resource, Resource>();
  const several = new Set([...waiting].flatMap(([key, alike]) => (alike.length > 1 ? [key] : [])));
  for (const { resource, key } of several.size === 0 ? [] : news) {
    const candidates = several.has(key) ? (waiting.get(key) ?? []) : [];
    const index = candidates.findIndex((candidate) => same(candidate.resource, resource));
    const [partner] = index < 0 ? [] : candidates.splice(index, 1);
    if (partner !== undefined) partners.set(resource, partner.resource);
  }
  const pairs = news.map(({ resource, name, key }): ResourcePair => {
    const partner = partners.get(resource) ?? waiting.get(key)?.shift()?.resource;
    return { kind, standing: standingOf(resource), name, old: partner, new: resource };
  });
  const gone = [...waiting.values()].flat().map(({ resource, name }): ResourcePair => {
    return { kind, standing: standingOf(resource), name, old: resource, new: undefined };
  });
  return [...pairs, ...gone];
}

/** A resource with its name, which is taken from the bytes of the file each time that it is asked for. */
interface KeyedResource {
  readonly resource: Resource;
  readonly name: string;
  /** Equal for resources that are one in both dumps. */
  readonly key: string;
}

const keyed = (resources: readonly Resource[]): readonly KeyedResource[] =>
  resources.map((resource) => {
    const { name } = resource;
    return { resource, name, key: `${standingOf(resource)} ${name}` };
  });
