import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sourceOf } from "../../src/util/byte-source.js";
import { editJson, type JsonEdit } from "../../src/util/edit-json.js";
import type { Json } from "../../src/util/json.js";

const edit = (text: string, ...edits: readonly JsonEdit[]): string =>
  new TextDecoder().decode(editJson(sourceOf(new TextEncoder().encode(text)), 0, edits));

const listeners = JSON.stringify({ listeners: [{ name: "a" }, { name: "b" }, { name: "c" }], version: "1" });

describe("a text in one line", () => {
  it.each([
    ["a value is replaced", [{ op: "replace", at: "/listeners/1", value: 7 }], '{"listeners":[{"name":"a"},7,{"name":"c"}],"version":"1"}'],
    ["the last one goes", [{ op: "remove", at: "/listeners/2" }], '{"listeners":[{"name":"a"},{"name":"b"}],"version":"1"}'],
    ["the first one goes", [{ op: "remove", at: "/listeners/0" }], '{"listeners":[{"name":"b"},{"name":"c"}],"version":"1"}'],
    [
      "two go and one comes",
      [
        { op: "remove", at: "/listeners/0" },
        { op: "remove", at: "/listeners/1" },
        { op: "append", at: "/listeners", value: 9 },
      ],
      '{"listeners":[{"name":"c"},9],"version":"1"}',
    ],
    [
      "all go and one comes",
      [0, 1, 2].map((index) => ({ op: "remove", at: `/listeners/${index}` }) as const).concat([]),
      '{"listeners":[],"version":"1"}',
    ],
    [
      "a member comes",
      [{ op: "insert", at: "", key: "clusters", value: [] }],
      '{"listeners":[{"name":"a"},{"name":"b"},{"name":"c"}],"version":"1","clusters":[]}',
    ],
  ] as const satisfies readonly (readonly [string, readonly JsonEdit[], string])[])("%s", (_, edits, want) => {
    expect(edit(listeners, ...edits)).toBe(want);
  });

  it("nothing is edited that is not there", () => {
    expect(() => edit(listeners, { op: "replace", at: "/listeners/3", value: 1 })).toThrow(RangeError);
  });
});

it("a text in lines keeps its layout, and bytes that are not edited stay", () => {
  const text = '{\n "configs": [\n  {\n   "name" :  "a",\n   "one": 1.0\n  },\n  {\n   "name": "b"\n  }\n ]\n}';
  const edited = edit(
    text,
    { op: "replace", at: "/configs/1", value: { name: "b", two: [2] } },
    { op: "append", at: "/configs", value: { name: "c" } },
  );
  expect(edited).toBe(
    '{\n "configs": [\n  {\n   "name" :  "a",\n   "one": 1.0\n  },\n  {\n   "name": "b",\n   "two": [\n    2\n   ]\n  },\n  {\n   "name": "c"\n  }\n ]\n}',
  );
});

it("is the same as editing the value", () => {
  const array = fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 6 });
  fc.assert(
    fc.property(array, fc.array(fc.nat(5)), array, fc.constantFrom("", " ", "  "), (items, gone, come, indent) => {
      const removed = new Set(gone.filter((index) => index < items.length));
      const edits: JsonEdit[] = [
        ...[...removed].map((index) => ({ op: "remove", at: `/0/items/${index}` }) as const),
        ...come.map((value) => ({ op: "append", at: "/0/items", value: value as Json }) as const),
        { op: "insert", at: "/0", key: "more", value: true },
      ];
      const edited = JSON.parse(edit(JSON.stringify([{ items }], null, indent), ...edits));
      const kept = items.filter((_, index) => !removed.has(index));
      expect(edited).toEqual(JSON.parse(JSON.stringify([{ items: [...kept, ...come], more: true }])));
    }),
    { numRuns: 300 },
  );
});
