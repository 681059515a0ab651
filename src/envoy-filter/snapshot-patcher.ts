import { fileInWords } from "../model/answer.js";
import type { Resource, Snapshot } from "../model/snapshot.js";
import type { Platform } from "../platform.js";
import { readSnapshot } from "../read/read-snapshot.js";
import { isDeepEqual } from "../util/deep-equal.js";
import type { JsonEdit } from "../util/edit-json.js";
import { type JsonObject, member } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";
import { countOf } from "../util/text.js";
import { applyEnvoyFilters } from "./apply-envoy-filters.js";
import { clusterCalls, listenerCalls, type PatchCall, routeCalls } from "./dump-calls.js";
import { type Addition, editsToAdd } from "./dump-edits.js";
import { DumpPointers, type MadeCall, type Origin, type Outcome, patchedKinds } from "./dump-pointers.js";
import type { KnownProxy, PatchAssumption } from "./dump-proxy.js";
import { type DumpedResource, type PatchedKind, sentResources } from "./dump-resources.js";
import type { ApplyTo, EnvoyFilter, PatchContext } from "./envoy-filter.js";
import { inlineRoutesOf, withValueAt } from "./inline-routes.js";
import { joinAccounts } from "./join-accounts.js";
import type { PatchAccount } from "./patch-account.js";
import type { PatchableResources } from "./patched-resources.js";
import { shiftBehind } from "./pointer-shift.js";
import { requestedNamesIn } from "./requested-names.js";

const listenerKinds: readonly ApplyTo[] = ["LISTENER", "FILTER_CHAIN", "NETWORK_FILTER", "HTTP_FILTER", "LISTENER_FILTER"];
const routeKinds: readonly ApplyTo[] = ["ROUTE_CONFIGURATION", "VIRTUAL_HOST", "HTTP_ROUTE"];

/** What is handed to one call of the patch code. */
interface Given {
  readonly context: PatchContext | null;
  readonly values: readonly JsonObject[];
  readonly origins: readonly Origin[];
}

/** What differs from call to call beside that. */
interface CallFacts {
  readonly skipAdds?: boolean;
  readonly inboundServiceHosts?: readonly string[];
  readonly requestedNames?: readonly string[];
}

