import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allOf, anyAnswer, anyOf, contrary, judge, matched, not, notMatched, undecided, type Verdict } from "../../src/match/verdict.js";

const yes = matched("yes", "/y");
const no = notMatched("no", "/n");
const open = undecided({ because: "open", decidedBy: "somebody" }, "/o");
const verdict = fc.constantFrom(yes, no, open);

describe("three-valued logic", () => {
  it.each([
    { why: "false and unknown is false", of: [open, no], want: "no-match" },
    { why: "true and unknown is unknown", of: [yes, open], want: "undecided" },
    { why: "nothing to fail", of: [], want: "match" },
    { why: "all true", of: [yes, yes], want: "match" },
  ])("allOf: $why", ({ of, want }) => expect(allOf(of, () => yes).outcome).toBe(want));

  it.each([
    { why: "true or unknown is true", of: [open, yes], want: "match" },
    { why: "false or unknown is unknown", of: [no, open], want: "undecided" },
    { why: "nothing to hold", of: [], want: "no-match" },
  ])("anyOf: $why", ({ of, want }) => expect(anyOf(of, () => no).outcome).toBe(want));

  it("names the first criterion that failed and asks no further", () => {
    const asked: string[] = [];
    function* verdicts(): Generator<Verdict> {
      for (const one of [open, notMatched("first", "/1"), notMatched("second", "/2")]) {
        asked.push(one.because);
        yield one;
      }
    }
    expect(allOf(verdicts(), () => yes).because).toBe("first");
    expect(asked).toEqual(["open", "first"]);
  });

  it("obeys De Morgan", () => {
    fc.assert(
      fc.property(fc.array(verdict), (verdicts) => {
        expect(not(allOf(verdicts, () => yes)).outcome).toBe(anyOf(verdicts.map(not), () => no).outcome);
      }),
    );
  });

  it("undoes a contrary by a contrary", () => {
    fc.assert(
      fc.property(verdict, (one) => {
        expect(not(not(one))).toEqual(one);
      }),
    );
    const unknown = { because: "open", decidedBy: "somebody" };
    for (const answer of [true, false, unknown]) expect(contrary(contrary(answer))).toEqual(answer);
    expect(anyAnswer([false, unknown, true])).toBe(true);
    expect(anyAnswer([false, unknown])).toBe(unknown);
    expect(judge(unknown, "/o", { yes: "", no: "" })).toEqual({ outcome: "undecided", ...unknown, at: "/o" });
  });
});
