import type { ApplyTo, PatchContext, PatchOperation } from "./envoy-filter.js";

/** What became of a config patch. The words are explained in docs/output-format.md. */
export const patchStatuses = ["applied", "matched-nothing", "changed-nothing", "not-selected", "not-applied", "failed"] as const;
export type PatchStatus = (typeof patchStatuses)[number];

/** Why a patch is not-selected, not-applied or failed. */
export const patchReasons = [
  // not-selected
  "namespace",
  "workload-selector",
  "target-refs",
  "proxy-version",
  "proxy-metadata",
  "context",
  // not-applied
  "bootstrap",
  "no-resources",
  "operation",
  "adds-skipped",
  "any-context",
  "abandoned",
  // failed
  "refused",
  "type-difference",
] as const;
export type PatchReason = (typeof patchReasons)[number];

export const suspicionCodes = [
  "duplicate-item",
  "appended-behind",
  "default-not-merged",
  "any-replaced",
  "unknown-field",
  "deprecated-field",
  "type-difference",
  "anchor-not-everywhere",
  "behind-terminal-filter",
  "value-ignored",
  "match-ignored",
  "invalid-result",
  "undone",
] as const;
export type SuspicionCode = (typeof suspicionCodes)[number];

export type PatchedType = "listener" | "cluster" | "route_configuration" | "extension";

/** One place that a patch has changed. */
export interface PatchPlace {
  readonly resource: { readonly type: PatchedType; readonly name: string };
  /** Which resources the pointer is of: those given, or for what a patch added those of the result. */
  readonly in: "given" | "result";
  /** JSON pointer of what was changed, removed, replaced or added: `/listeners/3/filter_chains/0/filters/1`. null: added, and not there any more. */
  readonly at: string | null;
}

/** A candidate that nearly matched, and the first condition that failed on it. */
export interface NearestPatchCandidate {
  readonly candidate: string;
  readonly failedOn: string;
  /** JSON pointer into the resources given; `/elsewhere/0/listeners/3` for one of another context (`PatchOptions.elsewhere`). */
  readonly at: string;
}

export interface Suspicion {
  readonly code: SuspicionCode;
  readonly message: string;
  /** JSON pointer into the resources of the result, or `/patch/value/…`, `/match/…` into the config patch itself, whichever the message speaks of. */
  readonly at: string;
}

/** What one config patch of one EnvoyFilter did to the resources of one call. */
export interface PatchAccount {
  /** `namespace/name`. */
  readonly envoyFilter: string;
  /** Index in `configPatches`. */
  readonly patch: number;
  readonly applyTo: ApplyTo;
  readonly operation: PatchOperation;
  readonly context: PatchContext;
  readonly status: PatchStatus;
  readonly reason: PatchReason | null;
  /** The reason in words; null where there is none. */
  readonly because: string | null;
  /** How many things of its kind it was held against. */
  readonly candidates: number;
  readonly matched: number;
  readonly changed: number;
  readonly places: readonly PatchPlace[];
  readonly nearest: readonly NearestPatchCandidate[];
  readonly suspicions: readonly Suspicion[];
}
