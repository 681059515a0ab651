import { describe, expect, it } from "vitest";
import { runInMemory } from "../cli/memory-io.js";
import { dumpOf } from "./dump.js";

const cluster = (timeout: string) => ({ name: "outbound|9080||reviews.default.svc.cluster.local", type: "EDS", connect_timeout: timeout });
const files = {
  "before.json": JSON.stringify(dumpOf({ clusters: [cluster("1s")] })),
  "same.json": JSON.stringify(dumpOf({ clusters: [cluster("1.000s")], version: "2" })),
  "after.json": JSON.stringify(dumpOf({ clusters: [cluster("2s")] })),
  "cut-off.json": JSON.stringify(dumpOf({ clusters: [cluster("2s")] })).slice(0, 300),
};

describe("xdsight diff", () => {
  it("ends with 0 where nothing has changed", async () => {
    const { status, out } = await runInMemory(["diff", "before.json", "same.json", "-q"], files);
    expect(status).toBe(0);
    expect(out.split("\n")[0]).toBe("no difference");
  });

  it("ends with 1 where something has", async () => {
    const { status, out } = await runInMemory(["diff", "before.json", "after.json", "-q"], files);
    expect(status).toBe(1);
    expect(out.split("\n").slice(0, 5)).toEqual([
      "1 change, resilience only. No request is routed differently.",
      "",
      "resilience",
      "  cluster outbound|9080||reviews.default.svc.cluster.local",
      "    ~ connect_timeout   1s → 2s",
    ]);
  });

  it("shows where with --at", async () => {
    const { out } = await runInMemory(["diff", "before.json", "after.json", "-q", "--at"], files);
    expect(out).toContain("at /configs/1/dynamic_active_clusters/0/cluster/connect_timeout\n");
  });

  it("prints the contract's JSON", async () => {
    const { status, out } = await runInMemory(["diff", "before.json", "after.json", "-q", "-o", "json"], files);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      kind: "diff",
      equal: false,
      behaviour: { exact: true, classes: [], unreachable: [], revived: [] },
      old: { name: "before.json" },
      new: { name: "after.json" },
    });
  });

  it("looks at some classes only, and says so", async () => {
    const { status, out } = await runInMemory(["diff", "before.json", "after.json", "-q", "--only", "routing,security"], files);
    expect(status).toBe(0);
    expect(out).toMatch(/^no difference in the classes looked at\n/);
    expect(out).toContain("filtered (only routing, security): 1 change of other classes not shown");
  });

  it.each([
    { why: "a file that is not there", argv: ["before.json", "nowhere.json"], says: "cannot read nowhere.json: no such file" },
    { why: "a file that was cut off", argv: ["before.json", "cut-off.json"], says: "cut-off.json: JSON ends at byte 300" },
    { why: "one file", argv: ["before.json"], says: "missing required argument 'new'" },
    { why: "an unknown class", argv: ["before.json", "after.json", "--only", "weather"], says: "weather is no class of changes" },
    { why: "standard input twice", argv: ["-", "-"], says: "only one of the two dumps" },
  ])("ends with 2 and one line for $why", async ({ argv, says }) => {
    const { status, out, err } = await runInMemory(["diff", ...argv, "-q"], files);
    expect(status).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(says);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
});
