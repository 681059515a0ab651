import { fileInWords } from "../../model/answer.js";
import type { ResourceKind } from "../../model/snapshot.js";
import type {
  AccessLogDestination,
  AccessLogSummary,
  CertificateSummary,
  ReferenceBy,
  ResourceCount,
  Summary,
  UnmetReference,
} from "../../summary/summary.js";
import { countOf } from "../../util/text.js";
import { removalWords } from "../redaction/removal-words.js";
import { describeSpan, shortTime } from "../text-time.js";
import { plainText } from "../text-wrap.js";

/** A part of a summary for people: a heading and what stands under it. Renderers lay it out. */
export interface SummarySection {
  readonly heading: string;
  readonly rows: readonly SummaryRow[];
}

export interface SummaryRow {
  /** What the row is about; a name stands as it is in the file. */
  readonly term: string;
  readonly says: readonly string[];
  readonly places: readonly string[];
}

const nouns: Readonly<Record<ResourceKind, readonly [singular: string, plural: string]>> = {
  bootstrap: ["bootstrap", "bootstraps"],
  cluster: ["cluster", "clusters"],
  endpoints: ["cluster's endpoints", "clusters' endpoints"],
  listener: ["listener", "listeners"],
  scoped_route: ["scoped route", "scoped routes"],
  route_configuration: ["route configuration", "route configurations"],
  secret: ["secret", "secrets"],
  extension: ["discovered extension", "discovered extensions"],
};

/** `3 listeners` */
const countKind = (count: number, kind: ResourceKind): string => countOf(count, ...nouns[kind]);

/** Whose dump it is: the first line. */
export function identifyingLine({ proxy, origin }: Summary): string {
  if (proxy === null) {
    return origin === "istiod"
      ? "a proxy that the dump does not name: what istiod has for it, not what Envoy took"
      : "a proxy that the dump does not name";
  }
  const { identity, nodeId, istioVersion, envoyVersion } = proxy;
  const who =
    identity === null ? `node ${nodeId === "" ? "without an id" : nodeId}` : `${identity.type} ${identity.pod}.${identity.namespace}`;
  const versions = [istioVersion === null ? [] : `Istio ${istioVersion}`, envoyVersion === null ? [] : `Envoy ${envoyVersion}`].flat();
  return plainText([who, ...versions].join(", "));
}

/** When it was taken: the newest time in it is the earliest that it can have been. */
export const takenLine = ({ newestUpdate }: Summary): string =>
  newestUpdate === null ? "nothing in it tells when it was taken" : `taken ${shortTime(newestUpdate.time)} or later`;

export const fileLine = ({ file }: Summary): string =>
  `${plainText([file, ...(file.with ?? [])].map(fileInWords).join(" with "))}, ${countOf(file.size, "byte")}`;

/** What is wrong, in a few words each; empty when the dump shows nothing. */
export function troublesOf({ rejected, warming, references, clusterEndpoints, certificates }: Summary): readonly string[] {
  const { lacking } = clusterEndpoints;
  const expired = certificates.filter(({ validAtDump }) => validAtDump === false);
  return [
    ...byKind(rejected).map(([kind, count]) => `${countKind(count, kind)} rejected by Envoy`),
    ...byKind(warming).map(([kind, count]) => `${countKind(count, kind)} warming`),
    ...byKind(references.unmet.filter(({ state }) => state === "absent")).map(
      ([kind, count]) => `${countKind(count, kind)} referred to but missing`,
    ),
    ...(lacking.length === 0 ? [] : [`${countKind(lacking.length, "cluster")} without a healthy endpoint`]),
    ...(expired.length === 0 ? [] : [`${countOf(expired.length, "certificate")} not valid when the dump was taken`]),
  ];
}

function byKind(items: readonly { readonly kind: ResourceKind }[]): readonly (readonly [ResourceKind, number])[] {
  const counts = new Map<ResourceKind, number>();
  for (const { kind } of items) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts];
}

