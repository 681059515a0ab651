import type { Configuration } from "../decode/configuration.js";
import { formatEnvoyVersion } from "../model/envoy-version.js";
import type { ProxySummary } from "./summary.js";

/** Whose dump it is, from the bootstrap's node. */
export function identifyProxy({ bootstrap }: Configuration): ProxySummary | null {
  if (bootstrap === null) return null;
  return {
    at: bootstrap.at,
    nodeId: bootstrap.nodeId,
    identity: bootstrap.proxy,
    istioVersion: bootstrap.istioVersion,
    envoyVersion: bootstrap.envoyVersion === null ? null : formatEnvoyVersion(bootstrap.envoyVersion),
  };
}
