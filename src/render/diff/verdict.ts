import { type Change, type ChangeClass, changeClasses, type Diff, type IgnoredKind, ignoredKinds } from "../../diff/change.js";
import { countOf } from "../../util/text.js";

/** The answer in one line: `2 changes, telemetry only.` What the changes do to traffic is a sentence of its own behind it. */
export const describeVerdict = (diff: Diff): string =>
  [describeChanges(diff), ...describeProxies(diff)].map((sentence) => `${sentence}.`).join(" ");

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
