import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainText, wrapText } from "../../src/render/text-wrap.js";

describe("plainText", () => {
  it.each([
    { why: "a line break becomes a blank", text: "seconds: -5\n nanos: 0", want: "seconds: -5 nanos: 0" },
    { why: "an escape sequence is spelled out", text: "\u001b[31mreviews", want: "\\u{1b}[31mreviews" },
    { why: "a character that turns the line round is spelled out", text: "reviews\u202egnp", want: "reviews\\u{202e}gnp" },
    { why: "other scripts stay", text: "リビュー é", want: "リビュー é" },
  ])("$why", ({ text, want }) => expect(plainText(text)).toBe(want));
});

describe("wrapText", () => {
  it("breaks before the word that does not fit", () => {
    expect(wrapText("what no other listener takes goes on", 30, 2)).toEqual(["what no other listener takes", "goes on"]);
  });

  it("loses no word, and breaks only lines that would be too long", () => {
    const words = fc.array(
      fc.string({ minLength: 1, maxLength: 30 }).map((word) => word.replaceAll(" ", "_")),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 90 }), (list, columns) => {
        const lines = wrapText(list.join(" "), columns, 0);
        expect(lines.join(" ")).toBe(list.join(" "));
        for (const line of lines) expect(line.length <= columns || !line.includes(" ")).toBe(true);
      }),
    );
  });
});
