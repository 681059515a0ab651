import type { ClusterLoadAssignment, Metadata } from "../generated/messages.js";
import type { Address } from "./address.js";

/** The endpoints of one cluster, from EDS or from the cluster's own load_assignment. */
export interface ClusterEndpoints {
  readonly clusterName: string;
  readonly at: string;
  readonly endpoints: readonly Endpoint[];
  readonly message: ClusterLoadAssignment;
}

export interface Endpoint {
  readonly address: Address | null;
  readonly hostname: string;
  /** As the dump says it; UNKNOWN counts as healthy for Envoy. */
  readonly health: "UNKNOWN" | "HEALTHY" | "UNHEALTHY" | "DRAINING" | "TIMEOUT" | "DEGRADED" | (string & Record<never, never>);
  readonly weight: number;
  readonly priority: number;
  readonly locality: string;
  readonly metadata: Metadata | undefined;
  readonly at: string;
}
