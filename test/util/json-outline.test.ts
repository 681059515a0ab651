import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ByteSource, sourceOf } from "../../src/util/byte-source.js";
import type { Json } from "../../src/util/json.js";
import { JsonSyntaxError } from "../../src/util/json-error.js";
import { type JsonNode, jsonKind, leaf, Opening, outlineJson } from "../../src/util/json-outline.js";
import { decodeUtf8, encodeUtf8 } from "../../src/util/utf8.js";
import { pieces } from "./json-pieces.js";

/** Opens everything, so many levels deep. */
const levels = (depth: number): Opening => (depth === 0 ? leaf : new Opening({ others: levels(depth - 1), elements: levels(depth - 1) }));

/** The value of a node: from its children where it was opened, else from its bytes. */
function valueIn(bytes: Uint8Array, node: JsonNode): Json {
  if (node.children.length === 0) return JSON.parse(decodeUtf8(bytes, node.start, node.end));
  if (jsonKind(node.first) === "array") return node.children.map((child) => valueIn(bytes, child));
  return Object.fromEntries(node.children.map((child) => [child.key, valueIn(bytes, child)]));
}

const parse = (text: string): { readonly value: Json } | undefined => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
};

/** The value of a text by its outline; undefined where there is none, or where a value in it is no JSON. */
function outlined(text: string, depth: number): { readonly value: Json } | undefined {
  const bytes = encodeUtf8(text);
  try {
    const node = outlineJson(sourceOf(bytes), levels(depth));
    return /^[ \t\n\r]*$/.test(decodeUtf8(bytes, node.end)) ? { value: valueIn(bytes, node) } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** Layouts that say the same: what a line break, a tab or a blank may stand beside. */
const layouts: readonly ((value: Json) => string)[] = [
  (value) => JSON.stringify(value),
  (value) => JSON.stringify(value, null, 1),
  (value) => JSON.stringify(value, null, "\t"),
  (value) => `\r\n ${JSON.stringify(value, null, 2).replaceAll("\n", "\r\n")}\n`,
  (value) => JSON.stringify(value, null, 1).replaceAll("\n", `\n${" ".repeat(70)}`),
];

/** Strings of what a scanner could take for structure. */
const hostileString = fc
  .array(fc.constantFrom('"', "\\", '\\"', "{", "}", "[", "]", ",", ":", "\n", "\n }", "é", "\ud83d\ude00", "name", "x".repeat(61)), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""));

const hostileJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    hostileString,
    fc.constantFrom(null, true, false, 0, -1.5e-7),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(hostileString, tie("value"), { maxKeys: 4 }),
  ),
})).value;

describe("outlineJson", () => {
  test("its ranges hold what JSON.parse of the whole gives, however the text is laid out and however deep it is opened", () => {
    fc.assert(
      fc.property(
        fc.oneof(hostileJson, fc.jsonValue({ depthSize: "large" })),
        fc.constantFrom(...layouts),
        fc.nat(6),
        (value, layOut, depth) => {
          const text = layOut(value as Json);
          expect(outlined(text, depth)).toEqual(parse(text));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("what it takes of a text that is nearly JSON is what JSON.parse takes", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 9 }), fc.integer({ min: 1, max: 3 }), (chosen, depth) => {
        expect(outlined(chosen.join(""), depth)).toEqual(parse(chosen.join("")));
      }),
      { numRuns: 3000 },
    );
  });

  test("a block's border may fall anywhere", () => {
    const text = '{"na\\"me":["\\\\",{"a\\u0062":-1.5e3},true,"]}"],"\\\\\\\\":{"x":[[]]},"e":"","long":12345678901234567890}';
    for (let shift = 0; shift <= 130; shift++) {
      const shifted = " ".repeat(shift) + text;
      for (let depth = 0; depth <= 4; depth++) expect(outlined(shifted, depth), `${shift} ${depth}`).toEqual(parse(text));
    }
  });

  test("a chunk's border may fall anywhere", () => {
    const text = '{"na\\"me":["\\\\",{"a\\u0062":-1.5e3},true,"]}"],"\\\\\\\\":{"x":[[]]},"e":"","long":12345678901234567890}';
    const chunk = 256 * 1024;
    for (let shift = chunk - text.length - 1; shift <= chunk + 1; shift++) {
      expect(outlined(" ".repeat(shift) + text, 3), `${shift}`).toEqual(parse(text));
    }
    const long = JSON.stringify({ ["k".repeat(chunk * 2)]: "v".repeat(chunk), n: 1 });
    expect(outlined(long, 2)).toEqual(parse(long));
  });

  test("asks a source for no more than a chunk or a value's text at once", () => {
    const text = JSON.stringify(
      Array.from({ length: 60_000 }, (_, index) => ({ name: `reviews-${index}` })),
      null,
      1,
    );
    const inner = sourceOf(encodeUtf8(text));
    let most = 0;
    const source: ByteSource = {
      size: inner.size,
      read: (start, end) => {
        most = Math.max(most, end - start);
        return inner.read(start, end);
      },
      copy: (target, start) => {
        most = Math.max(most, target.length);
        return inner.copy(target, start);
      },
    };
    expect(outlineJson(source, levels(2)).children).toHaveLength(60_000);
    expect(most).toBe(256 * 1024);
  });

  test("keeps what is asked for, under the key asked for", () => {
    const opening = new Opening({ members: new Map([["name", leaf]]) });
    const bytes = encodeUtf8('{"names":1,"na\\u006de":2,"nam":3,"Name":4}');
    expect(outlineJson(sourceOf(bytes), opening).children.map(({ key, start }) => [key, decodeUtf8(bytes, start, start + 1)])).toEqual([
      ["name", "2"],
    ]);
  });

  test("of equal keys it keeps the last, in few members and in many, however they are spelled", () => {
    for (const count of [2, 40]) {
      const members = Array.from({ length: count }, (_, index) => `"${index % 2 ? "\\u006b" : "k"}${index % (count / 2)}":${index}`);
      const text = `{${members.join(",")}}`;
      expect(outlined(text, 1)).toEqual(parse(text));
      expect(outlineJson(sourceOf(encodeUtf8(text)), levels(1)).children).toHaveLength(count / 2);
    }
  });

  test("is not led astray by what is no JSON within a value, which JSON.parse of it tells", () => {
    const bytes = encodeUtf8('{"a":{"b":tru},"c":[01],"d":1}');
    const { children } = outlineJson(sourceOf(bytes), levels(1));
    expect(children.map(({ key }) => key)).toEqual(["a", "c", "d"]);
    expect(() => outlineJson(sourceOf(bytes), levels(2))).toThrow(JsonSyntaxError);
  });

  test("a value ends where it ends, whatever follows", () => {
    for (const rest of ["", " ]", ",", '"', '"\n', "}", "tru", "\u0001"]) {
      const bytes = encodeUtf8(`{"a":1}${rest}`);
      expect(outlineJson(sourceOf(bytes), levels(1)).end, rest).toBe(7);
    }
  });

  test("a value in the middle of a text has its own ranges", () => {
    const bytes = encodeUtf8('[ {"a":1} , 2 ]');
    const { start, end, children } = outlineJson(sourceOf(bytes), levels(1), 1);
    expect([decodeUtf8(bytes, start, end), children.map(({ key }) => key)]).toEqual(['{"a":1}', ["a"]]);
  });

  test("nesting costs no stack", () => {
    const bytes = encodeUtf8(`${'{"a":['.repeat(500_000)}${"]}".repeat(500_000)}`);
    expect(outlineJson(sourceOf(bytes), levels(3)).end).toBe(bytes.length);
  });
});
