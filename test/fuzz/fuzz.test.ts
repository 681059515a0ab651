import { describe, expect, it } from "vitest";
import { runInMemory } from "../cli/memory-io.js";
import { faultOf, furtherFiles, questionsFor } from "./ask.mjs";
import { mutatedDump } from "./mutate.mjs";

/** The same ones in every run; `npm run fuzz` asks thousands, and watches time and memory too. */
const seeds = Array.from({ length: 16 }, (_, index) => 1_000_000 + index);

/** Numbers of dumps that a command once broke on: with a stack trace, or with far too much memory. */
const found = [89, 130, 172, 209, 312, 718, 1391, 40_381, 1_000_055];

describe("a mutated dump ends in an answer, or in one line and status 2", () => {
  it.each([...found, ...seeds])(
    "dump %d",
    async (seed) => {
      const { bytes } = mutatedDump(seed);
      for (const argv of questionsFor(seed)) {
        const fault = faultOf(await runInMemory(argv, { ...furtherFiles, dump: bytes }));
        expect(fault, argv.join(" ")).toBeUndefined();
      }
    },
    60_000,
  );

  it("and the same number makes the same dump", () => {
    for (const seed of found) expect(Buffer.compare(mutatedDump(seed).bytes, mutatedDump(seed).bytes), String(seed)).toBe(0);
  });

  it.each<[string, { status: number; out: string; err: string }]>([
    ["a stack trace", { status: 70, out: "", err: "TypeError: x\n    at a.js:1:1\nxdsight: this is a bug" }],
    ["two lines", { status: 2, out: "", err: "xdsight: cannot read a\nxdsight: cannot read b\n" }],
    ["silence", { status: 2, out: "", err: "" }],
    ["an answer beside the refusal", { status: 2, out: "{}", err: "xdsight: cannot read a\n" }],
  ])("%s is a fault", (_, ended) => expect(faultOf(ended)).toBeDefined());

  it("a note and one line are none", () => {
    expect(faultOf({ status: 2, out: "", err: "xdsight: note: dump: x\nxdsight: no target\n" })).toBeUndefined();
  });
});
