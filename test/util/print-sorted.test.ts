import fc from "fast-check";
import { expect, it } from "vitest";
import type { Json } from "../../src/util/json.js";
import { printSorted } from "../../src/util/print-sorted.js";

it("is JSON that says the same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(printSorted(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it("has members by code point, and items as they stand", () => {
  expect(printSorted({ b: [2, 1], a: { d: null, c: "x" } })).toBe('{"a":{"c":"x","d":null},"b":[2,1]}');
});

it("depth costs no stack", () => {
  let deep: Json = [];
  for (let level = 0; level < 100_000; level++) deep = [deep];
  expect(printSorted(deep)).toHaveLength(200_002);
});
