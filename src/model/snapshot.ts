import type { JsonEdit } from "../util/edit-json.js";
import type { Json, JsonObject } from "../util/json.js";
import type { JsonPick, Picked } from "../util/json-pick.js";

/** The sections of a config dump, in the order in which Envoy prints them. */
export const sectionNames = ["bootstrap", "clusters", "endpoints", "listeners", "scoped_routes", "routes", "secrets", "ecds"] as const;
export type SectionName = (typeof sectionNames)[number];

export type ResourceKind =
  | "bootstrap"
  | "cluster"
  | "endpoints"
  | "listener"
  | "scoped_route"
  | "route_configuration"
  | "secret"
  | "extension";

/** Where a resource comes from and whether it serves: only `static` and `active` resources do. */
export type ResourceState = "static" | "active" | "warming" | "draining" | "error";

/** Why Envoy refused a version of a resource (envoy.admin.v3.UpdateFailureState). */
export interface UpdateFailure {
  readonly details: string;
  readonly lastUpdateAttempt: string | null;
  readonly versionInfo: string | null;
}

/** One resource of a config dump, by its place in the file; parsed when it is asked for. */
export interface Resource {
  readonly kind: ResourceKind;
  readonly state: ResourceState;
  /** The resource's own name; "" where it has none. */
  readonly name: string;
  /** Is that its name? Much less work than asking many for theirs. */
  isNamed(name: string): boolean;
  /** JSON pointer to the resource itself. */
  readonly at: string;
  /** JSON pointer to the entry around it, which holds version_info, last_updated and the like. */
  readonly entryAt: string;
  readonly versionInfo: string | null;
  /** When Envoy took it, as the file says it (RFC 3339). */
  readonly lastUpdated: string | null;
  /** The refused update, for state `error`, and where the entry of a serving resource carries one. */
  readonly failure: UpdateFailure | null;
  /** The resource's own text as it stands in the (inflated) file: UTF-8 JSON, and of a YAML file what it says as JSON. */
  bytes(): Uint8Array;
  /**
   * What is taken of the resource: much less work than parsing it. What is not taken goes unseen, malformed or not. Null
   * where the file has it in no form from which a part is taken.
   */
  picked(pick: JsonPick): Picked | null;
  /**
   * Parses the resource as it stands in the file. An error entry without a configuration has none. Throws UnreadableInputError where
   * the file is malformed.
   */
  json(): JsonObject | null;
}

/** What an answer says about the file that it was made from. */
export interface SnapshotFile {
  readonly name: string;
  /** Bytes, as given (a gzip file's size is its compressed size). */
  readonly size: number;
  /** SHA-256 of the bytes as given, lower-case hexadecimal. */
  readonly sha256: string;
  /** Of an archive, the entry that was read. */
  readonly entry?: string;
  /** Further files that make up the snapshot with this one; pointers into them begin with their name and `#`. */
  readonly with?: readonly SnapshotFile[];
}

/** One file of a snapshot as a JSON value. */
export interface SnapshotDocument {
  /** What pointers into the file begin with: "" for the first file, `routes.json#` for a further one. */
  readonly at: string;
  /** Parses the whole file. Throws UnreadableInputError for a text that is longer or deeper than the runtime can hold. */
  json(): Json;
  /**
   * The file's JSON text (inflated; of a YAML file what it says as JSON) with some values changed, every other byte as it was.
   *
   * @param edits by pointers within this file, without `at`
   */
  edited(edits: readonly JsonEdit[]): Uint8Array;
}

export interface Section {
  readonly name: SectionName;
  readonly at: string;
  readonly versionInfo: string | null;
}

/** A section of a type that is no part of a config dump as known here. */
export interface UnknownSection {
  readonly type: string;
  readonly at: string;
}

/** A config dump that has been read: what lies where, nothing decoded yet. */
export interface Snapshot {
  readonly file: SnapshotFile;
  /** Who wrote the dump: Envoy's admin port, or istiod's /debug/config_dump (what it would send, before Envoy judged it). */
  readonly origin: "envoy" | "istiod";
  /** Its files: one, where it is no snapshot that was put together from several. */
  readonly documents: readonly SnapshotDocument[];
  readonly sections: readonly Section[];
  readonly missingSections: readonly SectionName[];
  readonly unknownSections: readonly UnknownSection[];
  /** The file that the endpoints come from where it is not the dump: a saved /clusters, which does not show their labels. */
  readonly endpointsFrom: string | null;
  /** Every resource of a kind, in the order of the file. */
  resources(kind: ResourceKind): readonly Resource[];
}

/** Something unusual about the file as a whole; reading went on. */
export type ReadProblem =
  | { readonly code: "missing-sections"; readonly sections: readonly SectionName[] }
  | { readonly code: "unknown-section"; readonly at: string; readonly type: string }
  | { readonly code: "duplicate-section"; readonly at: string; readonly section: SectionName }
  /** `more`: how many others in the same place of their entries are so too. */
  | { readonly code: "malformed-entry"; readonly at: string; readonly expected: string; readonly more?: number }
  | { readonly code: "unknown-member"; readonly at: string; readonly member: string }
  /** The text was not UTF-8. */
  | { readonly code: "encoding"; readonly encoding: string }
  /** Lines that are no part of the dump. */
  | { readonly code: "words-around"; readonly where: "before" | "behind"; readonly lines: number; readonly first: string }
  /** `type` is one of Envoy's API v2. */
  | { readonly code: "older-api"; readonly at: string; readonly type: string }
  /** Entries of a section without the section; `mayWarm`: active and warming ones look alike. */
  | { readonly code: "lone-entries"; readonly at: string; readonly section: SectionName; readonly mayWarm: boolean }
  /** Resources without entries. */
  | { readonly code: "bare-resources"; readonly at: string; readonly section: SectionName }
  /** `isFed`: it names a source of more. */
  | { readonly code: "bootstrap-file"; readonly at: string; readonly isFed: boolean }
  /** Endpoints by what the clusters have in fact. */
  | { readonly code: "cluster-statuses"; readonly at: string }
  /** Of an archive this entry was read, being its only dump; `others` are no dumps. */
  | { readonly code: "only-entry"; readonly entry: string; readonly others: number }
  /** An archive that ends in the middle. */
  | { readonly code: "damaged-archive" };

/** The input is no config dump that can be read. Its message is the one line that a person gets: what, where, what to do. */
export class UnreadableInputError extends Error {
  override readonly name = "UnreadableInputError";
}
