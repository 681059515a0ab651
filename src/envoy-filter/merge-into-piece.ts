import type { JsonObject } from "../util/json.js";
import type { Journal } from "./journal.js";
import { mergeMessages, mergePacked } from "./merge-messages.js";
import { messageIn, nameOf } from "./message-fields.js";
import { patchedTypes } from "./patched-types.js";
import type { Piece } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";

/** Merges a patch's value into a piece. */
export function mergeIntoPiece(journal: Journal, patch: PreparedPatch, piece: Piece): void {
  const lists = patch.operation === "MERGE_AND_REPLACE_LIST" ? "replace" : "append";
  merged(journal, patch, piece, mergeMessages(patchedTypes[patch.applyTo], piece.value, patch.value, lists));
}

/** Gives a piece the value that a merge has come to. */
export function merged(journal: Journal, patch: PreparedPatch, piece: Piece, value: JsonObject): void {
  journal.merged(patch, piece, piece.value, value);
  piece.value = value;
}

/** What merging the configuration in a message comes to: the message, or why istiod panics. */
export type ConfigMerge = { readonly value: JsonObject } | { readonly panic: string };

/**
 * Merges the `typed_config` of a message that names an extension (a filter, a transport socket) into that of another one, as two
 * messages of one type. Where either has none, or its type is not known, nothing is merged.
 */
export function mergeTypedConfig(target: JsonObject, patch: JsonObject): ConfigMerge {
  const [own, added] = [messageIn(target, "typed_config"), messageIn(patch, "typed_config")];
  if (own === undefined || added === undefined) return { value: target };
  const merge = mergePacked(own, added);
  if ("types" in merge) {
    const [ownType, type] = merge.types;
    return { panic: `${nameOf(target)} has a ${ownType}, and the patch a ${type}` };
  }
  return { value: "unknown" in merge || merge.merged === own ? target : { ...target, typed_config: merge.merged } };
}

/** Merges a filter: its configuration, and its name where the patch has one. Nothing else of the patch counts. */
export function mergeFilter(target: JsonObject, patch: JsonObject, renames = true): ConfigMerge {
  if (messageIn(target, "typed_config") === undefined) return { value: target };
  const merge = mergeTypedConfig(target, patch);
  const name = nameOf(patch);
  if ("panic" in merge || !renames || name === "" || name === nameOf(target)) return merge;
  return { value: { ...merge.value, name } };
}
