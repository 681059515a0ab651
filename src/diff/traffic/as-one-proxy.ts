import type { Resource, ResourceKind, Snapshot } from "../../model/snapshot.js";
import { isJsonObject } from "../../util/json.js";
import { encodeUtf8 } from "../../util/utf8.js";
import { isTooDeep } from "../json-shape.js";
import type { IdentityExchange } from "../proxy-identity.js";
import { viewOf, viewOfResource } from "./view-snapshot.js";

/** The snapshot as it would be of the other pod: with that one's own names and addresses in the place of its own. */
export function asOneProxy(snapshot: Snapshot, exchange: IdentityExchange): Snapshot {
  const views = new Map<ResourceKind, readonly Resource[]>();
  return viewOf(snapshot, (kind, resources) => {
    const known = views.get(kind);
    if (known !== undefined) return known;
    const made = resources.map((resource) => exchanged(resource, exchange));
    views.set(kind, made);
    return made;
  });
}

function exchanged(resource: Resource, exchange: IdentityExchange): Resource {
  const json = resource.json();
  if (json === null || isTooDeep(json)) return resource;
  const read = exchange.within(json).in(json);
  if (read === json || !isJsonObject(read)) return resource;
  const name = exchange.inText(resource.name);
  return { ...viewOfResource(resource, read), name, bytes: () => encodeUtf8(JSON.stringify(read)) };
}
