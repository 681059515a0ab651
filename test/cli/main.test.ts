import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../../dist/bin/xdsight.cjs", import.meta.url));
const dump = fileURLToPath(new URL("../summary/fixtures/listeners-rejected.json.gz", import.meta.url));
const elsewhere = mkdtempSync(join(tmpdir(), "xdsight-"));
afterAll(() => rmSync(elsewhere, { recursive: true }));

const runMain = (argv: readonly string[], input?: Uint8Array) =>
  spawnSync(process.execPath, [main, ...argv], { cwd: elsewhere, input, encoding: "utf8" });

describe.skipIf(!existsSync(main))("the real command (skipped before the first build)", () => {
  it("reads a file from any working directory", () => {
    const { status, stdout, stderr } = runMain(["summary", dump]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^sidecar sleep-5f6d\.default, Istio 1\.32\.0, Envoy 1\.40\.0\n/);
  });

  it("reads standard input", () => {
    const { status, stdout } = runMain(["summary", "-"], readFileSync(dump));
    expect(status).toBe(0);
    expect(stdout).toContain("standard input");
  });

  it.each([
    { why: "a missing file", path: "reviews.json", says: "xdsight: cannot read reviews.json: no such file\n" },
    {
      why: "a folder without a dump",
      path: ".",
      says: "xdsight: cannot read .: it holds no config dump (0 other files); take a dump with /config_dump?include_eds\n",
    },
  ])("refuses $why", ({ path, says }) => {
    expect(runMain(["summary", path])).toMatchObject({ status: 2, stdout: "", stderr: says });
  });

  it("ends quietly when nobody reads on", async () => {
    const child = spawn(process.execPath, [main, "summary", dump, "-o", "json"], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    let err = "";
    child.stderr.on("data", (text) => {
      err += text;
    });
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect({ status, err }).toEqual({ status: 0, err: "" });
  });
});
