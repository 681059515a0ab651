import { applyToVirtualHosts } from "./apply-to-virtual-hosts.js";
import { routeConfigurationMismatch } from "./match-route-configuration.js";
import { mergeIntoPiece } from "./merge-into-piece.js";
import type { Mismatch } from "./mismatch.js";
import { type PatchRun, patchesOf } from "./patch-run.js";
import type { Piece, PieceList } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";

/** The patches of route configurations and of all that is in them, one route configuration after the other. */
export function applyToRouteConfigurations(run: PatchRun, configurations: PieceList): void {
  for (const configuration of configurations.pieces) applyToRouteConfiguration(run, configuration);
}

function applyToRouteConfiguration(run: PatchRun, configuration: Piece): void {
  const mismatchOf = ({ match }: PreparedPatch): Mismatch | undefined =>
    routeConfigurationMismatch(configuration, match.routeConfiguration, run.context, run.proxy.gatewayPortMap);
  for (const patch of patchesOf(run, "ROUTE_CONFIGURATION")) {
    if (run.journal.judged(patch, configuration, mismatchOf(patch))) mergeIntoPiece(run.journal, patch, configuration);
  }
  applyToVirtualHosts(run, configuration, mismatchOf);
}