/** Everything under the first lines, trouble first; a section with nothing in it is left out. */
export function sectionsOf(summary: Summary): readonly SummarySection[] {
  return [
    { heading: "rejected by Envoy", rows: rejectedRows(summary) },
    { heading: "warming, not in use yet", rows: warmingRows(summary) },
    { heading: "referred to, but not serving", rows: summary.references.unmet.map(referenceRow) },
    { heading: "without a healthy endpoint", rows: endpointRows(summary) },
    { heading: "not valid when the dump was taken", rows: certificateRows(summary, ({ validAtDump }) => validAtDump === false) },
    { heading: "configuration", rows: configurationRows(summary) },
    { heading: "access logs", rows: summary.accessLogs.flatMap(accessLogRows) },
    { heading: "certificates", rows: certificateRows(summary, ({ validAtDump }) => validAtDump !== false) },
    { heading: "not known to xdsight, kept as it is", rows: notUnderstoodRows(summary) },
    { heading: "not decided by this dump", rows: undecidedRows(summary) },
    { heading: "to hide before it is shared (xdsight redact)", rows: toHideRows(summary) },
  ].filter(({ rows }) => rows.length > 0);
}

const nameRow = (kind: ResourceKind, name: string): string => `${nouns[kind][0]} ${name === "" ? "(no name)" : plainText(name)}`;

const rejectedRows = ({ rejected }: Summary): readonly SummaryRow[] =>
  rejected.map(({ kind, name, details, lastUpdateAttempt, olderVersionServes, places }) => ({
    term: nameRow(kind, name),
    says: [
      details === "" ? "rejected, without a reason" : plainText(details),
      `${lastUpdateAttempt === null ? "no time given" : shortTime(lastUpdateAttempt)}; ${olderVersionServes ? "an older version serves on" : "nothing serves in its place"}`,
    ],
    places,
  }));

const warmingRows = ({ warming }: Summary): readonly SummaryRow[] =>
  warming.map(({ kind, name, since, olderVersionServes, waitsFor, at }) => ({
    term: nameRow(kind, name),
    says: [
      `${since === null ? "warming" : `since ${shortTime(since)}`}${olderVersionServes ? "; an older version serves on" : ""}`,
      ...waitsFor.map((target) => `${nameRow(target.kind, target.name)} is not there yet`),
    ],
    places: [at],
  }));

const referrers: Readonly<Record<ReferenceBy, readonly [singular: string, plural: string]>> = {
  route: ["route", "routes"],
  weighted_cluster: ["weighted cluster", "weighted clusters"],
  request_mirror_policy: ["mirror policy", "mirror policies"],
  tcp_proxy: ["TCP proxy", "TCP proxies"],
  grpc_service: ["gRPC service", "gRPC services"],
  http_service: ["HTTP service", "HTTP services"],
  aggregate_cluster: ["aggregate cluster", "aggregate clusters"],
  http_connection_manager: ["HTTP connection manager", "HTTP connection managers"],
  scoped_route: ["scoped route", "scoped routes"],
  tls_context: ["TLS context", "TLS contexts"],
  filter: ["filter", "filters"],
};

function referenceRow({ kind, name, state, from }: UnmetReference): SummaryRow {
  const counts = new Map<ReferenceBy, number>();
  for (const { by } of from) counts.set(by, (counts.get(by) ?? 0) + 1);
  const who = [...counts].map(([by, count]) => countOf(count, ...referrers[by])).join(", ");
  const is = state === "absent" ? "missing" : state === "error" ? "rejected" : state;
  return { term: nameRow(kind, name), says: [`${is}; named by ${who}`], places: from.map(({ at }) => at) };
}

const endpointRows = ({ clusterEndpoints }: Summary): readonly SummaryRow[] =>
  clusterEndpoints.lacking.map(({ name, type, endpoints, at }) => ({
    term: nameRow("cluster", name),
    says: [`${type}, ${endpoints === 0 ? "no endpoints" : `none of ${countOf(endpoints, "endpoint")} healthy`}`],
    places: [at],
  }));

