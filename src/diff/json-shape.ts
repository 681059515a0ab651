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

/** Are two values the same JSON, and do the members of their objects stand in the same order? */
export function compareJson(a: Json, b: Json): "same" | "reordered" | "different" {
  const open: [Json, Json][] = [[a, b]];
  let reordered = false;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [left, right] = next;
    if (left === right) continue;
    if (Array.isArray(left) && Array.isArray(right)) {
      if (left.length !== right.length) return "different";
      for (const [index, item] of left.entries()) open.push([item, right[index] ?? null]);
    } else if (isJsonObject(left) && isJsonObject(right)) {
      const keys = Object.keys(left);
      const others = Object.keys(right);
      if (keys.length !== others.length) return "different";
      for (const [index, key] of keys.entries()) {
        if (!Object.hasOwn(right, key)) return "different";
        reordered ||= others[index] !== key;
        open.push([left[key] ?? null, right[key] ?? null]);
      }
    } else return "different";
  }
  return reordered ? "reordered" : "same";
}
