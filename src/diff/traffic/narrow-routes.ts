import { messageTypeOf } from "../../decode/decode-resource.js";
import type { Resource, Snapshot } from "../../model/snapshot.js";
import { isDeepEqual } from "../../util/deep-equal.js";
import { isJsonObject, type Json, type JsonObject, member } from "../../util/json.js";
import { equalItems } from "../equal-items.js";
import type { ChangedNames } from "./changed-names.js";
import { mentions } from "./mentions.js";

/** Route configurations with their bodies as far as they matter. */
export type NarrowedRoutes = ReadonlyMap<Resource, JsonObject>;

/**
 * The route configurations of both sides with stubs in the place of virtual hosts that are the same and name nothing changed: of those
 * name and domains stay, so that hosts are still found as they are. Virtual hosts that differ, name a changed cluster or have a wildcard
 * stay whole.
 *
 * @param isWhole must all of a route configuration's virtual hosts be looked at?
 */
export function narrowRoutes(
  old: Snapshot,
  now: Snapshot,
  changed: ChangedNames,
  isWhole: (name: string) => boolean,
): { readonly old: NarrowedRoutes; readonly new: NarrowedRoutes } {
  const narrowed = { old: new Map<Resource, JsonObject>(), new: new Map<Resource, JsonObject>() };
  const names = new Set([...changed.clusters, ...changed.extensions]);
  const olds = new Map(old.resources("route_configuration").map((resource) => [resource.name, resource]));
  for (const resource of now.resources("route_configuration")) {
    const { name } = resource;
    const before = olds.get(name);
    if (before === undefined || !changed.touchedRoutes.has(name) || isWhole(name)) continue;
    const [was, is] = [before.json(), resource.json()];
    if (was === null || is === null || !isDeepEqual(withoutHosts(was), withoutHosts(is))) continue;
    const equal = equalItems(messageTypeOf("route_configuration"), was, is);
    const isSame = (host: Json): boolean => equal.has(host) && (names.size === 0 || !mentions(host, (text) => names.has(text)));
    narrowed.old.set(before, stubbed(was, isSame));
    narrowed.new.set(resource, stubbed(is, isSame));
  }
  return narrowed;
}

const hostFields = ["virtual_hosts", "virtualHosts"] as const;
const withoutHosts = (table: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(table).filter(([key]) => !hostFields.some((field) => field === key)));

function stubbed(table: JsonObject, isSame: (host: Json) => boolean): JsonObject {
  const entries = Object.entries(table).map(([key, value]): [string, Json] => {
    if (!hostFields.some((field) => field === key) || !Array.isArray(value)) return [key, value];
    return [key, value.map((host: Json) => (isJsonObject(host) && !hasWildcard(host) && isSame(host) ? stubOf(host) : host))];
  });
  return Object.fromEntries(entries);
}

/** Hosts that leave another virtual host, or come to it, may be those of a wildcard; those of a plain domain are its own. */
const hasWildcard = (host: JsonObject): boolean => {
  const domains = member(host, "domains");
  return !Array.isArray(domains) || domains.some((domain: Json) => typeof domain !== "string" || domain.includes("*"));
};

const stubOf = (host: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(host).filter(([key]) => key === "name" || key === "domains"));
