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
  {
    why: "many bad entries, told once",
    problem: { code: "malformed-entry", at: "/configs/3/dynamic_listeners/0", expected: "a listener", more: 30 },
    want: ["/configs/3/dynamic_listeners/0 and 30 more like it: a listener should stand here; left out"],
  },
  {
    why: "a member of hostile length and content",
    problem: { code: "unknown-member", at: `/${"x".repeat(900)}`, member: `\u001b[2J${"x".repeat(900)}` },
    want: [`"/${"x".repeat(199)}…": unknown member "\\u001b[2J${"x".repeat(196)}…", left out`],
  },
  {
    why: "words before the dump",
    problem: { code: "words-around", where: "before", lines: 1, first: 'Defaulted container "istio-proxy"' },
    want: ['1 line before the dump passed over: "Defaulted container \\"istio-proxy\\""'],
  },
  {
    why: "a list of istioctl's, which is the whole file",
    problem: { code: "bare-resources", at: "", section: "clusters" },
    want: ["clusters without state, version and time, as istioctl prints them; taken as active"],
  },
  {
    why: "entries of which it is open whether they warm",
    problem: { code: "lone-entries", at: "/configs/0", section: "clusters", mayWarm: true },
    want: [
      "/configs/0: clusters without their section, as ?resource= prints them; warming ones look like active ones, which they are taken for",
    ],
  },
];
it.each(cases)("$why", ({ problem, want }) => expect(describeReadProblem(problem)).toEqual(want));
