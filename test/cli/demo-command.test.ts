import { describe, expect, it } from "vitest";
import { snapshotFiles } from "../readme/snapshot-files.js";
import { runInMemory } from "./memory-io.js";

const demo = await runInMemory(["demo"], snapshotFiles);

describe("xdsight demo", () => {
  it("explains three requests and shows one change, and ends well", () => {
    expect(demo).toMatchObject({ status: 0, err: "" });
    expect([...demo.out.matchAll(/^\$ xdsight (explain|diff) (?!config_dump)/gm)].map(([, command]) => command)).toEqual([
      "explain",
      "explain",
      "explain",
      "diff",
    ]);
  });

  it("shows a service of the mesh, raw TCP, an outside host that passes through with the reason, and access logs", () => {
    const verdicts = demo.out.split(/^\$ .*\n\n/m).map((act) => act.split("\n", 1)[0] ?? "");
    expect(verdicts.slice(1)).toEqual([
      "forwarded to outbound|9080||reviews.default.svc.cluster.local",
      "forwarded to outbound|3306||mysql.default.svc.cluster.local",
      expect.stringMatching(/^passed through: PassthroughCluster /),
      expect.stringMatching(/ telemetry only/),
    ]);
    expect(demo.out).toContain("[no-listener]");
    expect(demo.out).toMatch(/access log/);
    expect(demo.out).toContain("(exit status 1: they differ)");
  });

  it("prints the very output of the command lines that it shows", async () => {
    const acts = [...demo.out.matchAll(/^\$ xdsight (.* snapshots\/.*)\n/gm)].map(([, line = ""]) => line);
    for (const line of acts) {
      const { out } = await runInMemory(line.split(" "), snapshotFiles);
      expect(demo.out).toContain(`$ xdsight ${line}\n\n${out}\n`);
    }
  });

  it("writes no line of its own beyond 80 columns", () => {
    const own = demo.out.split("\n").filter((line) => /^([#$(]| {2}\$| {6}pilot-agent)/.test(line));
    expect(own.length).toBeGreaterThan(10);
    for (const line of own) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it("says in one line that the published package has no snapshots", async () => {
    const { status, out, err } = await runInMemory(["demo"]);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toMatch(/^xdsight: cannot read snapshots\/bookinfo\.json\.gz: no such file; [^\n]*come with the source[^\n]*\n$/);
  });
});
