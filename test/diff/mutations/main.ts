/**
 * Holds the diff to what it promises, on every dump: written otherwise and sent again (other orders that mean nothing, spellings,
 * versions, times) a dump has no difference from itself; mutated in what it means, at a random place, the mutation is reported at
 * that place and in its class.
 *
 *   npm run diff-mutations -- [--seed 1] [--count 2000] [FOLDER…]     (default: snapshots/, and ../shared/data where it is there)
 */
import { parseArgs } from "node:util";
import { readDumps } from "./dump-files.js";
import { mutableDump, type Trial, tryMutation, tryWriting, type WritingTrial } from "./judge.js";

const { values, positionals } = parseArgs({
  options: { seed: { type: "string", default: "1" }, count: { type: "string", default: "2000" } },
  allowPositionals: true,
});
const seed = Number.parseInt(values.seed, 10) || 1;
const count = Math.max(1, Number.parseInt(values.count, 10) || 1);
const dumps = readDumps(positionals.length > 0 ? positionals : ["snapshots", "../shared/data"]);

/** Other writings of each dump. */
const writings = 3;
let written = 0;
let alike = 0;
const counts = new Map<string, { tried: number; right: number }>();
let failed = 0;
for (const [index, { file, json }] of dumps.entries()) {
  const dump = mutableDump(json);
  for (let nth = 0; nth < writings; nth++) noteWriting(file, tryWriting(dump, seed * 1_000_003 + index * 101 + nth));
  const share = Math.floor(((index + 1) * count) / dumps.length) - Math.floor((index * count) / dumps.length);
  for (let nth = 0; nth < share; nth++) {
    const trialSeed = seed * 1_000_003 + index * 10_007 + nth;
    note(file, trialSeed, tryMutation(dump, trialSeed));
  }
}
for (const [mutation, { tried, right }] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
  process.stdout.write(`${mutation.padEnd(50)}${String(right).padStart(6)} of ${tried}\n`);
}
process.stdout.write(`${count - failed} of ${count} reported at their place and in their class; ${dumps.length} dumps, seed ${seed}\n`);
process.stdout.write(`${alike} of ${written} other writings without a difference\n`);
process.exitCode = failed === 0 && alike === written ? 0 : 1;

function noteWriting(file: string, { ways, complaint }: WritingTrial): void {
  written++;
  if (complaint === null) alike++;
  else process.stdout.write(`${file}: ${ways.join(", ")}\n    ${complaint}\n`);
}

function note(file: string, trialSeed: number, { mutation, at, complaint }: Trial): void {
  const tally = counts.get(mutation) ?? { tried: 0, right: 0 };
  counts.set(mutation, { tried: tally.tried + 1, right: tally.right + (complaint === null ? 1 : 0) });
  if (complaint === null) return;
  failed++;
  process.stdout.write(`${file} (trial ${trialSeed}): ${mutation} at ${at}\n    ${complaint}\n`);
}
