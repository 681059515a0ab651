import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { indentJson } from "../../src/util/indent-json.js";

describe("indentJson", () => {
  it("lays out any JSON as JSON.stringify does, compact or pretty", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, "\t"), (value, indent) => {
        expect(indentJson(JSON.stringify(value, null, indent))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it("keeps numbers, escapes, duplicates and order as they are written", () => {
    expect(indentJson('{"b":1e3,"a":"\\u0041\\"","b":9007199254740993}')).toBe(
      '{\n  "b": 1e3,\n  "a": "\\u0041\\"",\n  "b": 9007199254740993\n}',
    );
  });

  it("does not blow up hostile nesting", () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(indentJson(nested(101))).toBe(JSON.stringify(JSON.parse(nested(101)), null, 2));
    const deep = nested(100_000);
    expect(indentJson(deep).length).toBeLessThan(deep.length + 50_000);
  });
});
