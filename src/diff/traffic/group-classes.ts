import { behaviourOf } from "../../explain/behaviour.js";
import type { Explanation } from "../../explain/explanation.js";
import { byCodePoint } from "../../util/text.js";
import type { PartingKind } from "./difference-key.js";
import type { TrafficCase, TrafficClass, WitnessExplanation } from "./traffic-difference.js";
import type { FoundClass } from "./trials.js";

const kindOrder: readonly PartingKind[] = ["route", "connection", "filter", "cluster", "policy"];

/** Classes that were found, as a reader takes them: one for each effect, with all places and kinds of requests that have it. */
export function groupClasses(classes: readonly FoundClass[]): readonly TrafficClass[] {
  const cases = mergedCases(classes);
  const ends = cases.map(endKeysOf);
  const counts = new Map<string, number>();
  for (const key of ends.flat()) counts.set(key, (counts.get(key) ?? 0) + 1);
  const groups = new Map<string, MergedClass[]>();
  for (const [index, each] of cases.entries()) {
    const [most = differenceKey(each)] = (ends[index] ?? []).toSorted((one, other) => (counts.get(other) ?? 0) - (counts.get(one) ?? 0));
    const group = groups.get(most);
    if (group === undefined) groups.set(most, [each]);
    else group.push(each);
  }
  return [...groups.values()].flatMap((group) => classOf(group.map(caseOf)));
}

/** Several classes that are told apart by little: in one place with one effect, or with one condition and one effect in several places. */
interface MergedClass extends FoundClass {
  readonly conditions: readonly string[];
}

function mergedCases(classes: readonly FoundClass[]): readonly MergedClass[] {
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

/**
 * Where one side refuses a request or closes its connection, that is the effect, whatever the other side does with it: that side's
 * end, the newer first where both do.
 */
function endKeysOf({ before, after }: MergedClass): readonly string[] {
  const [was, is] = [endOf(before), endOf(after)];
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  return [...(is === null ? [] : [JSON.stringify(["after", is])]), ...(was === null ? [] : [JSON.stringify(["before", was])])];
}

const ends: ReadonlySet<Explanation["outcome"]> = new Set(["rejected", "closed", "waiting"]);

const endOf = ({ outcome, cause, response }: Explanation): unknown =>
  ends.has(outcome) ? [outcome, cause?.code, response?.status, response?.details?.replace(/\[.*\]$/, "")] : null;

/** The respects in which the two sides differ, with what they are on both. */
function differenceKey({ before, after, parting: { kind, fields } }: MergedClass): string {
  const [was, is] = [behaviourOf(before), behaviourOf(after)];
  const values = fields.map((field) => {
    // A server name is its cluster's own.
    if (field === "tls" && before.tls?.mode !== after.tls?.mode) return [field, before.tls?.mode, after.tls?.mode];
    return [field, was[field], is[field]];
  });
  return JSON.stringify([kind, values]);
}

const caseOf = ({ places, conditions, witness, before, after, parting }: MergedClass): TrafficCase => ({
  description: describe(parting.kind, places, conditions),
  witness,
  before: withoutWhy(before),
  after: withoutWhy(after),
});

const withoutWhy = ({ why: _, ...rest }: Explanation): WitnessExplanation => rest;

/** Of more than that, the others are counted. */
const mostListed = 3;

function classOf(cases: readonly TrafficCase[]): readonly TrafficClass[] {
  const [first] = cases;
  if (first === undefined || cases.length === 1) return cases;
  const shown = cases.slice(0, mostListed).map(({ description }) => description);
  const rest = cases.length - shown.length;
  return [{ ...first, description: `${shown.join("; ")}${rest === 0 ? "" : `; and ${rest} more`}`, cases }];
}

function describe(kind: PartingKind, places: readonly string[], conditions: readonly string[]): string {
  const [first = "", ...others] = places;
  const place = others.length === 0 ? first : `${first} and ${others.length} more`;
  if (kind === "cluster") return `whatever goes to ${place}`;
  const shown = conditions.slice(0, mostListed);
  const rest = conditions.length - shown.length;
  return `${place}: ${shown.join(" or ")}${rest === 0 ? "" : ` or ${rest} more conditions`}`;
}
