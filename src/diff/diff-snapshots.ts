import { configurationOf } from "../decode/configuration.js";
import { messageTypeOf, readResource } from "../decode/decode-resource.js";
import { answerHead, fileOf } from "../model/answer.js";
import { placeOf } from "../model/proto-json.js";
import type { ResourceKind, SectionName, Snapshot } from "../model/snapshot.js";
import type { JsonObject } from "../util/json.js";
import { countOf } from "../util/text.js";
import { type Change, type ChangeClass, type Diff, type DiffNote, type IgnoredKind, ignoredKinds } from "./change.js";
import { compareMessages } from "./compare-messages.js";
import { bootstrapResources, compareResources, staticResourcesOf, type WholeResource, wholeDifference } from "./compare-resources.js";
import type { Difference, FoundDifference } from "./difference.js";
import { groupChanges, kindOrder } from "./group-changes.js";
import { isTooDeep } from "./json-shape.js";
import { without } from "./list-items.js";
import { equalBytes, matchResources, type ResourcePair, sameBytes } from "./match-resources.js";
import { pairRenamed, renameDifference } from "./rename-resources.js";
import { compareTraffic } from "./traffic/compare-traffic.js";

export interface DiffOptions {
  /** Report changes of these classes only; absent: of all. */
  readonly only?: readonly ChangeClass[];
  /** Leave out changes of these classes. */
  readonly ignore?: readonly ChangeClass[];
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
  const notes: DiffNote[] = [];
  const ignored = new Map<IgnoredKind, number>();
  const found: FoundDifference[] = [];
  if (!equalBytes(oldSnapshot.bytes, newSnapshot.bytes)) {
    const comparison = new SnapshotComparison(oldSnapshot, newSnapshot, found, ignored, notes);
    comparison.run();
  }
  const all = groupChanges(found, newSnapshot);
  const changes = all.filter((change) => (options.only?.includes(change.class) ?? true) && options.ignore?.includes(change.class) !== true);
  if (options.only !== undefined || options.ignore !== undefined) notes.push(filterNote(options, all.length - changes.length));
  if (changes.some(({ opaque }) => opaque)) notes.push(opaqueNote(changes));
  const traffic = compareTraffic(oldSnapshot, newSnapshot);
  for (const message of traffic.notes) notes.push({ code: "sampled", message });
  return {
    ...answerHead("diff"),
    old: fileOf(oldSnapshot.file),
    new: fileOf(newSnapshot.file),
    equal: changes.length === 0,
    changes,
    ignored: Object.fromEntries(ignoredKinds.flatMap((kind) => (ignored.has(kind) ? [[kind, ignored.get(kind) ?? 0]] : []))),
    behaviour: traffic.difference,
    notes,
  };
}

function filterNote({ only, ignore }: DiffOptions, hidden: number): DiffNote {
  const asked = [
    only === undefined ? [] : [`only ${only.join(", ")}`],
    ignore === undefined ? [] : [`without ${ignore.join(", ")}`],
  ].flat();
  return { code: "filtered", message: `filtered (${asked.join("; ")}): ${countOf(hidden, "change")} of other classes not shown` };
}

function opaqueNote(changes: readonly Change[]): DiffNote {
  const count = changes.filter(({ opaque }) => opaque).length;
  return {
    code: "opaque",
    message: `${countOf(count, "change")} in fields or types that are not known here, compared as plain JSON: orders and defaults count there`,
  };
}

/** istiod prints a bootstrap section with nothing in it. */
const lacks = (snapshot: Snapshot, section: SectionName): boolean =>
  section === "bootstrap" ? snapshot.resources("bootstrap").length === 0 : snapshot.missingSections.includes(section);

class SnapshotComparison {
  readonly #old: Snapshot;
  readonly #new: Snapshot;
  readonly #found: FoundDifference[];
  readonly #ignored: Map<IgnoredKind, number>;
  readonly #notes: DiffNote[];

  constructor(old: Snapshot, now: Snapshot, found: FoundDifference[], ignored: Map<IgnoredKind, number>, notes: DiffNote[]) {
    this.#old = old;
    this.#new = now;
    this.#found = found;
    this.#ignored = ignored;
    this.#notes = notes;
  }

  run(): void {
    this.#compareFrames();
    for (const kind of kindOrder) {
      if (this.#lacksSection(sectionOf[kind])) continue;
      for (const pair of pairRenamed(matchResources(this.#old, this.#new, kind))) this.#comparePair(pair);
    }
    if (!this.#lacksSection("bootstrap")) this.#compareStaticResources();
  }

  #ignore(kind: IgnoredKind, count = 1): void {
    this.#ignored.set(kind, (this.#ignored.get(kind) ?? 0) + count);
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
    const oldVersions = new Map(old.sections.map(({ name, versionInfo }) => [name, versionInfo]));
    for (const { name, versionInfo } of now.sections) {
      if (oldVersions.has(name) && oldVersions.get(name) !== versionInfo) this.#ignore("version");
    }
    for (const section of Object.values(sectionOf)) {
      if (!this.#lacksSection(section)) continue;
      const side = lacks(old, section) ? "OLD" : "NEW";
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
    return lacks(this.#old, section) !== lacks(this.#new, section);
  }

  #comparePair(pair: ResourcePair): void {
    const { old, new: now } = pair;
    if (old !== undefined && now !== undefined && old.name !== now.name) {
      this.#add(pair, [renameDifference(old, now)], false);
      return;
    }
    const { differences, ignored } = compareResources(this.#old, this.#new, pair);
    if (pair.kind === "endpoints" && differences.length > 0 && this.#remembersHosts(pair)) {
      this.#ignore("original-dst-hosts");
      return;
    }
    for (const [kind, count] of ignored) this.#ignore(kind, count);
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
    if (oldResource === undefined || newResource === undefined || sameBytes(this.#old, oldResource, this.#new, newResource)) return;
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
