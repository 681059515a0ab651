import type { Resource, Snapshot } from "../model/snapshot.js";
import type { JsonObject } from "../util/json.js";
import { viewOf, viewOfResource } from "./traffic/view-snapshot.js";

/**
 * The snapshot with route configurations that keep what was parsed of them: they may be the largest resources of all, there are few, and
 * those that differ are looked at twice, as configuration and for what they do to traffic.
 */
export function rememberRoutes(snapshot: Snapshot): Snapshot {
  const tables = snapshot.resources("route_configuration").map(remembering);
  return viewOf(snapshot, (kind, resources) => (kind === "route_configuration" ? tables : resources));
}

function remembering(resource: Resource): Resource {
  let parsed: JsonObject | null | undefined;
  const json = (): JsonObject | null => {
    if (parsed === undefined) parsed = resource.json();
    return parsed;
  };
  return { ...viewOfResource(resource, {}), json };
}
