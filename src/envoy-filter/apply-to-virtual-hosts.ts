import { isDeepEqual } from "../util/deep-equal.js";
import { applyToRoutes } from "./apply-to-routes.js";
import { virtualHostMismatch } from "./match-virtual-host.js";
import { mergeIntoPiece } from "./merge-into-piece.js";
import { nameOf } from "./message-fields.js";
import type { Mismatch } from "./mismatch.js";
import { insertAt } from "./operate-on-list.js";
import { isMerge, type PatchRun, patchesOf } from "./patch-run.js";
import { type Piece, putTogether, takeListApart } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";

/**
 * The patches of a route configuration's virtual hosts and of the routes in them. A virtual host that is removed takes every other of
 * its name with it, one that was just added too.
 *
 * @param configurationMismatch the condition that the route configuration fails
 */
export function applyToVirtualHosts(
  run: PatchRun,
  configuration: Piece,
  configurationMismatch: (patch: PreparedPatch) => Mismatch | undefined,
): void {
  const { journal } = run;
  const list = takeListApart(configuration, "virtual_hosts");
  const removed = new Map<string, PreparedPatch>();
  for (const virtualHost of list.pieces) {
    const by = applyToVirtualHost(run, virtualHost, configurationMismatch);
    if (by !== undefined) removed.set(nameOf(virtualHost.value), by);
  }
  for (const patch of patchesOf(run, "VIRTUAL_HOST")) {
    if (patch.operation !== "ADD") continue;
    if (journal.judged(patch, configuration, configurationMismatch(patch))) insertAt(journal, patch, list, list.pieces.length);
  }
  list.pieces = list.pieces.filter((virtualHost) => {
    const by = removed.get(nameOf(virtualHost.value));
    if (by !== undefined) journal.removed(by, virtualHost);
    return by === undefined;
  });
  putTogether(list);
}

/** The patch that removes a virtual host, if one does; it is not patched any further. */
function applyToVirtualHost(
  run: PatchRun,
  virtualHost: Piece,
  configurationMismatch: (patch: PreparedPatch) => Mismatch | undefined,
): PreparedPatch | undefined {
  const { journal } = run;
  const mismatchOf = (patch: PreparedPatch): Mismatch | undefined =>
    configurationMismatch(patch) ?? virtualHostMismatch(virtualHost, patch.match.routeConfiguration?.vhost);
  for (const patch of patchesOf(run, "VIRTUAL_HOST")) {
    if (patch.operation === "ADD" || !journal.judged(patch, virtualHost, mismatchOf(patch))) continue;
    if (patch.operation === "REMOVE") return patch;
    // What comes after a REPLACE is held against the replacement.
    if (isMerge(patch)) mergeIntoPiece(journal, patch, virtualHost);
    else if (!isDeepEqual(virtualHost.value, patch.value)) {
      virtualHost.value = patch.value;
      journal.replaced(patch, virtualHost, virtualHost);
    }
  }
  applyToRoutes(run, virtualHost, mismatchOf);
  return undefined;
}
