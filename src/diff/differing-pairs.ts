import type { Snapshot } from "../model/snapshot.js";
import { compareResources } from "./compare-resources.js";
import type { Difference } from "./difference.js";
import { kindOrder } from "./group-changes.js";
import { matchResources, type ResourcePair, type SameBytes } from "./match-resources.js";
import { pairRenamed } from "./rename-resources.js";

/** The pairs of resources that do not say the same to Envoy, those that one side lacks among them. */
export function differingPairs(old: Snapshot, now: Snapshot, same: SameBytes): readonly ResourcePair[] {
  return kindOrder.flatMap((kind) => pairRenamed(matchResources(old, now, kind, same)).filter((pair) => differs(pair, same)));
}

function differs(pair: ResourcePair, same: SameBytes): boolean {
  if (pair.renamed === true) return true;
  const differences: Difference[] = [];
  compareResources(pair, same, undefined, { differences, ignore: () => {} });
  return differences.length > 0;
}
