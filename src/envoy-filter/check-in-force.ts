import { type AnswerHead, answerHead, fileOf } from "../model/answer.js";
import type { Snapshot, SnapshotFile } from "../model/snapshot.js";
import type { Json, JsonObject } from "../util/json.js";
import { pointerKeys, valueAt } from "../util/json-pointer.js";
import { type MadeCall, patchedKinds } from "./dump-pointers.js";
import { completeEnvoyFilters, type KnownProxy, type MeshFacts, type PatchAssumption, proxyOfDump } from "./dump-proxy.js";
import { placeWithin, sentResources } from "./dump-resources.js";
import type { EnvoyFilter } from "./envoy-filter.js";
import type { PatchAccount, PatchedType } from "./patch-account.js";
import { type ReadEnvoyFilters, type WrittenPatch, writtenPatches } from "./read-envoy-filters.js";
import { repeatsOnly, saysAllOf } from "./repeats.js";
import { SnapshotPatcher } from "./snapshot-patcher.js";

/**
 * Is a patch in force in a dump? `nothing`: it has nothing to act on there; `idle`: istiod does not carry it out for this proxy.
 */
export const forceStates = ["yes", "no", "partly", "nothing", "idle"] as const;
export type ForceState = (typeof forceStates)[number];

/** A place where a patch acts, and that does not look as it would with the patch. */
export interface MissingPlace {
  readonly resource: { readonly type: PatchedType; readonly name: string };
  /** JSON pointer into the dump: what would be changed, or the list that something would be added to. */
  readonly at: string;
  /** What is missing there, in words. */
  readonly what: string;
}

/** Whether one config patch is in force. */
export interface PatchInForce extends Pick<PatchAccount, "envoyFilter" | "patch" | "applyTo" | "operation" | "context"> {
  readonly state: ForceState;
  /** Why it is neither in force nor missing; null otherwise. */
  readonly because: string | null;
  /** In how many places it is to be seen. */
  readonly present: number;
  readonly missing: readonly MissingPlace[];
}

/** Whether EnvoyFilters are in force in a dump. */
export interface PatchCheck extends AnswerHead<"patch-check"> {
  readonly file: SnapshotFile;
  /** `yes`: every patch that has something to act on is in force; `no`: none is, or none has. */
  readonly state: "yes" | "no" | "partly";
  readonly patches: readonly (PatchInForce & WrittenPatch)[];
  readonly assumptions: readonly PatchAssumption[];
  /** Objects of other kinds in the files of EnvoyFilters, which were passed over. */
  readonly others: ReadEnvoyFilters["others"];
  /** What istiod's validation would warn of; each names file and line. */
  readonly warnings: readonly string[];
}

/**
 * Is what EnvoyFilters do to be seen in a dump already? Each patch is applied by itself once more: it is in force where that changes
 * nothing, or only repeats what stands there (a merge appends to lists, an insertion inserts again). What a patch has removed cannot be
 * told from what never was: a REMOVE with nothing left to remove counts as in force.
 *
 * @throws UsageError where the dump does not tell whose it is
 */
export function checkInForce(snapshot: Snapshot, read: ReadEnvoyFilters, facts: MeshFacts = {}): PatchCheck {
  const given = read.envoyFilters.map(({ envoyFilter }) => envoyFilter);
  const { patches, assumptions } = patchesInForce(snapshot, given, facts);
  const places = writtenPatches(read);
  return {
    ...answerHead("patch-check"),
    file: fileOf(snapshot.file),
    state: stateOfAll(patches),
    patches: patches.map((patch, index) => ({ ...patch, ...(places[index] ?? { file: "", line: 0 }) })),
    assumptions,
    others: read.others,
    warnings: read.warnings,
  };
}

/** The same for each patch, in the order given. */
export function patchesInForce(
  snapshot: Snapshot,
  envoyFilters: readonly EnvoyFilter[],
  facts: MeshFacts,
): { readonly patches: readonly PatchInForce[]; readonly assumptions: readonly PatchAssumption[] } {
  const { proxy, assumptions } = proxyOfDump(snapshot, facts);
  const completed = completeEnvoyFilters(envoyFilters, proxy, facts);
  const patches = completed.envoyFilters.flatMap((filter) =>
    (filter.spec?.configPatches ?? []).map((patch, index): PatchInForce => {
      const alone: EnvoyFilter = { ...filter, spec: { ...filter.spec, configPatches: [patch] } };
      return { ...checkPatch(snapshot, proxy, alone), patch: index };
    }),
  );
  return { patches, assumptions: [...assumptions, ...completed.assumptions] };
}

