import { messageTypeOf } from "../decode/decode-resource.js";
import { parseIstioClusterName } from "../model/istio-name.js";
import { placeOf } from "../model/proto-json.js";
import type { ResourceKind, Snapshot } from "../model/snapshot.js";
import { type JsonObject, member } from "../util/json.js";
import type { ChangeScope } from "./change.js";
import type { FoundDifference, TrailMessage } from "./difference.js";
import { isTooDeep } from "./json-shape.js";
import { comparedResources, standingOf } from "./match-resources.js";
import { findSubjects, subjects } from "./subjects.js";
import { type CountedMessage, exceptionTeller } from "./tell-exceptions.js";

/**
 * Among what the same change stands in several places: the innermost messages around it that a reader counts by, in NEW, in
 * resources of that type and, where all places share one, of that direction. Undefined where it stands in one such message only.
 */
export function scopeOf(members: readonly FoundDifference[], oldSnapshot: Snapshot, newSnapshot: Snapshot): ChangeScope | undefined {
  const served = members.filter(({ copy }) => !copy);
  const [first] = served;
  const message = first === undefined ? undefined : subjectOf(first)?.type;
  if (first === undefined || message === undefined) return undefined;
  const changed = new Set<string>();
  const directions = new Set<ChangeScope["direction"]>();
  for (const each of served) {
    const subject = subjectOf(each);
    if (subject?.type !== message) return undefined;
    changed.add(placeOf(subject.message));
    directions.add(directionOf(each.pair.kind, each.pair.name, each.difference.around[0]?.message));
  }
  if (changed.size < 2) return undefined;
  const { kind, standing } = first.pair;
  const [shared = null] = directions.size === 1 ? directions : [];
  const olds = new Set(comparedResources(oldSnapshot, kind).map(({ name }) => name));
  const all = comparedResources(newSnapshot, kind).flatMap((resource): readonly CountedMessage[] => {
    if (standingOf(resource) !== standing) return [];
    const json = resource.json();
    if (json === null || isTooDeep(json) || (shared !== null && directionOf(kind, resource.name, json) !== shared)) return [];
    const added = !olds.has(resource.name);
    return findSubjects(message, messageTypeOf(kind), json, resource.at).map((at) => ({ resource, json, at, added }));
  });
  const tell = exceptionTeller(all.filter(({ at }) => changed.has(at)));
  const exceptions = all.filter(({ at }) => !changed.has(at));
  return {
    message,
    direction: shared,
    changed: changed.size,
    of: all.length,
    exceptions: exceptions.map((each) => ({ name: each.resource.name, at: each.at, because: tell(each) })),
  };
}

function subjectOf({ difference }: FoundDifference): TrailMessage | undefined {
  return difference.around.findLast(({ type }) => Object.hasOwn(subjects, type));
}

/** Which way a resource's traffic goes, where the resource itself says so: in either spelling. */
function directionOf(kind: ResourceKind, name: string, value: JsonObject | undefined): ChangeScope["direction"] {
  if (kind === "listener") {
    const direction = member(value, "traffic_direction") ?? member(value, "trafficDirection");
    return direction === "INBOUND" ? "inbound" : direction === "OUTBOUND" ? "outbound" : null;
  }
  const direction = parseIstioClusterName(name)?.direction;
  return direction === undefined ? null : direction === "outbound" ? "outbound" : "inbound";
}
