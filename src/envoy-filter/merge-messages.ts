import { packedType } from "../model/proto-json.js";
import { isDefault } from "../proto/canonical-scalar.js";
import { describeMessage, type FieldDescription } from "../proto/describe-type.js";
import { hasOwnForm } from "../proto/read-message.js";
import { wrappedBy } from "../proto/wrapped-by.js";
import { isDeepEqual } from "../util/deep-equal.js";
import { isJsonObject, type Json, type JsonObject, setMember } from "../util/json.js";

/** What a merge does with a list that both sides have: MERGE appends, MERGE_AND_REPLACE_LIST takes the patch's. */
export type ListMerge = "append" | "replace";

/**
 * A message with a patch merged into it, as istiod merges (pkg/proto/merge: protobuf's own merge, but for durations). Only fields that
 * are populated in the patch count: a scalar without presence never goes back to its default.
 *
 * @param type the full name of the type of both, canonical ProtoJSON as src/proto reads it
 * @returns the target itself where the patch changes nothing; what the patch leaves alone is the target's own object in any case
 */
export function mergeMessages(type: string, target: JsonObject, patch: JsonObject, lists: ListMerge): JsonObject {
  const description = describeMessage(type);
  let merged: Record<string, Json> | undefined;
  for (const key of Object.keys(patch)) {
    const field = description?.field(key);
    if (field === undefined) continue;
    const own = Object.hasOwn(target, key) ? target[key] : undefined;
    const value = mergeField(field, own, patch[key] ?? null, lists);
    if (value === own) continue;
    merged ??= withoutRivals({ ...target }, field, description?.fields ?? []);
    setMember(withoutRivals(merged, field, description?.fields ?? []), key, value);
  }
  return merged ?? target;
}

/** Of a oneof only one member can be set. */
function withoutRivals(message: Record<string, Json>, field: FieldDescription, fields: readonly FieldDescription[]): Record<string, Json> {
  if (field.oneof === null) return message;
  for (const rival of fields) if (rival.oneof === field.oneof && rival.name !== field.name) delete message[rival.name];
  return message;
}

function mergeField(field: FieldDescription, target: Json | undefined, patch: Json, lists: ListMerge): Json {
  if (field.mapKey !== null) return mergeEntries(target, patch);
  if (field.repeated) return mergeLists(target, patch, lists);
  return field.kind === "message" ? mergeSingle(field.type, target, patch, lists) : same(target, patch);
}

/** The target where it says the same, so that nothing counts as changed. */
const same = (target: Json | undefined, patch: Json): Json => (target !== undefined && isDeepEqual(target, patch) ? target : patch);

function mergeLists(target: Json | undefined, patch: Json, lists: ListMerge): Json {
  if (!Array.isArray(patch)) return target ?? patch;
  if (!Array.isArray(target) || patch.length === 0) return target ?? patch;
  return lists === "append" ? [...target, ...patch] : same(target, patch);
}

/** Entries of a map are replaced whole, even where they are messages. */
function mergeEntries(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(target) || !isJsonObject(patch)) return target ?? patch;
  let merged: Record<string, Json> | undefined;
  for (const key of Object.keys(patch)) {
    const own = Object.hasOwn(target, key) ? target[key] : undefined;
    const value = same(own, patch[key] ?? null);
    if (value === own) continue;
    merged ??= { ...target };
    setMember(merged, key, value);
  }
  return merged ?? target;
}

/** A message that stands by itself in a field. */
function mergeSingle(type: string, target: Json | undefined, patch: Json, lists: ListMerge): Json {
  if (target === undefined) return patch;
  const wrapped = wrappedBy(type);
  // A wrapper is a message with one scalar without presence: to merge a default into one that is there changes nothing.
  if (wrapped !== undefined) return isDefault(wrapped, patch) ? target : same(target, patch);
  switch (type) {
    case "google.protobuf.Any":
      return isJsonObject(target) && isJsonObject(patch) ? mergeWholeAny(target, patch) : target;
    case "google.protobuf.Struct":
      return mergeEntries(target, patch);
    case "google.protobuf.ListValue":
      return mergeLists(target, patch, lists);
    case "google.protobuf.Value":
      return mergeValues(target, patch, lists);
    case "google.protobuf.Duration":
    case "google.protobuf.Timestamp":
      return same(target, patch);
    default:
      return isJsonObject(target) && isJsonObject(patch) ? mergeMessages(type, target, patch, lists) : target;
  }
}

/** A Value is a oneof: of the same kind its messages merge, else the patch's takes the place. */
function mergeValues(target: Json, patch: Json, lists: ListMerge): Json {
  if (isJsonObject(target) && isJsonObject(patch)) return mergeEntries(target, patch);
  return Array.isArray(target) && Array.isArray(patch) ? mergeLists(target, patch, lists) : same(target, patch);
}

/**
 * An Any within a message is to the merge a type URL and bytes, each of which replaces the target's where it is not empty. A message
 * with nothing set has no bytes, so the target's stay, and are from then on taken for the patch's type.
 */
function mergeWholeAny(target: JsonObject, patch: JsonObject): Json {
  const url = patch["@type"];
  if (url === undefined) return target;
  if (Object.keys(patch).length > 1) return same(target, patch);
  return url === target["@type"] ? target : { ...patch };
}

/** What the merge of two packed messages comes to: the message, or why there is none. */
export type PackedMerge =
  | { readonly merged: JsonObject }
  /** The target's type, or that of the patch, is not known here, so neither can be unpacked: the target stays as it is. */
  | { readonly unknown: string }
  /** istiod panics. */
  | { readonly types: readonly [target: string, patch: string] };

/** Merges the message in an Any into that in another one, field by field. Lists are always appended to. */
export function mergePacked(target: JsonObject, patch: JsonObject): PackedMerge {
  const [ownType, type] = [packedType(target), packedType(patch)];
  if (describeMessage(ownType) === undefined) return { unknown: ownType };
  if (describeMessage(type) === undefined) return { unknown: type };
  if (ownType !== type) return { types: [ownType, type] };
  if (!hasOwnForm(type)) return { merged: mergeMessages(type, target, patch, "append") };
  const value = patch.value === undefined ? target.value : mergeSingle(type, target.value, patch.value, "append");
  return { merged: value === undefined || value === target.value ? target : { ...target, value } };
}
