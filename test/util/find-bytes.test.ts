import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findBytes } from "../../src/util/find-bytes.js";
import { encodeUtf8 } from "../../src/util/utf8.js";

describe("findBytes", () => {
  it("finds what text search finds", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", '"'), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.string({ unit: fc.constantFrom("a", "b", '"'), maxLength: 4 }), (hay, needle) => {
        expect(findBytes(encodeUtf8(hay), encodeUtf8(needle))).toBe(hay.indexOf(needle));
      }),
    );
  });

  it("looks no further than it is told", () => {
    const bytes = encodeUtf8('["reviews","ratings"]');
    expect(findBytes(bytes, encodeUtf8('"ratings"'), 0, bytes.length - 1)).toBe(11);
    expect(findBytes(bytes, encodeUtf8('"ratings"'), 0, bytes.length - 2)).toBe(-1);
    expect(findBytes(bytes, encodeUtf8('"reviews"'), 2)).toBe(-1);
  });
});
