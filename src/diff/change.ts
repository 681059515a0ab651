import type { AnswerHead } from "../model/answer.js";
import type { ResourceKind, SnapshotFile } from "../model/snapshot.js";
import type { Json } from "../util/json.js";
import type { Attribution, PatchName } from "./patches/attribution.js";
import type { TrafficDifference } from "./traffic/traffic-difference.js";

/** What a change is about, most consequential first. Which field belongs where: classify.ts. */
export const changeClasses = ["routing", "security", "limits", "resilience", "endpoints", "extension", "telemetry", "other"] as const;
export type ChangeClass = (typeof changeClasses)[number];

export type ChangeOp = "add" | "remove" | "change" | "reorder" | "rename";

/** Does the resource take traffic (static and active are one to Envoy), or in which state is it instead? */
export type ResourceStanding = "serving" | "warming" | "draining" | "error";

/** What differs without being a change. `order` counts the order of an object's members too, where it is all that differs. */
export const ignoredKinds = ["version", "timestamp", "order", "spelling", "certificate-renewal", "original-dst-hosts", "identity"] as const;
export type IgnoredKind = (typeof ignoredKinds)[number];

/** One place where a change stands; the pointers lead into OLD and NEW, null where that side has nothing. */
export interface ChangePlace {
  /** Whose dump it is, where several proxies are compared. */
  readonly proxy?: string;
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
  readonly exceptions: readonly ScopeException[];
}

/** A message that a change does not apply to, though it does to others of its kind. */
export interface ScopeException {
  /** The resource's name. */
  readonly name: string;
  readonly at: string;
  /** What sets it apart from all of the others: `static`, `named lab.tcp_proxy`; null where nothing that is looked at does. */
  readonly because: string | null;
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
  /** In which of the proxies, where several are compared. */
  readonly proxies?: readonly string[];
  /** Where changes are attributed: the patches that explain this one in all of its places; [] where none does. */
  readonly attributedTo?: readonly PatchName[];
}

/** One place where something differs that is no change. */
export interface IgnoredDifference {
  readonly kind: IgnoredKind;
  /** null for a section of the dump. */
  readonly resource: Change["resource"] | null;
  /** The field path within the resource; "" is the resource itself, or what surrounds it. */
  readonly path: string;
  readonly old: string | null;
  readonly new: string | null;
  /** What differs, where it is a text of its own: a version, a time, a spelling of an identity. */
  readonly before?: Json;
  readonly after?: Json;
}

/** Something that a reader must know to take the answer for what it is. */
export interface DiffNote {
  readonly code:
    | "sampled"
    | "traffic-not-compared"
    | "section-missing"
    | "different-origins"
    | "filtered"
    | "opaque"
    | "undecoded-section"
    | "unpaired"
    | "other-pod";
  readonly message: string;
}

/** A proxy before and after, where several are compared. */
export interface ComparedProxy {
  /** `namespace/pod` in NEW, in OLD where NEW has none; the file's name where the dump does not say whose it is. */
  readonly name: string;
  /** `namespace/workload`, by which the sides were paired; null where the dump does not tell. */
  readonly workload: string | null;
  /** null: that side has no such proxy. */
  readonly old: SnapshotFile | null;
  readonly new: SnapshotFile | null;
  /** How many changes it has; null where one side is missing. */
  readonly changes: number | null;
}

/** What differs between two config dumps, or between those of many proxies. */
export interface Diff extends AnswerHead<"diff"> {
  readonly old: SnapshotFile;
  readonly new: SnapshotFile;
  /** Nothing is left after what is ignored. */
  readonly equal: boolean;
  /** By class, most consequential first. */
  readonly changes: readonly Change[];
  /** How often each thing differs that is no change; kinds that don't occur are absent. */
  readonly ignored: Readonly<Partial<Record<IgnoredKind, number>>>;
  /** Each of those, where it was asked for (`listIgnored`). */
  readonly ignoredPlaces?: readonly IgnoredDifference[];
  /** What they do differently to traffic, by all changes, whichever of them were asked for. */
  readonly behaviour: TrafficDifference;
  readonly notes: readonly DiffNote[];
  /** Present where changes are attributed to EnvoyFilters: by all changes, whichever of them were asked for. */
  readonly attribution?: Attribution;
  /** Present where folders or archives of dumps were compared. */
  readonly proxies?: readonly ComparedProxy[];
}
