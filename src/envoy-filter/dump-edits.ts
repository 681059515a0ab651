import { messageTypeOf } from "../decode/decode-resource.js";
import { typeUrlOf } from "../model/proto-json.js";
import type { Resource, Snapshot } from "../model/snapshot.js";
import { UsageError } from "../model/usage-error.js";
import { layoutOfName } from "../read/section-layouts.js";
import type { JsonEdit } from "../util/edit-json.js";
import type { Json, JsonObject } from "../util/json.js";
import { pointerKeys } from "../util/json-pointer.js";
import type { PatchedKind } from "./dump-resources.js";

/** A list of a dump's entries that something is added to. */
export interface Addition {
  readonly kind: PatchedKind;
  readonly value: JsonObject;
}

const sectionNames = { listener: "listeners", cluster: "clusters", route_configuration: "routes", extension: "ecds" } as const;

/**
 * Edits that add resources to a dump as Envoy would print them, but for versions and times: behind the entries of their kind, in the form
 * that these have.
 *
 * @throws UsageError where the dump has no place for them
 */
export function editsToAdd(snapshot: Snapshot, additions: readonly Addition[]): readonly JsonEdit[] {
  const missing = new Map<PatchedKind, JsonObject[]>();
  const edits: JsonEdit[] = [];
  for (const { kind, value } of additions) {
    const sample = snapshot.resources(kind).find(({ state }) => state === "active");
    if (sample !== undefined) edits.push({ op: "append", at: holderOf(sample.entryAt), value: entryLike(sample, kind, value) });
    else missing.set(kind, [...(missing.get(kind) ?? []), value]);
  }
  for (const [kind, values] of missing) edits.push(...editsForFirst(snapshot, kind, values));
  return edits;
}

/** The pointer of the list that an entry stands in. */
const holderOf = (at: string): string => at.slice(0, at.lastIndexOf("/"));

const typed = (kind: PatchedKind, value: JsonObject): JsonObject => ({ "@type": typeUrlOf(messageTypeOf(kind)), ...value });

/** An entry that holds its resource where another entry does. */
function entryLike({ at, entryAt }: Resource, kind: PatchedKind, value: JsonObject): JsonObject {
  return entryOf(kind, pointerKeys(at.slice(entryAt.length)) ?? [], value);
}

function entryOf(kind: PatchedKind, keys: readonly string[], value: JsonObject): JsonObject {
  const held = keys.reduceRight<JsonObject>((inner, key) => ({ [key]: inner }), typed(kind, value));
  // Envoy names the entry of a listener, which may hold it in several states.
  return kind === "listener" && keys.length > 1 ? { name: value.name ?? "", ...held } : held;
}

/** Edits for the first resources of a kind in a dump. */
function editsForFirst(snapshot: Snapshot, kind: PatchedKind, values: readonly JsonObject[]): readonly JsonEdit[] {
  const layout = layoutOfName(sectionNames[kind]);
  const found = layout.fields.flatMap(({ field, places }) => {
    const place = places.find(({ state }) => state === "active");
    return place === undefined ? [] : [{ field, place }];
  })[0];
  const section = snapshot.sections.find(({ name }) => name === layout.name);
  const configs = snapshot.sections.map(({ at }) => holderOf(at)).find((at) => at.endsWith("configs"));
  if (found === undefined || (section === undefined && configs === undefined))
    throw new UsageError(`the dump has no list for what is added (${layout.name}): take one of Envoy's whole /config_dump`);
  const { field, place } = found;
  const keys = [...(place.within === null ? [] : [place.within.proto]), place.holds.proto];
  const entries: readonly Json[] = values.map((value) => entryOf(kind, keys, value));
  // Entries that Envoy refused stand in the same list.
  const list = snapshot
    .resources(kind)
    .map(({ entryAt }) => holderOf(entryAt))
    .find((at) => at.endsWith(`/${field.proto}`));
  if (list !== undefined) return entries.map((value) => ({ op: "append", at: list, value }));
  if (section !== undefined) return [{ op: "insert", at: section.at, key: field.proto, value: entries }];
  return [{ op: "append", at: configs ?? "", value: { "@type": typeUrlOf(`envoy.admin.v3.${layout.message}`), [field.proto]: entries } }];
}
