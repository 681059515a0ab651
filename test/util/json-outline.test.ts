import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "../../src/util/json.js";
import { type JsonNode, JsonSyntaxError, jsonKind, leaf, Opening, outlineJson } from "../../src/util/json-outline.js";
import { decodeUtf8, encodeUtf8 } from "../../src/util/utf8.js";

/** Opens everything, so many levels deep. */
const levels = (depth: number): Opening => (depth === 0 ? leaf : new Opening({ others: levels(depth - 1), elements: levels(depth - 1) }));

/** The value of a node: from its children where it was opened, else from its bytes. */
function valueIn(bytes: Uint8Array, node: JsonNode): Json {
  if (node.children.length === 0) return JSON.parse(decodeUtf8(bytes, node.start, node.end));
  if (jsonKind(bytes[node.start]) === "array") return node.children.map((child) => valueIn(bytes, child));
  return Object.fromEntries(node.children.map((child) => [child.key, valueIn(bytes, child)]));
}

/** Does JSON.parse take the text? And the outline? */
function verdicts(text: string): readonly [boolean, boolean] {
  const takes = (read: () => unknown): boolean => {
    try {
      read();
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(error instanceof SyntaxError ? SyntaxError : JsonSyntaxError);
      return false;
    }
  };
  return [takes(() => JSON.parse(text)), takes(() => outlineJson(encodeUtf8(text), levels(1)))];
}

describe("outlineJson", () => {
  test("its ranges hold what JSON.parse of the whole gives, however the text is laid out and however deep it is opened", () => {
    fc.assert(
      fc.property(fc.jsonValue({ depthSize: "large" }), fc.constantFrom(undefined, 1, "\t", "  \n"), fc.nat(6), (value, indent, depth) => {
        const text = JSON.stringify(value, null, indent === "  \n" ? 2 : indent);
        const bytes = encodeUtf8(indent === "  \n" ? ` \r\n${text}\n` : text);
        expect(valueIn(bytes, outlineJson(bytes, levels(depth)))).toEqual(JSON.parse(text));
      }),
    );
  });

  test("takes and refuses what JSON.parse takes and refuses", () => {
    const pieces = [
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"',
      "\\",
      "1",
      "-",
      ".",
      "e",
      "E",
      "+",
      "0",
      "true",
      "nul",
      "null",
      " ",
      "\n",
      "\u0001",
      "\\u00",
      "é",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), (chosen) => {
        const [parsed, outlined] = verdicts(chosen.join(""));
        expect(outlined).toBe(parsed);
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
    for (const wrapped of [text, `[[${text}]]`, `{"k":{"k":${text}}}`]) {
      const [parsed, outlined] = verdicts(wrapped);
      expect(outlined, wrapped).toBe(parsed);
    }
  });

  test("says where a text goes wrong, and whether it only ends", () => {
    const errorOf = (text: string) => {
      try {
        outlineJson(encodeUtf8(text), levels(1));
      } catch (error) {
        if (error instanceof JsonSyntaxError) return { offset: error.offset, ended: error.ended };
      }
      return undefined;
    };
    expect(errorOf('{"reviews":[1 2]}')).toEqual({ offset: 14, ended: false });
    expect(errorOf('{"reviews":[1,')).toEqual({ offset: 14, ended: true });
    expect(errorOf('{"reviews":tru')).toEqual({ offset: 14, ended: true });
    expect(errorOf('{"reviews":trux')).toEqual({ offset: 11, ended: false });
    expect(errorOf('{"reviews":"\\u00')).toEqual({ offset: 16, ended: true });
    expect(errorOf('{"reviews":1}}')).toEqual({ offset: 13, ended: false });
  });

  test("keeps what is asked for, under the key asked for", () => {
    const opening = new Opening({ members: new Map([["name", leaf]]) });
    const bytes = encodeUtf8('{"names":1,"na\\u006de":2,"nam":3,"Name":4}');
    expect(outlineJson(bytes, opening).children.map(({ key, start }) => [key, decodeUtf8(bytes, start, start + 1)])).toEqual([
      ["name", "2"],
    ]);
  });

  test("of equal keys it keeps the last, in few members and in many", () => {
    for (const count of [2, 40]) {
      const members = Array.from({ length: count }, (_, index) => `"k${index % (count / 2)}":${index}`);
      const bytes = encodeUtf8(`{${members.join(",")}}`);
      expect(valueIn(bytes, outlineJson(bytes, levels(1)))).toEqual(JSON.parse(decodeUtf8(bytes)));
      expect(outlineJson(bytes, levels(1)).children).toHaveLength(count / 2);
    }
  });

  test("nesting costs no stack", () => {
    const bytes = encodeUtf8(`${'{"a":['.repeat(500_000)}${"]}".repeat(500_000)}`);
    expect(outlineJson(bytes, levels(3)).end).toBe(bytes.length);
  });
});
