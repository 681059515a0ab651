import { configurationOf } from "../decode/configuration.js";
import { answerHead, fileOf } from "../model/answer.js";
import type { Snapshot } from "../model/snapshot.js";
import { secretsInResources } from "../redact/secrets-in-resources.js";
import { summariseAccessLogs } from "./access-logs.js";
import { summariseCertificates } from "./certificates.js";
import { summariseClusterEndpoints } from "./cluster-endpoints.js";
import { countResources, newestUpdate, resourcesOf } from "./count-resources.js";
import { findFacts } from "./facts.js";
import { identifyProxy } from "./identify-proxy.js";
import { collectNotUnderstood } from "./not-understood.js";
import { outboundPolicyOf } from "./outbound-policy.js";
import { rejectedResources } from "./rejected-resources.js";
import type { Summary } from "./summary.js";
import { unmetReferences } from "./unmet-references.js";
import { warmingResources } from "./warming-resources.js";

export interface SummariseOptions {
  /** The present (RFC 3339): against it certificates are held, beside the time of the dump. */
  readonly now?: string;
  /** Are all resources read in full, to count what is not known in them and what is secret? By default those of a dump with no more than 5,000. */
  readonly decodeAll?: boolean;
}

const fewResources = 5000;

/** What a snapshot holds and what is wrong with it. */
export function summarise(snapshot: Snapshot, { now, decodeAll }: SummariseOptions = {}): Summary {
  const resources = resourcesOf(snapshot);
  const facts = findFacts();
  const newest = newestUpdate(resources);
  const inFull = decodeAll ?? resources.length <= fewResources;
  return {
    ...answerHead("summary"),
    file: fileOf(snapshot.file),
    origin: snapshot.origin,
    now: now ?? null,
    proxy: identifyProxy(configurationOf(snapshot)),
    newestUpdate: newest,
    outboundPolicy: outboundPolicyOf(snapshot, facts),
    sections: {
      present: snapshot.sections.map(({ name, at }) => ({ name, at })),
      missing: snapshot.missingSections,
      unknown: snapshot.unknownSections,
    },
    counts: countResources(snapshot),
    rejected: rejectedResources(resources),
    warming: warmingResources(resources, facts),
    clusterEndpoints: summariseClusterEndpoints(snapshot, facts),
    references: unmetReferences(snapshot, resources, facts),
    certificates: summariseCertificates(snapshot, newest?.time ?? null, now ?? null),
    accessLogs: summariseAccessLogs(snapshot, facts),
    notUnderstood: inFull ? collectNotUnderstood(resources) : null,
    toHide: inFull ? secretsInResources(resources) : null,
  };
}
