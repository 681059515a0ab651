import type { Explanation } from "../../src/index.js";
import { type CaseRecording, isCase, type ObservedResponse, type Recording, type ScenarioRecording } from "./recording.js";

/** What is compared, in the order of the table. */
export const fields = [
  ...["listener", "filter chain", "virtual host", "route", "clusters", "no cluster", "outcome", "forwarded"],
  ...[
    "status",
    "details",
    "flags",
    "location",
    "gRPC status",
    "termination",
    "authority sent",
    "path sent",
    "SNI sent",
    "ALPN sent",
    "endpoints",
  ],
] as const;
export type Field = (typeof fields)[number];

/** One field of a recording beside the same field of an explanation. */
export interface Comparison {
  readonly field: Field;
  readonly agrees: boolean;
  readonly observed: unknown;
  readonly explained: unknown;
}

/** Compares what Envoy was seen to do with an explanation, field by field; what was not observed is left out. */
export function compareRecording(recording: Recording, explanation: Explanation): readonly Comparison[] {
  return [...(isCase(recording) ? compareCase(recording, explanation) : compareScenario(recording, explanation))];
}

/** An answer from behind, which Envoy only forwarded, or a failure of the host behind: neither is a decision of its configuration. */
const fromBehind = (details: string | null): boolean => /^(via_upstream|upstream_|response_timeout)/.test(details ?? "");

const same = (field: Field, observed: unknown, explained: unknown): Comparison => ({
  field,
  agrees: JSON.stringify(observed) === JSON.stringify(explained),
  observed,
  explained,
});

const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort();

function* compareScenario({ request, observed }: ScenarioRecording, explanation: Explanation): Generator<Comparison> {
  const { response } = observed;
  if (observed.listener !== null) yield same("listener", observed.listener, explanation.listener?.name);
  if (observed.filterChain !== null) yield same("filter chain", observed.filterChain, explanation.filterChain?.name);
  if (observed.virtualHost !== null) yield same("virtual host", observed.virtualHost, explanation.virtualHost?.name);
  if (observed.route !== null) yield same("route", observed.route, explanation.route?.name);

  // A header with the name of no cluster is logged so.
  const clusters = observed.clusters?.map(({ name }) => name).filter((name) => name !== "<nil>") ?? [];
  if (clusters.length > 0) yield* compareClusters(clusters, explanation);
  const answered = response?.details != null && !fromBehind(response.details);
  if (observed.clusters?.length === 0 && (answered || observed.noFilterChainMatch)) yield noCluster(explanation);

  if (response !== null && answered) yield* compareAnswer(response, explanation);
  if (response?.terminationDetails != null) yield same("termination", response.terminationDetails, explanation.response?.details ?? null);
  const unlogged = response === null && observed.client.status !== null && explanation.outcome !== "forward";
  if (unlogged) yield same("status", observed.client.status, explanation.response?.status ?? 0);
  if (fromBehind(response?.details ?? null)) yield same("forwarded", "forward", explanation.outcome);
  if (explanation.outcome !== "forward") return;
  if (observed.rewrite !== null) {
    const authority = explanation.rewrite?.authority ?? request.http?.authority;
    const path = explanation.rewrite?.path ?? request.http?.path;
    if (observed.rewrite.authority !== null) yield same("authority sent", observed.rewrite.authority, authority);
    if (observed.rewrite.path !== null) yield same("path sent", observed.rewrite.path, path);
  }
  if (isOpen(explanation)) return;
  const tls = observed.upstream?.tls;
  // Where the client's own TLS goes through a TCP proxy, the server behind has recorded the client's ClientHello.
  if (tls != null && (request.tls === undefined || explanation.virtualHost !== null)) {
    yield same("SNI sent", tls.sni || null, explanation.tls?.sni || null);
    yield same("ALPN sent", tls.offered_alpn ?? [], explanation.tls?.alpn ?? []);
  }
  const hosts = Object.keys(observed.upstream?.hosts ?? {});
  if (hosts.length > 0) yield* compareEndpoints(hosts, explanation);
}

