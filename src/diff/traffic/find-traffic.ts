import type { Explanation } from "../../explain/explanation.js";
import type { Snapshot } from "../../model/snapshot.js";
import type { ResourcePair } from "../match-resources.js";
import { BothSides } from "./both-sides.js";
import { changedNames } from "./changed-names.js";
import { ManagerComparison } from "./compare-managers.js";
import { DeadRoutes } from "./dead-routes.js";
import type { Parting } from "./difference-key.js";
import { HostExplorer } from "./explore-host.js";
import { ListenerExplorer } from "./explore-listener.js";
import { RouteExplorer } from "./explore-routes.js";
import { narrowSnapshots } from "./narrow-snapshots.js";
import { touchedListeners } from "./touched-listeners.js";
import type { DeadRoute, RevivedRoute } from "./traffic-difference.js";
import { type FoundClass, Trials } from "./trials.js";

export interface FoundTraffic {
  readonly classes: readonly FoundClass[];
  readonly unreachable: readonly DeadRoute[];
  readonly revived: readonly RevivedRoute[];
  /** What was only sampled, one sentence each; none: everything was split exactly. */
  readonly sampled: readonly string[];
}

/**
 * Looks for every class of requests that two snapshots treat differently. Only what differs is looked at, and what leads to it; there
 * requests are made to order for each decision that OLD and NEW may take differently, and explained on both sides.
 */
export function findTraffic(old: Snapshot, now: Snapshot, differing: readonly ResourcePair[]): FoundTraffic {
  const changed = changedNames(old, now, differing);
  const both = new BothSides(...narrowSnapshots(old, now, changed), changed);
  const managers = new ManagerComparison(both);
  const trials = new Trials(both, managers);
  const dead = new DeadRoutes();
  const routes = new RouteExplorer(both, managers, trials, new HostExplorer(both, managers, trials, dead));
  const listeners = new ListenerExplorer(both, trials, routes);
  for (const reason of changed.environment)
    trials.sample("", `${reason} differs, which may decide about any request; requests are only sampled`);
  for (const pair of touchedListeners(both)) {
    if (trials.isOver) {
      trials.sample("", "more is changed than can be looked at; the rest is left out");
      break;
    }
    listeners.explore(pair);
  }
  return { classes: trials.classes, unreachable: dead.unreachable, revived: dead.revived, sampled: trials.sampled };
}

/** Says how two explanations of one request, by the two snapshots, part. */
export function partingBetween(
  old: Snapshot,
  now: Snapshot,
  differing: readonly ResourcePair[],
): (before: Explanation, after: Explanation) => Parting | null {
  const both = new BothSides(old, now, changedNames(old, now, differing));
  const trials = new Trials(both, new ManagerComparison(both));
  return (before, after) => trials.partingOf({ before, after });
}
