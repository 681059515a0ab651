import type { JsonObject } from "../util/json.js";
import type { Mismatch } from "./mismatch.js";
import type { Piece } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";

/** That a patch did something to a piece. */
export type JournalledChange = { readonly patch: PreparedPatch; readonly piece: Piece } & (
  | { readonly kind: "added" | "removed" }
  /** `by` stands in its place; a virtual host is the same piece with another value. */
  | { readonly kind: "replaced"; readonly by: Piece }
  /** A merge, also one that changed nothing: then both values are one object. */
  | { readonly kind: "merged"; readonly before: JsonObject; readonly after: JsonObject }
);

/** Did it change anything? */
export const changesSomething = (change: JournalledChange): boolean => change.kind !== "merged" || change.before !== change.after;

/** What a run of patches did to one patch. */
export interface PatchRecord {
  candidates: number;
  matched: number;
  /** The mismatches that got furthest, as long as nothing matched. */
  nearest: Mismatch[];
  /** The first piece that it matched. */
  firstMatch: Piece | null;
  failed: string | null;
  /** The patch at which istiod gave up a call in which this one was still to be done. */
  lostTo: PreparedPatch | null;
  /** What holds the lists that the patch is for, but in which its anchor is not. */
  readonly withoutAnchor: Piece[];
}

/** What happened in a run of patches over the resources of one call. Written by what applies patches, read by the account. */
export class Journal {
  /** In the order in which they were made. */
  readonly changes: JournalledChange[] = [];
  readonly #records = new Map<PreparedPatch, PatchRecord>();

  recordOf(patch: PreparedPatch): PatchRecord {
    let record = this.#records.get(patch);
    if (record === undefined) {
      record = { candidates: 0, matched: 0, nearest: [], firstMatch: null, failed: null, lostTo: null, withoutAnchor: [] };
      this.#records.set(patch, record);
    }
    return record;
  }

  /** A candidate was held against the patch's match: does it match? */
  judged(patch: PreparedPatch, candidate: Piece, mismatch: Mismatch | undefined): boolean {
    const record = this.recordOf(patch);
    record.candidates++;
    if (mismatch === undefined) {
      record.matched++;
      record.firstMatch ??= candidate;
      record.nearest = [];
      return true;
    }
    if (record.matched === 0) keepNearest(record.nearest, mismatch);
    return false;
  }

  added(patch: PreparedPatch, piece: Piece): void {
    this.changes.push({ patch, piece, kind: "added" });
  }

  removed(patch: PreparedPatch, piece: Piece): void {
    this.changes.push({ patch, piece, kind: "removed" });
  }

  replaced(patch: PreparedPatch, piece: Piece, by: Piece): void {
    this.changes.push({ patch, piece, kind: "replaced", by });
  }

  merged(patch: PreparedPatch, piece: Piece, before: JsonObject, after: JsonObject): void {
    this.changes.push({ patch, piece, kind: "merged", before, after });
  }

  /** A list that the patch is for has no item of the name that it asks for, so nothing is inserted or replaced there. */
  lackedAnchor(patch: PreparedPatch, holder: Piece): void {
    this.recordOf(patch).withoutAnchor.push(holder);
  }

  /** A patch at which istiod's code panics, and the patches that are lost with it. */
  failed(patch: PreparedPatch, because: string, lost: readonly PreparedPatch[]): void {
    this.recordOf(patch).failed ??= because;
    for (const other of lost) if (other !== patch) this.recordOf(other).lostTo ??= patch;
  }

  /** Forgets the changes behind the first `count`, which are lost with what they were made to. */
  forgetChanges(count: number): void {
    this.changes.length = count;
  }
}

/** More that fail alike need not be kept: the nearest few are chosen among these. */
const mostKept = 2000;

function keepNearest(nearest: Mismatch[], mismatch: Mismatch): void {
  const rank = nearest[0]?.rank ?? -1;
  if (mismatch.rank < rank) return;
  if (mismatch.rank > rank) nearest.length = 0;
  // The items of one list often fail on the same condition of what they lie in.
  if (nearest.at(-1)?.piece === mismatch.piece || nearest.length >= mostKept) return;
  nearest.push(mismatch);
}
