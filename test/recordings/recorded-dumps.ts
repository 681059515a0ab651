import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Explanation, Request, Snapshot, SnapshotRead } from "../../src/index.js";
import { parseRecordings } from "./recording.js";
import type { RecordedDump, UnreadableDump } from "./tally.js";

/** The two functions of the library that a comparison needs: of the sources in the tests, of the build in the script. */
export interface Engine {
  readSnapshot(bytes: Uint8Array, options: { readonly fileName: string }): SnapshotRead;
  explain(snapshot: Snapshot, request: Request): Explanation;
}

const dumpNames = ["config_dump.json", "config_dump.json.gz"];
const requestNames = ["requests.ndjson", "requests.ndjson.gz"];

const fileAmong = (folder: string, names: readonly string[]): string | undefined =>
  names.map((name) => join(folder, name)).find((file) => existsSync(file));

/**
 * Every folder at or below one that has a dump and recorded requests, read one at a time.
 *
 * @param enter which folders to go into, by their path below `root`
 */
export function* recordedDumps(
  root: string,
  engine: Engine,
  enter: (path: string) => boolean = () => true,
): Generator<RecordedDump | UnreadableDump> {
  for (const folder of foldersOf(root, root, enter)) {
    const dump = fileAmong(folder, dumpNames);
    const requests = fileAmong(folder, requestNames);
    if (dump === undefined || requests === undefined) continue;
    const name = relative(root, folder) || folder;
    const snapshot = readDump(dump, relative(root, dump), engine);
    if (typeof snapshot === "string") {
      yield { folder: name, unreadable: snapshot };
      continue;
    }
    const bytes = readFileSync(requests);
    const text = requests.endsWith(".gz") ? gunzipSync(bytes) : bytes;
    yield {
      folder: name,
      recordings: parseRecordings(text.toString("utf8")),
      explain: (request) => engine.explain(snapshot, request),
    };
  }
}

/** The snapshot of a file, or the line that says why there is none. */
function readDump(file: string, fileName: string, engine: Engine): Snapshot | string {
  try {
    return engine.readSnapshot(readFileSync(file), { fileName }).snapshot;
  } catch (error) {
    if (error instanceof Error && error.name === "UnreadableInputError") return error.message;
    throw error;
  }
}

function* foldersOf(folder: string, root: string, enter: (path: string) => boolean): Generator<string> {
  yield folder;
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of inner.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, name);
    if (enter(relative(root, path))) yield* foldersOf(path, root, enter);
  }
}
