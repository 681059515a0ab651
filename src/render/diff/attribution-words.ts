import type { Attribution, LackedChange, LackReason, PatchEffect } from "../../diff/patches/attribution.js";
import { countOf } from "../../util/text.js";
import { plainText } from "../text-wrap.js";
import { listNames, resourcesInWords } from "./change-words.js";

/** `6 listeners lack it` */
function lackWords(reason: LackReason, type: LackedChange["resource"]["type"], count: number): string {
  const what = resourcesInWords(type, count);
  switch (reason) {
    case "refused":
      return `${what} patched but absent from NEW, as Envoy refused ${count === 1 ? "it" : "them"}`;
    case "gone":
      return `${what} patched but absent from NEW, refused or not sent any more`;
    case "absent":
      return `${what} ${count === 1 ? "lacks" : "lack"} it`;
  }
}

/** What each patch has made of what it should have, a line or more each. */
export function patchEffectLines({ patches }: Attribution, all: boolean): readonly (readonly string[])[] {
  return patches.map((effect) => [`${plainText(effect.envoyFilter)} #${effect.patch}: ${effectWords(effect)}`, ...lackLines(effect, all)]);
}

function effectWords({ status, because, inForceBefore, expected, made }: PatchEffect): string {
  if (inForceBefore) return "in force in OLD already";
  if (expected > 0) return `${made} of ${countOf(expected, "change")} in NEW`;
  if (because !== null) return plainText(because);
  return status === "matched-nothing" ? "matches nothing in OLD" : "changes nothing in OLD";
}

function lackLines({ lacking }: PatchEffect, all: boolean): readonly string[] {
  const groups = new Map<string, LackedChange[]>();
  for (const lack of lacking) {
    const key = `${lack.because} ${lack.resource.type}`;
    groups.set(key, [...(groups.get(key) ?? []), lack]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const names = [...new Set(group.map(({ resource, proxy }) => plainText(`${proxy === undefined ? "" : `${proxy}: `}${resource.name}`)))];
    return [`${lackWords(first.because, first.resource.type, names.length)}: ${listNames(names, all)}`];
  });
}

/** `2 of 44 changed places have no patch`; "" where all have one. */
export function unexplainedWords({ explained, unexplained }: Attribution): string {
  if (unexplained === 0) return "";
  return `${unexplained} of ${countOf(explained + unexplained, "changed place")} ${unexplained === 1 ? "has" : "have"} no patch`;
}
