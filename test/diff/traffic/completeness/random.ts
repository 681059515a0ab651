/** Draws that a seed repeats. */
export interface Draws {
  /** A whole number from 0 up to `below`, without it. */
  number(below: number): number;
  /** True once in so many draws. */
  once(among: number): boolean;
  pick<Item>(items: readonly Item[]): Item | undefined;
}

/** Mulberry32: small, and good enough to draw tests with. */
export function drawsOf(seed: number): Draws {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const number = (below: number): number => Math.floor(next() * below);
  return { number, once: (among) => number(among) === 0, pick: (items) => items[number(items.length)] };
}
