import { describeReadProblem, readSnapshot, type Snapshot } from "../index.js";
import type { DumpOptions } from "./dump-argument.js";
import type { Io } from "./io.js";

/** Reads a config dump; notes what is odd about it on standard error, a line each. */
export async function loadSnapshot(io: Io, path: string, { quiet = false }: Pick<DumpOptions, "quiet"> = {}): Promise<Snapshot> {
  const { snapshot, problems } = readSnapshot(await io.readFile(path), { fileName: path, platform: io.platform });
  if (!quiet) {
    const shown = path === "-" ? "standard input" : path;
    for (const line of problems.flatMap(describeReadProblem)) io.err(`xdsight: note: ${shown}: ${line}\n`);
  }
  return snapshot;
}
