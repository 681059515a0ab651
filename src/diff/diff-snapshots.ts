import { configurationOf } from "../decode/configuration.js";
import { messageTypeOf, readResource } from "../decode/decode-resource.js";
import { answerHead, fileOf } from "../model/answer.js";
import { placeOf } from "../model/proto-json.js";
import type { ResourceKind, SectionName, Snapshot, SnapshotFile } from "../model/snapshot.js";
import { type Platform, portablePlatform } from "../platform.js";
import type { JsonObject } from "../util/json.js";
import { countOf } from "../util/text.js";
import type { Change, Diff, DiffNote, IgnoredKind } from "./change.js";
import { ChangeFilter, type ChangeSelector } from "./change-selector.js";
import { compareMessages } from "./compare-messages.js";
import { bootstrapResources, compareResources, staticResourcesOf, type WholeResource, wholeDifference } from "./compare-resources.js";
import type { Difference, FoundDifference, IgnoredPlace } from "./difference.js";
import { differingPairs } from "./differing-pairs.js";
import { type GroupedChange, groupChanges, kindOrder } from "./group-changes.js";
import { IgnoredDifferences } from "./ignored-differences.js";
import { isTooDeep } from "./json-shape.js";
import { lacksSection } from "./lacks-section.js";
import { without } from "./list-items.js";
import { matchResources, type ResourcePair, type SameBytes } from "./match-resources.js";
import { attributeChanges, type ExplainingFilters } from "./patches/attribute-changes.js";
import { IdentityExchange } from "./proxy-identity.js";
import { rememberRoutes } from "./remember-routes.js";
import { pairRenamed, renameDifference } from "./rename-resources.js";
import { asOneProxy } from "./traffic/as-one-proxy.js";
import { type ComparedTraffic, compareTraffic, untouchedTraffic } from "./traffic/compare-traffic.js";

export interface DiffOptions {
  /** Report only the changes that one of these takes in one of their places; absent: all. */
  readonly only?: readonly ChangeSelector[];
  /** Leave out the changes that these take in all of their places. */
  readonly ignore?: readonly ChangeSelector[];
  /** List where each thing stands that differs and is no change, in `ignoredPlaces`. */
  readonly listIgnored?: boolean;
  /** Attribute the changes to these: each change has the patches that explain it, and each patch is held against what it should have made. */
  readonly patches?: ExplainingFilters;
  /** Default: the portable one. */
  readonly platform?: Platform;
}

const sectionOf: Readonly<Record<ResourceKind, SectionName>> = {
  bootstrap: "bootstrap",
  cluster: "clusters",
  endpoints: "endpoints",
  listener: "listeners",
  scoped_route: "scoped_routes",
  route_configuration: "routes",
  secret: "secrets",
  extension: "ecds",
};

/** Envoy prints these only where there is something in them, so that a dump without one says that there is nothing. */
const absentWhenEmpty: readonly SectionName[] = ["ecds", "scoped_routes"];

/**
 * What differs in the configuration of two config dumps: resources matched by kind, name and standing, compared by the protobuf
 * types, so that spellings and meaningless orders make no change; the same change in many places is one entry. Versions,
 * timestamps and the like are counted under `ignored`. A section that one dump lacks is not compared, and a note says so.
 * Then what that does to traffic: the classes of requests that are treated differently.
 */
export function diffSnapshots(oldSnapshot: Snapshot, newSnapshot: Snapshot, options: DiffOptions = {}): Diff {
  return compareSnapshots(oldSnapshot, newSnapshot, options).diff;
}

/** A diff, and what each of its changes shares with the same change in other proxies. */
export interface KeyedDiff {
  readonly diff: Diff;
  readonly keys: readonly string[];
  /** How many changes the filters left out. */
  readonly hidden: number;
}

