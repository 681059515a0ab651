import type { AnswerHead } from "../model/answer.js";
import type { ResourceKind, SnapshotFile } from "../model/snapshot.js";
import type { Json } from "../util/json.js";
import type { TrafficDifference } from "./traffic/traffic-difference.js";

/** What a change is about, most consequential first. Which field belongs where: classify.ts. */
export const changeClasses = ["routing", "security", "limits", "resilience", "endpoints", "extension", "telemetry", "other"] as const;
export type ChangeClass = (typeof changeClasses)[number];

export type ChangeOp = "add" | "remove" | "change" | "reorder" | "rename";

/** Does the resource take traffic (static and active are one to Envoy), or in which state is it instead? */
export type ResourceStanding = "serving" | "warming" | "draining" | "error";

/** What differs without being a change. `order` counts the order of an object's members too, where it is all that differs. */
export const ignoredKinds = ["version", "timestamp", "order", "spelling", "certificate-renewal", "original-dst-hosts"] as const;
export type IgnoredKind = (typeof ignoredKinds)[number];

/** One place where a change stands; the pointers lead into OLD and NEW, null where that side has nothing. */
export interface ChangePlace {
  /** The resource's name. */
  readonly name: string;
  /** The field path within that resource. */
  readonly path: string;
  readonly old: string | null;
  readonly new: string | null;
}

/** Where an added item of a list stands in NEW, or a removed one stood in OLD; only of lists whose order decides. */
export interface ListPosition {
  /** 0-based. */
  readonly index: number;
  /** How many items that list has. */
  readonly of: number;
  /** The key of the item behind it; null for the last one. */
  readonly before: string | null;
}

/** Among what a change applies. */
export interface ChangeScope {
  /** Full name of the message type around the change: a TCP proxy, a virtual host. */
  readonly message: string;
  /** The direction that all places share; null where they do not, or where it is not known. */
  readonly direction: "inbound" | "outbound" | null;
  /** In how many of these messages the change stands. */
  readonly changed: number;
  /** How many such messages NEW has at the same path in resources of that type and direction. */
  readonly of: number;
  /** Those without the change. */
  readonly exceptions: readonly { readonly name: string; readonly at: string }[];
}

/** One change, however many places it stands in. */
export interface Change {
  readonly class: ChangeClass;
  readonly op: ChangeOp;
  readonly resource: { readonly type: ResourceKind; readonly name: string; readonly state: ResourceStanding };
  /** Field path within the resource, of the first place; "" is the resource itself. */
  readonly path: string;
  /** Absent for `add`; of a reorder the keys in their order. Canonical ProtoJSON. */
  readonly before?: Json;
  /** Absent for `remove`. */
  readonly after?: Json;
  readonly places: readonly ChangePlace[];
  /** Compared as plain JSON: no type that is known here says what its fields mean. */
  readonly opaque?: true;
  readonly position?: ListPosition;
  /** Present where the change stands in several places. */
  readonly scope?: ChangeScope;
}

/** Something that a reader must know to take the answer for what it is. */
export interface DiffNote {
  readonly code: "sampled" | "section-missing" | "different-origins" | "filtered" | "opaque" | "undecoded-section";
  readonly message: string;
}

/** What differs between two config dumps. */
export interface Diff extends AnswerHead<"diff"> {
  readonly old: SnapshotFile;
  readonly new: SnapshotFile;
  /** Nothing is left after what is ignored. */
  readonly equal: boolean;
  /** By class, most consequential first. */
  readonly changes: readonly Change[];
  /** How often each thing differs that is no change; kinds that don't occur are absent. */
  readonly ignored: Readonly<Partial<Record<IgnoredKind, number>>>;
  /** What they do differently to traffic. */
  readonly behaviour: TrafficDifference;
  readonly notes: readonly DiffNote[];
}
