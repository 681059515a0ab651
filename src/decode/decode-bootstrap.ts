import type { BuildVersion } from "../generated/messages.js";
import { type Bootstrap, parseNodeId } from "../model/bootstrap.js";
import type { EnvoyVersion } from "../model/envoy-version.js";
import type { Resource } from "../model/snapshot.js";
import { decodeAs } from "./decode-resource.js";

/** A bootstrap resource as a typed model; null where the file holds another type in its place. */
export function decodeBootstrap(resource: Resource): Bootstrap | null {
  const message = decodeAs(resource, "envoy.config.bootstrap.v3.Bootstrap");
  if (message === null) return null;
  const nodeId = message.node?.id ?? "";
  const istioVersion = message.node?.metadata?.ISTIO_VERSION;
  return {
    at: resource.at,
    nodeId,
    proxy: parseNodeId(nodeId) ?? null,
    envoyVersion: versionOf(message.node?.user_agent_build_version),
    istioVersion: typeof istioVersion === "string" ? istioVersion : null,
    message,
  };
}

function versionOf(build: BuildVersion | undefined): EnvoyVersion | null {
  const version = build?.version;
  if (version === undefined) return null;
  return { major: version.major_number ?? 0, minor: version.minor_number ?? 0, patch: version.patch ?? 0 };
}