/** The same as `diffSnapshots`, for several proxies whose changes are to be told together. */
export function compareSnapshots(oldFile: Snapshot, newFile: Snapshot, options: DiffOptions): KeyedDiff {
  const [oldSnapshot, newSnapshot] = [rememberRoutes(oldFile), rememberRoutes(newFile)];
  const notes: DiffNote[] = [];
  const ignored = new IgnoredDifferences(options.listIgnored ?? false);
  const found: FoundDifference[] = [];
  const { platform = portablePlatform } = options;
  const same: SameBytes = (before, after) => platform.equal(before.bytes(), after.bytes());
  const comparison = new SnapshotComparison(oldSnapshot, newSnapshot, same, found, ignored, notes);
  if (!isSameContent(oldSnapshot.file, newSnapshot.file)) comparison.run();
  const sameToEnvoy = found.length === 0 && notes.length === 0 && meansNothing(ignored.counts());
  const attributed =
    options.patches === undefined
      ? undefined
      : attributeChanges(oldSnapshot, newSnapshot, found, options.patches, platform, (old, now) => differencesBetween(old, now, same));
  const all = groupChanges(found, oldSnapshot, newSnapshot, attributed);
  const kept = selected(all, options, oldSnapshot, newSnapshot);
  const changes = kept.map(({ change }) => change);
  notes.push(...notesAbout(changes, options, all.length - kept.length));
  const traffic = sameToEnvoy ? untouchedTraffic : trafficOf(oldSnapshot, newSnapshot, comparison, same);
  if (comparison.exchange !== undefined && !sameToEnvoy) notes.push(otherPodNote);
  notes.push(...traffic.notes);
  const diff: Diff = {
    ...answerHead("diff"),
    old: fileOf(oldSnapshot.file),
    new: fileOf(newSnapshot.file),
    equal: changes.length === 0,
    changes,
    ignored: ignored.counts(),
    ...(options.listIgnored === true ? { ignoredPlaces: ignored.places } : {}),
    behaviour: traffic.difference,
    ...(attributed === undefined ? {} : { attribution: attributed.attribution }),
    notes,
  };
  return { diff, keys: kept.map(({ key }) => key), hidden: all.length - kept.length };
}

/** Of another pod NEW is read with OLD's names and addresses, so that other resources differ than in the files. */
function trafficOf(old: Snapshot, now: Snapshot, { exchange, differing }: SnapshotComparison, same: SameBytes): ComparedTraffic {
  if (exchange === undefined) return compareTraffic(old, now, differing);
  const asOld = asOneProxy(now, exchange);
  return compareTraffic(old, asOld, differingPairs(old, asOld, same));
}

/** What differs between two dumps, one by one. */
function differencesBetween(old: Snapshot, now: Snapshot, same: SameBytes): readonly FoundDifference[] {
  const found: FoundDifference[] = [];
  new SnapshotComparison(old, now, same, found, new IgnoredDifferences(false), []).run();
  return found;
}

/** Do two files hold the same bytes, whatever their names? Hashes are asked for only where the sizes are equal. */
function isSameContent(one: SnapshotFile, other: SnapshotFile): boolean {
  const [ones, others] = [one.with ?? [], other.with ?? []];
  return (
    one.size === other.size &&
    one.entry === other.entry &&
    one.sha256 === other.sha256 &&
    ones.length === others.length &&
    ones.every((file, index) => others[index] !== undefined && isSameContent(file, others[index]))
  );
}

const otherPodNote: DiffNote = {
  code: "other-pod",
  message: "OLD and NEW are two pods of one workload: of traffic is said what would change if both had OLD's names and addresses",
};

/** What has no bearing on traffic: Envoy does not look at it, or it is the pod's own on both sides alike. */
const withoutBearing: readonly string[] = ["version", "timestamp", "order", "spelling", "identity"] satisfies IgnoredKind[];

const meansNothing = (ignored: Diff["ignored"]): boolean => Object.keys(ignored).every((kind) => withoutBearing.includes(kind));

