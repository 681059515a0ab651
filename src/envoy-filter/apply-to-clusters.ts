import { clusterMismatch } from "./match-cluster.js";
import { merged, mergeIntoPiece } from "./merge-into-piece.js";
import { mergeClusterSocket } from "./merge-transport-socket.js";
import { insertAt } from "./operate-on-list.js";
import { type PatchRun, patchesOf } from "./patch-run.js";
import type { Piece, PieceList } from "./pieces.js";

/** CLUSTER patches: those that remove and merge, cluster by cluster, then what is added, which nothing else touches. */
export function applyToClusters(run: PatchRun, clusters: PieceList): void {
  clusters.pieces = clusters.pieces.filter((cluster) => staysCluster(run, cluster));
  // What the match of an ADD says of clusters is not looked at.
  for (const patch of patchesOf(run, "CLUSTER"))
    if (patch.operation === "ADD") insertAt(run.journal, patch, clusters, clusters.pieces.length);
}

/** Patches a cluster; false where a patch removes it. When istiod panics, it loses what was still to be done to this one cluster. */
function staysCluster(run: PatchRun, cluster: Piece): boolean {
  const { journal, proxy } = run;
  const patches = patchesOf(run, "CLUSTER").filter(({ operation }) => operation !== "ADD");
  for (const [index, patch] of patches.entries()) {
    if (!journal.judged(patch, cluster, clusterMismatch(cluster, patch.match.cluster, proxy.inboundServiceHosts ?? []))) continue;
    if (patch.operation === "REMOVE") {
      journal.removed(patch, cluster);
      return false;
    }
    const merge = mergeClusterSocket(cluster.value, patch.value);
    if (merge === null) mergeIntoPiece(journal, patch, cluster);
    else if ("panic" in merge) {
      journal.failed(patch, merge.panic, patches.slice(index));
      return true;
    } else merged(journal, patch, cluster, merge.value);
  }
  return true;
}
