import type { OrderMeaning } from "../identity/identity.js";

/** An item of a list as far as it must be known to be found in the other list. */
export interface AlignedItem {
  /** null where nothing identifies it but what it holds. */
  readonly key: string | null;
  /** What tells items of one key apart. */
  readonly secondKey: string | null;
  /** Equal for items that say the same. */
  readonly print: () => string;
}

/** Which items of two lists are one; by their 0-based places. */
export interface Alignment {
  readonly pairs: readonly (readonly [old: number, new: number])[];
  readonly removed: readonly number[];
  readonly added: readonly number[];
  /** Has the order of items changed that have one key? */
  readonly movedWithinKey: boolean;
}

/** Above this many cells the table of the longest common subsequence is not made; equal items are then paired in order. */
const mostCells = 4_000_000;

/**
 * Finds the items of one list in another: by key; several of one key by what they hold, then by their second key, then in order;
 * items without a key, where order decides, along the longest common subsequence.
 */
export function alignLists(old: readonly AlignedItem[], now: readonly AlignedItem[], order: OrderMeaning): Alignment {
  const pairs: [number, number][] = [];
  let movedWithinKey = false;
  for (const { olds, news, key } of bucketsOf(old, now)) {
    if (olds.length === 0 || news.length === 0) continue;
    const found =
      olds.length === 1 && news.length === 1
        ? [[0, 0] as const]
        : order === "within-key" || (key === null && order === "decides")
          ? alignInOrder(itemsAt(old, olds), itemsAt(now, news))
          : alignInAnyOrder(itemsAt(old, olds), itemsAt(now, news));
    const placed = found.map(([left, right]): [number, number] => [olds[left] ?? 0, news[right] ?? 0]);
    if (!isInOrder(placed)) movedWithinKey = true;
    pairs.push(...placed);
  }
  pairs.sort(([a], [b]) => a - b);
  const paired = { old: new Set(pairs.map(([index]) => index)), now: new Set(pairs.map(([, index]) => index)) };
  return {
    pairs,
    removed: old.flatMap((_, index) => (paired.old.has(index) ? [] : [index])),
    added: now.flatMap((_, index) => (paired.now.has(index) ? [] : [index])),
    movedWithinKey,
  };
}

interface Bucket {
  readonly key: string | null;
  readonly olds: number[];
  readonly news: number[];
}

function bucketsOf(old: readonly AlignedItem[], now: readonly AlignedItem[]): Iterable<Bucket> {
  const buckets = new Map<string | null, Bucket>();
  const bucket = (key: string | null): Bucket => {
    let found = buckets.get(key);
    if (found === undefined) {
      found = { key, olds: [], news: [] };
      buckets.set(key, found);
    }
    return found;
  };
  for (const [index, { key }] of old.entries()) bucket(key).olds.push(index);
  for (const [index, { key }] of now.entries()) bucket(key).news.push(index);
  return buckets.values();
}

const itemsAt = (items: readonly AlignedItem[], places: readonly number[]): readonly AlignedItem[] =>
  places.flatMap((place) => items[place] ?? []);

/** Do the pairs stand in the same order in both lists? */
export function isInOrder(pairs: readonly (readonly [number, number])[]): boolean {
  const sorted = pairs.toSorted(([a], [b]) => a - b);
  return sorted.every(([, index], place) => place === 0 || index > (sorted[place - 1]?.[1] ?? -1));
}

/** The places of two lists that are not paired yet. */
class Unpaired {
  readonly pairs: [number, number][] = [];
  old: number[];
  now: number[];

  constructor(oldCount: number, newCount: number) {
    this.old = Array.from({ length: oldCount }, (_, index) => index);
    this.now = Array.from({ length: newCount }, (_, index) => index);
  }

  /** Pairs the first old with the first new of each text, and so on; places without a text wait. */
  pairEqual(oldText: (index: number) => string | null | undefined, newText: (index: number) => string | null | undefined): void {
    if (this.old.length === 0 || this.now.length === 0) return;
    const waiting = new Map<string, number[]>();
    for (const index of this.old.toReversed()) {
      const text = oldText(index);
      if (text === null || text === undefined) continue;
      const same = waiting.get(text);
      if (same === undefined) waiting.set(text, [index]);
      else same.push(index);
    }
    const found: [number, number][] = [];
    for (const index of this.now) {
      const text = newText(index);
      const partner = text === null || text === undefined ? undefined : waiting.get(text)?.pop();
      if (partner !== undefined) found.push([partner, index]);
    }
    this.take(found);
  }

