import { describe, expect, it } from "vitest";
import { renderMarkdownTable, renderTable } from "../../../src/render/table.js";

describe("renderTable", () => {
  it("aligns columns, marks empty cells and leaves no blanks at the end", () => {
    expect(
      renderTable({
        heads: ["NAME", "PORT", "STATE"],
        rows: [
          ["reviews", "9080", ""],
          ["", "1", "active"],
        ],
      }),
    ).toBe("NAME     PORT  STATE\nreviews  9080  -\n-        1     active\n");
  });

  it("cuts nothing, and lets one endless cell push only its own row", () => {
    const endless = "x".repeat(500);
    const lines = renderTable({
      heads: ["MATCH", "TO"],
      rows: [
        [endless, "v1"],
        ["/", "v2"],
      ],
    }).split("\n");
    expect(lines).toEqual(["MATCH  TO", `${endless}  v1`, "/      v2", ""]);
  });

  it.each(["\u001b[2J", "a\nb", "\u202eevil", "\u0085"])("spells out %j", (name) => {
    expect(renderTable({ heads: ["NAME"], rows: [[name]] }).split("\n")).toHaveLength(3);
    expect(renderTable({ heads: ["NAME"], rows: [[name]] })).not.toContain(name);
  });
});

describe("renderMarkdownTable", () => {
  it("shows text as it is", () => {
    expect(renderMarkdownTable({ heads: ["DOMAINS", "MATCH"], rows: [["*", "a|b <script> `x` [y](z)"]] })).toBe(
      "| DOMAINS | MATCH |\n| --- | --- |\n| \\* | a\\|b &lt;script> \\`x\\` \\[y\\](z) |\n",
    );
  });
});
