import type { Resource, Snapshot } from "../model/snapshot.js";
import { type Platform, portablePlatform } from "../platform.js";
import { readSnapshot } from "../read/read-snapshot.js";
import { isDeepEqual } from "../util/deep-equal.js";
import type { JsonEdit } from "../util/edit-json.js";
import { type JsonObject, member } from "../util/json.js";
import { pointerKeys, pointTo } from "../util/json-pointer.js";
import { countOf } from "../util/text.js";
import { applyEnvoyFilters } from "./apply-envoy-filters.js";
import { clusterCalls, listenerCalls, type PatchCall, routeCalls } from "./dump-calls.js";
import { type Addition, editsToAdd } from "./dump-edits.js";
import { completeEnvoyFilters, type KnownProxy, type MeshFacts, type PatchAssumption, proxyOfDump } from "./dump-proxy.js";
import { type DumpedResource, type PatchedKind, placeWithin, sentResources } from "./dump-resources.js";
import type { ApplyTo, EnvoyFilter, PatchContext } from "./envoy-filter.js";
import { type InlineRoutes, inlineRoutesOf, withValueAt } from "./inline-routes.js";
import { joinAccounts } from "./join-accounts.js";
import type { PatchAccount } from "./patch-account.js";
import type { PatchableResources } from "./patched-resources.js";
import { type PointerShift, shiftBehind } from "./pointer-shift.js";
import { requestedNamesIn } from "./requested-names.js";

export interface PatchSnapshotOptions extends MeshFacts {
  /** Default: the portable one. */
  readonly platform?: Platform;
}

/** What EnvoyFilters make of a config dump. */
export interface PatchedSnapshot {
  /** The dump as Envoy would print it with them, but for versions and times. */
  readonly snapshot: Snapshot;
  /** The text of each of its files (`Snapshot.documents`): what no patch touches, byte by byte as it was. */
  readonly texts: readonly Uint8Array[];
  /**
   * One for each config patch of each EnvoyFilter, in the order given. Pointers lead into the dump as given; those of what was added, and
   * of what is suspicious about the result, into the patched one.
   */
  readonly account: readonly PatchAccount[];
  readonly assumptions: readonly PatchAssumption[];
}

/**
 * Applies EnvoyFilters to a config dump as istiod would when it makes the proxy's resources anew, call by call: the listeners of each
 * direction, the routes of RDS and those within inbound listeners, the clusters, what ECDS delivers.
 *
 * @throws UsageError where the dump does not tell whose it is, or has no place for what is added
 */
export function patchSnapshot(
  snapshot: Snapshot,
  envoyFilters: readonly EnvoyFilter[],
  options: PatchSnapshotOptions = {},
): PatchedSnapshot {
  const { proxy, assumptions } = proxyOfDump(snapshot, options);
  const completed = completeEnvoyFilters(envoyFilters, proxy, options);
  const patcher = new SnapshotPatcher(snapshot, proxy, completed.envoyFilters);
  patcher.run();
  const { texts, patched, account } = patcher.result(options.platform ?? portablePlatform);
  const inForce: PatchAssumption = {
    code: "filters-in-force",
    message: "what EnvoyFilters were in force when the dump was taken is in it already; these are applied to that",
    at: null,
  };
  return { snapshot: patched, texts, account, assumptions: [inForce, ...assumptions, ...completed.assumptions, ...patcher.assumptions] };
}

const listenerKinds: readonly ApplyTo[] = ["LISTENER", "FILTER_CHAIN", "NETWORK_FILTER", "HTTP_FILTER", "LISTENER_FILTER"];
const routeKinds: readonly ApplyTo[] = ["ROUTE_CONFIGURATION", "VIRTUAL_HOST", "HTTP_ROUTE"];

/** Where something given to a call stands in the dump: a resource, or what lies at some keys of it. */
interface Origin {
  readonly dumped: DumpedResource;
  readonly keys: readonly string[];
}

/** Where something that a call answered stands in the patched dump: at the place of what was given, or among what is added. */
type Outcome = Origin | { readonly addition: Addition };

/** A call that was made, with what its pointers lead to. */
interface MadeCall {
  readonly account: readonly PatchAccount[];
  readonly key: keyof PatchableResources;
  readonly given: readonly Origin[];
  readonly results: readonly Outcome[];
  readonly elsewhere: readonly { readonly key: keyof PatchableResources; readonly given: readonly Origin[] }[];
}

