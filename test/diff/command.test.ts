import { describe, expect, it } from "vitest";
import { runInMemory } from "../cli/memory-io.js";
import { dumpOf, tcpProxy } from "./dump.js";

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
    expect(out.split("\n")[0]).toBe("No difference.");
  });

  it("ends with 1 where something has", async () => {
    const { status, out } = await runInMemory(["diff", "before.json", "after.json", "-q"], files);
    expect(status).toBe(1);
    expect(out.split("\n").slice(0, 5)).toEqual([
      "1 change, resilience. No request is routed differently.",
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
    expect(out).toMatch(/^No difference in what was looked at\. All changes together: no request is routed\ndifferently\.\n/);
    expect(out).toContain("filtered (only routing, security): 1 other change not shown");
  });

  it.each([
    { why: "a class", argv: ["--only", "resilience"], shown: true },
    { why: "another class", argv: ["--ignore", "resilience"], shown: false },
    { why: "a kind of resource", argv: ["--only", "clusters"], shown: true },
    { why: "another kind", argv: ["--only", "listener"], shown: false },
    { why: "a JSONPath of the decoded messages", argv: ["--only", "$.clusters[*].connect_timeout"], shown: true },
    { why: "a JSONPath with a filter", argv: ["--only", "$.clusters[?(@.type=='EDS')].connect_timeout"], shown: true },
    { why: "a JSONPath to something else", argv: ["--only", "$.clusters[*].lb_policy"], shown: false },
    { why: "what lies below a JSONPath", argv: ["--ignore", "$.clusters[?(@.type=='EDS')]"], shown: false },
    { why: "a JSON pointer", argv: ["--ignore", "/configs/1/dynamic_active_clusters/0"], shown: false },
    { why: "either of two", argv: ["--only", "listener", "--only", "$..connect_timeout"], shown: true },
  ])("filters by $why", async ({ argv, shown }) => {
    const { status, out } = await runInMemory(["diff", "before.json", "after.json", "-q", ...argv], files);
    expect(status).toBe(shown ? 1 : 0);
    expect(out).toContain("note: filtered (");
  });

  it("lets only some classes make the status, or none", async () => {
    const statusOf = async (...argv: string[]) => (await runInMemory(["diff", "before.json", "after.json", "-q", ...argv], files)).status;
    expect(await statusOf("--fail-on", "routing,security")).toBe(0);
    expect(await statusOf("--fail-on", "routing,resilience")).toBe(1);
    expect(await statusOf("--exit-zero")).toBe(0);
  });

  it("shows what is no change with --all", async () => {
    const { out } = await runInMemory(["diff", "before.json", "same.json", "-q", "--all"], files);
    expect(out).toContain("  version 2026-11-23T09:00:00Z/1 → 2: cluster\n    outbound|9080||reviews.default.svc.cluster.local\n");
  });

  describe("of a cluster without endpoints, whose change is filtered", () => {
    const local = (hosts: readonly string[]) => ({
      name: "reviews",
      type: "STATIC",
      load_assignment: {
        cluster_name: "reviews",
        endpoints: hosts.map((address) => ({
          lb_endpoints: [{ endpoint: { address: { socket_address: { address, port_value: 9080 } } } }],
        })),
      },
    });
    const listener = {
      name: "0.0.0.0_9080",
      address: { socket_address: { address: "0.0.0.0", port_value: 9080 } },
      filter_chains: [{ filters: [tcpProxy({ cluster: "reviews" })] }],
    };
    const dump = (hosts: readonly string[]): string => JSON.stringify(dumpOf({ listeners: [listener], clusters: [local(hosts)] }));
    const dumps = { "before.json": dump(["10.244.1.7"]), "after.json": dump([]) };

    it.each([
      { argv: ["--only", "telemetry"], status: 1 },
      { argv: ["--only", "telemetry", "--exit-zero"], status: 0 },
      { argv: ["--fail-on", "routing"], status: 1 },
      { argv: ["--fail-on", "telemetry"], status: 0 },
    ])("$argv ends with $status, and traffic is told", async ({ argv, status }) => {
      const answer = await runInMemory(["diff", "before.json", "after.json", "-q", ...argv], dumps);
      expect(answer.status).toBe(status);
      expect(answer.out).toContain("requests that change\n  listener 0.0.0.0_9080: ");
      expect(answer.out).toContain("closed (no-endpoints), reviews");
    });
  });

  it("shows values as a unified diff", async () => {
    const { out } = await runInMemory(["diff", "before.json", "after.json", "-q", "--unified"], files);
    expect(out).toContain("        @@ -1,1 +1,1 @@\n        -1s\n        +2s\n");
  });

  it("compares folders of dumps, proxy by proxy", async () => {
    const dump = (pod: string, timeout: string): string => {
      const node = { id: `sidecar~10.244.1.5~${pod}.default~default.svc.cluster.local` };
      return JSON.stringify(dumpOf({ bootstrap: { node }, clusters: [cluster(timeout)] }));
    };
    const folders = {
      "pre/sleep.json": dump("sleep", "1s"),
      "pre/ratings.json": dump("ratings", "1s"),
      "post/a.json": dump("ratings", "2s"),
      "post/b.json": dump("sleep", "2s"),
    };
    const { status, out } = await runInMemory(["diff", "pre", "post", "-q"], folders);
    expect(status).toBe(1);
    expect(out.split("\n").slice(0, 6)).toEqual([
      "1 change, resilience. No request is routed differently. 2 of 2 proxies differ.",
      "",
      "resilience",
      "  cluster outbound|9080||reviews.default.svc.cluster.local",
      "    ~ connect_timeout   1s → 2s",
      "        in 2 proxies: default/ratings, default/sleep",
    ]);
    const json = await runInMemory(["diff", "pre", "post", "-q", "-o", "json"], folders);
    expect(JSON.parse(json.out)).toMatchObject({
      old: { name: "pre" },
      proxies: [{ name: "default/ratings", old: { name: "pre/ratings.json" } }, {}],
    });
    expect((await runInMemory(["diff", "pre", "pre", "-q"], folders)).out).toMatch(/^No difference. 0 of 2 proxies differ.\n/);
  });

  it("annotates for GitHub", async () => {
    const { out } = await runInMemory(["diff", "before.json", "after.json", "-q", "-o", "github"], files);
    expect(out.split("\n")).toEqual([
      "::notice file=after.json,title=xdsight diff::1 change, resilience. No request is routed differently.",
      "::warning file=after.json,title=resilience change::~ cluster outbound|9080||reviews.default.svc.cluster.local: connect_timeout: 1s → 2s",
      "",
    ]);
  });

  it.each([
    { why: "a file that is not there", argv: ["before.json", "nowhere.json"], says: "cannot read nowhere.json: no such file" },
    { why: "a file that was cut off", argv: ["before.json", "cut-off.json"], says: "cut-off.json: JSON ends at byte 300" },
    { why: "one file", argv: ["before.json"], says: "missing required argument 'new'" },
    { why: "an unknown class", argv: ["before.json", "after.json", "--only", "weather"], says: "'weather' is no class of changes" },
    { why: "a mistyped kind", argv: ["before.json", "after.json", "--ignore", "clutser"], says: "(did you mean cluster?)" },
    { why: "a mistyped class", argv: ["before.json", "after.json", "--fail-on", "rooting"], says: "(did you mean routing?)" },
    { why: "a JSONPath that is cut off", argv: ["before.json", "after.json", "--only", "$.clusters["], says: "a ] is missing at its end" },
    { why: "standard input twice", argv: ["-", "-"], says: "only one of the two dumps" },
  ])("ends with 2 and one line for $why", async ({ argv, says }) => {
    const { status, out, err } = await runInMemory(["diff", ...argv, "-q"], files);
    expect(status).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(says);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
});