function selected(
  grouped: readonly GroupedChange[],
  { only, ignore }: DiffOptions,
  old: Snapshot,
  now: Snapshot,
): readonly GroupedChange[] {
  const changes = grouped.map(({ change }) => change);
  const asked = only === undefined ? undefined : new ChangeFilter(only, changes, old, now);
  const unwanted = ignore === undefined ? undefined : new ChangeFilter(ignore, changes, old, now);
  return grouped.filter(({ change }) => (asked?.takes(change, "somewhere") ?? true) && !(unwanted?.takes(change, "everywhere") ?? false));
}

/** What must be known of a list of changes: that it is filtered, and what was compared as plain JSON. */
export function notesAbout(changes: readonly Change[], { only, ignore }: DiffOptions, hidden: number): readonly DiffNote[] {
  const listed = (selectors: readonly ChangeSelector[]): string => selectors.map(({ text }) => text).join(", ");
  const asked = [only === undefined ? [] : [`only ${listed(only)}`], ignore === undefined ? [] : [`without ${listed(ignore)}`]].flat();
  const filtered: DiffNote = { code: "filtered", message: `filtered (${asked.join("; ")}): ${countOf(hidden, "other change")} not shown` };
  return [...(asked.length === 0 ? [] : [filtered]), ...(changes.some(({ opaque }) => opaque) ? [opaqueNote(changes)] : [])];
}

function opaqueNote(changes: readonly Change[]): DiffNote {
  const count = changes.filter(({ opaque }) => opaque).length;
  return {
    code: "opaque",
    message: `${countOf(count, "change")} in fields or types that are not known here, compared as plain JSON: orders and defaults count there`,
  };
}

class SnapshotComparison {
  readonly #old: Snapshot;
  readonly #new: Snapshot;
  readonly #found: FoundDifference[];
  readonly #ignored: IgnoredDifferences;
  readonly #notes: DiffNote[];
  readonly #same: SameBytes;
  /** Where the two are of different pods of one workload. */
  readonly exchange: IdentityExchange | undefined;
  /** The pairs that do not say the same to Envoy. */
  readonly differing: ResourcePair[] = [];

  constructor(old: Snapshot, now: Snapshot, same: SameBytes, found: FoundDifference[], ignored: IgnoredDifferences, notes: DiffNote[]) {
    this.#old = old;
    this.#new = now;
    this.#found = found;
    this.#ignored = ignored;
    this.#notes = notes;
    this.#same = same;
    const [[bootstrap], [newBootstrap]] = [old.resources("bootstrap"), now.resources("bootstrap")];
    const isOneProxy = bootstrap === undefined || newBootstrap === undefined || this.#same(bootstrap, newBootstrap);
    this.exchange = isOneProxy ? undefined : IdentityExchange.between(old, now);
  }

