// Measures the built command on large dumps: npm run bench -- [--runs N] [--dump FILE] [--large]
// Every time is a whole process, the least of N runs in turn, beside that of one process that parses the same file with
// JSON.parse: ratios hold from machine to machine, seconds do not. Nothing is asserted. --large makes files of 160 MB, 1 GiB and
// 2.5 GiB in the temporary folder as well, and takes some minutes.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { runs: { type: "string", default: "7" }, dump: { type: "string" }, large: { type: "boolean", default: false } },
});
const runs = Math.max(1, Number.parseInt(values.runs, 10) || 1);
const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const command = pathOf("../dist/bin/xdsight.cjs");
const peakMemory = pathOf("peak-memory.cjs");
/** The longest string that V8 holds: JSON.parse takes no larger file. */
const mostParsed = 2 ** 29 - 24;

const folder = mkdtempSync(join(tmpdir(), "xdsight-bench-"));
try {
  const given = [...(values.dump === undefined ? [] : ["--dump", resolve(values.dump)]), ...(values.large ? ["--large"] : [])];
  const prepared = execFileSync(process.execPath, ["--max-old-space-size=8192", pathOf("prepare.mjs"), folder, ...given]);
  const { dump, small, larger, changed, reordered, requests, requestCount, target } = JSON.parse(prepared);

  const nothing = { name: "node -e 0", argv: ["-e", "0"] };
  report("Start-up", [
    nothing,
    { name: "--version", argv: [command, "--version"] },
    { name: `explain, ${kilobytes(small)} dump`, argv: [command, "explain", small, "http://reviews:9080/"] },
  ]);
  const explain = (path) => ({ name: "explain, one request", argv: [command, "explain", path, target] });
  const [, , base] = report(`${megabytes(dump.path)}: ${dump.what}`, [
    parsing(dump.path),
    nothing,
    explain(dump.path),
    { name: "summary", argv: [command, "summary", dump.path] },
    ...["listeners", "routes", "clusters", "endpoints", "secrets"].map((list) => ({ name: list, argv: [command, list, dump.path] })),
    { name: "summary --decode-all", argv: [command, "summary", dump.path, "--decode-all"] },
    { name: `explain, ${requestCount} requests`, argv: [command, "explain", dump.path, "--requests", requests, "-o", "ndjson"] },
    { name: "JSON.parse + stringify", argv: ["-e", `JSON.stringify(${parseOf(dump.path)})`] },
    { name: "redact", argv: [command, "redact", dump.path, "-o", join(folder, "shared.json")] },
    { name: "redact --pseudonyms", argv: [command, "redact", dump.path, "-o", join(folder, "shared.json"), "--pseudonyms"] },
    { name: "diff with itself", argv: [command, "diff", dump.path, dump.path] },
    { name: "diff, five changes", argv: [command, "diff", dump.path, changed] },
    { name: "diff, reordered", argv: [command, "diff", dump.path, reordered] },
    ...peers(dump.path),
  ]);
  for (const { name, path } of larger) {
    const isParsed = statSync(path).size <= mostParsed;
    const jobs = report(`${name} (${megabytes(path)})`, [...(isParsed ? [parsing(path)] : []), explain(path)]);
    const perByte = (job, file) => job.seconds / statSync(file).size;
    const ratio = perByte(jobs.at(-1), path) / perByte(base, dump.path);
    process.stdout.write(`explain takes ${ratio.toFixed(2)} of the seconds a byte that it takes on ${megabytes(dump.path)}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

function parseOf(path) {
  return `JSON.parse(require("node:fs").readFileSync(${JSON.stringify(path)}, "utf8"))`;
}

function parsing(path) {
  return { name: "JSON.parse(readFile)", argv: ["-e", parseOf(path)] };
}

/** What other tools do with the same file, where they are installed. */
function peers(path) {
  return [
    { name: "jq", program: "jq", argv: [".configs | length", path] },
    { name: "istioctl proxy-config clusters", program: "istioctl", argv: ["proxy-config", "clusters", "--file", path] },
    { name: "dyff between", program: "dyff", argv: ["between", path, path] },
  ].map((peer) => ({ ...peer, missing: spawnSync("which", [peer.program]).status !== 0 }));
}

/** Measures jobs by turns and prints them as ratios to the first. */
function report(title, given) {
  const jobs = given.map((job) => ({ ...job, seconds: Number.POSITIVE_INFINITY, cpu: Number.POSITIVE_INFINITY, mebibytes: 0, status: 0 }));
  for (let run = 0; run < runs; run++) for (const job of jobs) if (job.missing !== true) measure(job);
  process.stdout.write(`\n${title}; least of ${runs}; Node ${process.version}\n\n`);
  process.stdout.write(row("", "SECONDS", "RATIO", "CPU", "RATIO", "PEAK MiB"));
  const [first] = jobs;
  for (const { name, seconds, cpu, mebibytes, status, missing, program } of jobs) {
    if (missing === true) {
      process.stdout.write(`${name}: ${program} is not installed\n`);
      continue;
    }
    const ratio = (value, base) => (value / base).toFixed(2);
    const numbers = program === undefined ? [cpu.toFixed(2), ratio(cpu, first.cpu), mebibytes.toFixed(0)] : ["-", "-", "-"];
    process.stdout.write(
      row(name, seconds.toFixed(3), ratio(seconds, first.seconds), ...numbers, ...(status === 0 ? [] : [`exit ${status}`])),
    );
  }
  return jobs;
}

/** Runs a job once more and keeps the least time and the most memory. */
function measure(job) {
  const started = process.hrtime.bigint();
  const { status, output } =
    job.program === undefined
      ? spawnSync(process.execPath, ["--require", peakMemory, ...job.argv], { stdio: ["ignore", "ignore", "ignore", "pipe"] })
      : spawnSync(job.program, job.argv, { stdio: "ignore" });
  job.seconds = Math.min(job.seconds, Number(process.hrtime.bigint() - started) / 1e9);
  const [memory = 0, milliseconds = 0] = String(output?.[3] ?? "")
    .split(" ")
    .map(Number);
  job.cpu = Math.min(job.cpu, milliseconds / 1000);
  job.mebibytes = Math.max(job.mebibytes, memory / 1024);
  job.status = status;
}

function megabytes(path) {
  return `${(statSync(path).size / 1e6).toFixed(1)} MB`;
}

function kilobytes(path) {
  return `${(statSync(path).size / 1e3).toFixed(0)} kB`;
}

function row(name, ...columns) {
  return `${name.padEnd(32)}${columns.map((column) => column.padStart(10)).join("")}\n`;
}
