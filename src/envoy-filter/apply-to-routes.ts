import { routeMismatch } from "./match-route.js";
import { mergeIntoPiece } from "./merge-into-piece.js";
import type { Mismatch } from "./mismatch.js";
import { insertAt, matchesIn, operateOnList, type PatchedList } from "./operate-on-list.js";
import { isMerge, type PatchRun, patchesOf } from "./patch-run.js";
import { type Piece, putTogether, takeListApart } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";

/**
 * HTTP_ROUTE patches within one virtual host: first, route by route, what merges and removes, then what adds, so that nothing is
 * inserted beside a route that is removed, and what is added is not merged into.
 *
 * @param hostMismatch the condition that the virtual host fails, or its route configuration
 */
export function applyToRoutes(run: PatchRun, virtualHost: Piece, hostMismatch: (patch: PreparedPatch) => Mismatch | undefined): void {
  const patches = patchesOf(run, "HTTP_ROUTE");
  if (patches.length === 0) return;
  const list = takeListApart(virtualHost, "routes");
  const patchedBy = (patch: PreparedPatch): PatchedList => {
    const named = patch.match.routeConfiguration?.vhost?.route;
    const itemMismatch = (route: Piece) => routeMismatch(route, named);
    return { list, holder: virtualHost, apart: hostMismatch(patch), isNamed: named !== undefined, itemMismatch };
  };
  list.pieces = list.pieces.filter((route) => staysRoute(run, patches, route, patchedBy));
  for (const patch of patches) insertRoute(run, patch, patchedBy(patch));
  putTogether(list);
}

function staysRoute(
  { journal }: PatchRun,
  patches: readonly PreparedPatch[],
  route: Piece,
  patchedBy: (patch: PreparedPatch) => PatchedList,
): boolean {
  for (const patch of patches) {
    if (!isMerge(patch) && patch.operation !== "REMOVE") continue;
    const { apart, itemMismatch } = patchedBy(patch);
    if (!journal.judged(patch, route, apart ?? itemMismatch(route))) continue;
    if (patch.operation === "REMOVE") {
      journal.removed(patch, route);
      return false;
    }
    mergeIntoPiece(journal, patch, route);
  }
  return true;
}

/** As in the other lists, but that INSERT_FIRST with a route to match goes to the front only where some route matches. */
function insertRoute({ journal }: PatchRun, patch: PreparedPatch, patched: PatchedList): void {
  if (isMerge(patch) || patch.operation === "REMOVE") return;
  if (patch.operation !== "INSERT_FIRST" || !patched.isNamed) operateOnList(journal, patch, patched);
  else if (matchesIn(journal, patch, patched).length > 0) insertAt(journal, patch, patched.list, 0);
}
