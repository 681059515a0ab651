import type { Resource } from "../model/snapshot.js";
import type { FactsOf } from "./facts.js";
import { identityOf } from "./rejected-resources.js";
import type { WarmingResource } from "./summary.js";
import { statesOf } from "./unmet-references.js";

/** The resources that Envoy has accepted and does not use yet, with what of theirs is not there or is warming too. */
export function warmingResources(resources: readonly Resource[], facts: FactsOf): readonly WarmingResource[] {
  const warming = resources.filter(({ state }) => state === "warming");
  if (warming.length === 0) return [];
  const stateOf = statesOf(resources);
  return warming.map((resource) => {
    const waitsFor = new Map<string, WarmingResource["waitsFor"][number]>();
    const { answer, nameOf } = facts(resource);
    for (const { kind, name: written } of answer.references) {
      const name = nameOf(written);
      // A listener and a cluster wait for their secrets, routes and filters; a cluster that a route names need not be there.
      const state = stateOf(kind, name);
      if (kind !== "cluster" && state !== "active" && state !== "static") waitsFor.set(identityOf({ kind, name }), { kind, name });
    }
    const state = stateOf(resource.kind, resource.name);
    return {
      kind: resource.kind,
      name: resource.name,
      since: resource.lastUpdated,
      olderVersionServes: state === "active" || state === "static",
      waitsFor: [...waitsFor.values()],
      at: resource.at,
    };
  });
}