class SnapshotPatcher {
  readonly assumptions: PatchAssumption[] = [];
  readonly #snapshot: Snapshot;
  readonly #proxy: KnownProxy;
  readonly #filters: readonly EnvoyFilter[];
  readonly #made: MadeCall[] = [];
  /** What resources have become. */
  readonly #values = new Map<DumpedResource, JsonObject>();
  readonly #removed = new Set<DumpedResource>();
  readonly #additions: Addition[] = [];

  constructor(snapshot: Snapshot, proxy: KnownProxy, filters: readonly EnvoyFilter[]) {
    this.#snapshot = snapshot;
    this.#proxy = proxy;
    this.#filters = filters;
  }

  run(): void {
    const kinds = new Set(this.#filters.flatMap(({ spec }) => (spec?.configPatches ?? []).map(({ applyTo }) => applyTo)));
    const touches = (some: readonly ApplyTo[]): boolean => some.some((kind) => kinds.has(kind));
    const [routes, extensions] = [touches(routeKinds), kinds.has("EXTENSION_CONFIG")];
    const listeners = touches([...listenerKinds, ...routeKinds]) || extensions ? listenerCalls(this.#snapshot, this.#proxy) : undefined;
    if (listeners !== undefined) {
      this.#noteOthers("listener", listeners.others);
      if (routes) this.#patchRoutes(listeners.calls);
      if (touches(listenerKinds)) this.#makeCalls("listener", listeners.calls);
    }
    if (kinds.has("CLUSTER")) {
      const { calls, others } = clusterCalls(this.#snapshot, this.#proxy);
      this.#noteOthers("cluster", others);
      this.#makeCalls("cluster", calls);
    }
    if (extensions) this.#patchExtensions(listeners?.calls.flatMap(({ given }) => given) ?? []);
    // BOOTSTRAP alone needs an account too.
    if (this.#made.length === 0) this.#call({}, "listeners", null, [], {}, []);
  }

  #noteOthers(kind: PatchedKind, others: readonly DumpedResource[]): void {
    const [first] = others;
    if (first !== undefined) {
      const names = others.map(({ resource }) => resource.name).join(", ");
      const message = `${countOf(others.length, kind)} that istiod does not patch, or did not make: left as it is: ${names}`;
      this.assumptions.push({ code: "not-from-istiod", message, at: first.resource.at });
    }
    const refused = this.#snapshot.resources(kind).filter(({ state }) => state === "error");
    const [firstRefused] = refused;
    if (firstRefused === undefined) return;
    const message = `Envoy refused ${countOf(refused.length, `newer ${kind}`)}; patched is what it took before`;
    this.assumptions.push({ code: "refused-update", message, at: firstRefused.at });
  }

  /** The routes of RDS, and those within a sidecar's inbound listeners, which are patched before the listeners are. */
  #patchRoutes(listeners: readonly PatchCall[]): void {
    const { calls } = routeCalls(this.#snapshot, this.#proxy);
    const inbound = this.#proxy.type === "sidecar" ? listeners.filter(({ context }) => context === "SIDECAR_INBOUND") : [];
    const inline = inlineRoutesOf(inbound.flatMap(({ given }) => given));
    const inlineOrigins = inline.map(({ listener, keys }): Origin => ({ dumped: listener, keys }));
    const sent = calls.flat();
    for (const { context, given } of sent) {
      const elsewhere = inline.length === 0 ? [] : [{ context: "SIDECAR_INBOUND" as const, values: inline, origins: inlineOrigins }];
      const results = this.#call(
        { routeConfigs: given.map(({ value }) => value) },
        "routeConfigs",
        context,
        given.map(originOf),
        {},
        elsewhere,
      );
      for (const [index, dumped] of given.entries()) this.#becomes(dumped, results.routeConfigs?.[index] ?? dumped.value);
    }
    if (inline.length === 0) return;
    const elsewhere = sent.map(({ context, given }) => ({ context, values: given, origins: given.map(originOf) }));
    const results = this.#call(
      { routeConfigs: inline.map(({ value }) => value) },
      "routeConfigs",
      "SIDECAR_INBOUND",
      inlineOrigins,
      {},
      elsewhere,
    );
    for (const [index, { listener, keys, value }] of inline.entries()) {
      this.#becomes(listener, withValueAt(this.#valueOf(listener), keys, results.routeConfigs?.[index] ?? value));
    }
  }

  #makeCalls(kind: "listener" | "cluster", calls: readonly PatchCall[]): void {
    const key = kind === "listener" ? "listeners" : "clusters";
    for (const call of calls) {
      // A call for one listener alone is not where the nearest of all is looked for.
      const others = call.skipAdds ? [] : calls.filter(({ context, given }) => context !== call.context && given.length > 0);
      const elsewhere = others.map(({ context, given }) => ({ context, values: given, origins: given.map(originOf) }));
      const { skipAdds, inboundServiceHosts } = call;
      const given = call.given.map((dumped) => this.#valueOf(dumped));
      const facts = { skipAdds, ...(inboundServiceHosts === undefined ? {} : { inboundServiceHosts }) };
      const results = this.#call({ [key]: given }, key, call.context, call.given.map(originOf), facts, elsewhere)[key] ?? [];
      const kept = this.#made.at(-1)?.results.flatMap((result) => ("dumped" in result ? [result.dumped] : [])) ?? [];
      for (const dumped of call.given) if (!kept.includes(dumped)) this.#removed.add(dumped);
      for (const [index, dumped] of kept.entries()) this.#becomes(dumped, results[index] ?? dumped.value);
    }
  }

  /** Extension configs that are asked for: one that the dump has gives way, another is added. */
  #patchExtensions(listeners: readonly DumpedResource[]): void {
    const added = this.#additions.filter(({ kind }) => kind === "listener").map(({ value }) => value);
    const kept = listeners.filter((listener) => !this.#removed.has(listener));
    const requestedNames = requestedNamesIn([...kept.map((listener) => this.#valueOf(listener)), ...added]);
    const results = this.#call({ extensionConfigs: [] }, "extensionConfigs", null, [], { requestedNames }, []).extensionConfigs ?? [];
    const known = new Map(sentResources(this.#snapshot, "extension").map((dumped) => [dumped.resource.name, dumped]));
    const outcomes: Outcome[] = [];
    const taken = new Map<string, Outcome>();
    for (const value of results) {
      const name = String(member(value, "name") ?? "");
      const dumped = known.get(name);
      const earlier = taken.get(name);
      const addition: Addition = { kind: "extension", value };
      const outcome = earlier ?? (dumped === undefined ? { addition } : originOf(dumped));
      outcomes.push(outcome);
      if (earlier !== undefined) continue;
      taken.set(name, outcome);
      if (dumped === undefined) this.#additions.push(addition);
      else this.#becomes(dumped, { "@type": dumped.value["@type"] ?? "", ...value });
    }
    const made = this.#made.pop();
    if (made !== undefined) this.#made.push({ ...made, results: outcomes });
  }

  #valueOf = (dumped: DumpedResource): JsonObject => this.#values.get(dumped) ?? dumped.value;

  #becomes(dumped: DumpedResource, value: JsonObject): void {
    if (value !== dumped.value && !isDeepEqual(value, dumped.value)) this.#values.set(dumped, value);
  }

  /** Makes a call of the patch code, and keeps what its pointers mean. */
  #call(
    resources: PatchableResources,
    key: keyof PatchableResources,
    context: PatchContext | null,
    given: readonly Origin[],
    facts: { readonly skipAdds?: boolean; readonly inboundServiceHosts?: readonly string[]; readonly requestedNames?: readonly string[] },
    elsewhere: readonly ElsewhereCall[],
  ): PatchableResources {
    const { resources: patched, account } = applyEnvoyFilters(resources, { ...this.#proxy, context, ...facts }, this.#filters, {
      elsewhere: elsewhere.flatMap(({ context: other, values }) => ({
        context: other,
        resources: { [key]: values.map(({ value }) => value) },
      })),
    });
    const results = this.#outcomes(key, patched[key] ?? [], given, account);
    this.#made.push({ account, key, given, results, elsewhere: elsewhere.map(({ origins }) => ({ key, given: origins })) });
    return patched;
  }

  /** What each resource of an answer was, or that it was added: what is left of what was given comes first, in its order. */
  #outcomes(
    key: keyof PatchableResources,
    results: readonly JsonObject[],
    origins: readonly Origin[],
    account: readonly PatchAccount[],
  ): readonly Outcome[] {
    const removals = account.flatMap(({ operation, places }) => (operation === "REMOVE" ? places.map(({ at }) => at ?? "") : []));
    // When istiod gives a call up, what was removed until then is still there, without its name.
    const isGivenUp = key === "listeners" && account.some(({ reason }) => reason === "type-difference");
    const removed = new Set(isGivenUp ? [] : removals);
    const kept = origins.filter((_, index) => !removed.has(pointTo("", key, index)));
    return results.map((value, index): Outcome => {
      const origin = kept[index];
      if (origin !== undefined) return origin;
      const addition: Addition = { kind: kindOf[key], value };
      if (key !== "extensionConfigs") this.#additions.push(addition);
      return { addition };
    });
  }

  /** The patched dump, and the account with pointers into the dumps. */
  result(platform: Platform): {
    readonly patched: Snapshot;
    readonly texts: readonly Uint8Array[];
    readonly account: readonly PatchAccount[];
  } {
    const removed = new Set([...this.#removed].flatMap((dumped) => this.#entriesOf(dumped)));
    const edits: JsonEdit[] = [
      ...[...removed].map((at): JsonEdit => ({ op: "remove", at })),
      ...[...this.#values].flatMap(([dumped, value]): JsonEdit[] =>
        this.#removed.has(dumped) ? [] : [{ op: "replace", at: dumped.resource.at, value }],
      ),
      ...editsToAdd(this.#snapshot, this.#additions),
    ];
    const texts = this.#snapshot.documents.map((document) => document.edited(editsWithin(document.at, edits, this.#snapshot)));
    const patched = edits.length === 0 ? this.#snapshot : reread(this.#snapshot, texts, platform);
    const pointers = new DumpPointers(this.#snapshot, patched, this.#values, this.#additions, shiftBehind(removed));
    const account = joinAccounts(this.#made.map((made) => made.account.map((each) => pointers.into(made, each))));
    return { patched, texts, account };
  }

  /** The entries of a resource that goes: istiod takes back whatever is of that name, in whichever state it is. */
  #entriesOf({ resource }: DumpedResource): readonly string[] {
    const isSame = ({ name, state }: Resource): boolean => name === resource.name && (state === "active" || state === "warming");
    return this.#snapshot
      .resources(resource.kind)
      .filter(isSame)
      .map(({ entryAt }) => entryAt);
  }
}

interface ElsewhereCall {
  readonly context: PatchContext;
  readonly values: readonly (DumpedResource | InlineRoutes)[];
  readonly origins: readonly Origin[];
}

const originOf = (dumped: DumpedResource): Origin => ({ dumped, keys: [] });

const kindOf = {
  listeners: "listener",
  clusters: "cluster",
  routeConfigs: "route_configuration",
  extensionConfigs: "extension",
} as const satisfies Record<keyof PatchableResources, PatchedKind>;

/** The edits of one file of a snapshot, by pointers within it. */
function editsWithin(at: string, edits: readonly JsonEdit[], { documents }: Snapshot): readonly JsonEdit[] {
  const others = documents.map((document) => document.at).filter((other) => other !== "");
  return edits.flatMap((edit) => {
    const holder = others.find((other) => edit.at.startsWith(other)) ?? "";
    return holder === at ? [{ ...edit, at: edit.at.slice(at.length) }] : [];
  });
}

function reread({ file, documents }: Snapshot, texts: readonly Uint8Array[], platform: Platform): Snapshot {
  const [first = new Uint8Array(), ...others] = texts;
  const parts = others.map((bytes, index) => ({ bytes, fileName: (documents[index + 1]?.at ?? "").replace(/#$/, "") }));
  return readSnapshot(first, { fileName: file.name, platform, with: parts }).snapshot;
}

/** Turns pointers into the resources of a call into pointers into the dump, or into the patched one. */
class DumpPointers {
  readonly #values: ReadonlyMap<DumpedResource, JsonObject>;
  readonly #shift: PointerShift;
  readonly #added = new Map<Addition, string>();

  constructor(
    old: Snapshot,
    patched: Snapshot,
    values: ReadonlyMap<DumpedResource, JsonObject>,
    additions: readonly Addition[],
    shift: PointerShift,
  ) {
    this.#values = values;
    this.#shift = shift;
    for (const kind of Object.values(kindOf)) {
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

function inGiven(made: MadeCall, pointer: string): string {
  const [own, index, ...rest] = pointerKeys(pointer) ?? [];
  if (own === "elsewhere") {
    const call = made.elsewhere[Number(index)];
    return call === undefined ? pointer : inGiven({ ...made, ...call, elsewhere: [] }, pointTo("", ...rest));
  }
  const origin = own === made.key ? made.given[Number(index)] : undefined;
  return origin === undefined ? pointer : placeWithin(origin.dumped.value, [...origin.keys, ...rest]);
}
