import { printSorted } from "../../util/print-sorted.js";

/** Deeper than any configuration is nested. */
const deepest = 200;

/** Does a text that the predicate takes stand anywhere in the value, as a value or as a key? */
export function mentions(value: unknown, isWanted: (text: string) => boolean, depth = 0): boolean {
  if (typeof value === "string") return isWanted(value);
  if (typeof value !== "object" || value === null || depth > deepest) return false;
  return Object.values(value).some((inner: unknown) => mentions(inner, isWanted, depth + 1));
}

/** Says what an observer sees, never what the proxy does. */
const telemetryFields: ReadonlySet<string> = new Set(["access_log", "access_log_options", "stat_prefix", "tracing"]);

/** A text that two values share when they say the same: keys in one order, and without what only describes traffic. `without`: fields of the value itself to leave out. */
export function printOf(value: unknown, without: readonly string[] = [], depth = 0): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  if (depth > deepest) return printSorted(value);
  if (Array.isArray(value)) return `[${value.map((item: unknown) => printOf(item, [], depth + 1)).join(",")}]`;
  const entries: [string, unknown][] = Object.entries(value);
  return `{${entries
    .filter(([key]) => !telemetryFields.has(key) && !without.includes(key))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${printOf(inner, [], depth + 1)}`)
    .join(",")}}`;
}
