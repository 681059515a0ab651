import type { Configuration } from "../decode/configuration.js";
import type { Metadata, RouteAction, TcpProxy, WeightedCluster, WeightedCluster_ClusterWeight } from "../generated/messages.js";
import type { RuntimeValues } from "../match/behaviour.js";
import { headerValues, type RequestHeaders } from "../match/request-headers.js";
import { placeOf } from "../model/proto-json.js";
import type { ClusterChoice } from "./explanation.js";
import type { Journal } from "./journal.js";

/** One cluster that a route or TCP proxy may pick, with the weighted entry that names it. */
export interface ClusterCandidate {
  readonly name: string;
  readonly weight: number | null;
  readonly chosen: boolean | null;
  readonly at: string;
  readonly entry: WeightedCluster_ClusterWeight | null;
  /** What the weighted entry asks its endpoints for. */
  readonly metadataMatch: Metadata | undefined;
}

/** The clusters that a route's action may pick; one empty name where it names none (a missing cluster_header). */
export function clustersOfRoute(
  action: RouteAction,
  headers: RequestHeaders,
  random: number | undefined,
  runtime: RuntimeValues,
  journal: Journal,
): readonly ClusterCandidate[] {
  if (action.weighted_clusters !== undefined) return weightedClusters(action.weighted_clusters, headers, random, runtime);
  if (action.cluster !== undefined) return [single(action.cluster, placeOf(action, "cluster"))];
  if (action.cluster_header !== undefined)
    return [single(headerValues(headers, action.cluster_header)[0] ?? "", placeOf(action, "cluster_header"))];
  const plugin = action.cluster_specifier_plugin ?? action.inline_cluster_specifier_plugin?.extension?.name;
  if (plugin !== undefined) {
    journal.leaveOpen({
      code: "cluster-specifier-plugin",
      at: placeOf(action),
      message: `the cluster is chosen by the plugin ${plugin}`,
      decidedBy: "the plugin",
    });
    return [];
  }
  return [single("", placeOf(action))];
}

/** The clusters that a TCP proxy may pick; with several, chance decides for each connection. */
export function clustersOfTcpProxy(proxy: TcpProxy, random: number | undefined): readonly ClusterCandidate[] {
  if (proxy.weighted_clusters === undefined) return [single(proxy.cluster ?? "", placeOf(proxy, "cluster"))];
  const entries = (proxy.weighted_clusters.clusters ?? []).map((entry) => ({
    name: entry.name ?? "",
    weight: entry.weight ?? 0,
    at: placeOf(entry),
    entry: null,
    metadataMatch: entry.metadata_match,
  }));
  return withChoice(entries, random);
}

const single = (name: string, at: string): ClusterCandidate => ({
  name,
  weight: null,
  chosen: true,
  at,
  entry: null,
  metadataMatch: undefined,
});

function weightedClusters(
  weighted: WeightedCluster,
  headers: RequestHeaders,
  random: number | undefined,
  runtime: RuntimeValues,
): readonly ClusterCandidate[] {
  const entries = (weighted.clusters ?? []).map((entry) => {
    const name = entry.cluster_header ? (headerValues(headers, entry.cluster_header)[0] ?? "") : (entry.name ?? "");
    const weight = runtimeWeight(weighted, name, runtime) ?? entry.weight ?? 0;
    return { entry, name, weight, at: placeOf(entry), metadataMatch: entry.metadata_match };
  });
  return withChoice(entries, drawOf(weighted, headers) ?? (weighted.use_hash_policy === true ? undefined : random));
}

/** Which entry a draw picks; without one all with a weight stay possible. */
function withChoice(
  entries: readonly (Omit<ClusterCandidate, "chosen"> & { readonly weight: number })[],
  draw: number | bigint | undefined,
): readonly ClusterCandidate[] {
  const picked = pickByDraw(entries, draw);
  return entries.map((entry, index) => ({
    ...entry,
    chosen: picked === undefined ? (entry.weight === 0 ? false : null) : picked === index,
  }));
}

/** The entry of a draw: the only one with a weight, or the one in whose interval the draw modulo the total lies. */
function pickByDraw(entries: readonly { readonly weight: number }[], draw: number | bigint | undefined): number | undefined {
  const total = entries.reduce((sum, { weight }) => sum + weight, 0);
  const positive = entries.flatMap(({ weight }, index) => (weight > 0 ? [index] : []));
  if (positive.length === 1) return positive[0];
  if (draw === undefined || total === 0) return undefined;
  let left = Number(BigInt(draw) % BigInt(total));
  for (const [index, { weight }] of entries.entries()) {
    if (left < weight) return index;
    left -= weight;
  }
  return undefined;
}

/** The value of `header_name`, where the request gives exactly one that is an unsigned number. */
function drawOf(weighted: WeightedCluster, headers: RequestHeaders): bigint | undefined {
  if (!weighted.header_name) return undefined;
  const values = headerValues(headers, weighted.header_name);
  const number = values.length === 1 ? /^\s*\+?(\d{1,20})$/.exec(values[0] ?? "") : null;
  const value = number === null ? undefined : BigInt(number[1] ?? "");
  return value !== undefined && value < 2n ** 64n ? value : undefined;
}

function runtimeWeight(weighted: WeightedCluster, name: string, runtime: RuntimeValues): number | undefined {
  if (!weighted.runtime_key_prefix) return undefined;
  const value = runtime.get(`${weighted.runtime_key_prefix}.${name}`);
  return typeof value === "number" || (typeof value === "string" && /^\d+$/.test(value)) ? Number(value) : undefined;
}

/** The candidate as an explanation shows it. */
export function describeChoice(candidate: ClusterCandidate, configuration: Configuration): ClusterChoice {
  const cluster = configuration.cluster(candidate.name);
  return {
    name: candidate.name,
    type: cluster?.type ?? null,
    inDump: cluster !== undefined,
    weight: candidate.weight,
    chosen: candidate.chosen,
    at: cluster?.at ?? candidate.at,
  };
}
