import { answerHead, fileOf } from "../model/answer.js";
import type { Snapshot, SnapshotFile } from "../model/snapshot.js";
import { byCodePoint, countOf } from "../util/text.js";
import { type Change, type ComparedProxy, type Diff, type DiffNote, type IgnoredKind, ignoredKinds } from "./change.js";
import { compareSnapshots, type DiffOptions, type KeyedDiff, notesAbout } from "./diff-snapshots.js";
import { rankOf } from "./group-changes.js";
import type { Attribution, PatchEffect } from "./patches/attribution.js";
import { proxyNameOf } from "./proxy-identity.js";
import { effectOf } from "./traffic/group-classes.js";
import type { TrafficDifference } from "./traffic/traffic-difference.js";

/** The dumps of many proxies: a folder or an archive, as a file. */
export interface Fleet {
  readonly file: SnapshotFile;
  readonly snapshots: readonly Snapshot[];
}

/**
 * What differs between the dumps of many proxies, before and after: paired by pod, else by workload, and the same change in several
 * proxies told once, with the proxies that have it. A proxy that one side lacks is named, and is a difference.
 */
export function diffFleets(old: Fleet, now: Fleet, options: DiffOptions = {}): Diff {
  const pairs = pairProxies(old.snapshots, now.snapshots);
  const compared = pairs.flatMap((pair) =>
    pair.old === undefined || pair.new === undefined ? [] : [{ name: pair.name, keyed: compareSnapshots(pair.old, pair.new, options) }],
  );
  const proxies = pairs.map((pair): ComparedProxy => {
    const found = compared.find(({ name }) => name === pair.name);
    return {
      name: pair.name,
      workload: pair.workload,
      old: pair.old === undefined ? null : fileOf(pair.old.file),
      new: pair.new === undefined ? null : fileOf(pair.new.file),
      changes: found === undefined ? null : found.keyed.diff.changes.length,
    };
  });
  const changes = sharedChanges(compared);
  const ignored = totals(compared.map(({ keyed }) => keyed.diff));
  const ignoredPlaces = compared.flatMap(({ keyed }) => keyed.diff.ignoredPlaces ?? []);
  return {
    ...answerHead("diff"),
    old: old.file,
    new: now.file,
    equal: changes.length === 0 && proxies.every((proxy) => proxy.changes !== null),
    changes,
    ignored,
    ...(options.listIgnored === true ? { ignoredPlaces } : {}),
    behaviour: sharedTraffic(compared),
    ...sharedAttribution(compared),
    notes: [
      ...unpairedNotes(proxies),
      ...notesAbout(
        changes,
        options,
        compared.reduce((total, { keyed }) => total + keyed.hidden, 0),
      ),
      ...sharedNotes(compared),
    ],
    proxies,
  };
}

interface ProxyPair {
  readonly name: string;
  readonly workload: string | null;
  readonly old: Snapshot | undefined;
  readonly new: Snapshot | undefined;
}

interface NamedSnapshot {
  readonly snapshot: Snapshot;
  readonly name: string;
  readonly workload: string | null;
}

/** The same pod belongs together, then those of one workload in the order of their names; who has neither, by the file's name. */
function pairProxies(olds: readonly Snapshot[], news: readonly Snapshot[]): readonly ProxyPair[] {
  const old = named(olds);
  const now = named(news);
  const partners = new Map<NamedSnapshot, NamedSnapshot>();
  const left = new Set(old);
  const keys: readonly ((proxy: NamedSnapshot) => string | null)[] = [({ name }) => name, ({ workload }) => workload];
  for (const keyOf of keys) {
    for (const proxy of now) {
      if (partners.has(proxy) || keyOf(proxy) === null) continue;
      const partner = [...left].find((candidate) => keyOf(candidate) === keyOf(proxy));
      if (partner === undefined) continue;
      partners.set(proxy, partner);
      left.delete(partner);
    }
  }
  const pairs = now.map((proxy) => ({ ...proxy, old: partners.get(proxy)?.snapshot, new: proxy.snapshot }));
  const gone = [...left].map((proxy) => ({ ...proxy, old: proxy.snapshot, new: undefined }));
  return [...pairs, ...gone]
    .map(({ name, workload, old: before, new: after }) => ({ name, workload, old: before, new: after }))
    .sort((a, b) => byCodePoint(a.name, b.name));
}

