import type { Cluster as ClusterMessage } from "../generated/messages.js";
import type { IstioClusterName } from "./istio-name.js";
import type { Resource } from "./snapshot.js";

export interface Cluster {
  readonly resource: Resource;
  readonly name: string;
  readonly at: string;
  readonly istioName: IstioClusterName | null;
  /** STATIC, STRICT_DNS, LOGICAL_DNS, EDS, ORIGINAL_DST, or the name of a custom cluster type (envoy.clusters.aggregate). */
  readonly type: string;
  readonly message: ClusterMessage;
}
