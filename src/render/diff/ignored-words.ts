import type { IgnoredDifference } from "../../diff/change.js";
import { plainText } from "../text-wrap.js";
import { describeResourceName } from "./change-words.js";
import { ignoredWords } from "./verdict.js";

/** What differs and is no change, a line each; the same in several resources is one. */
export function describeIgnoredPlaces(places: readonly IgnoredDifference[]): readonly string[] {
  const groups = new Map<string, IgnoredDifference[]>();
  for (const place of places) {
    // Of times only that they differ is of any interest.
    const values = place.kind === "timestamp" ? [] : [place.before, place.after];
    const key = JSON.stringify([place.kind, place.resource === null, place.path.replace(/\[[^\]]*\]/g, "[]"), ...values]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [place]);
    else group.push(place);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [`${ignoredWords[first.kind][0]}${valueText(first)}: ${whereOf(group)}`];
  });
}

function valueText({ kind, before, after }: IgnoredDifference): string {
  if (kind === "timestamp" || (before === undefined && after === undefined)) return "";
  return ` ${[before, after].map((value) => plainText(typeof value === "string" ? value : "none")).join(" → ")}`;
}

const whereOf = (group: readonly IgnoredDifference[]): string => [...new Set(group.map(nameOf))].join("; ");

function nameOf({ resource, path, new: now, old }: IgnoredDifference): string {
  if (resource === null) return `section ${now ?? old ?? ""}`;
  return [describeResourceName({ resource }), plainText(path)].filter((text) => text !== "").join(", ");
}