/** By their names; two of one name (a proxy that was dumped twice) are told apart by their files. */
function named(snapshots: readonly Snapshot[]): readonly NamedSnapshot[] {
  const proxies = snapshots.map((snapshot) => {
    const found = proxyNameOf(snapshot);
    return { snapshot, name: found?.proxy ?? snapshot.file.name, workload: found?.workload ?? null };
  });
  const counts = new Map<string, number>();
  for (const { name } of proxies) counts.set(name, (counts.get(name) ?? 0) + 1);
  return proxies
    .map((proxy) => ((counts.get(proxy.name) ?? 0) > 1 ? { ...proxy, name: `${proxy.name} (${proxy.snapshot.file.name})` } : proxy))
    .sort((a, b) => byCodePoint(a.name, b.name));
}

type Compared = readonly { readonly name: string; readonly keyed: KeyedDiff }[];

function sharedChanges(compared: Compared): readonly Change[] {
  const groups = new Map<string, { readonly proxy: string; readonly change: Change }[]>();
  for (const { name: proxy, keyed } of compared) {
    for (const [index, change] of keyed.diff.changes.entries()) {
      const key = `${keyed.keys[index]} ${change.path === "" ? change.resource.name : ""}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [{ proxy, change }]);
      else group.push({ proxy, change });
    }
  }
  return [...groups.values()].flatMap((group) => joined(group) ?? []).sort((a, b) => rankOf(a) - rankOf(b));
}

function joined(group: readonly { readonly proxy: string; readonly change: Change }[]): Change | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  const { scope: _, ...change } = first.change;
  const scope = sumOf(group.map((each) => each.change));
  return {
    ...change,
    places: group.flatMap(({ proxy, change: { places } }) => places.map((place) => ({ proxy, ...place }))),
    ...(scope === undefined ? {} : { scope }),
    proxies: group.map(({ proxy }) => proxy),
  };
}

/** Among how many in all proxies together, where each of them tells. */
function sumOf(changes: readonly Change[]): Change["scope"] {
  const scopes = changes.flatMap(({ scope }) => scope ?? []);
  const [first] = scopes;
  if (first === undefined || scopes.length < changes.length) return undefined;
  if (scopes.some(({ message, direction }) => message !== first.message || direction !== first.direction)) return undefined;
  const sum = (count: (scope: NonNullable<Change["scope"]>) => number): number => scopes.reduce((total, scope) => total + count(scope), 0);
  return {
    ...first,
    changed: sum(({ changed }) => changed),
    of: sum(({ of }) => of),
    exceptions: scopes.flatMap(({ exceptions }) => exceptions),
  };
}

/** The same patches are held against every proxy: what each of them makes, in all proxies together. */
function sharedAttribution(compared: Compared): Pick<Diff, "attribution"> {
  const found = compared.flatMap(({ name, keyed }) => (keyed.diff.attribution === undefined ? [] : [{ name, ...keyed.diff.attribution }]));
  const [first, ...others] = found;
  if (first === undefined) return {};
  const patches = first.patches.map((head, index): PatchEffect => {
    const effects = found.flatMap(({ name, patches: own }) => (own[index] === undefined ? [] : [{ name, effect: own[index] }]));
    // Of a proxy that the patch is not for nothing is said where there is one that it is for.
    const told = effects.find(({ effect }) => effect.status === "applied")?.effect ?? head;
    return {
      ...told,
      inForceBefore: effects.every(({ effect }) => effect.inForceBefore),
      expected: effects.reduce((sum, { effect }) => sum + effect.expected, 0),
      made: effects.reduce((sum, { effect }) => sum + effect.made, 0),
      lacking: effects.flatMap(({ name, effect }) => effect.lacking.map((lack) => ({ proxy: name, ...lack }))),
    };
  });
  const sum = (count: (attribution: Attribution) => number): number => [first, ...others].reduce((total, each) => total + count(each), 0);
  return { attribution: { patches, explained: sum(({ explained }) => explained), unexplained: sum(({ unexplained }) => unexplained) } };
}

function totals(diffs: readonly Diff[]): Diff["ignored"] {
  const count = (kind: IgnoredKind): number => diffs.reduce((total, { ignored }) => total + (ignored[kind] ?? 0), 0);
  return Object.fromEntries(ignoredKinds.flatMap((kind) => (count(kind) === 0 ? [] : [[kind, count(kind)]])));
}

function unpairedNotes(proxies: readonly ComparedProxy[]): readonly DiffNote[] {
  return (["old", "new"] as const).flatMap((side): readonly DiffNote[] => {
    const lone = proxies.filter((proxy) => proxy.changes === null && proxy[side] !== null).map(({ name }) => name);
    const where = side === "old" ? "OLD" : "NEW";
    return lone.length === 0
      ? []
      : [{ code: "unpaired", message: `${countOf(lone.length, "proxy", "proxies")} in ${where} only: ${lone.join(", ")}` }];
  });
}

/** What is done to traffic in the same words with the same effect is said once; the pointers are those of the first proxy that has it. */
function sharedTraffic(compared: Compared): TrafficDifference {
  const told = compared.map(({ name, keyed }) => ({ name, ...keyed.diff.behaviour }));
  return {
    exact: told.every(({ exact }) => exact),
    classes: saidOnce(
      told.map(({ name, classes }) => ({ name, items: classes })),
      ({ cases, ...first }) => (cases ?? [first]).map(({ description, before, after }) => [description, effectOf(before), effectOf(after)]),
    ),
    unreachable: saidOnce(
      told.map(({ name, unreachable }) => ({ name, items: unreachable })),
      ({ routeConfiguration, virtualHost, route, by }) => [routeConfiguration, virtualHost, route, by],
    ),
    revived: saidOnce(
      told.map(({ name, revived }) => ({ name, items: revived })),
      ({ routeConfiguration, virtualHost, route }) => [routeConfiguration, virtualHost, route],
    ),
  };
}

/** The items of several proxies, those of one key once, with the proxies that have it. */
function saidOnce<Item>(
  lists: readonly { readonly name: string; readonly items: readonly Item[] }[],
  keyOf: (item: Item) => unknown,
): readonly (Item & { readonly proxies: readonly string[] })[] {
  const groups = new Map<string, { readonly item: Item; readonly proxies: string[] }>();
  for (const { name, items } of lists) {
    for (const item of items) {
      const key = JSON.stringify(keyOf(item));
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { item, proxies: [name] });
      else if (!group.proxies.includes(name)) group.proxies.push(name);
    }
  }
  return [...groups.values()].map(({ item, proxies }) => ({ ...item, proxies }));
}

/** What only some proxies' dumps leave open, so that a reader must know which. */
const ofProxies: ReadonlySet<DiffNote["code"]> = new Set(["sampled", "traffic-not-compared"]);

/** Of more proxies than that, the others are counted. */
const mostNamed = 3;

/** A note of several proxies is said once; those about the changes are made for all changes together. */
function sharedNotes(compared: Compared): readonly DiffNote[] {
  const notes = new Map<string, { readonly note: DiffNote; readonly proxies: string[] }>();
  for (const { name, keyed } of compared) {
    for (const note of keyed.diff.notes) {
      if (note.code === "filtered" || note.code === "opaque") continue;
      const key = `${note.code} ${note.message}`;
      const known = notes.get(key);
      if (known === undefined) notes.set(key, { note, proxies: [name] });
      else known.proxies.push(name);
    }
  }
  return [...notes.values()].map(({ note, proxies }) =>
    ofProxies.has(note.code) ? { ...note, message: `${nameSome(proxies)}: ${note.message}` } : note,
  );
}

function nameSome(names: readonly string[]): string {
  const rest = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
