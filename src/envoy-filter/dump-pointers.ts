import type { Snapshot } from "../model/snapshot.js";
import type { JsonObject } from "../util/json.js";
import { pointerKeys, pointTo } from "../util/json-pointer.js";
import type { Addition } from "./dump-edits.js";
import { type DumpedResource, type PatchedKind, placeWithin } from "./dump-resources.js";
import type { PatchAccount } from "./patch-account.js";
import type { PatchableResources } from "./patched-resources.js";
import type { PointerShift } from "./pointer-shift.js";

/** Where something given to a call stands in the dump: a resource, or what lies at some keys of it. */
export interface Origin {
  readonly dumped: DumpedResource;
  readonly keys: readonly string[];
}

/** Where something that a call answered stands in the patched dump: at the place of what was given, or among what is added. */
export type Outcome = Origin | { readonly addition: Addition };

/** A call of the patch code that was made, with what its pointers lead to. */
export interface MadeCall {
  readonly account: readonly PatchAccount[];
  readonly key: keyof PatchableResources;
  readonly given: readonly Origin[];
  readonly givenValues: readonly JsonObject[];
  readonly results: readonly Outcome[];
  readonly resultValues: readonly JsonObject[];
  /** What was given only to be held against patches. */
  readonly elsewhere: readonly (readonly Origin[])[];
}

export const patchedKinds = {
  listeners: "listener",
  clusters: "cluster",
  routeConfigs: "route_configuration",
  extensionConfigs: "extension",
} as const satisfies Record<keyof PatchableResources, PatchedKind>;

/** Turns pointers into the resources of a call into pointers into the dump, or into the patched one. */
export class DumpPointers {
  readonly #values: ReadonlyMap<DumpedResource, JsonObject>;
  readonly #shift: PointerShift;
  readonly #added = new Map<Addition, string>();

  /**
   * @param values what resources have become
   * @param additions what was added, in the order in which it stands there
   */
  constructor(
    old: Snapshot,
    patched: Snapshot,
    values: ReadonlyMap<DumpedResource, JsonObject>,
    additions: readonly Addition[],
    shift: PointerShift,
  ) {
    this.#values = values;
    this.#shift = shift;
    for (const kind of Object.values(patchedKinds)) {
      const ofKind = additions.filter((addition) => addition.kind === kind);
      if (ofKind.length === 0) continue;
      const former = new Set(old.resources(kind).map(({ at }) => shift(at)));
      const fresh = patched.resources(kind).filter(({ at }) => !former.has(at));
      for (const [index, addition] of ofKind.entries()) this.#added.set(addition, fresh[index]?.at ?? "");
    }
  }

  into(made: MadeCall, account: PatchAccount): PatchAccount {
    return {
      ...account,
      places: account.places.map((place) => ({
        ...place,
        at: place.at === null ? null : place.in === "result" ? this.#inPatched(made, place.at) : inGiven(made, place.at),
      })),
      nearest: account.nearest.map((near) => ({ ...near, at: inGiven(made, near.at) })),
      suspicions: account.suspicions.map((suspicion) => ({ ...suspicion, at: this.#inPatched(made, suspicion.at) })),
    };
  }

  /** Pointers into a config patch itself stay as they are. */
  #inPatched({ key, results }: MadeCall, pointer: string): string {
    const [own, index, ...rest] = pointerKeys(pointer) ?? [];
    const outcome = own === key ? results[Number(index)] : undefined;
    if (outcome === undefined) return pointer;
    if ("addition" in outcome) return pointTo(this.#added.get(outcome.addition) ?? "", ...rest);
    const { dumped, keys } = outcome;
    if (!this.#values.has(dumped)) return this.#shift(placeWithin(dumped.value, [...keys, ...rest]));
    return pointTo(this.#shift(dumped.resource.at), ...keys, ...rest);
  }
}

function inGiven({ key, given, elsewhere }: Pick<MadeCall, "key" | "given" | "elsewhere">, pointer: string): string {
  const [own, index, ...rest] = pointerKeys(pointer) ?? [];
  if (own === "elsewhere") return inGiven({ key, given: elsewhere[Number(index)] ?? [], elsewhere: [] }, pointTo("", ...rest));
  const origin = own === key ? given[Number(index)] : undefined;
  return origin === undefined ? pointer : placeWithin(origin.dumped.value, [...origin.keys, ...rest]);
}
