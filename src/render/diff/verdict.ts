import { type Change, type ChangeClass, changeClasses, type Diff, type IgnoredKind, ignoredKinds } from "../../diff/change.js";
import { countOf } from "../../util/text.js";
import { describeTraffic } from "./traffic-words.js";

/** The answer in a sentence for the changes, one for traffic and some for proxies: `2 changes, telemetry only. No request is routed differently.` */
export const describeVerdict = (diff: Diff): string =>
  [describeChanges(diff), ...trafficSentences(diff), ...describeProxies(diff)].map((sentence) => `${sentence}.`).join(" ");

/** Where nothing differs, nothing need be said of traffic. What is filtered is changes, never traffic. */
function trafficSentences({ equal, behaviour, notes, proxies }: Diff): readonly string[] {
  const filtered = notes.some(({ code }) => code === "filtered");
  const untouched = behaviour.exact && behaviour.classes.length === 0;
  const compared = proxies === undefined || proxies.some(({ changes }) => changes !== null);
  if (!compared || (equal && untouched && !filtered)) return [];
  const sentence = describeTraffic(
    behaviour,
    notes.some(({ code }) => code === "traffic-not-compared"),
  );
  return [filtered ? `All changes together: ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : sentence];
}

/** Of many proxies, how many differ, and which sides lack one. */
function describeProxies({ proxies }: Diff): readonly string[] {
  if (proxies === undefined) return [];
  const compared = proxies.filter(({ changes }) => changes !== null);
  const differing = compared.filter(({ changes }) => changes !== 0);
  const gone = proxies.filter((proxy) => proxy.new === null).length;
  const come = proxies.filter((proxy) => proxy.old === null).length;
  return [
    `${differing.length} of ${countOf(compared.length, "proxy differs", "proxies differ")}`,
    ...(gone === 0 ? [] : [`${countOf(gone, "proxy is", "proxies are")} in OLD only`]),
    ...(come === 0 ? [] : [`${countOf(come, "proxy is", "proxies are")} in NEW only`]),
  ];
}

function describeChanges({ changes, notes }: Diff): string {
  const partly = notes.some(({ code }) => code === "section-missing");
  const filtered = notes.some(({ code }) => code === "filtered");
  if (changes.length === 0) return `No difference${partly ? " in what both dumps hold" : ""}${filtered ? " in what was looked at" : ""}`;
  const byClass = countByClass(changes);
  const [only] = byClass;
  const what =
    byClass.length === 1 && only !== undefined
      ? `, ${only.class} only`
      : `: ${byClass.map((each) => `${each.count} ${each.class}`).join(", ")}`;
  return `${countOf(changes.length, "change")}${changes.length === 1 && only !== undefined ? `, ${only.class}` : what}${filtered ? " (filtered)" : ""}`;
}

export function countByClass(changes: readonly Change[]): readonly { readonly class: ChangeClass; readonly count: number }[] {
  return changeClasses.flatMap((kind) => {
    const count = changes.filter((change) => change.class === kind).length;
    return count === 0 ? [] : [{ class: kind, count }];
  });
}

export const ignoredWords: Readonly<Record<IgnoredKind, readonly [one: string, many: string]>> = {
  version: ["version", "versions"],
  timestamp: ["timestamp", "timestamps"],
  order: ["order that means nothing", "orders that mean nothing"],
  spelling: ["other spelling", "other spellings"],
  "certificate-renewal": ["certificate issued anew", "certificates issued anew"],
  identity: ["resource that names the pod itself", "resources that name the pod itself"],
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
