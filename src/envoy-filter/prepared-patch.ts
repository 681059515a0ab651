import type { JsonObject } from "../util/json.js";
import type { ApplyTo, PatchContext, PatchMatch, PatchOperation } from "./envoy-filter.js";

/** A config patch that is for the proxy at hand. */
export interface PreparedPatch {
  /** Its index in the account. */
  readonly id: number;
  /** `namespace/name`. */
  readonly envoyFilter: string;
  /** Its index in the EnvoyFilter. */
  readonly index: number;
  readonly applyTo: ApplyTo;
  /** What istiod carries out; see `effectiveOperation`. */
  readonly operation: PatchOperation;
  readonly context: PatchContext;
  readonly match: PatchMatch;
  /** Canonical ProtoJSON; {} for a patch without a value. */
  readonly value: JsonObject;
}
