import { editDistance } from "../util/text.js";
import type { ConfigPatch } from "./envoy-filter.js";
import { changesSomething, type Journal, type JournalledChange } from "./journal.js";
import { nameOf } from "./message-fields.js";
import type { Mismatch } from "./mismatch.js";
import type { NearestPatchCandidate, PatchAccount, PatchedType, PatchPlace, PatchReason, PatchStatus, Suspicion } from "./patch-account.js";
import { pieceInWords } from "./piece-words.js";
import { currentPointer, type Piece, resourceOf } from "./pieces.js";
import type { ListedPatch } from "./prepare-patches.js";
import type { PreparedPatch } from "./prepared-patch.js";

/** What is found by looking again: for a patch that matched nothing among other contexts' resources, and at what each patch did. */
export interface FurtherFindings {
  readonly elsewhere: (patch: PreparedPatch) => readonly NearestPatchCandidate[];
  readonly suspicions: (patch: PreparedPatch, written: ConfigPatch, changes: readonly JournalledChange[]) => readonly Suspicion[];
}

/** The account of every config patch, in the order given. */
export function accountForPatches(
  listed: readonly ListedPatch[],
  prepared: readonly PreparedPatch[],
  journal: Journal,
  { elsewhere, suspicions }: FurtherFindings,
): readonly PatchAccount[] {
  const carriedOut = new Map(prepared.map((patch) => [patch.id, { patch, changes: Array.of<JournalledChange>() }]));
  for (const change of journal.changes) carriedOut.get(change.patch.id)?.changes.push(change);
  return listed.map((entry, id) => {
    const found = carriedOut.get(id);
    if (found === undefined) return { ...headOf(entry), ...decidedBefore(entry), suspicions: [] };
    const { patch, changes } = found;
    return {
      ...headOf(entry),
      ...happened(patch, journal, changes),
      nearest: nearestTo(patch, journal, elsewhere),
      suspicions: suspicions(patch, entry.patch, changes),
    };
  });
}

type Head = Pick<PatchAccount, "envoyFilter" | "patch" | "applyTo" | "operation" | "context">;
type Outcome = Omit<PatchAccount, keyof Head | "nearest" | "suspicions">;

function headOf({ envoyFilter, index, patch }: ListedPatch): Head {
  return {
    envoyFilter,
    patch: index,
    applyTo: patch.applyTo,
    operation: patch.patch.operation,
    context: patch.match?.context ?? "ANY",
  };
}

const nothing = { candidates: 0, matched: 0, changed: 0, places: [], nearest: [] } as const;

function decidedBefore({ decided }: ListedPatch): Outcome & Pick<PatchAccount, "nearest"> {
  return {
    status: decided?.status ?? "not-applied",
    reason: decided?.why.reason ?? null,
    because: decided?.why.because ?? null,
    ...nothing,
  };
}

function happened(patch: PreparedPatch, journal: Journal, changes: readonly JournalledChange[]): Outcome {
  const { candidates, matched } = journal.recordOf(patch);
  const places = placesOf(changes.filter(changesSomething));
  return {
    ...verdictOn(patch, journal, places.length),
    candidates,
    matched,
    changed: places.length,
    places,
  };
}

function verdictOn(
  patch: PreparedPatch,
  journal: Journal,
  changed: number,
): { readonly status: PatchStatus; readonly reason: PatchReason | null; readonly because: string | null } {
  const { failed, lostTo, matched } = journal.recordOf(patch);
  if (failed !== null) return { status: "failed", reason: "type-difference", because: failed };
  if (changed > 0) return { status: "applied", reason: null, because: null };
  if (lostTo !== null) {
    const because = `istiod gives up at patch ${lostTo.index} of ${lostTo.envoyFilter}, before this one is done`;
    return { status: "not-applied", reason: "abandoned", because };
  }
  return { status: matched > 0 ? "changed-nothing" : "matched-nothing", reason: null, because: null };
}

const resourceTypes: Readonly<Record<string, PatchedType>> = {
  listeners: "listener",
  clusters: "cluster",
  routeConfigs: "route_configuration",
  extensionConfigs: "extension",
};

/** Where a patch changed something, each place once. */
function placesOf(changes: readonly JournalledChange[]): readonly PatchPlace[] {
  return [...new Set(changes.map(({ piece }) => piece))].map((piece) => {
    const resource = resourceOf(piece);
    const type = resourceTypes[resource.within.keys[0] ?? ""] ?? "extension";
    const place = { resource: { type, name: nameOf(resource.original ?? resource.value) } };
    return piece.given === null ? { ...place, in: "result", at: currentPointer(piece) } : { ...place, in: "given", at: piece.given };
  });
}

const mostNearest = 3;

function nearestTo(patch: PreparedPatch, journal: Journal, elsewhere: FurtherFindings["elsewhere"]): readonly NearestPatchCandidate[] {
  const { matched, nearest } = journal.recordOf(patch);
  return matched > 0 ? [] : [...elsewhere(patch), ...chooseNearest(nearest)].slice(0, mostNearest);
}

/** The nearest candidates: of those that fail for the same reason the first, and the most similar names first. */
function chooseNearest(mismatches: readonly Mismatch[]): readonly NearestPatchCandidate[] {
  const ranked = mismatches
    .map((mismatch) => ({ mismatch, unlikeness: unlikenessOf(mismatch) }))
    .sort(({ unlikeness: [one, edits] }, { unlikeness: [other, otherEdits] }) => one - other || edits - otherEdits);
  const chosen = new Map<string, NearestPatchCandidate>();
  for (const { mismatch } of ranked) {
    const failedOn = mismatch.words();
    if (!chosen.has(failedOn)) chosen.set(failedOn, { candidate: pieceInWords(mismatch.piece), failedOn, at: pointerOf(mismatch.piece) });
    if (chosen.size === mostNearest) break;
  }
  return [...chosen.values()];
}

const pointerOf = (piece: Piece): string => piece.given ?? currentPointer(piece) ?? "";

const wordsOf = (name: string): readonly string[] => name.toLowerCase().match(/[a-z]+|\d+/g) ?? [];

/** How unlike a name is to the one asked for: which part of its words is missing, then how many characters differ. */
function unlikenessOf({ wanted, found }: Mismatch): readonly [number, number] {
  if (found === "") return [2, 0];
  const [words, there] = [wordsOf(wanted), new Set(wordsOf(found))];
  const missing = words.filter((word) => !there.has(word)).length;
  return [words.length === 0 ? 1 : missing / words.length, editDistance(wanted.slice(0, 200), found.slice(0, 200))];
}
