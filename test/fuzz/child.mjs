// Asks everything of the mutated dumps [from, to) in one process; tells its parent which one it is at, and what went wrong.

import { nodePlatform } from "../../dist/cli/node-platform.js";
import { run } from "../../dist/cli/program.js";
import { sourceOf, UnreadableInputError } from "../../dist/index.js";
import { faultOf, furtherFiles, questionsFor } from "./ask.mjs";
import { mutatedDump } from "./mutate.mjs";

const [from, to] = process.argv.slice(2).map(Number);
const tell = (message) => new Promise((resolve) => process.send(message, resolve));

for (let seed = from; seed < to; seed++) {
  const { name, bytes, textBytes } = mutatedDump(seed);
  await tell({ at: seed, name, size: bytes.length, textBytes, rss: process.resourceUsage().maxRSS * 1024 });
  for (const argv of questionsFor(seed)) {
    globalThis.gc?.();
    const ended = await ask(argv, bytes);
    const fault = faultOf(ended);
    if (fault !== undefined) await tell({ fault, seed, argv });
    await tell({ answered: seed, status: ended.status });
  }
  await tell({ done: seed, rss: process.resourceUsage().maxRSS * 1024 });
}
process.disconnect();

async function ask(argv, bytes) {
  const said = { out: "", err: "" };
  const readFile = async (path) => {
    if (Object.hasOwn(furtherFiles, path)) return furtherFiles[path];
    if (path !== "dump") throw new UnreadableInputError(`cannot read ${path}: no such file`);
    return bytes;
  };
  const io = {
    readFile,
    openFile: async (path) => sourceOf(await readFile(path)),
    listFolder: async () => undefined,
    writeFile: async () => {},
    randomText: () => "a seed for tests",
    out: async (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    stdoutIsTerminal: false,
    columns: 80,
    env: {},
    platform: nodePlatform,
    now: () => "2026-11-25T20:00:00.000Z",
  };
  try {
    return { status: await run(argv, io), ...said };
  } catch (error) {
    return { status: 70, out: "", err: String(error instanceof Error ? error.stack : error) };
  }
}
