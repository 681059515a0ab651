import type { Bootstrap as BootstrapMessage } from "../generated/messages.js";
import type { EnvoyVersion } from "./envoy-version.js";

export interface Bootstrap {
  readonly at: string;
  readonly nodeId: string;
  readonly proxy: ProxyIdentity | null;
  readonly envoyVersion: EnvoyVersion | null;
  readonly istioVersion: string | null;
  readonly message: BootstrapMessage;
}

/** What Istio's node id says: `sidecar~10.244.1.5~productpage-v1-abc.default~default.svc.cluster.local`. */
export interface ProxyIdentity {
  readonly type: string;
  readonly ip: string;
  readonly pod: string;
  readonly namespace: string;
  readonly domain: string;
}

/** Parses a node id of the form TYPE~IP~POD.NAMESPACE~DOMAIN; undefined for any other. */
export function parseNodeId(id: string): ProxyIdentity | undefined {
  const [type, ip, workload, domain, ...rest] = id.split("~");
  if (type === undefined || ip === undefined || workload === undefined || domain === undefined || rest.length > 0) return undefined;
  const dot = workload.lastIndexOf(".");
  return { type, ip, pod: dot < 0 ? workload : workload.slice(0, dot), namespace: dot < 0 ? "" : workload.slice(dot + 1), domain };
}
