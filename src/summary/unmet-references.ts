import { serves } from "../decode/configuration.js";
import { parseIstioClusterName } from "../model/istio-name.js";
import type { Resource, ResourceKind, ResourceState, SectionName, Snapshot } from "../model/snapshot.js";
import type { FactsOf } from "./facts.js";
import { identityOf } from "./rejected-resources.js";
import type { ReferencesSummary, UnmetReference } from "./summary.js";

/** The references of the serving configuration to what does not serve: absent, warming, draining or refused. */
export function unmetReferences(snapshot: Snapshot, resources: readonly Resource[], facts: FactsOf): ReferencesSummary {
  const stateOf = statesOf(resources);
  const unmet = new Map<string, UnmetReference & { readonly from: UnmetReference["from"][number][] }>();
  const undecided = new Map<ResourceKind, number>();
  for (const resource of resources) {
    if (!refers(resource)) continue;
    const { answer, nameOf } = facts(resource);
    for (const { kind, name: written, by, at } of answer.references) {
      const name = nameOf(written);
      const state = stateOf(kind, name) ?? "absent";
      if (state === "static" || state === "active") continue;
      const identity = identityOf({ kind, name });
      if (state === "absent" && !isDecided(snapshot, kind, name)) undecided.set(kind, (undecided.get(kind) ?? 0) + 1);
      else {
        const from = { by, at: resource.at + at };
        const known = unmet.get(identity);
        if (known === undefined) unmet.set(identity, { kind, name, state, from: [from] });
        else known.from.push(from);
      }
    }
  }
  return { unmet: [...unmet.values()], undecided: [...undecided].map(([kind, count]) => ({ kind, count })) };
}

/** The best state that a resource is in; undefined where there is none of that name. */
export type StateOf = (kind: ResourceKind, name: string) => ResourceState | undefined;

/** The states of resources. Those of a kind are looked at when one of them is first asked for. */
export function statesOf(resources: readonly Resource[]): StateOf {
  const ofKinds = new Map<ResourceKind, ReadonlyMap<string, ResourceState>>();
  return (kind, name) => {
    let states = ofKinds.get(kind);
    if (states === undefined) {
      states = bestStates(resources.filter((resource) => resource.kind === kind));
      ofKinds.set(kind, states);
    }
    return states.get(name);
  };
}

function bestStates(resources: readonly Resource[]): ReadonlyMap<string, ResourceState> {
  const states = new Map<string, ResourceState>();
  for (const resource of resources) {
    const { name } = resource;
    if (serves(resource) || !states.has(name)) states.set(name, resource.state);
  }
  return states;
}

/** Static route configurations stand in the listeners too, static listeners and clusters in the bootstrap too: they count once. */
function refers(resource: Resource): boolean {
  if (resource.kind === "route_configuration") return resource.state === "active";
  return resource.kind !== "bootstrap" && serves(resource);
}

const sectionOf = {
  cluster: "clusters",
  route_configuration: "routes",
  secret: "secrets",
} as const satisfies Partial<Record<ResourceKind, SectionName>>;

/**
 * Would the dump hold what is referred to, if Envoy had it? istiod's dump lacks the bootstrap's clusters and all secrets.
 * Envoy leaves out the section of discovered filters when it has none of them, so there a whole dump decides.
 */
function isDecided(snapshot: Snapshot, kind: ResourceKind, name: string): boolean {
  const has = (section: SectionName): boolean => !snapshot.missingSections.includes(section);
  if (kind === "extension") return has("ecds") || (snapshot.origin === "envoy" && has("bootstrap"));
  if (kind !== "cluster" && kind !== "route_configuration" && kind !== "secret") return false;
  if (!has(sectionOf[kind])) return false;
  if (snapshot.origin === "envoy") return true;
  return kind === "route_configuration" || (kind === "cluster" && parseIstioClusterName(name) !== undefined);
}