const certificateRows = (summary: Summary, accept: (certificate: CertificateSummary) => boolean): readonly SummaryRow[] =>
  summary.certificates.filter(accept).map((certificate) => certificateRow(certificate, summary));

function certificateRow(certificate: CertificateSummary, { newestUpdate, now }: Summary): SummaryRow {
  const { secret, use, subject, subjectAltNames, notBefore, notAfter, at } = certificate;
  const spiffeId = subjectAltNames.find((name) => name.startsWith("spiffe://"));
  const whose = spiffeId ?? subjectAltNames[0] ?? (subject === "" ? "a certificate without a name" : subject);
  return {
    term: `secret ${plainText(secret)}`,
    says: [
      plainText(`${use === "validation_context" ? "trusts" : "presents"} ${whose}`),
      ...(startsLater(certificate, newestUpdate?.time ?? null) ? [`valid from ${shortTime(notBefore)}`] : []),
      [`expires ${shortTime(notAfter)}`, ...expirySpans(certificate, newestUpdate?.time ?? null, now)].join(", "),
    ],
    places: [at],
  };
}

const startsLater = ({ notBefore }: CertificateSummary, time: string | null): boolean =>
  time !== null && Date.parse(time) < Date.parse(notBefore);

/** An expiry farther away than this is no news. */
const soonMs = 90 * 24 * 3600 * 1000;

/** How far the expiry is from the dump and from the present, where it is near or past. */
function expirySpans({ notAfter }: CertificateSummary, dumpTime: string | null, now: string | null): readonly string[] {
  const isPast = (time: string): boolean => Date.parse(notAfter) < Date.parse(time);
  const first = dumpTime ?? now;
  if (first !== null && Date.parse(notAfter) - Math.max(Date.parse(first), Date.parse(now ?? first)) > soonMs) return [];
  return [
    ...(dumpTime === null ? [] : [`${describeSpan(dumpTime, notAfter)} ${isPast(dumpTime) ? "before" : "after"} the dump`]),
    ...(now === null ? [] : [`${describeSpan(now, notAfter)} ${isPast(now) ? "ago" : "from now"}`]),
  ];
}

function configurationRows(summary: Summary): readonly SummaryRow[] {
  // Envoy prints the section of discovered filters only where there are some.
  const missing = summary.sections.missing.filter((name) => name !== "ecds");
  return [
    ...policyRows(summary),
    ...summary.counts.flatMap(countRow),
    ...(missing.length === 0 ? [] : [{ term: "sections not in it", says: [missing.join(", ")], places: [] }]),
  ];
}

function policyRows({ outboundPolicy, proxy }: Summary): readonly SummaryRow[] {
  const term = "outbound policy";
  if (outboundPolicy === null) {
    // Only a sidecar should have one.
    return proxy?.identity?.type === "sidecar"
      ? [{ term, says: ["not to be seen: no serving listener takes all outbound connections"], places: [] }]
      : [];
  }
  const { mode, clusters, at } = outboundPolicy;
  const says = `${mode ?? "neither ALLOW_ANY nor REGISTRY_ONLY"}: what no other listener takes goes to ${plainText(clusters.join(", "))}`;
  return [{ term, says: [says], places: [at] }];
}

const stateWords = { active: "active", static: "static", warming: "warming", draining: "draining", error: "in error_state" } as const;

function countRow({ kind, ...counts }: ResourceCount): readonly SummaryRow[] {
  const states = (["active", "static", "warming", "draining", "error"] as const).filter((state) => counts[state] > 0);
  if (states.length === 0 || kind === "bootstrap") return [];
  const [, plural] = nouns[kind];
  return [{ term: plural, says: [states.map((state) => `${counts[state]} ${stateWords[state]}`).join(", ")], places: [] }];
}

const directionWords = { INBOUND: "inbound", OUTBOUND: "outbound", UNSPECIFIED: "no direction" } as const;

