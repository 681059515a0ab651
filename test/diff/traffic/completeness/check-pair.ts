import { differingPairs } from "../../../../src/diff/differing-pairs.js";
import { findTraffic, partingBetween } from "../../../../src/diff/traffic/find-traffic.js";
import { behaviourDifferences, behaviourOf } from "../../../../src/explain/behaviour.js";
import { explain, portablePlatform, type Request, type Resource, readSnapshot, type Snapshot } from "../../../../src/index.js";
import { requestDrawer } from "./draw-request.js";
import { isMessage, type Message, type Value } from "./dump-parts.js";
import { mutateDump } from "./mutate-dump.js";
import { drawsOf } from "./random.js";

/** A request whose behaviour differs and that lies in no class, or a class whose witness does not differ. */
export interface Failure {
  readonly what: "missed" | "no difference";
  readonly key: string;
  readonly request: Request;
}

export interface CheckedPair {
  readonly mutation: string;
  readonly requests: number;
  /** Of the requests drawn, how many OLD and NEW treat differently. */
  readonly differing: number;
  readonly classes: number;
  readonly exact: boolean;
  readonly failures: readonly Failure[];
  readonly milliseconds: number;
}

const encoder = new TextEncoder();
const snapshotOf = (dump: Message): Snapshot => readSnapshot(encoder.encode(JSON.stringify(dump)), { fileName: "dump.json" }).snapshot;

const sameBytes = (one: Resource, other: Resource): boolean => portablePlatform.equal(one.bytes(), other.bytes());

const copyOf = (dump: Message): Message => {
  const copy: Value = JSON.parse(JSON.stringify(dump));
  return isMessage(copy) ? copy : {};
};

/** Mutates a dump and holds the behavioural diff of the two to requests drawn around the mutation; undefined where nothing could be changed. */
export function checkPair(dump: Message, seed: number, requests: number, clock: () => number): CheckedPair | undefined {
  const draws = drawsOf(seed);
  const changed = copyOf(dump);
  const before = copyOf(dump);
  const mutation = mutateDump(changed, draws);
  if (mutation === undefined) return undefined;
  // The same draws change the copy at the same place, so that its state before is at hand.
  const names = mutation.around;
  const [old, now] = [snapshotOf(before), snapshotOf(changed)];
  const started = clock();
  const pairs = differingPairs(old, now, sameBytes);
  const found = findTraffic(old, now, pairs);
  const milliseconds = clock() - started;
  const parting = partingBetween(old, now, pairs);
  const keys = new Set(found.classes.map((each) => each.parting.key));
  const failures: Failure[] = [];
  for (const { witness, parting: own } of found.classes) {
    const [was, is] = [explain(old, witness), explain(now, witness)];
    if (behaviourDifferences(behaviourOf(was), behaviourOf(is)).length === 0)
      failures.push({ what: "no difference", key: own.key, request: witness });
  }
  const isGateway = /"id":"router~/.test(JSON.stringify(dump.configs).slice(0, 20_000));
  const sameNames = namesakes(before, names);
  const drawer = requestDrawer([before, changed], [...names, ...sameNames], isGateway);
  let differing = 0;
  const missed = new Set<string>();
  for (let index = 0; index < requests; index++) {
    const request = drawer.draw(draws);
    const [was, is] = [explain(old, request), explain(now, request)];
    const part = parting(was, is);
    if (part === null) continue;
    differing++;
    if (keys.has(part.key) || missed.has(part.key)) continue;
    missed.add(part.key);
    failures.push({ what: "missed", key: part.key, request });
  }
  return {
    mutation: mutation.what,
    requests,
    differing,
    classes: found.classes.length,
    exact: found.sampled.length === 0,
    failures,
    milliseconds,
  };
}

/** The messages of the dump before that have the names of those that were changed. */
function namesakes(dump: Message, changed: readonly Message[]): Message[] {
  const names = new Set(changed.flatMap(({ name, cluster_name }) => [name, cluster_name].filter((text) => typeof text === "string")));
  const found: Message[] = [];
  const visit = (value: Value, depth: number): void => {
    if (Array.isArray(value)) for (const item of value) visit(item, depth + 1);
    if (!isMessage(value) || depth > 14) return;
    if (typeof value.name === "string" && names.has(value.name) && (Array.isArray(value.routes) || Array.isArray(value.filter_chains)))
      found.push(value);
    for (const inner of Object.values(value)) if (typeof inner === "object") visit(inner, depth + 1);
  };
  visit(dump.configs ?? [], 0);
  return found;
}
