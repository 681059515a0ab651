import { serves } from "../decode/configuration.js";
import type { Resource } from "../model/snapshot.js";
import type { RejectedResource } from "./summary.js";

/** The resources that Envoy refused. It may list one refusal twice, once in an entry without a name: that is one. */
export function rejectedResources(resources: readonly Resource[]): readonly RejectedResource[] {
  const refused = resources.filter(({ failure }) => failure !== null);
  if (refused.length === 0) return [];
  const entriesInError = new Set(resources.filter(({ state }) => state === "error").map(({ entryAt }) => entryAt));
  const serving = new Set(resources.filter(serves).map(identityOf));
  const byRefusal = new Map<string, RejectedResource & { readonly places: string[] }>();
  for (const resource of refused) {
    const { kind, name, failure } = resource;
    if (failure === null || (resource.state !== "error" && entriesInError.has(resource.entryAt))) continue;
    const refusal = JSON.stringify([kind, name, failure.details]);
    const known = byRefusal.get(refusal);
    byRefusal.set(refusal, {
      kind,
      name,
      details: failure.details,
      lastUpdateAttempt: known?.lastUpdateAttempt ?? failure.lastUpdateAttempt,
      olderVersionServes: serving.has(identityOf(resource)),
      places: [...(known?.places ?? []), resource.at],
    });
  }
  return [...byRefusal.values()];
}

/** Resources of one kind and name are versions of one another. */
export const identityOf = ({ kind, name }: Pick<Resource, "kind" | "name">): string => `${kind} ${name}`;
