import { type Variation, withRandom } from "./variation.js";

/** A draw for each of several weighted clusters. */
export function clusterChoices(lists: readonly (readonly { readonly weight?: number }[] | undefined)[]): readonly Variation[] {
  const draws = new Set<number>();
  for (const list of lists) {
    if (list === undefined || list.length < 2) continue;
    let sum = 0;
    for (const { weight = 0 } of list) {
      draws.add(sum);
      sum += weight;
    }
  }
  return [...draws].map(withRandom);
}
