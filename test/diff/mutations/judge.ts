import { type Diff, diffSnapshots, readSnapshot, type Snapshot } from "../../../src/index.js";
import type { Json } from "../../../src/util/json.js";
import { pointerKeys } from "../../../src/util/json-pointer.js";
import { type Mutation, mutations } from "./mutations.js";
import { Random } from "./random.js";
import { replaceAt, type Site, sitesIn } from "./sites.js";
import { anotherWriting } from "./writings.js";

/** A dump with what can be mutated in it. */
export interface MutableDump {
  readonly json: Json;
  readonly snapshot: Snapshot;
  readonly sites: readonly Site[];
}

/** What became of one mutation. */
export interface Trial {
  readonly mutation: string;
  readonly at: string;
  /** Why the diff is not right about it; null where it is. */
  readonly complaint: string | null;
}

const snapshotOf = (json: Json): Snapshot => readSnapshot(new TextEncoder().encode(JSON.stringify(json))).snapshot;

export function mutableDump(json: Json): MutableDump {
  const snapshot = snapshotOf(json);
  return { json, snapshot, sites: sitesIn(json, snapshot) };
}

/** Makes one random mutation of a dump and judges the diff; every kind of mutation that the dump offers is as likely. */
export function tryMutation(dump: MutableDump, seed: number): Trial {
  const random = new Random(seed);
  for (const mutation of random.shuffle(mutations)) {
    for (const site of random.shuffle(dump.sites.filter(({ type }) => mutation.types?.includes(type) ?? true))) {
      const mutated = mutation.change(site, random);
      if (mutated === undefined) continue;
      const keys = pointerKeys(site.at) ?? [];
      const old = mutated.old === undefined ? dump.snapshot : snapshotOf(replaceAt(dump.json, keys, mutated.old));
      const diff = diffSnapshots(old, snapshotOf(replaceAt(dump.json, keys, mutated.now)));
      // A value that identifies the item around it makes another item.
      const wanted = [...mutated.at.map((at) => site.at + at), ...(mutation.class === null ? [site.itemAt] : [])];
      return { mutation: mutation.name, at: wanted[0] ?? site.at, complaint: complaintOf(diff, mutation, site, wanted) };
    }
  }
  return { mutation: "none", at: "", complaint: "the dump offers nothing to mutate" };
}

/** What became of a dump written otherwise. */
export interface WritingTrial {
  readonly ways: readonly string[];
  /** What is reported as different; null where nothing is. */
  readonly complaint: string | null;
}

/** Writes a dump otherwise, at random, and judges the diff of both ways. */
export function tryWriting(dump: MutableDump, seed: number): WritingTrial {
  const { json, ways } = anotherWriting(dump.json, seed);
  const other = snapshotOf(json);
  const changes = [diffSnapshots(dump.snapshot, other), diffSnapshots(other, dump.snapshot)].flatMap((diff) => diff.changes);
  return { ways, complaint: changes.length === 0 ? null : JSON.stringify(changes.slice(0, 3)) };
}

function complaintOf(diff: Diff, mutation: Mutation, site: Site, wanted: readonly string[]): string | null {
  if (diff.changes.length === 0) return "nothing is reported";
  const there = diff.changes.filter(({ places }) =>
    places.some(({ old, new: now }) => wanted.includes(old ?? "none") || wanted.includes(now ?? "none")),
  );
  const shown = JSON.stringify(
    diff.changes.map(({ class: kind, op, places }) => [kind, op, ...places.map(({ old, new: now }) => [old, now])]),
  );
  if (there.length === 0) return `not reported at ${wanted.join(" or ")}: ${shown}`;
  const wantedClass = expectedClass(mutation.class, site);
  if (wantedClass !== null && there.every((change) => change.class !== wantedClass))
    return `reported as ${there.map((change) => change.class).join(", ")}`;
  const elsewhere = diff.changes.filter(({ places }) =>
    places.some(({ old, new: now }) => !(old ?? now ?? "").startsWith(site.resourceAt)),
  );
  if (elsewhere.length > 0) return `reported elsewhere too: ${shown}`;
  return diff.changes.length > 2 ? `${diff.changes.length} changes for one: ${shown}` : null;
}

/** The same message means another thing in other places: a string matcher of an authorization is no route's. null: any class will do. */
function expectedClass(kind: Mutation["class"], { way, resource }: Site): Mutation["class"] {
  if (way.includes("access_log")) return "telemetry";
  // What an HTTP filter matches is of the filter's class.
  if (way.includes("http_filters") || way.includes("typed_per_filter_config")) return null;
  if (way.some((field) => ["rules", "shadow_rules", "match_typed_subject_alt_names", "transport_socket"].includes(field)))
    return "security";
  if (way.includes("allow_origin_string_match")) return "security";
  if (way.includes("retry_policy")) return "resilience";
  if (way.includes("tracing") || way.includes("custom_tags")) return "telemetry";
  if (way.includes("lb_endpoints") || way.includes("load_assignment") || resource === "endpoints") return "endpoints";
  return kind;
}