function accessLogRows({
  direction,
  httpConnectionManagers,
  tcpProxies,
  listeners,
  destinations,
}: AccessLogSummary): readonly SummaryRow[] {
  const writers = [
    [httpConnectionManagers, "HTTP connection managers"],
    [tcpProxies, "TCP proxies"],
  ] as const;
  const counted = writers.filter(([{ total }]) => total > 0).map(([{ logging, total }, noun]) => `${logging} of ${total} ${noun}`);
  const ofListeners = `${listeners.logging} of ${listeners.total} listeners, for connections that no filter chain takes`;
  return [
    {
      term: directionWords[direction],
      says: [
        ...(counted.length === 0 ? [] : [counted.join(", ")]),
        ...(listeners.logging === 0 ? [] : [ofListeners]),
        ...destinations.map(describeDestination),
      ],
      places: destinations.map(({ at }) => at),
    },
  ];
}

const destinationWords = {
  file: "",
  stdout: "",
  stderr: "",
  grpc: "gRPC to ",
  open_telemetry: "OpenTelemetry to ",
  other: "",
} as const satisfies Record<AccessLogDestination["kind"], string>;

function describeDestination({ kind, to, format, keys, writers, conditional }: AccessLogDestination): string {
  const formats = { default: "default format", text: "text", json: `JSON with ${countOf(keys ?? 0, "key")}` } as const;
  const total = writers.httpConnectionManagers + writers.tcpProxies + writers.listeners;
  const what = `${destinationWords[kind]}${plainText(to)}${format === null ? "" : `, ${formats[format]}`}`;
  return `${what}: written by ${total}${conditional === 0 ? "" : `, ${conditional} of them under a condition`}`;
}

const problemWords = {
  "unknown-type": "type",
  "unknown-field": "field",
  "unknown-enum-value": "value",
  "invalid-value": "value that is not",
  "duplicate-field": "field in two spellings",
  "older-type": "older type, read as its successor",
  "nested-too-deep": "nested too deep",
} as const satisfies Record<NonNullable<Summary["notUnderstood"]>[number]["code"], string>;

const notUnderstoodRows = ({ notUnderstood, sections }: Summary): readonly SummaryRow[] => [
  ...sections.unknown.map(({ type, at }) => ({ term: plainText(type), says: ["section"], places: [at] })),
  ...(notUnderstood ?? []).map(({ code, what, count, at }) => ({
    term: what === "" ? "(a value)" : plainText(what),
    says: [`${problemWords[code]}, in ${countOf(count, "place")}`],
    places: [at],
  })),
];

const toHideRows = ({ toHide }: Summary): readonly SummaryRow[] =>
  (toHide ?? []).map(({ kind, count, at }) => ({
    term: kind,
    says: [`${removalWords[kind]}, in ${countOf(count, "place")}`],
    places: [at],
  }));

const undecidedRows = ({ references, clusterEndpoints, origin, notUnderstood }: Summary): readonly SummaryRow[] => [
  ...(notUnderstood === null
    ? [{ term: "unknown types, secrets", says: ["not looked for in a dump of this size; --decode-all does"], places: [] }]
    : []),
  // Seen with Envoy 1.40: only listeners keep an error_state; a rejected cluster is in no section of the dump.
  ...(origin === "envoy" && references.unmet.some(({ kind, state }) => kind === "cluster" && state === "absent")
    ? [
        {
          term: "missing clusters",
          says: [
            "never sent, or rejected: a dump keeps no trace of a rejected cluster; Envoy's log and its counter cluster_manager.cds.update_rejected tell",
          ],
          places: [],
        },
      ]
    : []),
  ...(clusterEndpoints.undecided === 0
    ? []
    : [{ term: "endpoints", says: [`of ${countKind(clusterEndpoints.undecided, "cluster")}`], places: [] }]),
  ...references.undecided.map(({ kind, count }) => ({
    term: nouns[kind][1],
    says: [`${countOf(count, "reference")} to what the dump leaves out`],
    places: [],
  })),
];
