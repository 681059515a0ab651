import {
  chooseDump,
  describeReadProblem,
  type FoundDumps,
  type FurtherFiles,
  findDumps,
  findDumpsInFolder,
  type InputFile,
  type ReadProblem,
  type Snapshot,
  type SnapshotRead,
  UnreadableInputError,
  UsageError,
} from "../index.js";
import type { DumpOptions } from "./dump-argument.js";
import type { Io } from "./io.js";

/** A snapshot, and the entry of the archive or folder that it was read from where there are several. */
export interface LoadedDump {
  readonly snapshot: Snapshot;
  /** Null where it is the only one. */
  readonly entry: string | null;
}

type LoadOptions = Pick<DumpOptions, "quiet" | "with" | "clusters" | "entry">;

/** Reads one config dump; notes what is odd about it on standard error, a line each. */
export async function loadSnapshot(io: Io, path: string, options: LoadOptions = {}): Promise<Snapshot> {
  const found = await findIn(io, path);
  if (options.entry === undefined && found.dumps.length > 1) listEntries(io, found);
  return readChosen(io, path, found, options);
}

/** Reads all config dumps of an archive or a folder, or the one that --entry names; of any other file the one that it is. */
export async function loadSnapshots(io: Io, path: string, options: LoadOptions): Promise<readonly LoadedDump[]> {
  const found = await findIn(io, path);
  if (options.entry !== undefined || found.dumps.length <= 1) {
    return [{ snapshot: await readChosen(io, path, found, options), entry: null }];
  }
  if (options.with !== undefined || options.clusters !== undefined) {
    throw new UsageError(`${path} holds ${found.dumps.length} config dumps; --with and --clusters go with one: choose it with --entry`);
  }
  const readable = found.dumps.filter(({ refusal }) => refusal === null);
  for (const { refusal } of found.dumps) if (refusal !== null) io.err(`xdsight: warning: ${refusal}; left out\n`);
  if (readable.length === 0) throw new UnreadableInputError(`${path} holds no config dump that can be read`);
  return readable.map((dump) => {
    const { snapshot, problems } = dump.read();
    note(io, `${shownName(path)}, ${dump.entry}`, problems, options);
    return { snapshot, entry: dump.entry };
  });
}

async function findIn(io: Io, path: string): Promise<FoundDumps> {
  const names = await io.listFolder(path);
  if (names === undefined) return findDumps({ bytes: await io.openFile(path), fileName: path }, io.platform);
  // One file at a time: what is no dump need not be kept.
  const folders: FoundDumps[] = [];
  for (const entry of names) {
    const fileName = `${path.replace(/\/+$/, "")}/${entry}`;
    folders.push(findDumpsInFolder([{ entry, fileName, bytes: await io.openFile(fileName) }], io.platform));
  }
  return {
    isArchive: true,
    dumps: folders.flatMap(({ dumps }) => dumps),
    others: folders.reduce((sum, { others }) => sum + others, 0),
  };
}

async function readChosen(io: Io, path: string, found: FoundDumps, options: LoadOptions): Promise<Snapshot> {
  const chosen = chooseDump(found, path, options.entry);
  const read: SnapshotRead = chosen.read(await furtherFiles(io, options));
  const only: readonly ReadProblem[] =
    found.isArchive && options.entry === undefined ? [{ code: "only-entry", entry: chosen.entry, others: found.others }] : [];
  note(io, shownName(path), [...only, ...read.problems], options);
  return read.snapshot;
}

async function furtherFiles(io: Io, { with: others, clusters }: LoadOptions): Promise<FurtherFiles> {
  const open = async (fileName: string): Promise<InputFile> => ({ fileName, bytes: await io.openFile(fileName) });
  return {
    ...(others === undefined ? {} : { with: await Promise.all(others.map(open)) }),
    ...(clusters === undefined ? {} : { clusters: await open(clusters) }),
  };
}

/** The names to choose from; the line that asks for one follows. */
function listEntries(io: Io, { dumps }: FoundDumps): void {
  const width = Math.max(...dumps.map(({ pod }) => (pod ?? "").length));
  for (const { entry, pod, refusal } of dumps) {
    io.err(`  ${width === 0 ? "" : `${(pod ?? "-").padEnd(width)}  `}${entry}${refusal === null ? "" : "  (cannot be read)"}\n`);
  }
}

const shownName = (path: string): string => (path === "-" ? "standard input" : path);

function note(io: Io, shown: string, problems: readonly ReadProblem[], { quiet = false }: LoadOptions): void {
  if (!quiet) for (const line of problems.flatMap(describeReadProblem)) io.err(`xdsight: note: ${shown}: ${line}\n`);
}
