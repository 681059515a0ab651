import { isDeepEqual } from "../util/deep-equal.js";
import { pointerKeys } from "../util/json-pointer.js";
import { countOf } from "../util/text.js";
import { changesSomething, Journal, type JournalledChange } from "./journal.js";
import type { Suspicion } from "./patch-account.js";
import type { PatchRun } from "./patch-run.js";
import type { PatchableResources } from "./patched-resources.js";
import { type Piece, resourceOf } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";
import { runPatches } from "./run-patches.js";

/** More resources of one patch are not looked at. */
const mostLookedAt = 100;

/**
 * The patches of which nothing is to be seen in the result because a later patch undid it: without the patch the resource comes out the
 * same. Only resources are looked at in which a later patch changed the same thing, what it lies in, or what lies in it.
 *
 * @param resources as given
 */
export function* suspectUndone(
  run: PatchRun,
  changes: readonly JournalledChange[],
  resources: PatchableResources,
): Generator<readonly [PreparedPatch, Suspicion]> {
  for (const [patch, later] of overlaps(changes)) {
    const looked = [...later].slice(0, mostLookedAt);
    const undone = looked.filter(([resource]) => isSameWithout(run, patch, resource, resources));
    const [first] = undone;
    if (first === undefined) continue;
    const [resource, by] = first;
    const everywhere = undone.length === looked.length ? "" : ` in ${undone.length} of ${countOf(looked.length, "resource")}`;
    const message = `patch ${by.index} of ${by.envoyFilter} undoes it${everywhere}: without this patch the result is the same`;
    yield [patch, { code: "undone", at: resource.given ?? "", message }];
  }
}

/** For each patch the given resources in which a later one changes what it has changed, with the first that does. */
function overlaps(changes: readonly JournalledChange[]): ReadonlyMap<PreparedPatch, ReadonlyMap<Piece, PreparedPatch>> {
  /** By what was changed itself, and by that and all that it lies in. */
  const touched = new Map<Piece, Set<PreparedPatch>>();
  const touchedIn = new Map<Piece, Set<PreparedPatch>>();
  const found = new Map<PreparedPatch, Map<Piece, PreparedPatch>>();
  for (const change of changes) {
    if (!changesSomething(change)) continue;
    const { patch, piece } = change;
    const [resource, line] = [resourceOf(piece), lineOf(piece)];
    const earlier = new Set([...(touchedIn.get(piece) ?? []), ...line.flatMap((outer) => [...(touched.get(outer) ?? [])])]);
    for (const other of earlier) {
      if (other === patch || resource.given === null) continue;
      const resources = found.get(other) ?? new Map<Piece, PreparedPatch>();
      if (!resources.has(resource)) resources.set(resource, patch);
      found.set(other, resources);
    }
    note(touched, piece, patch);
    for (const outer of line) note(touchedIn, outer, patch);
  }
  return found;
}

function note(patches: Map<Piece, Set<PreparedPatch>>, piece: Piece, patch: PreparedPatch): void {
  patches.set(piece, (patches.get(piece) ?? new Set()).add(patch));
}

/** A piece and all that it lies in. */
function lineOf(piece: Piece): readonly Piece[] {
  const line = [piece];
  for (let holder = piece.within.holder; holder !== null; holder = holder.within.holder) line.push(holder);
  return line;
}

function isSameWithout(run: PatchRun, patch: PreparedPatch, resource: Piece, resources: PatchableResources): boolean {
  const [kind, index] = pointerKeys(resource.given ?? "") ?? [];
  if (kind !== "listeners" && kind !== "clusters" && kind !== "routeConfigs" && kind !== "extensionConfigs") return false;
  const given = resources[kind]?.[Number(index)];
  if (given === undefined) return false;
  const alone = { [kind]: [given] };
  const without = run.patches.filter((other) => other !== patch);
  const [all, fewer] = [run.patches, without].map((patches) => runPatches({ ...run, patches, journal: new Journal() }, alone)[kind]);
  return isDeepEqual(all === undefined ? undefined : [...all], fewer === undefined ? undefined : [...fewer]);
}
