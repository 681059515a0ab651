// Asks the built command everything about mutated dumps: npm run fuzz -- [--count 20000] [--seed 1]
// Each is to end in an answer, or in one line and status 2: no stack trace, no 5 seconds without an answer, no memory beyond
// four times the text. A dump is known by its number: --seed 4711 --count 1 repeats one.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { count: { type: "string", default: "20000" }, seed: { type: "string", default: "1" } } });
const first = Number.parseInt(values.seed, 10);
const end = first + Number.parseInt(values.count, 10);
const child = fileURLToPath(new URL("child.mjs", import.meta.url));

/** Without an answer for so long, a command hangs. */
const patienceMs = 5_000;
/** What a process grows by in its first answers, whatever is asked. */
const groundBytes = 96 * 2 ** 20;
/** So many dumps in one process: its memory is compared with what it had before. */
const perProcess = 250;

const faults = [];
const report = (fault) => {
  faults.push(fault);
  process.stderr.write(`${JSON.stringify(fault).slice(0, 1_500)}\n`);
};
const statuses = new Map();
let mostMs = 0;
const large = [];

const slow = [];

for (let seed = first; seed < end; ) seed = await runFrom(seed, Math.min(end, seed + perProcess), (at) => slow.push(at));
// A machine that is busy is slow too: once more, alone.
for (const seed of slow) {
  await runFrom(seed, seed + 1, () => report({ fault: `no answer in ${patienceMs} ms`, seed }));
}
for (const { seed, textBytes } of large) await measureAlone(seed, textBytes);

const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} with ${status}`);
process.stdout.write(
  `${end - first} mutated dumps, ${counts.join(", ")}; slowest answer ${Math.round(mostMs)} ms; ${faults.length} faults\n`,
);
process.exitCode = faults.length > 0 ? 1 : 0;

/** Runs a child over [from, to); answers where to go on. `hangs` is called for the dump that it was ended at for want of an answer. */
function runFrom(from, to, hangs) {
  return new Promise((resolve) => {
    const running = fork(child, [String(from), String(to)], { stdio: ["ignore", "inherit", "pipe", "ipc"] });
    let at = { at: from, name: "", textBytes: 0, rss: 0 };
    let since = performance.now();
    let next = from;
    let said = "";
    const watch = setInterval(() => {
      if (performance.now() - since < patienceMs) return;
      clearInterval(watch);
      hangs(at.at);
      running.kill("SIGKILL");
    }, 250);
    running.stderr.on("data", (text) => (said = (said + text).slice(-2000)));
    running.on("message", (message) => {
      const elapsed = performance.now() - since;
      if (message.answered !== undefined) {
        mostMs = Math.max(mostMs, elapsed);
        statuses.set(message.status, (statuses.get(message.status) ?? 0) + 1);
      } else if (message.fault !== undefined) report({ ...message, name: at.name });
      else if (message.at !== undefined) at = message;
      else if (message.done !== undefined) {
        next = message.done + 1;
        if (message.rss - at.rss > Math.max(groundBytes, 4 * at.textBytes)) large.push({ seed: at.at, textBytes: at.textBytes });
      }
      since = performance.now();
    });
    running.on("exit", (code, signal) => {
      clearInterval(watch);
      if (next < to && signal !== "SIGKILL")
        report({ fault: `the process ended (${code ?? signal}): ${said}`, seed: at.at, name: at.name });
      resolve(next < to ? at.at + 1 : to);
    });
  });
}

/** Much memory in a process that has answered much else may be the others': asked again by itself, swept after every answer. */
function measureAlone(seed, textBytes) {
  return new Promise((resolve) => {
    const running = fork(child, [String(seed), String(seed + 1)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      execArgv: ["--expose-gc"],
    });
    let before = 0;
    running.on("message", (message) => {
      if (message.at !== undefined) before = message.rss;
      if (message.done === undefined) return;
      const grown = message.rss - before;
      if (grown > groundBytes + 4 * textBytes) {
        const mebibytes = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`;
        report({ fault: `${mebibytes(grown)} for a text of ${mebibytes(textBytes)}`, seed });
      }
    });
    running.on("exit", resolve);
  });
}
