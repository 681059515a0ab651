import { isJsonObject, type Json } from "../util/json.js";

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

/** Are two values the same JSON, whatever the order of the members of their objects? */
export function isSameJson(a: Json, b: Json): boolean {
  const open: [Json, Json][] = [[a, b]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [left, right] = next;
    if (left === right) continue;
    if (Array.isArray(left) && Array.isArray(right)) {
      if (left.length !== right.length) return false;
      for (const [index, item] of left.entries()) open.push([item, right[index] ?? null]);
    } else if (isJsonObject(left) && isJsonObject(right)) {
      const keys = Object.keys(left);
      if (keys.length !== Object.keys(right).length) return false;
      for (const key of keys) {
        if (!Object.hasOwn(right, key)) return false;
        open.push([left[key] ?? null, right[key] ?? null]);
      }
    } else return false;
  }
  return true;
}
