import type { Attribution, LackedChange, LackReason, PatchEffect } from "../../diff/patches/attribution.js";
import { countOf } from "../../util/text.js";
import { plainText } from "../text-wrap.js";
import { listNames } from "./change-words.js";

const lackWords: Readonly<Record<LackReason, string>> = {
  refused: "patched but absent from NEW, as Envoy refused it",
  gone: "patched but absent from NEW, refused or not sent any more",
  absent: "without it",
};

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
  const groups = new Map<LackReason, LackedChange[]>();
  for (const lack of lacking) groups.set(lack.because, [...(groups.get(lack.because) ?? []), lack]);
  return [...groups].map(([reason, group]) => {
    const names = [...new Set(group.map(({ resource, proxy }) => plainText(`${proxy === undefined ? "" : `${proxy}: `}${resource.name}`)))];
    return `${names.length} ${lackWords[reason]}: ${listNames(names, all)}`;
  });
}

/** `2 of 44 changed places have no patch`; "" where all have one. */
export function unexplainedWords({ explained, unexplained }: Attribution): string {
  if (unexplained === 0) return "";
  return `${unexplained} of ${countOf(explained + unexplained, "changed place")} ${unexplained === 1 ? "has" : "have"} no patch`;
}
