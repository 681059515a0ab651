import { expect, it } from "vitest";
import { describeReadProblem, type ReadProblem } from "../../src/index.js";

const cases: readonly { why: string; problem: ReadProblem; want: readonly string[] }[] = [
  {
    why: "a section that matters",
    problem: { code: "missing-sections", sections: ["endpoints"] },
    want: ["no endpoints section (taken without ?include_eds): endpoints are not known"],
  },
  { why: "sections that nobody misses", problem: { code: "missing-sections", sections: ["scoped_routes", "secrets", "ecds"] }, want: [] },
  {
    why: "most of a dump",
    problem: { code: "missing-sections", sections: ["bootstrap", "clusters", "listeners", "secrets"] },
    want: ["no bootstrap, clusters, listeners sections: what they would decide is not known"],
  },
  {
    why: "a section of unknown type",
    problem: { code: "unknown-section", at: "/configs/7", type: "acme.example.v1.PantryDump" },
    want: ["/configs/7: section of unknown type acme.example.v1.PantryDump, left out"],
  },
  {
    why: "a bad entry",
    problem: { code: "malformed-entry", at: "/configs/3/dynamic_listeners/0", expected: "an object" },
    want: ["/configs/3/dynamic_listeners/0: an object should stand here; left out"],
  },
];
it.each(cases)("$why", ({ problem, want }) => expect(describeReadProblem(problem)).toEqual(want));
