import { explain } from "../explain/explain-request.js";
import type { Explanation, Uncertain } from "../explain/explanation.js";
import type { Request } from "../model/request.js";
import type { Snapshot } from "../model/snapshot.js";
import { isDrawOfClusters } from "./left-open.js";

/** One way in which chance may decide a request. */
export interface Possibility {
  /** With the request and the open questions as they are when nothing is assumed of chance. */
  readonly explanation: Explanation;
  /** What is still open in this case. */
  readonly open: readonly Uncertain[];
  /** Is the cluster taken as given, though what depends on it is not followed? */
  readonly assumed: boolean;
}

/**
 * The explanations of a request for each cluster that chance may pick: with a random value that picks it, where chance decides
 * nothing else; else the same explanation with that cluster taken. One where the cluster is decided.
 */
export function possibilitiesOf(snapshot: Snapshot, request: Request, explanation: Explanation): readonly Possibility[] {
  const { clusters, uncertain } = explanation;
  const picks = clusters.flatMap(({ chosen }, index) => (chosen === null ? [index] : []));
  if (picks.length === 0) return [{ explanation, open: uncertain, assumed: false }];
  return (
    drawEach(snapshot, request, explanation, picks) ??
    picks.map((picked) => ({ explanation: pick(explanation, picked), open: uncertain, assumed: true }))
  );
}

const pick = (explanation: Explanation, picked: number): Explanation => ({
  ...explanation,
  clusters: explanation.clusters.map((cluster, index) => ({ ...cluster, chosen: index === picked })),
});

function drawEach(
  snapshot: Snapshot,
  request: Request,
  { clusters, uncertain, request: evaluated }: Explanation,
  picks: readonly number[],
): readonly Possibility[] | undefined {
  // The one random value of a request decides fractions too: nothing but the draw may be open.
  if (request.random !== undefined || !uncertain.every(isDrawOfClusters)) return undefined;
  const possibilities: Possibility[] = [];
  for (const index of picks) {
    const random = clusters.slice(0, index).reduce((sum, { weight }) => sum + (weight ?? 0), 0);
    const drawn = explain(snapshot, { ...request, random });
    if (drawn.clusters[index]?.chosen !== true) return undefined;
    possibilities.push({ explanation: { ...drawn, request: evaluated, uncertain }, open: drawn.uncertain, assumed: false });
  }
  return possibilities;
}
