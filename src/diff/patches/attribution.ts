import type { ApplyTo, PatchContext, PatchOperation } from "../../envoy-filter/envoy-filter.js";
import type { PatchReason, PatchStatus } from "../../envoy-filter/patch-account.js";
import type { WrittenPatch } from "../../envoy-filter/read-envoy-filters.js";
import type { ResourceKind } from "../../model/snapshot.js";

/** A config patch by name: `istio-system/accesslog`, patch 0. */
export interface PatchName {
  readonly envoyFilter: string;
  readonly patch: number;
}

/**
 * Why NEW lacks what a patch makes of OLD.
 *
 * - `refused`: Envoy refused the resource as it was patched, NEW says so;
 * - `gone`: NEW has the resource no more: Envoy refused it (a dump does not show every refusal), or it is not sent any more;
 * - `absent`: the change is simply not there.
 */
export const lackReasons = ["refused", "gone", "absent"] as const;
export type LackReason = (typeof lackReasons)[number];

/** A change that a patch makes to OLD and that NEW has not. */
export interface LackedChange {
  readonly proxy?: string;
  readonly resource: { readonly type: ResourceKind; readonly name: string };
  /** Field path within the resource, as in a change. */
  readonly path: string;
  readonly because: LackReason;
  /** JSON pointer into OLD, to what would change; null for what would be added. */
  readonly old: string | null;
}

/** What of the difference between two dumps a config patch has made. */
export interface PatchEffect extends PatchName, WrittenPatch {
  readonly applyTo: ApplyTo;
  readonly operation: PatchOperation;
  readonly context: PatchContext;
  /** What becomes of it on OLD. */
  readonly status: PatchStatus;
  readonly reason: PatchReason | null;
  readonly because: string | null;
  /** Is it in force in OLD already? Then it makes no change that NEW could have. */
  readonly inForceBefore: boolean;
  /** How many places it changes in OLD. */
  readonly expected: number;
  /** In how many of them NEW has the change. */
  readonly made: number;
  readonly lacking: readonly LackedChange[];
}

/** The difference between two dumps, held against what EnvoyFilters make of the first. */
export interface Attribution {
  readonly patches: readonly PatchEffect[];
  /** Places of changes that a patch explains. */
  readonly explained: number;
  /** Places of changes that none does. */
  readonly unexplained: number;
}
