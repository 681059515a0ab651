import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { sourceOf } from "../../src/util/byte-source.js";
import type { Json } from "../../src/util/json.js";
import { JsonSyntaxError } from "../../src/util/json-error.js";
import { leaf, leafText, Opening, outlineJson, RowsNode } from "../../src/util/json-outline.js";
import { RowShape } from "../../src/util/json-rows.js";
import { decodeUtf8, encodeUtf8 } from "../../src/util/utf8.js";
import { pieces } from "./json-pieces.js";

const shape = new RowShape({ path: ["state", "value"], texts: ["version"], passed: ["name"], name: ["name", "aName"] });
const value = new Opening({ members: new Map([["name", leafText]]) });
const list = new Opening({ elements: new Opening({ members: new Map([["state", value]]), others: leaf }), rows: shape });
const opening = new Opening({ members: new Map([["list", list]]), others: leaf });

interface Row {
  readonly value: Json;
  readonly version: string | null;
  readonly name: string | null;
}

/** The rows of a text's list, each null for an element of another shape; undefined for a text without such a list. */
function rowsOf(text: string): readonly (Row | null)[] | undefined {
  const bytes = encodeUtf8(text);
  const node = outlineJson(sourceOf(bytes), opening).children.find(({ key }) => key === "list");
  if (!(node instanceof RowsNode)) return undefined;
  const { rows } = node;
  return Array.from({ length: rows.count }, (_, row) =>
    rows.isRegular(row)
      ? {
          value: JSON.parse(decodeUtf8(bytes, rows.valueStart(row), rows.valueEnd(row))),
          version: rows.text(row, 0),
          name: rows.text(row, 1),
        }
      : null,
  );
}

const reviews = '{"name": "reviews", "weight": 1}';
const want: Row = { value: { name: "reviews", weight: 1 }, version: "7", name: "reviews" };
const regular = `{"name": "x", "state": {"version": "7", "value": ${reviews}}}`;

describe("the rows of a list", () => {
  it.each([
    { why: "the shape", element: regular, row: want },
    { why: "the value first", element: `{"state": {"value": ${reviews}, "version": "7"}, "name": "x"}`, row: want },
    { why: "no text beside the value", element: `{"state": {"value": ${reviews}}}`, row: { ...want, version: null } },
    {
      why: "empty texts",
      element: '{"state": {"version": "", "value": {"name": ""}}}',
      row: { value: { name: "" }, version: "", name: "" },
    },
    {
      why: "a name that is a value too",
      element: '{"state": {"value": {"other": "name", "name": "a"}}}',
      row: { value: { other: "name", name: "a" }, version: null, name: "a" },
    },
    {
      why: "brackets in strings",
      element: '{"state": {"value": {"name": "}]{[,:"}}}',
      row: { value: { name: "}]{[,:" }, version: null, name: "}]{[,:" },
    },
  ])("has an element with $why", ({ element, row }) => {
    for (const text of [`{"list":[${element}]}`, `{"a": 1, "list": [ ${element} , ${element} ] , "b": [] }`]) {
      const rows = rowsOf(text) ?? [];
      expect(rows[0]).toEqual(row);
      expect(rows.at(-1)).toEqual(row);
    }
  });

  it.each([
    ["another key", `{"state": {"value": ${reviews}}, "more": "x"}`],
    ["another key beside the value", `{"state": {"value": ${reviews}, "more": "x"}}`],
    ["a text that is none", `{"state": {"version": 7, "value": ${reviews}}}`],
    ["a text that is null", `{"state": {"version": null, "value": ${reviews}}}`],
    ["a text twice", `{"state": {"version": "7", "version": "8", "value": ${reviews}}}`],
    ["an escape in a text", `{"state": {"version": "\\u0037", "value": ${reviews}}}`],
    ["a name twice", '{"state": {"value": {"name": "a", "name": "b"}}}'],
    ["a name in the other spelling", '{"state": {"value": {"aName": "a"}}}'],
    ["an escape in the name's key", '{"state": {"value": {"name": "a", "n\\u0061me": "b"}}}'],
    ["an escape in the name", '{"state": {"value": {"name": "\\u0061"}}}'],
    ["a name that is none", '{"state": {"value": {"name": 1}}}'],
    ["no name", '{"state": {"value": {}}}'],
    ["the value twice", `{"state": {"value": ${reviews}, "value": ${reviews}}}`],
    ["two states", `{"state": {"value": ${reviews}}, "state": {"value": ${reviews}}}`],
    ["no value", '{"state": {}}'],
    ["a value of another kind", '{"state": {"value": [1]}}'],
    ["nothing", "{}"],
    ["another kind", "[{}]"],
    ["a word", "null"],
  ])("leaves an element with %s to others", (_, element) => {
    expect(rowsOf(`{"list": [${element}]}`)).toEqual([null]);
    expect(rowsOf(`{"list": [${regular}, ${element}, ${regular}]}`)).toEqual([want, null, want]);
  });

  it("is empty for an empty list, with as many blanks as there may be", () => {
    expect(rowsOf('{"list":[]}')).toEqual([]);
    expect(rowsOf(`{"list":[${" ".repeat(600_000)}]}`)).toEqual([]);
  });

  it.each([
    ["an object", `{"state": {"value": {"name": "reviews", "weight": 1, "more": "${"x".repeat(300_000)}"}}}`],
    ["a string", `"${"x".repeat(300_000)}"`],
    ["blanks before it", `${" ".repeat(300_000)}{"state": {}}`],
  ])("goes over what is larger than a chunk: %s", (_, element) => {
    expect(rowsOf(`{"list": [${regular}, ${element}, ${regular}], "a": 1}`)).toEqual([want, null, want]);
  });

  it("goes over elements wherever a chunk ends", () => {
    for (const padding of [0, 1, 5, 17, 40, 63]) {
      const rows = rowsOf(`${" ".repeat(padding)}{"list": [${Array.from({ length: 9000 }, () => regular).join(", ")}]}`) ?? [];
      expect(rows).toHaveLength(9000);
      expect(rows.every((row) => row?.name === "reviews" && row.version === "7")).toBe(true);
    }
  });

  it.each([
    '{"list": [,]}',
    `{"list": [${regular},]}`,
    `{"list": [${regular} ${regular}]}`,
    `{"list": [${regular}`,
    '{"list": [',
    `{"list": [${regular}}}`,
  ])("is none of a text that is no JSON: %s", (text) => expect(() => rowsOf(text)).toThrow(JsonSyntaxError));

  const piece = fc.constantFrom(regular, reviews, '"state":', '"value":', '"name":', '"version":', ...pieces);
  test("whatever is no JSON around the rows is refused, and all else is found as JSON.parse finds it", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (some) => {
        const text = `{"list": [${some.join("")}]}`;
        let parsed: { readonly list?: readonly Json[] } | undefined;
        try {
          parsed = JSON.parse(text);
        } catch {
          parsed = undefined;
        }
        let rows: readonly (Row | null)[] | undefined;
        try {
          rows = rowsOf(text);
        } catch (error) {
          if (!(error instanceof JsonSyntaxError || error instanceof SyntaxError)) throw error;
          expect(parsed).toBeUndefined();
          return;
        }
        if (parsed !== undefined && rows !== undefined) expect(rows).toHaveLength(parsed.list?.length ?? 0);
      }),
      { numRuns: 3000 },
    );
  });
});
