import { byCodePoint } from "./text.js";

/** A JSON value as JSON text with the members of its objects in one order. Its own stack is a list, as depth is up to the file. */
export function printSorted(root: unknown): string {
  const pieces: string[] = [];
  // A text is written as it is, a value taken apart.
  const open: (string | { readonly value: unknown })[] = [{ value: root }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === "string") pieces.push(next);
    else if (typeof next.value !== "object" || next.value === null) pieces.push(JSON.stringify(next.value) ?? "null");
    else {
      const isList = Array.isArray(next.value);
      const members: [string, unknown][] = Object.entries(next.value);
      if (!isList) members.sort(([one], [other]) => byCodePoint(one, other));
      pieces.push(isList ? "[" : "{");
      open.push(isList ? "]" : "}");
      for (let index = members.length - 1; index >= 0; index--) {
        const [key, value] = members[index] ?? ["", null];
        open.push({ value }, (index === 0 ? "" : ",") + (isList ? "" : `${JSON.stringify(key)}:`));
      }
    }
  }
  return pieces.join("");
}
