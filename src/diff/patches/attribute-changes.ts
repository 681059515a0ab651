import { patchesInForce } from "../../envoy-filter/check-in-force.js";
import type { MeshFacts } from "../../envoy-filter/dump-proxy.js";
import type { EnvoyFilter } from "../../envoy-filter/envoy-filter.js";
import type { PatchAccount } from "../../envoy-filter/patch-account.js";
import { patchSnapshot } from "../../envoy-filter/patch-snapshot.js";
import { type WrittenEnvoyFilter, writtenPatches } from "../../envoy-filter/read-envoy-filters.js";
import type { Snapshot } from "../../model/snapshot.js";
import type { Platform } from "../../platform.js";
import type { FoundDifference } from "../difference.js";
import { standingOf } from "../match-resources.js";
import { spellPath } from "../trail.js";
import type { Attribution, LackedChange, PatchEffect, PatchName } from "./attribution.js";
import { referrersOf } from "./referrers.js";

/** EnvoyFilters that may explain what differs. */
export interface ExplainingFilters {
  readonly envoyFilters: readonly WrittenEnvoyFilter[];
  readonly facts: MeshFacts;
}

/** What differs, each with the patches that it is attributed to. */
export interface AttributedDifferences {
  readonly attribution: Attribution;
  /** By index in the account; [] for what no patch explains. */
  readonly patchesOf: ReadonlyMap<FoundDifference, readonly number[]>;
  readonly names: readonly PatchName[];
}

/**
 * Attributes what differs between two dumps to EnvoyFilters. Each patch is applied to OLD by itself, and all of them together: what
 * that changes is what they explain, place by place and value by value. What Envoy did about it belongs to the patch too: that it
 * refused a resource that was patched, and that it dropped what nobody refers to any more.
 *
 * @param found what differs from OLD to NEW
 * @param compare what differs between two dumps
 */
export function attributeChanges(
  old: Snapshot,
  now: Snapshot,
  found: readonly FoundDifference[],
  { envoyFilters, facts }: ExplainingFilters,
  platform: Platform,
  compare: (old: Snapshot, now: Snapshot) => readonly FoundDifference[],
): AttributedDifferences {
  const given = envoyFilters.map(({ envoyFilter }) => envoyFilter);
  const options = { ...facts, platform };
  const { account, snapshot: whole } = patchSnapshot(old, given, options);
  const inForce = patchesInForce(old, given, facts).patches.map(({ state }) => state === "yes");
  const effects = singly(given).map((filter) => compare(old, patchSnapshot(old, [filter], options).snapshot));
  const all = effects.length === 1 ? (effects[0] ?? []) : compare(old, whole);
  // What is in force in OLD already makes no change any more; applied again it would only repeat itself.
  const fresh = inForce.includes(true) ? compare(old, patchSnapshot(old, without(given, inForce), options).snapshot) : all;
  const explainer = new Explainer(old, now, account, effects, [...all, ...fresh]);
  // What one that is in force undoes again, nobody expects.
  const remaining = new Set(all.map(keyOf));
  const expected = fresh.filter((effect) => remaining.has(keyOf(effect)));
  const patchesOf = explainer.explain(found);
  const keys = new Set(found.map(keyOf));
  const written = writtenPatches({ envoyFilters });
  const patches = account.map(({ envoyFilter, patch, applyTo, operation, context, status, reason, because }, index): PatchEffect => {
    const own = inForce[index] === true ? [] : expected.filter((effect) => explainer.makersOf(effect).includes(index));
    const lacking = own.filter((effect) => !keys.has(keyOf(effect)));
    return {
      ...{ envoyFilter, patch, applyTo, operation, context, status, reason, because },
      ...(written[index] ?? { file: "", line: 0 }),
      inForceBefore: inForce[index] ?? false,
      expected: own.length,
      made: own.length - lacking.length,
      lacking: lacking.map((effect) => explainer.lackOf(effect)),
    };
  });
  const unexplained = found.filter((difference) => (patchesOf.get(difference) ?? []).length === 0).length;
  const names = account.map(({ envoyFilter, patch }) => ({ envoyFilter, patch }));
  return { attribution: { patches, explained: found.length - unexplained, unexplained }, patchesOf, names };
}

/** EnvoyFilters without some of their patches, by the index that each has among all. */
function without(given: readonly EnvoyFilter[], omitted: readonly boolean[]): readonly EnvoyFilter[] {
  let index = 0;
  return given.map((filter) => {
    const configPatches = (filter.spec?.configPatches ?? []).filter(() => omitted[index++] !== true);
    return { ...filter, spec: { ...filter.spec, configPatches } };
  });
}

/** Each config patch as an EnvoyFilter of its own. */
const singly = (filters: readonly EnvoyFilter[]): readonly EnvoyFilter[] =>
  filters.flatMap((filter) =>
    (filter.spec?.configPatches ?? []).map((patch) => ({ ...filter, spec: { ...filter.spec, configPatches: [patch] } })),
  );

