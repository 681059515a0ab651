import { messageTypeOf } from "../decode/decode-resource.js";
import { placeOf, typeUrlOf } from "../model/proto-json.js";
import type { Resource, Snapshot } from "../model/snapshot.js";
import { readMessage } from "../proto/read-message.js";
import { isJsonObject, type Json, type JsonObject, member } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";

/** Kinds of resources that istiod patches. */
export type PatchedKind = "listener" | "cluster" | "route_configuration" | "extension";

/** A resource of a dump that istiod made. */
export interface DumpedResource {
  readonly resource: Resource;
  /** Canonical ProtoJSON with its `@type`; TypedStructs stay as they are. It knows its places in the file (`placeOf`). */
  readonly value: JsonObject;
  /** Pointers of what does not fit its field and is no part of the value. */
  readonly unreadable: readonly string[];
}

/**
 * The resources of a kind that istiod sent, each name once as it was sent last and taken by Envoy: one that is warming goes before the
 * one that it will replace. What the bootstrap holds, and what Envoy refused or drains, is none of them.
 */
export function sentResources(snapshot: Snapshot, kind: PatchedKind): readonly DumpedResource[] {
  const dynamic = snapshot.resources(kind).filter(({ state }) => state === "active" || state === "warming");
  const warming = new Set(dynamic.flatMap(({ state, name }) => (state === "warming" ? [name] : [])));
  return dynamic.filter(({ state, name }) => state === "warming" || !warming.has(name)).map(readAsSent);
}

function readAsSent(resource: Resource): DumpedResource {
  const json = resource.json() ?? {};
  const type = messageTypeOf(resource.kind);
  const typed = Object.hasOwn(json, "@type") ? json : { "@type": typeUrlOf(type), ...json };
  const { value, problems } = readMessage(type, typed, resource.at, { typedStructs: "kept" });
  const lost = problems.filter(({ code }) => code === "invalid-value" || code === "duplicate-field" || code === "nested-too-deep");
  return { resource, value, unreadable: lost.map(({ at }) => at) };
}

/**
 * The pointer into the file of what stands at some keys of a decoded message, as far as they lead: the file may spell its fields
 * otherwise.
 */
export function placeWithin(root: JsonObject, keys: readonly string[]): string {
  let at = placeOf(root);
  let found: Json = root;
  for (const key of keys) {
    const next: Json | undefined = Array.isArray(found) ? found[Number(key)] : member(found, key);
    if (next === undefined) return at;
    const place: string = typeof next === "object" && next !== null ? placeOf(next) : isJsonObject(found) ? placeOf(found, key) : "";
    // What stands in a google.protobuf.Struct knows no place, and is spelled as it is.
    at = place.startsWith(at) && place !== at ? place : pointTo(at, Array.isArray(found) ? Number(key) : key);
    found = next;
  }
  return at;
}
