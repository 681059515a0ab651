import type { Mismatch } from "./mismatch.js";
import type { PatchReason } from "./patch-account.js";
import type { Piece } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";

/** That a patch changed a piece. */
export interface JournalledChange {
  readonly patch: PreparedPatch;
  readonly piece: Piece;
  readonly kind: "changed" | "added" | "removed" | "replaced";
}

/** What a run of patches did to one patch. */
export interface PatchRecord {
  candidates: number;
  matched: number;
  /** The mismatches that got furthest, as long as nothing matched. */
  nearest: Mismatch[];
  /** The first piece that it matched. */
  firstMatch: Piece | null;
  /** Why it was not carried out, where its kind or its operation can't be. */
  notApplied: { readonly reason: PatchReason; readonly because: string } | null;
  failed: string | null;
  /** The patch at which istiod gave up a call in which this one was still to be done. */
  lostTo: PreparedPatch | null;
}

/** What happened in a run of patches over the resources of one call. Written by what applies patches, read by the account. */
export class Journal {
  /** In the order in which they were made. */
  readonly changes: JournalledChange[] = [];
  readonly #records = new Map<PreparedPatch, PatchRecord>();

  recordOf(patch: PreparedPatch): PatchRecord {
    let record = this.#records.get(patch);
    if (record === undefined) {
      record = { candidates: 0, matched: 0, nearest: [], firstMatch: null, notApplied: null, failed: null, lostTo: null };
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

  changed(patch: PreparedPatch, piece: Piece, kind: JournalledChange["kind"]): void {
    this.changes.push({ patch, piece, kind });
  }

  notApplied(patch: PreparedPatch, reason: PatchReason, because: string): void {
    this.recordOf(patch).notApplied = { reason, because };
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
