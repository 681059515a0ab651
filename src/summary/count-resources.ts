import type { Resource, ResourceKind, ResourceState, Snapshot } from "../model/snapshot.js";
import { pointTo } from "../util/json-pointer.js";
import type { ResourceCount, Summary } from "./summary.js";

/** The kinds of resources, in the order in which a person asks for them. */
export const resourceKinds = [
  "bootstrap",
  "listener",
  "route_configuration",
  "scoped_route",
  "cluster",
  "endpoints",
  "secret",
  "extension",
] as const satisfies readonly ResourceKind[];

/** Every resource of a snapshot, kind by kind. */
export const resourcesOf = (snapshot: Snapshot): readonly Resource[] => resourceKinds.flatMap((kind) => snapshot.resources(kind));

/** How many resources of each kind are in which state. */
export function countResources(snapshot: Snapshot): readonly ResourceCount[] {
  return resourceKinds.map((kind) => {
    const count: Record<ResourceState, number> = { static: 0, active: 0, warming: 0, draining: 0, error: 0 };
    for (const resource of snapshot.resources(kind)) count[resource.state]++;
    return { kind, ...count };
  });
}

/** The newest time that a resource was taken, or refused, at. */
export function newestUpdate(resources: readonly Resource[]): Summary["newestUpdate"] {
  let newest: Summary["newestUpdate"] = null;
  let newestTime = Number.NEGATIVE_INFINITY;
  let latest: string | null = null;
  const offer = (text: string | null, at: () => string): void => {
    if (text === null || text === latest) return; // Most come in one update.
    latest = text;
    const time = Date.parse(text);
    if (!(time > newestTime)) return;
    newestTime = time;
    newest = { time: text, at: at() };
  };
  for (const resource of resources) {
    offer(resource.lastUpdated, () => resource.entryAt);
    offer(resource.failure?.lastUpdateAttempt ?? null, () => pointTo(resource.entryAt, "error_state"));
  }
  return newest;
}
