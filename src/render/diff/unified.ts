import { structuredPatch } from "diff";
import type { Change } from "../../diff/change.js";
import type { Json } from "../../util/json.js";

/** Does a change have a value that the line that names it does not show in full: an object, a list, a text of several lines? */
export const hasLongValue = ({ before, after }: Change): boolean => [before, after].some(isLong);

const isLong = (value: Json | undefined): boolean =>
  typeof value === "string" ? value.includes("\n") : typeof value === "object" && value !== null;

/**
 * The lines of a change that differ, as a unified diff shows them, three lines of what surrounds them with each.
 *
 * @param ranges begin each group with its `@@ -1,3 +1,4 @@`
 */
export function unifiedLines({ before, after }: Change, ranges: boolean): readonly string[] {
  const { hunks } = structuredPatch("before", "after", textOf(before), textOf(after), "", "", { context: 3 });
  return hunks.flatMap(({ lines, oldStart, oldLines, newStart, newLines }) => [
    ...(ranges ? [`@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`] : []),
    ...lines.filter((line) => !line.startsWith("\\")).map(plainLine),
  ]);
}

/** A value as lines: a text as it is, all else as indented JSON. */
function textOf(value: Json | undefined): string {
  if (value === undefined) return "";
  return `${typeof value === "string" ? value.replace(/\n$/, "") : JSON.stringify(value, null, 2)}\n`;
}

/** Nothing in a file may steer the terminal. */
const plainLine = (line: string): string => line.replace(/[\p{Cc}\p{Cf}]/gu, "\u{fffd}");