/** Makes the calls of istiod's patch code for a dump, and gathers what becomes of its resources. */
export class SnapshotPatcher {
  readonly assumptions: PatchAssumption[] = [];
  /** In the order in which they were made. */
  readonly made: MadeCall[] = [];
  readonly #snapshot: Snapshot;
  readonly #proxy: KnownProxy;
  readonly #filters: readonly EnvoyFilter[];
  /** Calls that istiod does not make: all resources of a context together, to say which are nearest to a patch that matches nothing. */
  readonly #surveys: MadeCall[] = [];
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
    const listeners = touches(listenerKinds) || routes || extensions ? listenerCalls(this.#snapshot, this.#proxy) : undefined;
    if (listeners !== undefined) {
      this.#noteOthers("listener", listeners.others);
      if (routes) this.#patchRoutes(listeners.calls);
      if (touches(listenerKinds)) this.#patchAll("listeners", listeners.calls);
    }
    if (kinds.has("CLUSTER")) {
      const { calls, others } = clusterCalls(this.#snapshot, this.#proxy);
      this.#noteOthers("cluster", others);
      this.#patchAll("clusters", calls);
    }
    if (extensions) this.#patchExtensions(listeners?.calls.flatMap(({ given }) => given) ?? []);
    // A patch of BOOTSTRAP has an account too, and so has a dump without anything to patch.
    if (this.made.length === 0) this.#call("listeners", { context: null, values: [], origins: [] }, { skipAdds: true });
  }

  #noteOthers(kind: PatchedKind, others: readonly DumpedResource[]): void {
    const [first] = others;
    if (first !== undefined) {
      const names = others.map(({ resource }) => resource.name).join(", ");
      const message = `${countOf(others.length, kind)} that istiod did not make, or does not patch, left as it is: ${names}`;
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
    const delivered = calls.map((call) => this.#givenTo(call));
    const within: Given = {
      context: "SIDECAR_INBOUND",
      values: inline.map(({ value }) => value),
      origins: inline.map(({ listener, keys }) => ({ dumped: listener, keys })),
    };
    for (const given of delivered) {
      const results = this.#call("routeConfigs", given, {}, inline.length === 0 ? [] : [within]);
      for (const [index, { dumped }] of given.origins.entries()) this.#becomes(dumped, results[index] ?? dumped.value);
    }
    if (inline.length === 0) return;
    const results = this.#call("routeConfigs", within, {}, delivered);
    for (const [index, { listener, keys, value }] of inline.entries()) {
      this.#becomes(listener, withValueAt(this.#valueOf(listener), keys, results[index] ?? value));
    }
  }

  #patchAll(key: "listeners" | "clusters", calls: readonly PatchCall[]): void {
    for (const call of calls) {
      const { skipAdds, inboundServiceHosts } = call;
      const facts = { skipAdds, ...(inboundServiceHosts === undefined ? {} : { inboundServiceHosts }) };
      const results = this.#call(key, this.#givenTo(call), facts);
      const kept = new Set(this.made.at(-1)?.results.flatMap((result) => ("dumped" in result ? [result.dumped] : [])));
      for (const dumped of call.given) if (!kept.has(dumped)) this.#removed.add(dumped);
      for (const [index, dumped] of [...kept].entries()) this.#becomes(dumped, results[index] ?? dumped.value);
    }
    const accounts = this.made.slice(-calls.length).map(({ account }) => account);
    if (!someMatchesNothing(accounts)) return;
    const contexts = [...new Set(calls.map(({ context }) => context))];
    const together = contexts.map((context): Given => {
      const given = calls.filter((call) => call.context === context).flatMap((call) => call.given);
      return { context, values: given.map(({ value }) => value), origins: given.map(originOf) };
    });
    for (const given of together) this.#survey(key, given, together);
  }

  /** Extension configs that are asked for: one that the dump has gives way, another is added. */
  #patchExtensions(listeners: readonly DumpedResource[]): void {
    const added = this.#additions.filter(({ kind }) => kind === "listener").map(({ value }) => value);
    const kept = listeners.filter((listener) => !this.#removed.has(listener));
    const requestedNames = requestedNamesIn([...kept.map((listener) => this.#valueOf(listener)), ...added]);
    const results = this.#call("extensionConfigs", { context: null, values: [], origins: [] }, { requestedNames });
    const known = new Map(sentResources(this.#snapshot, "extension").map((dumped) => [dumped.resource.name, dumped]));
    const taken = new Map<string, Outcome>();
    const outcomes = results.map((value): Outcome => {
      const name = String(member(value, "name") ?? "");
      const earlier = taken.get(name);
      if (earlier !== undefined) return earlier;
      const dumped = known.get(name);
      const addition: Addition = { kind: "extension", value };
      const outcome = dumped === undefined ? { addition } : originOf(dumped);
      taken.set(name, outcome);
      if (dumped === undefined) this.#additions.push(addition);
      else this.#becomes(dumped, { "@type": dumped.value["@type"] ?? "", ...value });
      return outcome;
    });
    const made = this.made.pop();
    if (made !== undefined) this.made.push({ ...made, results: outcomes });
  }

  #givenTo({ context, given }: PatchCall): Given {
    return { context, values: given.map((dumped) => this.#valueOf(dumped)), origins: given.map(originOf) };
  }

  #valueOf(dumped: DumpedResource): JsonObject {
    return this.#values.get(dumped) ?? dumped.value;
  }

  #becomes(dumped: DumpedResource, value: JsonObject): void {
    if (value !== dumped.value && !isDeepEqual(value, dumped.value)) this.#values.set(dumped, value);
  }

  /** Makes a call of the patch code, and keeps what its pointers mean. */
  #call(key: keyof PatchableResources, given: Given, facts: CallFacts, elsewhere: readonly Given[] = []): readonly JsonObject[] {
    const { values, account } = this.#apply(key, given, facts, elsewhere);
    const results = this.#outcomes(key, values, given.origins, account);
    const shown = elsewhere.map(({ origins }) => origins);
    this.made.push({ account, key, given: given.origins, givenValues: given.values, results, resultValues: values, elsewhere: shown });
    return values;
  }

  /** Asks which of all resources of a context, or of the others, are nearest. */
  #survey(key: keyof PatchableResources, given: Given, all: readonly Given[]): void {
    const others = all.filter((other) => other !== given && other.values.length > 0);
    const { account } = this.#apply(key, given, { skipAdds: true }, others);
    const elsewhere = others.map(({ origins }) => origins);
    this.#surveys.push({ account, key, given: given.origins, givenValues: given.values, results: [], resultValues: [], elsewhere });
  }

  #apply(
    key: keyof PatchableResources,
    { context, values }: Given,
    facts: CallFacts,
    elsewhere: readonly Given[],
  ): { readonly values: readonly JsonObject[]; readonly account: readonly PatchAccount[] } {
    const { resources, account } = applyEnvoyFilters({ [key]: values }, { ...this.#proxy, context, ...facts }, this.#filters, {
      elsewhere: elsewhere.flatMap((other) =>
        other.context === null ? [] : [{ context: other.context, resources: { [key]: other.values } }],
      ),
    });
    return { values: resources[key] ?? [], account };
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
      const addition: Addition = { kind: patchedKinds[key], value };
      if (key !== "extensionConfigs") this.#additions.push(addition);
      return { addition };
    });
  }