  take(found: readonly (readonly [number, number])[]): void {
    if (found.length === 0) return;
    const olds = new Set(found.map(([index]) => index));
    const news = new Set(found.map(([, index]) => index));
    for (const [left, right] of found) this.pairs.push([left, right]);
    this.old = this.old.filter((index) => !olds.has(index));
    this.now = this.now.filter((index) => !news.has(index));
  }
}

function alignInAnyOrder(old: readonly AlignedItem[], now: readonly AlignedItem[]): readonly (readonly [number, number])[] {
  const unpaired = new Unpaired(old.length, now.length);
  unpaired.pairEqual(
    (index) => old[index]?.print(),
    (index) => now[index]?.print(),
  );
  unpaired.pairEqual(
    (index) => old[index]?.secondKey,
    (index) => now[index]?.secondKey,
  );
  unpaired.take(unpaired.old.slice(0, unpaired.now.length).map((index, nth) => [index, unpaired.now[nth] ?? 0]));
  return unpaired.pairs;
}

/** What stands in order in both lists, then what has moved, then what stands between the same neighbours. */
function alignInOrder(old: readonly AlignedItem[], now: readonly AlignedItem[]): readonly (readonly [number, number])[] {
  const oldPrints = old.map((item) => item.print());
  const newPrints = now.map((item) => item.print());
  const unpaired = new Unpaired(old.length, now.length);
  const anchors = commonSubsequence(oldPrints, newPrints);
  unpaired.take(anchors);
  unpaired.pairEqual(
    (index) => oldPrints[index],
    (index) => newPrints[index],
  );
  const oldGaps = gapsOf(old.length, anchors, 0);
  const newGaps = gapsOf(now.length, anchors, 1);
  const found: [number, number][] = [];
  let next = 0;
  for (const index of unpaired.old) {
    const gap = oldGaps[index] ?? 0;
    while (next < unpaired.now.length && (newGaps[unpaired.now[next] ?? 0] ?? 0) < gap) next++;
    const partner = unpaired.now[next];
    if (partner === undefined) break;
    if (newGaps[partner] !== gap) continue;
    found.push([index, partner]);
    next++;
  }
  unpaired.take(found);
  return unpaired.pairs;
}

/** For every place of a list, how many anchors stand before it. */
function gapsOf(count: number, anchors: readonly (readonly [number, number])[], side: 0 | 1): readonly number[] {
  const places = new Set(anchors.map((anchor) => anchor[side]));
  let before = 0;
  return Array.from({ length: count }, (_, index) => (places.has(index) ? before++ : before));
}

/** The pairs of a longest common subsequence, in order. */
function commonSubsequence(old: readonly string[], now: readonly string[]): readonly (readonly [number, number])[] {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let oldEnd = old.length;
  let newEnd = now.length;
  while (oldEnd > start && newEnd > start && old[oldEnd - 1] === now[newEnd - 1]) {
    oldEnd--;
    newEnd--;
  }
  const head = Array.from({ length: start }, (_, index): [number, number] => [index, index]);
  const tail = Array.from({ length: old.length - oldEnd }, (_, index): [number, number] => [oldEnd + index, newEnd + index]);
  return [...head, ...middleOf(old, now, start, oldEnd, newEnd), ...tail];
}

function middleOf(
  old: readonly string[],
  now: readonly string[],
  start: number,
  oldEnd: number,
  newEnd: number,
): readonly [number, number][] {
  const rows = oldEnd - start;
  const columns = newEnd - start;
  if (rows === 0 || columns === 0 || rows * columns > mostCells) return [];
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  for (let row = rows - 1; row >= 0; row--)
    for (let column = columns - 1; column >= 0; column--)
      lengths[row * width + column] =
        old[start + row] === now[start + column]
          ? (lengths[(row + 1) * width + column + 1] ?? 0) + 1
          : Math.max(lengths[(row + 1) * width + column] ?? 0, lengths[row * width + column + 1] ?? 0);
  const pairs: [number, number][] = [];
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    if (old[start + row] === now[start + column]) pairs.push([start + row++, start + column++]);
    else if ((lengths[(row + 1) * width + column] ?? 0) >= (lengths[row * width + column + 1] ?? 0)) row++;
    else column++;
  }
  return pairs;
}