function* compareCase(
  { request, observed, absent, client, random, notes }: CaseRecording,
  explanation: Explanation,
): Generator<Comparison> {
  const seen = (field: keyof typeof observed): boolean => observed[field] !== null || absent.includes(field);
  const unrouted = notes?.some((note) => note.startsWith("rejected before routing")) === true;
  if (seen("listener")) yield same("listener", observed.listener?.name ?? null, explanation.listener?.name ?? null);
  if (seen("filterChain")) {
    const nameOf = (chain: { readonly name: string | null } | null) => (chain === null ? "none" : chain.name);
    yield same("filter chain", nameOf(observed.filterChain), nameOf(explanation.filterChain));
  }
  if (seen("virtualHost")) yield same("virtual host", observed.virtualHost?.name ?? null, explanation.virtualHost?.name ?? null);
  if (seen("route") && !unrouted) yield same("route", observed.route?.name ?? null, explanation.route?.name ?? null);
  if (observed.clusters !== null && observed.clusters.length > 0) {
    yield* compareClusters(
      observed.clusters.map(({ name }) => name),
      explanation,
    );
  }
  if (observed.clusters?.length === 0) yield noCluster(explanation);
  // Of the clusters that Envoy draws from, some may be missing or empty.
  if (random && isOpen(explanation)) return;
  if (observed.outcome !== null) yield same("outcome", observed.outcome, explanation.outcome);
  // How a connection to a host behind fails is not in the dump.
  if (observed.response !== null && observed.outcome !== "forward") {
    const own = observed.response.details !== null && !fromBehind(observed.response.details);
    yield* compareAnswer(own ? { ...observed.response, grpcStatus: client.grpcStatus ?? null } : observed.response, explanation);
  }
  if (explanation.outcome !== "forward") return;
  if (seen("rewrite")) {
    yield same("authority sent", observed.rewrite?.authority ?? null, explanation.rewrite?.authority ?? null);
    // What CONNECT has in a path's place is its authority once more.
    if (request.http?.method !== "CONNECT") yield same("path sent", observed.rewrite?.path ?? null, explanation.rewrite?.path ?? null);
  }
  if (observed.endpoints !== null && observed.endpoints.length > 0) {
    yield* compareEndpoints(
      observed.endpoints.map(({ address }) => address),
      explanation,
    );
  }
}

/** Does chance decide between several clusters? */
const isOpen = ({ clusters }: Explanation): boolean => clusters.filter(({ chosen }) => chosen === null).length > 1;

function* compareClusters(observed: readonly string[], { clusters }: Explanation): Generator<Comparison> {
  const possible = clusters.filter(({ chosen }) => chosen !== false).map(({ name }) => name);
  yield { field: "clusters", agrees: observed.every((name) => possible.includes(name)), observed, explained: possible };
}

/** Of no cluster that is listed may a host be picked. */
const noCluster = ({ clusters, outcome }: Explanation): Comparison => ({
  field: "no cluster",
  agrees: clusters.length === 0 || outcome !== "forward",
  observed: [],
  explained: clusters.map(({ name }) => name),
});

function* compareEndpoints(observed: readonly string[], { endpoints }: Explanation): Generator<Comparison> {
  const possible = endpoints.map(({ address }) => address);
  yield { field: "endpoints", agrees: observed.every((address) => possible.includes(address)), observed, explained: possible };
}

function* compareAnswer(observed: ObservedResponse, explanation: Explanation): Generator<Comparison> {
  const { response } = explanation;
  if (observed.status !== null) yield same("status", observed.status, response?.status ?? 0);
  if (observed.details !== null) yield same("details", observed.details, response?.details ?? null);
  if (observed.flags !== null && (observed.details !== null || observed.flags.length > 0)) {
    yield same("flags", sorted(observed.flags), sorted(response?.flags ?? []));
  }
  if (observed.location !== null) yield same("location", observed.location, response?.location ?? null);
  if (observed.grpcStatus != null) yield same("gRPC status", grpcCode(observed.grpcStatus), response?.grpcStatus ?? null);
}

const grpcNames = ["OK", "Canceled", "Unknown", "InvalidArgument", "DeadlineExceeded", "NotFound", "AlreadyExists", "PermissionDenied"];
const laterGrpcNames = ["ResourceExhausted", "FailedPrecondition", "Aborted", "OutOfRange", "Unimplemented", "Internal", "Unavailable"];

/** A gRPC status by number; access logs have its name. */
function grpcCode(status: string | number): number | string {
  const code = /^\d+$/.test(String(status)) ? Number(status) : [...grpcNames, ...laterGrpcNames].indexOf(String(status));
  return code < 0 ? status : code;
}
