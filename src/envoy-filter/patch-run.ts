import type { ApplyTo, PatchContext } from "./envoy-filter.js";
import type { Journal } from "./journal.js";
import type { PatchedProxy } from "./patched-resources.js";
import type { PreparedPatch } from "./prepared-patch.js";

/** One run of patches over the resources of one context. */
export interface PatchRun {
  readonly context: PatchContext | null;
  readonly proxy: PatchedProxy;
  /** The patches that are carried out, in their order. */
  readonly patches: readonly PreparedPatch[];
  readonly journal: Journal;
}

/** The patches of one kind. */
export const patchesOf = ({ patches }: PatchRun, applyTo: ApplyTo): readonly PreparedPatch[] =>
  patches.filter((patch) => patch.applyTo === applyTo);

export const isMerge = ({ operation }: PreparedPatch): boolean => operation === "MERGE" || operation === "MERGE_AND_REPLACE_LIST";
