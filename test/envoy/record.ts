import type { Explanation } from "../../src/explain/explanation.js";
import { compareRecording } from "../recordings/compare.js";
import type { CaseRecording, ObservedInCase } from "../recordings/recording.js";
import { echoClusters } from "./bootstrap.js";

/** One request with what Envoy did with it, in the shape of the recorded cases; with the clusters that got a copy of it. */
export interface TrialRecord extends CaseRecording {
  readonly observed: ObservedInCase & { readonly mirrors: readonly { readonly name: string }[] | null };
}

/** Clusters without endpoints, and those that are not there, get no copy. */
const mayArrive = (name: string): boolean => echoClusters.some((echo) => echo === name);

/** A field on which an explanation and the real Envoy differ. */
export interface Disagreement {
  readonly field: string;
  readonly envoy: unknown;
  readonly explained: unknown;
}

/** Compares an explanation with what Envoy did, field by field; beside what all recordings have, mirrors and a Location that is not there. */
export function compareWithEnvoy(explanation: Explanation, record: TrialRecord): readonly Disagreement[] {
  const { mirrors, response, outcome } = record.observed;
  const found: Disagreement[] = compareRecording(record, explanation)
    .filter(({ agrees }) => !agrees)
    .map(({ field, observed, explained }) => ({ field, envoy: observed, explained }));
  const copied = mirrors?.map(({ name }) => name);
  const copies = [...new Set(explanation.mirrors.map(({ name }) => name))].filter(mayArrive).sort();
  if (copied !== undefined && JSON.stringify(copied) !== JSON.stringify(copies))
    found.push({ field: "mirrors", envoy: copied, explained: copies });
  const location = explanation.response?.location ?? null;
  if (response !== null && outcome !== "forward" && response.location === null && location !== null) {
    found.push({ field: "location", envoy: null, explained: location });
  }
  return found;
}
