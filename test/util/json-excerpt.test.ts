import fc from "fast-check";
import { expect, it } from "vitest";
import type { Json } from "../../src/util/json.js";
import { jsonExcerpt } from "../../src/util/json-excerpt.js";

it("is where JSON.stringify begins", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(80), (value, most) => {
      expect(jsonExcerpt(value as Json, most)).toBe(JSON.stringify(value).slice(0, most));
    }),
  );
});

it("of a value that nests deeper than any stack, too", () => {
  const deep: Json = JSON.parse(`${"[".repeat(5_000)}${"]".repeat(5_000)}`);
  let deeper: Json = deep;
  for (let depth = 0; depth < 100_000; depth++) deeper = [deeper];
  expect(jsonExcerpt(deeper, 60)).toBe("[".repeat(60));
});
