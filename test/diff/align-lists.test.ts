import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AlignedItem, alignLists, isInOrder } from "../../src/diff/align-lists.js";
import { orderOf } from "../../src/diff/list-order.js";
import type { OrderMeaning } from "../../src/identity/identity.js";

/** `main=v1` is an item with a key, `=v1` one without. */
const items = (texts: readonly string[]): readonly AlignedItem[] =>
  texts.map((text) => {
    const [key = "", content = ""] = text.split("=");
    return { key: key === "" ? null : key, secondKey: null, print: () => content };
  });

const cases: readonly {
  readonly why: string;
  readonly old: readonly string[];
  readonly now: readonly string[];
  readonly order: OrderMeaning;
  readonly pairs: readonly (readonly [number, number])[];
  readonly moved?: boolean;
}[] = [
  {
    why: "by key, whatever they hold",
    old: ["a=1", "b=2"],
    now: ["b=3", "a=1"],
    order: "none",
    pairs: [
      [0, 1],
      [1, 0],
    ],
    moved: false,
  },
  {
    why: "by key, and the order counts",
    old: ["a=1", "b=2"],
    now: ["b=3", "a=1"],
    order: "decides",
    pairs: [
      [0, 1],
      [1, 0],
    ],
    moved: true,
  },
  {
    why: "an insertion moves nothing",
    old: ["a=1", "b=2"],
    now: ["c=3", "a=1", "b=2"],
    order: "decides",
    pairs: [
      [0, 1],
      [1, 2],
    ],
    moved: false,
  },
  {
    why: "two of one key by what they hold",
    old: ["a=1", "a=2"],
    now: ["a=2", "a=1"],
    order: "none",
    pairs: [
      [0, 1],
      [1, 0],
    ],
  },
  {
    why: "two of one key, one of them changed",
    old: ["a=1", "a=2"],
    now: ["a=3", "a=1"],
    order: "none",
    pairs: [
      [0, 1],
      [1, 0],
    ],
  },
  {
    why: "without keys along what they have in common",
    old: ["=1", "=2", "=3"],
    now: ["=0", "=1", "=3"],
    order: "decides",
    pairs: [
      [0, 1],
      [2, 2],
    ],
    moved: false,
  },
  {
    why: "without keys, what stands between the same neighbours",
    old: ["=1", "=2", "=3"],
    now: ["=1", "=9", "=3"],
    order: "decides",
    pairs: [
      [0, 0],
      [1, 1],
      [2, 2],
    ],
    moved: false,
  },
  {
    why: "without keys, what has moved",
    old: ["=1", "=2", "=3"],
    now: ["=3", "=1", "=2"],
    order: "decides",
    pairs: [
      [0, 1],
      [1, 2],
      [2, 0],
    ],
    moved: true,
  },
  {
    why: "a repeated item inserted is no move",
    old: ["=2", "=1"],
    now: ["=1", "=2", "=1"],
    order: "decides",
    pairs: [
      [0, 1],
      [1, 2],
    ],
    moved: false,
  },
  {
    why: "order within a key",
    old: ["a=1", "b=1", "a=2"],
    now: ["b=1", "a=1", "a=2"],
    order: "within-key",
    pairs: [
      [0, 1],
      [1, 0],
      [2, 2],
    ],
    moved: false,
  },
  {
    why: "another order within a key",
    old: ["a=1", "b=1", "a=2"],
    now: ["a=2", "b=1", "a=1"],
    order: "within-key",
    pairs: [
      [0, 2],
      [1, 1],
      [2, 0],
    ],
    moved: true,
  },
];

describe("alignLists", () => {
  it.each(cases)("$why", ({ old, now, order, pairs, moved = false }) => {
    const aligned = alignLists(items(old), items(now), order);
    expect(aligned.pairs).toEqual(pairs);
    expect(orderOf(order, aligned.pairs, aligned, [[], []]) === "decides").toBe(moved);
    expect(aligned.removed).toEqual(old.flatMap((_, index) => (pairs.some(([left]) => left === index) ? [] : [index])));
    expect(aligned.added).toEqual(now.flatMap((_, index) => (pairs.some(([, right]) => right === index) ? [] : [index])));
  });

  const item = fc.tuple(fc.constantFrom("", "a", "b"), fc.constantFrom("1", "2", "3")).map(([key, content]) => `${key}=${content}`);
  const order = fc.constantFrom<OrderMeaning>("decides", "within-key", "none");

  it("pairs every item of a list with itself, in order", () => {
    fc.assert(
      fc.property(fc.array(item), order, (texts, meaning) => {
        const aligned = alignLists(items(texts), items(texts), meaning);
        expect(aligned).toMatchObject({ removed: [], added: [] });
        expect(isInOrder(aligned.pairs)).toBe(true);
        for (const [left, right] of aligned.pairs) expect(texts[left]).toBe(texts[right]);
      }),
    );
  });

  it("accounts for every item of both lists once, and pairs only items of one key", () => {
    fc.assert(
      fc.property(fc.array(item), fc.array(item), order, (old, now, meaning) => {
        const { pairs, removed, added } = alignLists(items(old), items(now), meaning);
        expect([...pairs.map(([left]) => left), ...removed].sort((a, b) => a - b)).toEqual([...old.keys()]);
        expect([...pairs.map(([, right]) => right), ...added].sort((a, b) => a - b)).toEqual([...now.keys()]);
        for (const [left, right] of pairs) expect(old[left]?.split("=")[0]).toBe(now[right]?.split("=")[0]);
      }),
    );
  });
});
