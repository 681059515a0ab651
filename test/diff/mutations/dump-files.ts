import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Json } from "../../../src/util/json.js";

/** Larger dumps take too long to be read again for every mutation. */
const largest = 4_000_000;

export interface DumpFile {
  readonly file: string;
  readonly json: Json;
}

/** The dumps below the folders that exist, in the order of their paths; what is no JSON (Envoy may fail to print one) is none. */
export const readDumps = (folders: readonly string[]): readonly DumpFile[] =>
  folders.filter((folder) => existsSync(folder)).flatMap((folder) => filesBelow(folder).flatMap(readDump));

function filesBelow(path: string): readonly string[] {
  if (statSync(path).isDirectory()) {
    return readdirSync(path)
      .sort()
      .flatMap((name) => filesBelow(join(path, name)));
  }
  const isDump = /(config_dump(\.noeds)?|snapshots\/[\w-]+)\.json(\.gz)?$/.test(path);
  return isDump && statSync(path).size * (path.endsWith(".gz") ? 30 : 1) < largest ? [path] : [];
}

function readDump(file: string): readonly DumpFile[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.startsWith("{") ? [{ file, json: JSON.parse(text) }] : [];
}
