import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sourceOf } from "../../src/util/byte-source.js";
import { endOfJson, JsonSyntaxError } from "../../src/util/json-error.js";
import { decodeUtf8, encodeUtf8 } from "../../src/util/utf8.js";
import { pieces } from "./json-pieces.js";

/** The error in a text; undefined for one value with nothing behind it. */
function errorOf(text: string, start = 0): Pick<JsonSyntaxError, "offset" | "ended" | "place"> | undefined {
  const bytes = encodeUtf8(text);
  try {
    const end = endOfJson(sourceOf(bytes), start);
    return /^[ \t\n\r]*$/.test(decodeUtf8(bytes, end)) ? undefined : { offset: end, ended: false, place: "" };
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error;
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("endOfJson", () => {
  test("takes and refuses what JSON.parse takes and refuses", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), (chosen) => {
        const text = chosen.join("");
        expect(errorOf(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["a number with a leading zero", "01"],
    ["minus zero", "-0"],
    ["a bare minus", "-"],
    ["a fraction without digits", "1."],
    ["a fraction without an integer", ".5"],
    ["an exponent", "1E+2"],
    ["an exponent without digits", "1e"],
    ["an unknown escape", '"\\x41"'],
    ["a short escape", '"\\u12"'],
    ["half a surrogate pair", '"\\ud800"'],
    ["a delete character", '"\u007f"'],
    ["a tab in a string", '"\t"'],
    ["a non-breaking space between values", "[\u00a01]"],
    ["a trailing comma", "[1,]"],
    ["a missing value", '{"a":}'],
    ["a key without quotes", "{a:1}"],
    ["the wrong bracket", "[1}"],
    ["a comment", "[1/**/]"],
    ["a word run on", "nulls"],
    ["nothing", ""],
  ])("%s, as JSON.parse has it", (_, text) => {
    for (const wrapped of [text, `[[${text}]]`, `{"k":{"k":${text}}}`])
      expect(errorOf(wrapped) === undefined, wrapped).toBe(isJson(wrapped));
  });

  test.each([
    ["a second value", '{"reviews":[1 2]}', { offset: 14, ended: false, place: "reviews[0]" }],
    ["an end behind a comma", '{"reviews":[1,', { offset: 14, ended: true, place: "reviews[1]" }],
    ["an end in a word", '{"reviews":tru', { offset: 14, ended: true, place: "reviews" }],
    ["another word", '{"reviews":trux', { offset: 11, ended: false, place: "reviews" }],
    ["an end in an escape", '{"reviews":"\\u00', { offset: 16, ended: true, place: "reviews" }],
    ["a bracket too many", '{"reviews":1}}', { offset: 13, ended: false, place: "" }],
  ])("says where a text goes wrong, and whether it only ends: %s", (_, text, { offset, ended, place }) => {
    const error = errorOf(text);
    expect({ offset: error?.offset, ended: error?.ended, place: error?.place }).toEqual({ offset, ended, place });
  });

  test.each([
    ["at the top", "", ""],
    ["in an object without a key yet", '{"na', ""],
    ["behind a key", '{"name"', "name"],
    ["in a value", '{"configs":[{"a":1},{"static_clusters":[{"cluster":"x', "configs[1].static_clusters[0].cluster"],
    ["between members", '{"configs":[{"a":1,', "configs[0]"],
    ["behind a closed value", '{"configs":[{"a":{"b":1}', "configs[0]"],
    ["behind a text", '{"configs":[{"a":"b"', "configs[0]"],
    ["brackets and quotes in strings", '{"a":"]}\\"[","b":', "b"],
    ["keys that are no plain words", '{"a.b":{"":{"@type":', '["a.b"][""].@type'],
    ["an escaped key", '{"caf\\u00e9\\n":', '["caf\\u00e9\\n"]'],
    ["an array at the top", "[[1,2,", "[0][2]"],
  ])("names the place of a text that ends %s", (_, text, place) => expect(errorOf(text)?.place).toBe(place));

  test("cuts a place that nobody would read in its middle", () => {
    expect(errorOf(`{"outer":${"[".repeat(1000)}`)?.place).toBe(`outer${"[0]".repeat(7)}…${"[0]".repeat(8)}`);
  });

  test("begins where it is told to", () => {
    expect(errorOf('\ufeff{"a":1}', 3)).toBeUndefined();
    expect(errorOf('\ufeff{"a":1', 3)?.offset).toBe(9);
  });

  test("nesting costs no stack, and a window's border no care", () => {
    expect(errorOf(`${'{"a":['.repeat(200_000)}${"]}".repeat(200_000)}`)).toBeUndefined();
    expect(errorOf(`${'{"a":['.repeat(200_000)}${"]}".repeat(199_999)}`)?.ended).toBe(true);
  });
});
