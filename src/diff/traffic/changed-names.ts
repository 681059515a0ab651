import { decodeEndpoints } from "../../decode/decode-endpoints.js";
import { readResource } from "../../decode/decode-resource.js";
import { contextOf } from "../../explain/context.js";
import type { Resource, ResourceKind, Snapshot } from "../../model/snapshot.js";
import { findBytes } from "../../util/find-bytes.js";
import { member } from "../../util/json.js";
import { byCodePoint } from "../../util/text.js";
import { decodeUtf8, encodeUtf8 } from "../../util/utf8.js";
import type { ResourcePair } from "../match-resources.js";
import { mentions, printOf } from "./mentions.js";
import { NamedResources } from "./named-resources.js";

/** The serving resources that differ between two snapshots, by name. */
export interface ChangedNames {
  readonly listeners: ReadonlySet<string>;
  readonly routeConfigurations: ReadonlySet<string>;
  /** Those, and the route configurations that name a changed cluster or extension. */
  readonly touchedRoutes: ReadonlySet<string>;
  /** Those whose endpoints differ are among them. */
  readonly clusters: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
  readonly scopes: boolean;
  /** What of the proxy itself differs, so that any request may be treated differently; none where it is the same. */
  readonly environment: readonly string[];
}

/**
 * Fields without bearing on requests: what a cluster says of how its hosts are found, picked and looked after, and never of how it speaks
 * to them; what a listener says of its sockets, and never of which connections it takes.
 */
export const withoutBearing = {
  cluster: [
    ...["lb_policy", "ring_hash_lb_config", "maglev_lb_config", "least_request_lb_config", "round_robin_lb_config", "preconnect_policy"],
    ...["connect_timeout", "per_connection_buffer_limit_bytes", "outlier_detection", "upstream_connection_options", "cleanup_interval"],
    ...["dns_refresh_rate", "dns_failure_refresh_rate", "dns_jitter", "respect_dns_ttl", "dns_lookup_family", "alt_stat_name"],
    ...["track_timeout_budgets", "track_cluster_stats", "connection_pool_per_downstream_connection"],
  ],
  listener: [
    ...["per_connection_buffer_limit_bytes", "tcp_backlog_size", "socket_options", "connection_balance_config", "drain_type", "metadata"],
    ...["tcp_fast_open_queue_length", "max_connections_to_accept_per_socket_event", "freebind", "enable_reuse_port", "reuse_port"],
    "enable_mptcp",
  ],
} as const satisfies Partial<Record<ResourceKind, readonly string[]>>;

/** Which serving resources differ in what has a bearing on requests, of the pairs that differ at all. */
export function changedNames(old: Snapshot, now: Snapshot, differing: readonly ResourcePair[]): ChangedNames {
  const changed = (kind: ResourceKind): ReadonlySet<string> =>
    new Set(differing.filter((pair) => pair.kind === kind && hasBearing(pair)).flatMap(({ old: was, new: is }) => namesOf(was, is)));
  const routeConfigurations = changed("route_configuration");
  const clusters = new Set(changed("cluster"));
  for (const name of clustersOfEndpoints([old, now], changed("endpoints"))) clusters.add(name);
  addAggregates(now, clusters);
  const extensions = changed("extension");
  const named = new NamedResources(new Set([...clusters, ...extensions]));
  // Those that do not differ name the same on both sides.
  const naming = now.resources("route_configuration").filter((resource) => named.in(resource));
  return {
    listeners: changed("listener"),
    routeConfigurations,
    touchedRoutes: new Set([...routeConfigurations, ...naming.map(({ name }) => name)]),
    clusters,
    extensions,
    scopes: changed("scoped_route").size > 0,
    environment: changedEnvironment(old, now),
  };
}

const namesOf = (...sides: readonly (Resource | undefined)[]): readonly string[] => sides.flatMap((side) => side?.name ?? []);

function hasBearing({ kind, standing, old, new: now, renamed }: ResourcePair): boolean {
  if (standing !== "serving") return false;
  // What of a route configuration differs is looked at virtual host by virtual host.
  if (old === undefined || now === undefined || renamed === true || kind === "route_configuration") return true;
  return printOfResource(old) !== printOfResource(now);
}

function printOfResource(resource: Resource): string {
  if (resource.kind === "endpoints") return printOfEndpoints(resource);
  const { value } = readResource(resource);
  if (resource.kind === "listener") return printOf(value, withoutBearing.listener);
  if (resource.kind !== "cluster") return printOf(value);
  // Of a cluster's metadata Istio's ALPN filter reads this alone.
  const alpn = member(member(member(member(value, "metadata"), "filter_metadata"), "istio"), "alpn_override");
  return printOf({ ...value, metadata: alpn ?? null }, withoutBearing.cluster);
}

/** Of endpoints only counts which kinds of them there are: whether one can be dialled, and what its labels ask for. */
function printOfEndpoints(resource: Resource): string {
  const kinds = (decodeEndpoints(resource)?.endpoints ?? []).map(({ health, hostname, metadata }) =>
    printOf({ health, hostname, metadata }),
  );
  return [...new Set(kinds)].sort(byCodePoint).join(" ");
}

/** The clusters whose endpoints come by EDS under one of these names: their own, or the one that they ask for. */
function* clustersOfEndpoints(snapshots: readonly Snapshot[], names: ReadonlySet<string>): Generator<string> {
  if (names.size === 0) return;
  yield* names;
  for (const snapshot of snapshots) {
    for (const resource of snapshot.resources("cluster")) {
      const text = decodeUtf8(resource.bytes());
      if (!/"service_?[nN]ame"/.test(text)) continue;
      const asked = /"service_?[nN]ame"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
      if (asked !== undefined && names.has(String(JSON.parse(asked)))) yield resource.name;
    }
  }
}

const aggregateType = encodeUtf8("clusters.aggregate");

/** Adds the clusters that consist of others of which one has changed; one that is gone has changed itself. */
function addAggregates(snapshot: Snapshot, changed: Set<string>): void {
  if (changed.size === 0) return;
  for (const resource of snapshot.resources("cluster")) {
    if (findBytes(resource.bytes(), aggregateType) < 0 || changed.has(resource.name)) continue;
    if (mentions(resource.json(), (name) => changed.has(name))) changed.add(resource.name);
  }
}

/** What of the proxy itself decides about requests and differs. */
function changedEnvironment(old: Snapshot, now: Snapshot): readonly string[] {
  const [was, is] = [contextOf(old), contextOf(now)];
  const differs = (one: unknown, other: unknown): boolean => printOf(one) !== printOf(other);
  return [
    ...(differs(was.version, is.version) ? ["the version of Envoy"] : []),
    ...(differs(Object.fromEntries(was.runtime), Object.fromEntries(is.runtime)) ? ["the runtime"] : []),
    ...(was.isGateway !== is.isGateway ? ["the kind of proxy"] : []),
    ...(differs(was.configuration.bootstrap?.proxy?.ip, is.configuration.bootstrap?.proxy?.ip) ? ["the proxy's own address"] : []),
  ];
}
