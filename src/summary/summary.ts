import type { AnswerHead } from "../model/answer.js";
import type { ProxyIdentity } from "../model/bootstrap.js";
import type { DecodeProblem } from "../model/problem.js";
import type { ResourceKind, ResourceState, SectionName, SnapshotFile, UnknownSection } from "../model/snapshot.js";
import type { SecretsToHide } from "../redact/secrets-in-resources.js";

/** What a dump holds and what is wrong with it. Every `at` is a JSON pointer into the file, every time RFC 3339 text. */
export interface Summary extends AnswerHead<"summary"> {
  readonly file: SnapshotFile;
  readonly origin: "envoy" | "istiod";
  /** The present against which certificates were held; null when it was not given. */
  readonly now: string | null;
  /** Null when the dump has no bootstrap. */
  readonly proxy: ProxySummary | null;
  /** The newest time in the dump: it was taken then or later. Null when it holds no time. */
  readonly newestUpdate: { readonly time: string; readonly at: string } | null;
  readonly outboundPolicy: OutboundPolicy | null;
  readonly sections: {
    readonly present: readonly { readonly name: SectionName; readonly at: string }[];
    readonly missing: readonly SectionName[];
    readonly unknown: readonly UnknownSection[];
  };
  readonly counts: readonly ResourceCount[];
  readonly rejected: readonly RejectedResource[];
  readonly warming: readonly WarmingResource[];
  readonly clusterEndpoints: ClusterEndpointsSummary;
  readonly references: ReferencesSummary;
  readonly certificates: readonly CertificateSummary[];
  readonly accessLogs: readonly AccessLogSummary[];
  /** Null where it was not looked for: it takes decoding every resource in full, which a large dump is spared unless asked for. */
  readonly notUnderstood: readonly NotUnderstood[] | null;
  /** What `redact` would take out of the resources; none: they hold no secret that it knows. Null where it was not looked for, either. */
  readonly toHide: readonly SecretsToHide[] | null;
}

export interface ProxySummary {
  readonly at: string;
  readonly nodeId: string;
  /** What an Istio node id says; null for any other id. */
  readonly identity: ProxyIdentity | null;
  readonly istioVersion: string | null;
  readonly envoyVersion: string | null;
}

/** Where connections go that no listener of their own takes, as the catch-all of the outbound listener shows it. */
export interface OutboundPolicy {
  /** Istio's name for it; null when the catch-all goes to a cluster that Istio's two modes do not use. */
  readonly mode: "ALLOW_ANY" | "REGISTRY_ONLY" | null;
  readonly clusters: readonly string[];
  readonly at: string;
}

export type ResourceCount = { readonly kind: ResourceKind } & { readonly [State in ResourceState]: number };

/** A resource that Envoy refused (`error_state`). */
export interface RejectedResource {
  readonly kind: ResourceKind;
  readonly name: string;
  /** Envoy's own words. */
  readonly details: string;
  readonly lastUpdateAttempt: string | null;
  /** Does an older version of it go on serving? */
  readonly olderVersionServes: boolean;
  /** Envoy may list one refusal twice. */
  readonly places: readonly string[];
}

/** A resource that does not serve yet. */
export interface WarmingResource {
  readonly kind: ResourceKind;
  readonly name: string;
  readonly since: string | null;
  readonly olderVersionServes: boolean;
  /** What it refers to and is not there, or is warming itself. */
  readonly waitsFor: readonly { readonly kind: ResourceKind; readonly name: string }[];
  readonly at: string;
}

export interface ClusterEndpointsSummary {
  /** Serving clusters that can send nothing anywhere. */
  readonly lacking: readonly {
    readonly name: string;
    readonly type: string;
    /** How many endpoints there are, none of them healthy. */
    readonly endpoints: number;
    readonly at: string;
  }[];
  /** Clusters that are empty on purpose: Istio's BlackHoleCluster. */
  readonly emptyOnPurpose: readonly { readonly name: string; readonly at: string }[];
  /** How many clusters the dump has no endpoints section for. */
  readonly undecided: number;
}

/** What refers to another resource. */
export type ReferenceBy =
  | ("route" | "weighted_cluster" | "request_mirror_policy" | "tcp_proxy" | "grpc_service" | "http_service" | "aggregate_cluster")
  | ("http_connection_manager" | "scoped_route" | "tls_context" | "filter");

/** A resource that is named somewhere and does not serve. */
export interface UnmetReference {
  readonly kind: ResourceKind;
  readonly name: string;
  /** In which state it is there; `absent`: in none. */
  readonly state: ResourceState | "absent";
  readonly from: readonly { readonly by: ReferenceBy; readonly at: string }[];
}

export interface ReferencesSummary {
  readonly unmet: readonly UnmetReference[];
  /** References that the dump can't decide, as it leaves out what they refer to. */
  readonly undecided: readonly { readonly kind: ResourceKind; readonly count: number }[];
}

export interface CertificateSummary {
  readonly secret: string;
  readonly use: "tls_certificate" | "validation_context" | null;
  readonly subject: string;
  readonly subjectAltNames: readonly string[];
  readonly issuer: string;
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** At the newest time of the dump; null when it has none. */
  readonly validAtDump: boolean | null;
  readonly validNow: boolean | null;
  readonly at: string;
}

/** The access logs of the serving listeners of one direction. */
export interface AccessLogSummary {
  readonly direction: "INBOUND" | "OUTBOUND" | "UNSPECIFIED";
  readonly httpConnectionManagers: LoggingCount;
  readonly tcpProxies: LoggingCount;
  /** Listeners log what no filter chain takes. */
  readonly listeners: LoggingCount;
  readonly destinations: readonly AccessLogDestination[];
}

export interface LoggingCount {
  readonly total: number;
  readonly logging: number;
}

/** One way of logging, however many write it. */
export interface AccessLogDestination {
  readonly kind: "file" | "stdout" | "stderr" | "grpc" | "open_telemetry" | "other";
  /** A path, a cluster, or for `other` the message type of the log's configuration. */
  readonly to: string;
  readonly format: "default" | "text" | "json" | null;
  /** How many keys a JSON format has. */
  readonly keys: number | null;
  readonly writers: { readonly httpConnectionManagers: number; readonly tcpProxies: number; readonly listeners: number };
  /** How many of the writers log under a condition only (`filter`). */
  readonly conditional: number;
  /** The first of them. */
  readonly at: string;
}

/** A type, field or value that the descriptors do not have, or that is not what they say. It was kept as it is. */
export interface NotUnderstood {
  readonly code: DecodeProblem["code"];
  readonly what: string;
  readonly count: number;
  /** The first of them. */
  readonly at: string;
}
