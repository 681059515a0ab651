import type { AnswerHead } from "../model/answer.js";
import type { Request } from "../model/request.js";
import type { SnapshotFile } from "../model/snapshot.js";

/** What becomes of a request or connection. See docs/output-format.md for each word. */
export type OutcomeKind = "forward" | "redirect" | "direct_response" | "rejected" | "closed" | "waiting";

/** The decisions, in the order in which Envoy takes them. */
export const stepNames = [
  "accepting listener",
  "listener",
  "listener filters",
  "filter chain",
  "transport socket",
  "network filters",
  "HTTP connection manager",
  "route configuration",
  "virtual host",
  "route",
  "HTTP filters",
  "TCP proxy",
  "cluster",
  "endpoints",
  "upstream TLS",
] as const;
export type StepName = (typeof stepNames)[number];

/** One decision of Envoy: what was decided, on which ground, and who was turned down for what. */
export interface Step {
  readonly step: StepName;
  readonly decision: string;
  readonly because: string;
  readonly at: string;
  readonly rejected: readonly RejectedCandidate[];
}

export interface RejectedCandidate {
  readonly candidate: string;
  readonly because: string;
  readonly at: string;
}

export const causeCodes = [
  "no-listener",
  "no-filter-chain",
  "protocol-not-declared",
  "no-virtual-host",
  "catch-all-virtual-host",
  "blocked",
  "no-route",
  "cluster-missing",
  "no-endpoints",
  "no-healthy-endpoints",
  "denied",
  "waiting-for-client",
  "own-address",
  "protocol-error",
  "tls-handshake",
  "closed-by-filter",
  "fault",
  "configured-passthrough",
] as const;
export type CauseCode = (typeof causeCodes)[number];

/** Why a request gets no cluster of its own, or no cluster at all. */
export interface Cause {
  readonly code: CauseCode;
  readonly message: string;
  readonly at: string;
  readonly nearest: readonly NearestCandidate[];
}

export interface NearestCandidate {
  readonly candidate: string;
  readonly failedOn: string;
  readonly at: string;
}

export const uncertainCodes = [
  "filter-not-modelled",
  "listener-filter-not-modelled",
  "source-unknown",
  "random",
  "undecided-match",
  "ambiguous-filter-chain",
  "endpoints-not-in-dump",
  "routes-not-in-dump",
  "dns",
  "state",
  "load-balancing",
  "cluster-specifier-plugin",
] as const;
export type UncertainCode = (typeof uncertainCodes)[number];

/** Something that the dump and the request alone can't decide, and what would. */
export interface Uncertain {
  readonly code: UncertainCode;
  readonly at: string;
  readonly message: string;
  readonly decidedBy: string;
}

export interface ClusterChoice {
  readonly name: string;
  /** As Cluster.type of the model; null for a cluster that the dump does not hold. */
  readonly type: string | null;
  readonly inDump: boolean;
  /** Share of the total weight, as configured; null where the route names one cluster. */
  readonly weight: number | null;
  /** null: open, chance or something the dump does not hold decides. */
  readonly chosen: boolean | null;
  readonly at: string;
}

export interface LocalResponse {
  /** HTTP status that the client receives; null where no HTTP answer is given. */
  readonly status: number | null;
  /** RESPONSE_CODE_DETAILS, or for TCP the CONNECTION_TERMINATION_DETAILS. */
  readonly details: string | null;
  readonly flags: readonly string[];
  readonly grpcStatus: number | null;
  readonly location: string | null;
}

export interface ExplainedEndpoint {
  readonly address: string;
  readonly health: string;
  readonly weight: number;
  readonly locality: string;
  readonly at: string;
}

export interface UpstreamTls {
  readonly mode: "ISTIO_MUTUAL" | "MUTUAL" | "SIMPLE" | "PLAINTEXT";
  readonly sni: string | null;
  readonly alpn: readonly string[];
  readonly at: string;
}

/** How the destination of a target given by name was found. */
export interface Resolution {
  readonly how: "given" | "virtual-host-domain" | "cluster-name" | "listener-address" | "endpoint" | "not-in-dump";
  readonly at: string | null;
}

/** One request's way through the proxy, as the contract has it. */
export interface Explanation extends AnswerHead<"explanation"> {
  readonly file: SnapshotFile;
  readonly id?: string;
  readonly request: Request;
  readonly resolved: Resolution;
  readonly listener: { readonly name: string; readonly address: string; readonly at: string } | null;
  readonly filterChain: { readonly name: string | null; readonly index: number; readonly default: boolean; readonly at: string } | null;
  readonly routeConfiguration: { readonly name: string; readonly source: "rds" | "inline" | "scoped"; readonly at: string } | null;
  readonly virtualHost: { readonly name: string; readonly domain: string; readonly at: string } | null;
  readonly route: { readonly name: string | null; readonly index: number; readonly at: string } | null;
  readonly clusters: readonly ClusterChoice[];
  readonly mirrors: readonly { readonly name: string; readonly at: string }[];
  readonly outcome: OutcomeKind;
  readonly cause: Cause | null;
  readonly response: LocalResponse | null;
  readonly rewrite: { readonly authority: string | null; readonly path: string | null } | null;
  readonly timeout: { readonly route: string; readonly idle: string | null; readonly at: string } | null;
  readonly retry: { readonly on: readonly string[]; readonly attempts: number; readonly at: string } | null;
  readonly endpoints: readonly ExplainedEndpoint[];
  readonly tls: UpstreamTls | null;
  readonly why: readonly Step[];
  readonly uncertain: readonly Uncertain[];
}
