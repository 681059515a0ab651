// Measures the built command on a large dump: npm run bench -- [--runs N] [--dump FILE]
// Every time is a whole process, the least of N runs in turn, beside that of one process that parses the same file with
// JSON.parse: ratios hold from machine to machine, seconds do not. Nothing is asserted.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { runs: { type: "string", default: "5" }, dump: { type: "string" } } });
const runs = Math.max(1, Number.parseInt(values.runs, 10) || 1);
const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const command = pathOf("../dist/cli/main.js");
const peakMemory = new URL("peak-memory.mjs", import.meta.url).href;

const folder = mkdtempSync(join(tmpdir(), "xdsight-bench-"));
try {
  const given = values.dump === undefined ? [] : [resolve(values.dump)];
  const { dump, changed, reordered, requests, requestCount, target } = JSON.parse(
    execFileSync(process.execPath, [pathOf("prepare.mjs"), folder, ...given]),
  );
  const parse = `JSON.parse(require("node:fs").readFileSync(${JSON.stringify(dump.path)}, "utf8"))`;
  const jobs = [
    { name: "JSON.parse(readFile)", argv: ["-e", parse] },
    { name: "--version", argv: [command, "--version"] },
    { name: "summary", argv: [command, "summary", dump.path] },
    { name: "explain, one request", argv: [command, "explain", dump.path, target] },
    { name: `explain, ${requestCount} requests`, argv: [command, "explain", dump.path, "--requests", requests, "-o", "ndjson"] },
    { name: "clusters -o short", argv: [command, "clusters", dump.path, "-o", "short"] },
    { name: "JSON.parse + stringify", argv: ["-e", `JSON.stringify(${parse})`] },
    { name: "redact", argv: [command, "redact", dump.path, "-o", join(folder, "shared.json")] },
    { name: "redact --pseudonyms", argv: [command, "redact", dump.path, "-o", join(folder, "shared.json"), "--pseudonyms"] },
    { name: "diff with itself", argv: [command, "diff", dump.path, dump.path] },
    { name: "diff, five changes", argv: [command, "diff", dump.path, changed] },
    { name: "diff, reordered", argv: [command, "diff", dump.path, reordered] },
  ].map((job) => ({ ...job, seconds: Number.POSITIVE_INFINITY, mebibytes: 0, status: 0 }));

  for (let run = 0; run < runs; run++) for (const job of jobs) measure(job);

  process.stdout.write(`${(statSync(dump.path).size / 1e6).toFixed(1)} MB: ${dump.what}; least of ${runs}; Node ${process.version}\n\n`);
  process.stdout.write(row("", "SECONDS", "RATIO", "PEAK MiB", "RATIO"));
  const [baseline] = jobs;
  for (const { name, seconds, mebibytes, status } of jobs) {
    const numbers = [
      seconds.toFixed(2),
      (seconds / baseline.seconds).toFixed(2),
      mebibytes.toFixed(0),
      (mebibytes / baseline.mebibytes).toFixed(2),
    ];
    process.stdout.write(row(name, ...numbers, ...(status === 0 ? [] : [`exit ${status}`])));
  }
} finally {
  rmSync(folder, { recursive: true });
}

/** Runs a job once more and keeps the least time and the most memory. */
function measure(job) {
  const started = process.hrtime.bigint();
  const { status, output } = spawnSync(process.execPath, ["--import", peakMemory, ...job.argv], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  job.seconds = Math.min(job.seconds, Number(process.hrtime.bigint() - started) / 1e9);
  job.mebibytes = Math.max(job.mebibytes, Number(String(output?.[3] ?? "0")) / 1024);
  job.status = status;
}

function row(name, ...columns) {
  return `${name.padEnd(26)}${columns.map((column) => column.padStart(10)).join("")}\n`;
}
