import { placeOf } from "../model/proto-json.js";

/** A cluster that traffic may go to. */
export interface ClusterShare {
  readonly name: string;
  /** Its weight as the dump has it, relative to those beside it; null where there is nothing to choose from. */
  readonly weight: number | null;
  readonly at: string;
}

interface WeightedName {
  readonly name?: string;
  readonly cluster_header?: string;
  readonly weight?: number;
}

/** The clusters of a weighted choice; one that a request header names is called after the header. */
export const weightedShares = (clusters: readonly WeightedName[]): readonly ClusterShare[] =>
  clusters.map((cluster) => ({
    name: cluster.name ?? (cluster.cluster_header === undefined ? "" : `header ${cluster.cluster_header}`),
    weight: cluster.weight ?? 0,
    at: placeOf(cluster),
  }));

/** `outbound|9080|v1|reviews… 90%, outbound|9080|v2|reviews… 10%`; without weights the names alone. */
export function describeShares(shares: readonly ClusterShare[]): string {
  const total = shares.reduce((sum, { weight }) => sum + (weight ?? 0), 0);
  return shares.map(({ name, weight }) => (weight === null ? name : `${name} ${percent(weight, total)}`)).join(", ");
}

const percent = (weight: number, total: number): string => `${total === 0 ? 0 : Number(((100 * weight) / total).toFixed(2))}%`;
