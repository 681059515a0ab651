import { configurationOf } from "../decode/configuration.js";
import { answerHead, fileOf } from "../model/answer.js";
import type { Snapshot } from "../model/snapshot.js";
import { secretsInResources } from "../redact/secrets-in-resources.js";
import { summariseAccessLogs } from "./access-logs.js";
import { summariseCertificates } from "./certificates.js";
import { summariseClusterEndpoints } from "./cluster-endpoints.js";
import { countResources, newestUpdate, resourcesOf } from "./count-resources.js";
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
}

/** What a snapshot holds and what is wrong with it; decodes every resource. */
export function summarise(snapshot: Snapshot, { now }: SummariseOptions = {}): Summary {
  const configuration = configurationOf(snapshot);
  const resources = resourcesOf(snapshot);
  const newest = newestUpdate(resources);
  return {
    ...answerHead("summary"),
    file: fileOf(snapshot.file),
    origin: snapshot.origin,
    now: now ?? null,
    proxy: identifyProxy(configuration),
    newestUpdate: newest,
    outboundPolicy: outboundPolicyOf(configuration),
    sections: {
      present: snapshot.sections.map(({ name, at }) => ({ name, at })),
      missing: snapshot.missingSections,
      unknown: snapshot.unknownSections,
    },
    counts: countResources(snapshot),
    rejected: rejectedResources(resources),
    warming: warmingResources(resources),
    clusterEndpoints: summariseClusterEndpoints(configuration),
    references: unmetReferences(snapshot, resources),
    certificates: summariseCertificates(snapshot, newest?.time ?? null, now ?? null),
    accessLogs: summariseAccessLogs(configuration),
    notUnderstood: collectNotUnderstood(resources),
    toHide: secretsInResources(resources),
  };
}
