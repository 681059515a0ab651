import type { ResourceKind, SectionName, Snapshot } from "../../model/snapshot.js";
import type { DiffNote } from "../change.js";
import { lacksSection } from "../lacks-section.js";
import type { ResourcePair } from "../match-resources.js";
import { findTraffic } from "./find-traffic.js";
import { groupClasses } from "./group-classes.js";
import type { TrafficDifference } from "./traffic-difference.js";
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
    difference: { exact: sampled.length === 0 && lone.length === 0, classes: groupClasses(classes), unreachable, revived },
    notes: [
      ...lone.map(({ section }): DiffNote => {
        const message = `one side alone has a section ${section}: what the two do to traffic was compared as if neither had it`;
        return { code: "traffic-not-compared", message };
      }),
      ...sampled.map((message): DiffNote => ({ code: "sampled", message })),
    ],
  };
}
