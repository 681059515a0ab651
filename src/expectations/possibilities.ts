import { explain } from "../explain/explain-request.js";
import type { Explanation } from "../explain/explanation.js";
import type { Request } from "../model/request.js";
import type { Snapshot } from "../model/snapshot.js";
import { isDrawOfClusters } from "./left-open.js";

/** One way in which chance may decide a request. */
export interface Possibility {
  readonly explanation: Explanation;
  /** Is the cluster given, though what depends on it is not followed? */
  readonly assumed: boolean;
}

/**
 * The explanations of a request for each cluster that chance may pick: with a random value that picks it, where chance decides
 * nothing else; else the same explanation with that cluster taken. One where the cluster is decided.
 */
export function possibilitiesOf(snapshot: Snapshot, request: Request, explanation: Explanation): readonly Possibility[] {
  const { clusters } = explanation;
  const open = clusters.flatMap(({ chosen }, index) => (chosen === null ? [index] : []));
  if (open.length === 0) return [{ explanation, assumed: false }];
  return drawn(snapshot, request, explanation, open) ?? open.map((picked) => ({ explanation: pick(explanation, picked), assumed: true }));
}

const pick = (explanation: Explanation, picked: number): Explanation => ({
  ...explanation,
  clusters: explanation.clusters.map((cluster, index) => ({ ...cluster, chosen: index === picked })),
});

function drawn(
  snapshot: Snapshot,
  request: Request,
  { clusters, uncertain }: Explanation,
  open: readonly number[],
): readonly Possibility[] | undefined {
  // The one random value of a request decides fractions too: nothing but the draw may be open.
  if (request.random !== undefined || !uncertain.every(isDrawOfClusters)) return undefined;
  const possibilities: Possibility[] = [];
  for (const index of open) {
    const random = clusters.slice(0, index).reduce((sum, { weight }) => sum + (weight ?? 0), 0);
    const explanation = explain(snapshot, { ...request, random });
    if (explanation.clusters[index]?.chosen !== true) return undefined;
    possibilities.push({ explanation, assumed: false });
  }
  return possibilities;
}
