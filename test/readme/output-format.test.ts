import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { changeClasses, ignoredKinds } from "../../src/diff/change.js";
import { agreementChecks, causeCodes, patchReasons, patchStatuses, stepNames, suspicionCodes, uncertainCodes } from "../../src/index.js";

const page = readFileSync(new URL("../../docs/output-format.md", import.meta.url), "utf8");

/** The first cells of the table below a heading. */
const rowsBelow = (heading: string): string[] => {
  const [, section = ""] = page.split(`\n${heading}\n`);
  const [own = ""] = section.split("\n#");
  return [...own.matchAll(/^\| `([^`]+)` \| .+\|$/gm)].map(([, name = ""]) => name);
};

describe("docs/output-format.md has a line for every member of the closed sets, in their order", () => {
  it.each([
    { heading: "### cause.code", set: causeCodes },
    { heading: "### step", set: stepNames },
    { heading: "### uncertain[].code", set: uncertainCodes },
    { heading: "### status", set: patchStatuses },
    { heading: "### suspicions[].code", set: suspicionCodes },
  ])("$heading", ({ heading, set }) => {
    expect(rowsBelow(heading)).toEqual([...set]);
  });

  it("why a patch is not carried out", () => {
    const [, section = ""] = page.split("\n### reason\n");
    expect([...(section.split("\n#")[0] ?? "").matchAll(/^\| [^|]*\| `([^`]+)` \|/gm)].map(([, reason]) => reason)).toEqual([
      ...patchReasons,
    ]);
  });

  it("what a diff ignores", () => {
    expect(rowsBelow("## A diff")).toEqual(expect.arrayContaining([...ignoredKinds]));
  });

  it("the checks of a path", () => {
    for (const check of agreementChecks) expect(page).toContain(`\`${check}\``);
  });

  it("the classes of changes", () => {
    for (const name of changeClasses) expect(page).toContain(`\`${name}\``);
  });
});
