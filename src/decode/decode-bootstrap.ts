import { type Bootstrap, parseNodeId } from "../model/bootstrap.js";
import { envoyVersionOf } from "../model/envoy-version.js";
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
    envoyVersion: envoyVersionOf(message.node?.user_agent_build_version),
    istioVersion: typeof istioVersion === "string" ? istioVersion : null,
    message,
  };
}
