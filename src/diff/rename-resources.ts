import { messageTypeOf, readResource } from "../decode/decode-resource.js";
import { fingerprint } from "../identity/fingerprint.js";
import type { Resource, ResourceKind } from "../model/snapshot.js";
import type { Json } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";
import type { Difference } from "./difference.js";
import { isTooDeep } from "./json-shape.js";
import { without } from "./list-items.js";
import type { ResourcePair } from "./match-resources.js";

/** The field that names the resources of a kind; null where they have no name. */
const nameFields: Readonly<Record<ResourceKind, string | null>> = {
  bootstrap: null,
  cluster: "name",
  endpoints: "cluster_name",
  listener: "name",
  scoped_route: "name",
  route_configuration: "name",
  secret: "name",
  extension: "name",
};

/**
 * Puts a removed and an added resource of one kind together where they say the same but for their name, and no third one does.
 * Refused ones are left alone: they say little.
 */
export function pairRenamed(pairs: readonly ResourcePair[]): readonly ResourcePair[] {
  const removed = pairs.filter((pair) => pair.new === undefined && pair.standing !== "error");
  const added = pairs.filter((pair) => pair.old === undefined && pair.standing !== "error");
  if (removed.length === 0 || added.length === 0) return pairs;
  const olds = byBody(removed);
  const news = byBody(added);
  const renamed = new Map<ResourcePair, ResourcePair>();
  const gone = new Set<ResourcePair>();
  for (const [body, [left, ...otherOlds]] of olds) {
    const [right, ...otherNews] = news.get(body) ?? [];
    if (left?.old === undefined || right === undefined || otherOlds.length > 0 || otherNews.length > 0) continue;
    renamed.set(right, { ...right, old: left.old, renamed: true });
    gone.add(left);
  }
  return pairs.flatMap((pair) => (gone.has(pair) ? [] : [renamed.get(pair) ?? pair]));
}

function byBody(pairs: readonly ResourcePair[]): ReadonlyMap<string, readonly ResourcePair[]> {
  const found = new Map<string, ResourcePair[]>();
  for (const pair of pairs) {
    const resource = pair.old ?? pair.new;
    const field = nameFields[pair.kind];
    const value = resource === undefined ? {} : readResource(resource).value;
    if (resource === undefined || field === null || isTooDeep(value)) continue;
    const body = `${pair.standing} ${fingerprint({ kind: "message", type: messageTypeOf(pair.kind) }, without(value, field))}`;
    const same = found.get(body);
    if (same === undefined) found.set(body, [pair]);
    else same.push(pair);
  }
  return found;
}

/** The one difference of a renamed resource. */
export function renameDifference(old: Resource, now: Resource): Difference {
  const field = nameFields[now.kind] ?? "name";
  const names: readonly Json[] = [old.name, now.name];
  const type = messageTypeOf(now.kind);
  return {
    op: "rename",
    steps: [{ message: type, field, key: "", instance: false }],
    around: [],
    valueTypes: [type],
    before: old.name,
    after: now.name,
    print: JSON.stringify(names),
    old: pointTo(old.at, field),
    new: pointTo(now.at, field),
    position: undefined,
    opaque: false,
  };
}
