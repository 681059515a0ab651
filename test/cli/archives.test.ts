import { describe, expect, it } from "vitest";
import { bytesOf, fixture } from "../read/dump-text.js";
import { runInMemory } from "./memory-io.js";

const files = {
  "bug-report.tar.gz": fixture("bug-report.tar.gz"),
  "pods/productpage/config_dump.json": fixture("bookinfo.json.gz"),
  "pods/sleep/config_dump.json": fixture("warming.json.gz"),
  "pods/sleep/clusters": fixture("envoy/clusters.json"),
  "pods/events.txt": bytesOf("LAST SEEN   TYPE\n"),
  "one/config_dump.json": fixture("bookinfo.json.gz"),
  "one/notes.txt": bytesOf("from the ticket\n"),
  "listeners.json": fixture("envoy/resource-dynamic_listeners.json"),
  "routes.json": fixture("envoy/resource-dynamic_route_configs.json"),
  "clusters.json": fixture("envoy/clusters.json"),
  "dump.json": fixture("envoy/config_dump.json.gz"),
};
const run = (...argv: readonly string[]) => runInMemory(argv, files);
const heads = (out: string): readonly string[] => out.split("\n").filter((line) => line.startsWith("== "));

describe("an archive or a folder of dumps", () => {
  it("is summed up and listed as a whole, each dump under its entry's name", async () => {
    for (const command of [["summary"], ["clusters"], ["listeners"]]) {
      const { status, out } = await run(...command, "pods");
      expect(status).toBe(0);
      expect(heads(out)).toEqual(["== productpage/config_dump.json ==", "== sleep/config_dump.json =="]);
    }
    const { out } = await run("query", "pods", "/configs/0/bootstrap/node/id");
    expect(heads(out)).toHaveLength(2);
  });

  it("is a list in JSON, documents in YAML, lines in NDJSON", async () => {
    const json: unknown = JSON.parse((await run("summary", "pods", "-o", "json")).out);
    expect(json).toMatchObject([
      { file: { name: "pods/productpage/config_dump.json" } },
      { file: { name: "pods/sleep/config_dump.json" } },
    ]);
    expect((await run("clusters", "pods", "-o", "yaml")).out.split("\n---\n")).toHaveLength(2);
    for (const line of (await run("clusters", "pods", "-o", "ndjson")).out.trim().split("\n")) expect(() => JSON.parse(line)).not.toThrow();
  });

  it("leaves out an entry that is called a dump and can't be read, and says so", async () => {
    const { status, out, err } = await run("summary", "bug-report.tar.gz");
    expect(status).toBe(0);
    expect(heads(out)).toHaveLength(2);
    expect(err).toMatch(/^xdsight: warning: cannot read bug-report\.tar\.gz, entry .*details.*: JSON ends at byte 3000 .*; left out$/m);
  });

  it("is chosen from with --entry where one dump is asked about, and listed by pod without", async () => {
    const refused = await run("explain", "bug-report.tar.gz", "http://reviews:9080/");
    expect(refused).toMatchObject({ status: 2, out: "" });
    expect(refused.err.split("\n").at(-2)).toMatch(/^xdsight: bug-report\.tar\.gz holds 3 config dumps: .*; choose one with --entry$/);
    expect(refused.err).toMatch(/^ {2}default\/sleep-5f6d +bug-report\/proxies\/default\/sleep-5f6d\/config_dump$/m);
    const chosen = await run("listeners", "bug-report.tar.gz", "--entry", "productpage-v1-7d9f", "--at");
    expect(chosen).toMatchObject({ status: 0, err: "" });
    expect(chosen.out).toContain("10.244.1.20_9042");
  });

  it("with one dump in it is that dump", async () => {
    const { status, err } = await run("explain", "one", "http://reviews:9080/");
    expect(status).toBe(0);
    expect(err).toBe('xdsight: note: one: read is "config_dump.json", the only dump in it; 1 other file left out\n');
  });

  it.each<[string, readonly string[], RegExp]>([
    ["--entry of a file that is none", ["summary", "dump.json", "--entry", "x"], /dump\.json is no archive; leave --entry out/],
    [
      "parts of which of them?",
      ["summary", "pods", "--clusters", "clusters.json"],
      /pods holds 2 config dumps; --with and --clusters go with one/,
    ],
    ["a report in JUnit for several", ["test", "pods", "reviews.yaml", "-o", "junit"], /no such file|takes one dump/],
  ])("refuses %s", async (_, argv, says) => {
    const { status, err, out } = await run(...argv);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toMatch(says);
  });
});

describe("several files of one proxy", () => {
  it("are one snapshot, with pointers that name their file", async () => {
    const { status, out } = await run(
      "explain",
      "listeners.json",
      "http://reviews/v2",
      "--to",
      "127.0.0.1:19080",
      "--with",
      "routes.json",
      "--at",
    );
    expect(status).toBe(0);
    expect(out).toContain("routes.json#/configs/0/route_config/virtual_hosts/0");
  });

  it("--clusters has the endpoints, for every command that shows them", async () => {
    const listed = await run("endpoints", "dump.json", "--clusters", "clusters.json", "--at");
    expect(listed).toMatchObject({ status: 0, err: "" });
    expect(listed.out).toContain("clusters.json#/cluster_statuses/0");
    const summed = await run("summary", "dump.json", "--clusters", "clusters.json", "-o", "json");
    expect(JSON.parse(summed.out)).toMatchObject({ file: { name: "dump.json", with: [{ name: "clusters.json" }] } });
  });

  it("standard input is one of them at most", async () => {
    expect(await run("summary", "-", "--with", "-")).toMatchObject({
      status: 2,
      err: expect.stringContaining("only one file can come from standard input"),
    });
  });
});
