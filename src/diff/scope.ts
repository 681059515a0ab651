import { readResource } from "../decode/decode-resource.js";
import { parseIstioClusterName } from "../model/istio-name.js";
import { placeOf } from "../model/proto-json.js";
import type { ResourceKind, Snapshot } from "../model/snapshot.js";
import { messageTypeOf } from "../decode/decode-resource.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";
import type { ChangeScope } from "./change.js";
import type { TrailMessage } from "./difference.js";
import type { FoundDifference } from "./group-changes.js";
import { comparedResources, standingOf } from "./match-resources.js";
import { fieldOf, typeOfValue } from "./value-type.js";

/** The messages that a reader counts changes by, in words. */
export const subjects: Readonly<Record<string, { readonly one: string; readonly many: string }>> = {
  "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy": { one: "TCP proxy", many: "TCP proxies" },
  "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager": {
    one: "HTTP connection manager",
    many: "HTTP connection managers",
  },
  "envoy.config.listener.v3.FilterChain": { one: "filter chain", many: "filter chains" },
  "envoy.config.listener.v3.Listener": { one: "listener", many: "listeners" },
  "envoy.config.route.v3.Route": { one: "route", many: "routes" },
  "envoy.config.route.v3.VirtualHost": { one: "virtual host", many: "virtual hosts" },
  "envoy.config.route.v3.RouteConfiguration": { one: "route configuration", many: "route configurations" },
  "envoy.config.cluster.v3.Cluster": { one: "cluster", many: "clusters" },
  "envoy.config.endpoint.v3.ClusterLoadAssignment": { one: "cluster's endpoints", many: "clusters' endpoints" },
};

/** The innermost message around a difference that a reader counts by. */
export function subjectOf(around: readonly TrailMessage[]): TrailMessage | undefined {
  return around.findLast(({ type }) => Object.hasOwn(subjects, type));
}

/**
 * Among what the same change stands in several places: the messages of the kind that it changes, in NEW, in resources of that
 * type and, where all places share one, of that direction. Undefined where it stands in one such message only.
 */
export function scopeOf(members: readonly FoundDifference[], newSnapshot: Snapshot): ChangeScope | undefined {
  const served = members.filter(({ copy }) => !copy);
  const changed = new Set<string>();
  let message: string | undefined;
  for (const { difference } of served) {
    const subject = subjectOf(difference.around);
    if (subject === undefined || (message !== undefined && subject.type !== message)) return undefined;
    message = subject.type;
    changed.add(placeOf(subject.message));
  }
  const [first] = served;
  if (message === undefined || first === undefined || changed.size < 2) return undefined;
  const { kind, standing } = first.pair;
  const directions = new Set(served.map(({ pair, difference }) => directionOf(pair.kind, pair.name, difference.around[0]?.message)));
  const [shared = null] = directions.size === 1 ? directions : [];
  const all = comparedResources(newSnapshot, kind)
    .filter((resource) => standingOf(resource) === standing)
    .flatMap((resource) => {
      const { value } = readResource(resource);
      if (shared !== null && directionOf(kind, resource.name, value) !== shared) return [];
      return messagesOf(message, messageTypeOf(kind), value).map((found) => ({ name: resource.name, at: placeOf(found) }));
    });
  return {
    message,
    direction: shared,
    changed: changed.size,
    of: all.length,
    exceptions: all.filter(({ at }) => !changed.has(at)),
  };
}

/** Which way a resource's traffic goes, where the resource itself says so. */
export function directionOf(kind: ResourceKind, name: string, value: JsonObject | undefined): ChangeScope["direction"] {
  if (kind === "listener") {
    const direction = value?.traffic_direction;
    return direction === "INBOUND" ? "inbound" : direction === "OUTBOUND" ? "outbound" : null;
  }
  const direction = parseIstioClusterName(name)?.direction;
  return direction === undefined ? null : direction === "outbound" ? "outbound" : "inbound";
}

/** Every message of a type within a message, itself included, in the order of the file. */
function messagesOf(wanted: string, declared: string, value: JsonObject): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const visit = (type: string, message: JsonObject): void => {
    if (type === wanted) found.push(message);
    for (const key of Object.keys(message)) {
      const field = fieldOf(type, key);
      if (field?.kind !== "message") continue;
      for (const item of itemsIn(message[key] ?? null, field.repeated, field.mapKey !== null)) {
        const inner = typeOfValue(field, item);
        if (inner.kind === "message" && isJsonObject(item)) visit(inner.type, item);
      }
    }
  };
  visit(declared, value);
  return found;
}

function itemsIn(value: Json, repeated: boolean, map: boolean): readonly Json[] {
  if (repeated) return Array.isArray(value) ? value : [];
  return map && isJsonObject(value) ? Object.values(value) : [value];
}
