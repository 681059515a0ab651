import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { checkPair } from "./check-pair.js";
import { isMessage, type Message, type Value } from "./dump-parts.js";

const usage = "npm run diff-completeness -- [--pairs NUMBER] [--requests NUMBER] [--seed NUMBER] [--data FOLDER] [--only TEXT]";

const { values } = parseArgs({
  options: {
    pairs: { type: "string", default: "200" },
    requests: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    data: { type: "string", default: "../shared/data" },
    only: { type: "string", default: "" },
    help: { type: "boolean", default: false },
  },
});
const [pairs, requests, seed] = [Number(values.pairs), Number(values.requests), Number(values.seed)];
if (values.help || ![pairs, requests, seed].every((number) => Number.isInteger(number) && number >= 0)) {
  console.error(`Usage: ${usage}`);
  process.exit(values.help ? 0 : 2);
}

/** Larger dumps take too long to be changed hundreds of times. */
const largestBytes = 3_000_000;

/** Every config dump below a folder, read when it is its turn. */
function dumpsBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /^config_dump\.json(\.gz)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function readDump(path: string): Message | undefined {
  const bytes = readFileSync(path);
  const text = path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
  // Envoy writes an error in the place of a dump that it can't convert.
  if (text.length > largestBytes || !text.toString("utf8", 0, 1).startsWith("{")) return undefined;
  const dump: Value = JSON.parse(text.toString("utf8"));
  return isMessage(dump) && Array.isArray(dump.configs) ? dump : undefined;
}

const folder = existsSync(values.data) ? values.data : "test/recordings/fixtures";
const paths = dumpsBelow(folder).filter((path) => path.includes(values.only));
let [checked, drawn, differing, classes, exact, failures, slowest] = [0, 0, 0, 0, 0, 0, 0];
for (let index = 0; checked < pairs && index < pairs * 20; index++) {
  const path = paths[(seed + index * 7) % paths.length] ?? "";
  const dump = readDump(path);
  const pair = dump === undefined ? undefined : checkPair(dump, seed * 100_003 + index, requests, () => performance.now());
  if (pair === undefined) continue;
  checked++;
  drawn += pair.requests;
  differing += pair.differing;
  classes += pair.classes;
  if (pair.exact) exact++;
  slowest = Math.max(slowest, pair.milliseconds);
  const head = `${pair.failures.length === 0 ? "ok  " : "FAIL"} ${index} ${path.slice(folder.length + 1)}: ${pair.mutation}`;
  console.log(
    `${head}\n     ${pair.classes} classes in ${pair.milliseconds.toFixed(0)} ms${pair.exact ? "" : ", sampled"}; ${pair.differing} of ${pair.requests} requests differ`,
  );
  for (const { what, key, request } of pair.failures) {
    failures++;
    console.log(`     ${what}: ${key}\n       ${JSON.stringify(request)}`);
  }
}
console.log(
  `${checked} pairs, ${exact} of them split exactly; ${classes} classes, the slowest pair ${slowest.toFixed(0)} ms; ${drawn} requests, ${differing} of them treated differently; ${failures} failures`,
);
process.exitCode = failures === 0 ? 0 : 1;