  run(): void {
    this.#compareFrames();
    for (const kind of kindOrder) {
      if (this.#lacksSection(sectionOf[kind])) continue;
      for (const pair of pairRenamed(matchResources(this.#old, this.#new, kind, this.#same, this.exchange))) this.#comparePair(pair);
    }
    if (!this.#lacksSection("bootstrap")) this.#compareStaticResources();
  }

  /** What surrounds the resources: where the dumps come from, and the sections. */
  #compareFrames(): void {
    const [old, now] = [this.#old, this.#new];
    if (old.origin !== now.origin) {
      const named = { envoy: "Envoy", istiod: "istiod" };
      this.#notes.push({
        code: "different-origins",
        message: `OLD is ${named[old.origin]}'s dump, NEW is ${named[now.origin]}'s: istiod says what it would send, Envoy what it took`,
      });
    }
    const oldSections = new Map(old.sections.map((section) => [section.name, section]));
    for (const section of now.sections) {
      const former = oldSections.get(section.name);
      if (former === undefined || former.versionInfo === section.versionInfo) continue;
      const stamps = { before: former.versionInfo, after: section.versionInfo };
      this.#ignored.note("version", null, () => ({ path: "", old: former.at, new: section.at, ...stamps }));
    }
    for (const section of Object.values(sectionOf)) {
      if (!this.#lacksSection(section)) continue;
      const side = lacksSection(old, section) ? "OLD" : "NEW";
      const hint = section === "endpoints" ? " (taken without ?include_eds)" : "";
      this.#notes.push({ code: "section-missing", message: `${side} has no ${section} section${hint}: not compared` });
    }
    const unknown = new Set([...old.unknownSections, ...now.unknownSections].map(({ type }) => type));
    for (const type of unknown) {
      this.#notes.push({ code: "undecoded-section", message: `a section of the unknown type ${type} was not compared` });
    }
  }

  /** Has one side alone got this section, though a dump without it tells nothing? */
  #lacksSection(section: SectionName): boolean {
    if (absentWhenEmpty.includes(section)) return false;
    return lacksSection(this.#old, section) !== lacksSection(this.#new, section);
  }

  #comparePair(pair: ResourcePair): void {
    const { old, new: now } = pair;
    if (old !== undefined && now !== undefined && pair.renamed === true) {
      this.differing.push(pair);
      this.#add(pair, [renameDifference(old, now)], false);
      return;
    }
    const resource = { type: pair.kind, name: pair.name, state: pair.standing };
    const differences: Difference[] = [];
    const ignored: [IgnoredKind, () => IgnoredPlace][] = [];
    compareResources(pair, this.#same, this.exchange, { differences, ignore: (kind, place) => ignored.push([kind, place]) });
    if (pair.kind === "endpoints" && differences.length > 0 && this.#remembersHosts(pair)) {
      this.#ignored.note("original-dst-hosts", resource, () => ({ path: "", old: old?.at ?? null, new: now?.at ?? null }));
      return;
    }
    for (const [kind, place] of ignored) this.#ignored.note(kind, resource, place);
    if (differences.length > 0) this.differing.push(pair);
    this.#add(pair, differences, false);
  }

  #add(pair: FoundDifference["pair"], differences: readonly Difference[], copy: boolean): void {
    for (const difference of differences) this.#found.push({ pair, difference, copy });
  }

  /** The hosts of an ORIGINAL_DST cluster are the addresses that connections have asked for: past traffic, no configuration. */
  #remembersHosts({ name, old, new: now }: ResourcePair): boolean {
    const sides = [...(old === undefined ? [] : [this.#old]), ...(now === undefined ? [] : [this.#new])];
    return sides.every((snapshot) => configurationOf(snapshot).cluster(name)?.type === "ORIGINAL_DST");
  }

  /** The bootstrap holds the static resources too: a change in both copies is one change with two places. */
  #compareStaticResources(): void {
    const [[oldResource], [newResource]] = [this.#old.resources("bootstrap"), this.#new.resources("bootstrap")];
    if (oldResource === undefined || newResource === undefined || this.#same(oldResource, newResource)) return;
    const [old, now] = [readResource(oldResource).value, readResource(newResource).value];
    if (isTooDeep(old) || isTooDeep(now)) return;
    for (const { kind, field } of bootstrapResources) {
      const olds = staticResourcesOf(old, field);
      const news = staticResourcesOf(now, field);
      for (const [name, value] of news) this.#compareStatic(kind, name, olds.get(name), value);
      for (const [name, value] of olds) if (!news.has(name)) this.#compareStatic(kind, name, value, undefined);
    }
  }

  #compareStatic(kind: ResourceKind, name: string, old: JsonObject | undefined, now: JsonObject | undefined): void {
    const pair = { kind, standing: "serving" as const, name };
    const differences: Difference[] = [];
    if (old !== undefined && now !== undefined) {
      // What the sections' own copies count as ignored is not counted twice.
      compareMessages(messageTypeOf(kind), old, now, { differences, ignore: () => {} });
    } else differences.push(wholeDifference(kind, wholeStatic(old), wholeStatic(now)));
    this.#add(pair, differences, true);
  }
}

const wholeStatic = (value: JsonObject | undefined): WholeResource | undefined =>
  value === undefined ? undefined : { value: without(value, "@type"), at: placeOf(value) };
