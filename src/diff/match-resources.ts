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
  const waiting = new Map<string, Resource[]>();
  for (const resource of comparedResources(old, kind)) {
    const key = keyOf(resource);
    const same = waiting.get(key);
    if (same === undefined) waiting.set(key, [resource]);
    else same.push(resource);
  }
  const news = comparedResources(now, kind);
  // A resource that is named for the proxy itself has another name in another pod.
  const keyInOld = (resource: Resource): string => {
    const key = keyOf(resource);
    return exchange === undefined || waiting.has(key) ? key : exchange.inText(key);
  };
  const partners = new Map<Resource, Resource>();
  const several = new Set([...waiting].flatMap(([key, resources]) => (resources.length > 1 ? [key] : [])));
  if (several.size > 0) {
    for (const resource of news) {
      const key = keyInOld(resource);
      if (!several.has(key)) continue;
      const candidates = waiting.get(key) ?? [];
      const index = candidates.findIndex((candidate) => same(candidate, resource));
      const [partner] = index < 0 ? [] : candidates.splice(index, 1);
      if (partner !== undefined) partners.set(resource, partner);
    }
  }
  const pairs = news.map((resource): ResourcePair => {
    const partner = partners.get(resource) ?? waiting.get(keyInOld(resource))?.shift();
    return { kind, standing: standingOf(resource), name: resource.name, old: partner, new: resource };
  });
  const gone = [...waiting.values()].flat().map((resource): ResourcePair => {
    return { kind, standing: standingOf(resource), name: resource.name, old: resource, new: undefined };
  });
  return [...pairs, ...gone];
}

const keyOf = (resource: Resource): string => `${standingOf(resource)} ${resource.name}`;
