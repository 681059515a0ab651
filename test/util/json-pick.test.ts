import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { sourceOf } from "../../src/util/byte-source.js";
import type { Json, JsonObject } from "../../src/util/json.js";
import { fromAside, type JsonPick, PickMembers, pickAll, pickAside, pickFrom } from "../../src/util/json-pick.js";
import { encodeUtf8 } from "../../src/util/utf8.js";

const members = (...all: readonly (readonly [string, JsonPick])[]): JsonPick => new PickMembers({ members: () => all });

/** What is picked from a text, names put back in their places. */
function picked(text: string, pick: JsonPick): Json | undefined {
  const bytes = encodeUtf8(text);
  const found = pickFrom(sourceOf(bytes), { start: 0, end: bytes.length }, pick);
  if (found === null) return undefined;
  const value: Json = JSON.parse(found.text, (_, each: Json) => (typeof each === "string" ? fromAside(each, found.aside) : each));
  return value;
}

const cluster =
  '{"@type": "t/Cluster", "name": "outbound|80||reviews", "hosts": [{"address": "10.0.0.1", "tags": {"a": 1}}, {"tags": [] }, {}], "other": {"name": "no"}, "weight": 12 }';

describe("picking from a JSON value", () => {
  it.each([
    { why: "a member", pick: members(["name", pickAll]), want: { "@type": "t/Cluster", name: "outbound|80||reviews" } },
    { why: "a number, up to what follows it", pick: members(["weight", pickAll]), want: { "@type": "t/Cluster", weight: 12 } },
    { why: "nothing under a key that is not there", pick: members(["nam", pickAll], ["names", pickAll]), want: { "@type": "t/Cluster" } },
    { why: "a string that is set aside", pick: members(["name", pickAside]), want: { "@type": "t/Cluster", name: "outbound|80||reviews" } },
    {
      why: "what is no string as it is, set aside or not",
      pick: members(["weight", pickAside]),
      want: { "@type": "t/Cluster", weight: 12 },
    },
    {
      why: "all elements of an array, of each a part",
      pick: members(["hosts", members(["address", pickAll])]),
      want: { "@type": "t/Cluster", hosts: [{ address: "10.0.0.1" }, {}, {}] },
    },
    {
      why: "of every member a part",
      pick: members(["hosts", new PickMembers({ every: members(["a", pickAll]) })]),
      want: { "@type": "t/Cluster", hosts: [{ address: "10.0.0.1", tags: { a: 1 } }, { tags: [] }, {}] },
    },
    {
      why: "what its type says",
      pick: new PickMembers({ ofType: (type) => (type === "t/Cluster" ? members(["weight", pickAll]) : pickAll) }),
      want: { "@type": "t/Cluster", weight: 12 },
    },
    { why: "all of another type", pick: new PickMembers({ ofType: () => pickAll }), want: JSON.parse(cluster) as Json },
    { why: "all", pick: pickAll, want: JSON.parse(cluster) as Json },
  ] satisfies readonly { readonly why: string; readonly pick: JsonPick; readonly want: Json }[])("takes $why", ({ pick, want }) =>
    expect(picked(cluster, pick)).toEqual(want),
  );

  it("sets aside what is no part of the text then, so that texts are equal", () => {
    const textOf = (name: string): string | undefined => {
      const bytes = encodeUtf8(`{"name": "${name}", "weight": 1}`);
      return pickFrom(sourceOf(bytes), { start: 0, end: bytes.length }, members(["name", pickAside], ["weight", pickAll]))?.text;
    };
    expect(textOf("reviews")).toBe(textOf("ratings"));
    expect(textOf("reviews")).not.toBe(textOf(""));
  });

  it.each([
    ["an escape in what is set aside", '{"name": "\\u0000" + "0"}'.replace(' + "0"', "")],
    ["a comma too much", '{"name": "a",}'],
    ["no colon", '{"name" "a"}'],
    ["no value", '{"name":}'],
    ["no end", '{"name": "a"'],
    ["an end of another kind", '{"hosts": ["a"}'],
  ])("leaves to others what has %s", (_, text) => {
    expect(picked(text, members(["name", pickAside], ["hosts", members(["a", pickAll])]))).toBeUndefined();
  });

  it("takes what stands under a key with escapes: it may be any", () => {
    expect(picked('{"n\\u0061me": "a", "b": 1}', members(["name", pickAll]))).toEqual({ name: "a" });
  });

  it("picks from what is larger than a chunk", () => {
    const value = { big: Array.from({ length: 40_000 }, (_, index) => ({ name: `service-${index}`, no: index })) };
    const want = { big: value.big.map(({ name }) => ({ name })) };
    expect(picked(JSON.stringify(value), members(["big", members(["name", pickAside])]))).toEqual(want);
  });

  it("gives up what nests deeper than any message", () => {
    const endless: JsonPick = new PickMembers({ members: () => [["a", endless]] });
    expect(picked(`${'{"a":'.repeat(150)}1${"}".repeat(150)}`, endless)).toBeDefined();
    expect(picked(`${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`, endless)).toBeUndefined();
  });

  const keys = ["a", "b", "aa", "\\", '"', "{", "]}", "é", "@type"];
  const anyJson = fc.jsonValue({ maxDepth: 5 }).map((value): Json => JSON.parse(JSON.stringify(value)));
  const hostile = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      anyJson,
      fc.dictionary(fc.constantFrom(...keys), tie("value")).map((found): Json => ({ ...found })),
      fc.array(tie("value"), { maxLength: 4 }),
    ),
  })).value;

  /** The same by parsing all. */
  function pickPlainly(value: Json, depth: number): Json {
    if (depth === 0 || typeof value !== "object" || value === null) return value;
    if (isArray(value)) return value.map((each) => pickPlainly(each, depth));
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) =>
        key === "a" || key === "é" ? [[key, pickPlainly(inner, depth - 1)]] : key === "@type" ? [[key, inner]] : [],
      ),
    );
  }
  const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
  const nested = (depth: number): JsonPick => (depth === 0 ? pickAll : members(["a", nested(depth - 1)], ["é", nested(depth - 1)]));

  test("a part of a value is what is left of it when all else is taken away, in any layout", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 4 }), fc.constantFrom(undefined, 1, "\t"), (value, depth, indent) => {
        const root: JsonObject = { a: value, b: value, é: [value] };
        const found = picked(JSON.stringify(root, null, indent), nested(depth));
        // A key with escapes is taken, whatever it is.
        if (JSON.stringify(root).includes("\\")) return;
        expect(found).toEqual(pickPlainly(root, depth));
      }),
      { numRuns: 300 },
    );
  });
});
