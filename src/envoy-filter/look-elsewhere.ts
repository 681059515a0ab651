import type { PatchContext } from "./envoy-filter.js";
import { Journal } from "./journal.js";
import type { NearestPatchCandidate } from "./patch-account.js";
import type { PatchedProxy, PatchOptions } from "./patched-resources.js";
import { nounOf, pieceInWords } from "./piece-words.js";
import { currentPointer } from "./pieces.js";
import type { PreparedPatch } from "./prepared-patch.js";
import { runPatches } from "./run-patches.js";

const words: Readonly<Record<PatchContext, string>> = {
  ANY: "of any context",
  SIDECAR_INBOUND: "inbound",
  SIDECAR_OUTBOUND: "outbound",
  GATEWAY: "a gateway's",
  WAYPOINT: "a waypoint's",
};

/** What a patch would match among the proxy's resources of other contexts, which it is not for. Nothing is patched there. */
export function lookElsewhere(
  patch: PreparedPatch,
  proxy: PatchedProxy,
  elsewhere: NonNullable<PatchOptions["elsewhere"]>,
): readonly NearestPatchCandidate[] {
  // A patch of any context is carried out there too, in a call of its own.
  if (patch.context === "ANY") return [];
  return elsewhere.flatMap(({ context, resources }, index) => {
    const journal = new Journal();
    runPatches({ context, proxy: { ...proxy, context }, patches: [patch], journal }, resources);
    const { matched, firstMatch } = journal.recordOf(patch);
    if (firstMatch === null) return [];
    const noun = nounOf(firstMatch);
    const port = (patch.match.listener ?? patch.match.routeConfiguration ?? patch.match.cluster)?.portNumber ?? 0;
    const asked = port === 0 ? "that matches" : "with that port";
    const which = matched === 1 ? `the only ${noun} ${asked} is` : `the ${matched} matches (${noun}s) are`;
    const failedOn = `context ${patch.context}, but ${which} ${words[context]}`;
    return [
      { candidate: pieceInWords(firstMatch), failedOn, at: `/elsewhere/${index}${firstMatch.given ?? currentPointer(firstMatch) ?? ""}` },
    ];
  });
}
