import type { Snapshot } from "../model/snapshot.js";
import { type Platform, portablePlatform } from "../platform.js";
import { completeEnvoyFilters, type MeshFacts, type PatchAssumption, proxyOfDump } from "./dump-proxy.js";
import type { EnvoyFilter } from "./envoy-filter.js";
import type { PatchAccount } from "./patch-account.js";
import { SnapshotPatcher } from "./snapshot-patcher.js";

export interface PatchSnapshotOptions extends MeshFacts {
  /** Default: the portable one. */
  readonly platform?: Platform;
}

/** What EnvoyFilters make of a config dump. */
export interface PatchedSnapshot {
  /** The dump as Envoy would print it with them, but for versions and times. */
  readonly snapshot: Snapshot;
  /** The text of each of its files (`Snapshot.documents`): what no patch touches, byte by byte as it was. */
  readonly texts: readonly Uint8Array[];
  /**
   * One for each config patch of each EnvoyFilter, in the order given. Pointers lead into the dump as given; those of what was added, and
   * of what is suspicious about the result, into the patched one.
   */
  readonly account: readonly PatchAccount[];
  readonly assumptions: readonly PatchAssumption[];
}

/**
 * Applies EnvoyFilters to a config dump as istiod would when it makes the proxy's resources anew, call by call: the listeners of each
 * direction, the routes of RDS and those within inbound listeners, the clusters, what ECDS delivers.
 *
 * @throws UsageError where the dump does not tell whose it is, or has no place for what is added
 */
export function patchSnapshot(
  snapshot: Snapshot,
  envoyFilters: readonly EnvoyFilter[],
  options: PatchSnapshotOptions = {},
): PatchedSnapshot {
  const { proxy, assumptions } = proxyOfDump(snapshot, options);
  const completed = completeEnvoyFilters(envoyFilters, proxy, options);
  const patcher = new SnapshotPatcher(snapshot, proxy, completed.envoyFilters);
  patcher.run();
  const { texts, patched, account } = patcher.result(options.platform ?? portablePlatform);
  const inForce: PatchAssumption = {
    code: "filters-in-force",
    message: "what EnvoyFilters were in force when the dump was taken is in it already; these are applied to that",
    at: null,
  };
  return { snapshot: patched, texts, account, assumptions: [inForce, ...assumptions, ...completed.assumptions, ...patcher.assumptions] };
}
