import type { Json, JsonObject } from "../util/json.js";
import type { ChangeOp, IgnoredDifference, IgnoredKind, ListPosition } from "./change.js";
import type { ResourcePair } from "./match-resources.js";
import type { Step } from "./trail.js";

/** A value with its place in its file. */
export interface Placed<Value extends Json = Json> {
  readonly value: Value;
  readonly at: () => string;
}

/** A message that a trail leads through, in NEW (in OLD where NEW has it no more). */
export interface TrailMessage {
  readonly type: string;
  readonly message: JsonObject;
  /** How many steps lead to it. */
  readonly depth: number;
}

/** One difference at one place of one resource. */
export interface Difference {
  readonly op: ChangeOp;
  readonly steps: readonly Step[];
  /** The messages around the difference, the resource itself first. */
  readonly around: readonly TrailMessage[];
  /** The message types of the value that was added, removed or replaced, and of what its Any holds. */
  readonly valueTypes: readonly string[];
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** Equal for values that say the same; in place of before and after when changes are grouped. */
  readonly print: string;
  readonly old: string | null;
  readonly new: string | null;
  readonly position: ListPosition | undefined;
  readonly opaque: boolean;
}

/** What a comparison gathers. */
export interface Findings {
  readonly differences: Difference[];
  ignore(kind: IgnoredKind, place: () => IgnoredPlace): void;
}

/** Where something stands that differs and is no change, within its resource. */
export type IgnoredPlace = Omit<IgnoredDifference, "kind" | "resource">;

/** A difference with the resource that it stands in. */
export interface FoundDifference {
  readonly pair: Pick<ResourcePair, "kind" | "standing" | "name">;
  readonly difference: Difference;
  /** Stands in the bootstrap's copy of a resource that has a section of its own. */
  readonly copy: boolean;
}
