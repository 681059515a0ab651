import { type Change, type ChangeClass, changeClasses, type Diff, type IgnoredKind, ignoredKinds } from "../../diff/change.js";
import { countOf } from "../../util/text.js";
import { describeTraffic } from "./traffic-words.js";

/** The answer in one line: `2 changes, telemetry only. No request is routed differently.` */
export function describeVerdict(diff: Diff): string {
  if (diff.equal && diff.behaviour.exact && diff.behaviour.classes.length === 0) return describeChanges(diff);
  return `${describeChanges(diff)}. ${describeTraffic(diff.behaviour)}`;
}

function describeChanges({ changes, notes }: Diff): string {
  const partly = notes.some(({ code }) => code === "section-missing");
  const filtered = notes.some(({ code }) => code === "filtered");
  if (changes.length === 0) return `no difference${partly ? " in what both dumps hold" : ""}${filtered ? " in the classes looked at" : ""}`;
  const byClass = countByClass(changes);
  const [only] = byClass;
  const what =
    byClass.length === 1 && only !== undefined
      ? `, ${only.class} only`
      : `: ${byClass.map((each) => `${each.count} ${each.class}`).join(", ")}`;
  return `${countOf(changes.length, "change")}${what}`;
}

export function countByClass(changes: readonly Change[]): readonly { readonly class: ChangeClass; readonly count: number }[] {
  return changeClasses.flatMap((kind) => {
    const count = changes.filter((change) => change.class === kind).length;
    return count === 0 ? [] : [{ class: kind, count }];
  });
}

const ignoredWords: Readonly<Record<IgnoredKind, readonly [one: string, many: string]>> = {
  version: ["version", "versions"],
  timestamp: ["timestamp", "timestamps"],
  order: ["order that means nothing", "orders that mean nothing"],
  spelling: ["other spelling", "other spellings"],
  "certificate-renewal": ["certificate issued anew", "certificates issued anew"],
  "original-dst-hosts": ["cluster's remembered hosts (ORIGINAL_DST)", "clusters' remembered hosts (ORIGINAL_DST)"],
};

/** What differs and is no change; "" where nothing does. */
export function describeIgnored({ ignored }: Diff): string {
  return ignoredKinds
    .flatMap((kind) => {
      const count = ignored[kind] ?? 0;
      return count === 0 ? [] : [countOf(count, ...ignoredWords[kind])];
    })
    .join(", ");
}
