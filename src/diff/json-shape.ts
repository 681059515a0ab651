import type { Json } from "../util/json.js";

/** Deeper values are named, not compared in detail: everything here and JSON itself walks them by recursion. */
export const deepestShown = 300;

/** Is a value nested deeper than `deepestShown`? Its own stack is a list, as depth is up to the file. */
export function isTooDeep(value: Json): boolean {
  const open: { readonly value: Json; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== "object" || next.value === null) continue;
    if (next.depth >= deepestShown) return true;
    for (const inner of Object.values(next.value)) open.push({ value: inner, depth: next.depth + 1 });
  }
  return false;
}