/** Equal for differences that say the same at the same place of the same resource. */
const keyOf = ({ pair, difference }: FoundDifference): string =>
  JSON.stringify([pair.kind, pair.standing, pair.name, spellPath(difference.steps), difference.op, difference.print]);

const resourceOf = ({ pair }: FoundDifference): string => `${pair.kind} ${pair.name}`;

class Explainer {
  readonly #old: Snapshot;
  readonly #new: Snapshot;
  readonly #account: readonly PatchAccount[];
  /** Patches by what each of them makes by itself. */
  readonly #byKey = new Map<string, number[]>();
  /** What all of them make together. */
  readonly #together: ReadonlySet<string>;
  /** Patches by the resources that they change. */
  readonly #byResource = new Map<string, number[]>();

  constructor(
    old: Snapshot,
    now: Snapshot,
    account: readonly PatchAccount[],
    effects: readonly (readonly FoundDifference[])[],
    together: readonly FoundDifference[],
  ) {
    this.#old = old;
    this.#new = now;
    this.#account = account;
    this.#together = new Set(together.map(keyOf));
    for (const [index, own] of effects.entries()) {
      for (const effect of own) {
        addTo(this.#byKey, keyOf(effect), index);
        addTo(this.#byResource, resourceOf(effect), index);
      }
    }
    for (const [index, { places }] of account.entries()) {
      for (const { resource } of places) addTo(this.#byResource, `${resource.type} ${resource.name}`, index);
    }
  }

  explain(found: readonly FoundDifference[]): ReadonlyMap<FoundDifference, readonly number[]> {
    const explained = new Map(found.map((difference) => [difference, this.#directly(difference)] as const));
    const ofResource = new Map<string, readonly number[]>();
    for (const [difference, patches] of explained) {
      const key = resourceOf(difference);
      if (patches.length > 0)
        ofResource.set(
          key,
          [...new Set([...(ofResource.get(key) ?? []), ...patches])].sort((a, b) => a - b),
        );
    }
    for (const [difference, patches] of explained) {
      if (patches.length === 0) explained.set(difference, this.#asConsequence(difference, ofResource));
    }
    return explained;
  }

  #directly(difference: FoundDifference): readonly number[] {
    const makers = this.makersOf(difference);
    if (makers.length > 0) return makers;
    return this.#isRefusal(difference) ? (this.#byResource.get(resourceOf(difference)) ?? []) : [];
  }

  /**
   * The patches that make this change by themselves. What only several of them make together belongs to those that changed something
   * around it, or in the same resource.
   */
  makersOf(difference: FoundDifference): readonly number[] {
    const key = keyOf(difference);
    const alone = this.#byKey.get(key);
    if (alone !== undefined) return alone;
    if (!this.#together.has(key)) return [];
    const { old, new: now } = difference.difference;
    const around = this.#account.flatMap(({ places }, index) => {
      const isAround = places.some(({ at }) => at !== null && [old, now].some((pointer) => pointer?.startsWith(at) ?? false));
      return isAround ? [index] : [];
    });
    return around.length > 0 ? around : (this.#byResource.get(resourceOf(difference)) ?? []);
  }

  /** Envoy took no resource of that name any more, or notes that it refused one. */
  #isRefusal({ pair, difference }: FoundDifference): boolean {
    if (difference.steps.length > 0 && pair.standing !== "error") return false;
    return pair.standing === "error" || difference.op === "remove";
  }

  /** A resource that comes or goes with those that refer to it, which patches changed. */
  #asConsequence({ pair, difference }: FoundDifference, ofResource: ReadonlyMap<string, readonly number[]>): readonly number[] {
    if (difference.steps.length > 0 || (difference.op !== "add" && difference.op !== "remove")) return [];
    const [here, there] = difference.op === "add" ? [this.#new, this.#old] : [this.#old, this.#new];
    const referrers = referrersOf(here, pair.kind, pair.name);
    if (referrers.length === 0 || referrersOf(there, pair.kind, pair.name).length > 0) return [];
    const patches = referrers.map((referrer) => ofResource.get(referrer) ?? []);
    return patches.some((some) => some.length === 0) ? [] : [...new Set(patches.flat())].sort((a, b) => a - b);
  }

  /** A change that a patch makes and NEW has not. */
  lackOf({ pair, difference }: FoundDifference): LackedChange {
    const isIn = (snapshot: Snapshot): boolean =>
      snapshot.resources(pair.kind).some((resource) => resource.name === pair.name && standingOf(resource) === pair.standing);
    const isRefused = this.#new.resources(pair.kind).some(({ name, state }) => name === pair.name && state === "error");
    return {
      resource: { type: pair.kind, name: pair.name },
      path: spellPath(difference.steps),
      because: isRefused ? "refused" : isIn(this.#old) && !isIn(this.#new) ? "gone" : "absent",
      old: difference.old,
    };
  }
}

function addTo(map: Map<string, number[]>, key: string, index: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [index]);
  else if (!known.includes(index)) known.push(index);
}