function stateOfAll(patches: readonly PatchInForce[]): PatchCheck["state"] {
  const acting = patches.filter(({ state }) => state !== "nothing" && state !== "idle");
  if (acting.every(({ state }) => state === "no")) return "no";
  return acting.every(({ state }) => state === "yes") && acting.length > 0 ? "yes" : "partly";
}

const acts: readonly PatchAccount["operation"][] = ["MERGE", "MERGE_AND_REPLACE_LIST", "REPLACE"];

function checkPatch(snapshot: Snapshot, proxy: KnownProxy, filter: EnvoyFilter): PatchInForce {
  const patcher = new SnapshotPatcher(snapshot, proxy, [filter]);
  patcher.run();
  const [account] = patcher.joined();
  if (account === undefined) throw new RangeError("a patch without an account");
  const { envoyFilter, patch, applyTo, operation, context, status, because } = account;
  const missing: MissingPlace[] = [];
  // What a merge or a replacement matches and leaves as it is has it already; what an insertion matches is only where it inserts.
  let present = acts.includes(operation) ? account.matched - account.changed : 0;
  for (const call of patcher.made) {
    for (const place of call.account[0]?.places ?? []) {
      const found = place.at === null ? undefined : missingAt(snapshot, call, place.at, place.in, operation);
      if (found === undefined) present++;
      else missing.push({ resource: place.resource, ...found });
    }
  }
  const head = { envoyFilter, patch, applyTo, operation, context, present, missing };
  if (status === "not-selected" || status === "not-applied" || status === "failed") return { ...head, state: "idle", because };
  if (present + missing.length > 0)
    return { ...head, state: missing.length === 0 ? "yes" : present === 0 ? "no" : "partly", because: null };
  if (operation === "REMOVE") return { ...head, state: "yes", because: "nothing is left that it would remove" };
  const [near] = account.nearest;
  return {
    ...head,
    state: "nothing",
    because: near === undefined ? "it matches nothing" : `it matches nothing: ${near.candidate}: ${near.failedOn}`,
  };
}

/** What is missing at a place that applying the patch once more has changed; undefined where that only repeats what is there. */
function missingAt(
  snapshot: Snapshot,
  call: MadeCall,
  at: string,
  within: "given" | "result",
  operation: PatchAccount["operation"],
): Pick<MissingPlace, "at" | "what"> | undefined {
  const [given, result]: readonly JsonObject[] = [{ [call.key]: call.givenValues }, { [call.key]: call.resultValues }];
  if (given === undefined || result === undefined) return undefined;
  if (within === "given") {
    const here = placeInDump(call, at);
    if (operation === "REMOVE") return { at: here, what: "it still stands there" };
    return repeatsOnly(valueAt(given, at), valueAt(result, at)) ? undefined : { at: here, what: "it is not as the patch makes it" };
  }
  const list = at.slice(0, at.lastIndexOf("/"));
  const index = Number(at.slice(list.length + 1));
  const items = list === `/${call.key}` ? allOf(snapshot, call) : listAt(given, list);
  const twins = items.flatMap((item, position) => (saysAllOf(item, valueAt(result, at)) ? [position] : []));
  // In the list as it is, what it is to be inserted beside stands where it would be inserted, or just before.
  const isInPlace = (position: number): boolean =>
    operation === "INSERT_BEFORE" ? position < index : operation === "INSERT_AFTER" ? position >= index : true;
  if (twins.some(isInPlace)) return undefined;
  const what = twins.length > 0 ? "it stands on the other side of its anchor" : "it is not in the list";
  return { at: placeInDump(call, list), what };
}

function listAt(root: JsonObject, pointer: string): readonly Json[] {
  const list = valueAt(root, pointer);
  return Array.isArray(list) ? list : [];
}

/** All resources of a kind that the dump has, in whichever call they were. */
const allOf = (snapshot: Snapshot, { key }: MadeCall): readonly JsonObject[] =>
  sentResources(snapshot, patchedKinds[key]).map(({ value }) => value);

/** "" for a list of whole resources. */
function placeInDump({ given }: MadeCall, pointer: string): string {
  const [, index, ...rest] = pointerKeys(pointer) ?? [];
  const origin = index === undefined ? undefined : given[Number(index)];
  return origin === undefined ? "" : placeWithin(origin.dumped.value, [...origin.keys, ...rest]);
}
