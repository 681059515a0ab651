import type { Explanation } from "../../explain/explanation.js";
import type { ResourceKind, SectionName, Snapshot } from "../../model/snapshot.js";
import { byCodePoint } from "../../util/text.js";
import type { DiffNote } from "../change.js";
import { lacksSection } from "../lacks-section.js";
import type { ResourcePair } from "../match-resources.js";
import type { PartingKind } from "./difference-key.js";
import { type FoundClass, findTraffic } from "./find-traffic.js";
import type { TrafficClass, TrafficDifference, WitnessExplanation } from "./traffic-difference.js";
import { viewOf } from "./view-snapshot.js";

/** What two snapshots do differently to traffic, and what a reader must know to take that for what it is. */
export interface ComparedTraffic {
  readonly difference: TrafficDifference;
  readonly notes: readonly DiffNote[];
}

/** Of two snapshots that say the same to Envoy. */
export const untouchedTraffic: ComparedTraffic = { difference: { exact: true, classes: [], unreachable: [], revived: [] }, notes: [] };

/** Without these nothing can be said of traffic. */
const neededSections: readonly SectionName[] = ["listeners", "routes", "clusters"];

/** Without these on one side, it can be compared what the others say. */
const furtherSections: readonly { readonly section: SectionName; readonly kind: ResourceKind }[] = [
  { section: "bootstrap", kind: "bootstrap" },
  { section: "endpoints", kind: "endpoints" },
  { section: "secrets", kind: "secret" },
];

const isLone = (section: SectionName, old: Snapshot, now: Snapshot): boolean => lacksSection(old, section) !== lacksSection(now, section);

/** The snapshot as a dump that was taken without these sections. */
const withoutSections = (snapshot: Snapshot, left: typeof furtherSections): Snapshot => ({
  ...viewOf(snapshot, (kind, resources) => (left.some((each) => each.kind === kind) ? [] : resources)),
  sections: snapshot.sections.filter(({ name }) => !left.some(({ section }) => section === name)),
  missingSections: [...new Set([...snapshot.missingSections, ...left.map(({ section }) => section)])],
});

/**
 * Compares what two snapshots do to traffic: the classes of requests that they treat differently, each with a witness, and the routes
 * that died or came alive. `exact`: no class means that no request is treated differently; else the notes say what was only sampled.
 *
 * @param differing the pairs of resources that do not say the same to Envoy
 */
export function compareTraffic(old: Snapshot, now: Snapshot, differing: readonly ResourcePair[]): ComparedTraffic {
  const lacking = neededSections.filter((section) => isLone(section, old, now));
  if (lacking.length > 0) {
    const difference: TrafficDifference = { exact: false, classes: [], unreachable: [], revived: [] };
    const message = `one side alone has a section ${lacking.join(", ")}: what the two do to traffic was not compared`;
    return { difference, notes: [{ code: "traffic-not-compared", message }] };
  }
  const lone = furtherSections.filter(({ section }) => isLone(section, old, now));
  const [before, after] = lone.length === 0 ? [old, now] : [withoutSections(old, lone), withoutSections(now, lone)];
  const looked = differing.filter(({ kind }) => !lone.some((each) => each.kind === kind));
  const { classes, unreachable, revived, sampled } = findTraffic(before, after, looked);
  return {
    difference: { exact: sampled.length === 0 && lone.length === 0, classes: merged(classes).map(describeClass), unreachable, revived },
    notes: [
      ...lone.map(({ section }): DiffNote => {
        const message = `one side alone has a section ${section}: what the two do to traffic was compared as if neither had it`;
        return { code: "traffic-not-compared", message };
      }),
      ...sampled.map((message): DiffNote => ({ code: "sampled", message })),
    ],
  };
}

const kindOrder: readonly PartingKind[] = ["route", "connection", "filter", "cluster", "policy"];

/** Several classes that a reader takes for one: in one place with one effect, or with one condition and one effect in several places. */
interface MergedClass extends FoundClass {
  readonly conditions: readonly string[];
}

function merged(classes: readonly FoundClass[]): readonly MergedClass[] {
  const sorted = classes
    .map((each): MergedClass => ({ ...each, conditions: [each.condition] }))
    .toSorted((one, other) => kindOrder.indexOf(one.parting.kind) - kindOrder.indexOf(other.parting.kind));
  const inOnePlace = joined(
    sorted,
    (each) => [each.places],
    (one, other) => ({ ...one, conditions: union(one.conditions, other.conditions) }),
  );
  return joined(
    inOnePlace,
    (each) => [each.conditions],
    (one, other) => ({ ...one, places: union(one.places, other.places) }),
  );
}

/** Joins classes of one kind and effect that share a key. The first of them keeps its witness. */
function joined(
  classes: readonly MergedClass[],
  keyOf: (each: MergedClass) => unknown,
  join: (one: MergedClass, other: MergedClass) => MergedClass,
): readonly MergedClass[] {
  const byKey = new Map<string, MergedClass>();
  for (const each of classes) {
    const key = JSON.stringify([each.parting.kind, keyOf(each), effectOf(each.before), effectOf(each.after), each.parting.fields]);
    const known = byKey.get(key);
    byKey.set(key, known === undefined ? each : join(known, each));
  }
  return [...byKey.values()];
}

const union = (one: readonly string[], other: readonly string[]): readonly string[] => [...new Set([...one, ...other])];

/** What becomes of a request, without what is its own. */
export function effectOf({ outcome, cause, response, clusters, timeout, retry, mirrors }: WitnessExplanation): unknown {
  const names = clusters.map(({ name, weight }) => `${name} ${weight ?? ""}`).sort(byCodePoint);
  return [
    outcome,
    cause?.code,
    response?.status,
    response?.details,
    names,
    timeout?.route,
    timeout?.idle,
    retry?.on,
    retry?.attempts,
    mirrors.map(({ name }) => name),
  ];
}

function describeClass({ places, conditions, witness, before, after, parting }: MergedClass): TrafficClass {
  return {
    description: describe(parting.kind, places, conditions),
    witness,
    before: withoutWhy(before),
    after: withoutWhy(after),
  };
}

const withoutWhy = ({ why: _, ...rest }: Explanation): WitnessExplanation => rest;

/** Of more than that, the others are counted. */
const mostListed = 3;

function describe(kind: PartingKind, places: readonly string[], conditions: readonly string[]): string {
  const [first = "", ...others] = places;
  const place = others.length === 0 ? first : `${first} and ${others.length} more`;
  if (kind === "cluster") return `whatever goes to ${place}`;
  const shown = conditions.slice(0, mostListed);
  const rest = conditions.length - shown.length;
  return `${place}: ${shown.join(" or ")}${rest === 0 ? "" : ` or ${rest} more conditions`}`;
}