  /** The account with pointers into the resources of the calls. */
  joined(): readonly PatchAccount[] {
    return joinAccounts(
      this.made.map(({ account }) => account),
      this.#surveys.map(({ account }) => account),
      this.#proxy.type,
    );
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
    this.#noteUnreadable();
    const texts = this.#snapshot.documents.map((document) => document.edited(editsWithin(document.at, edits, this.#snapshot)));
    const patched = edits.length === 0 ? this.#snapshot : reread(this.#snapshot, texts, platform);
    const pointers = new DumpPointers(this.#snapshot, patched, this.#values, this.#additions, shiftBehind(removed));
    const into = (made: MadeCall): readonly PatchAccount[] => made.account.map((each) => pointers.into(made, each));
    return { patched, texts, account: joinAccounts(this.made.map(into), this.#surveys.map(into), this.#proxy.type) };
  }

  /** What does not fit its field is no part of a resource that is written anew. */
  #noteUnreadable(): void {
    const lost = [...this.#values.keys()].filter((dumped) => !this.#removed.has(dumped)).flatMap(({ unreadable }) => unreadable);
    const [first] = lost;
    if (first === undefined) return;
    const message = `${countOf(lost.length, "value")} that ${lost.length === 1 ? "does" : "do"} not fit the field: left out of what is patched`;
    this.assumptions.push({ code: "unreadable-values", message, at: first });
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

/** Is there a patch that has matched nothing in any call? */
function someMatchesNothing(accounts: readonly (readonly PatchAccount[])[]): boolean {
  return (accounts[0] ?? []).some((_, index) => {
    const parts = accounts.flatMap((account) => account[index] ?? []);
    return parts.every(({ matched }) => matched === 0) && parts.some(({ status }) => status === "matched-nothing");
  });
}

const originOf = (dumped: DumpedResource): Origin => ({ dumped, keys: [] });

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
  return readSnapshot(first, { fileName: `${fileInWords(file)} (patched)`, platform, with: parts }).snapshot;
}
