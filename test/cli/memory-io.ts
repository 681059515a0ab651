import type { Io } from "../../src/cli/io.js";
import { run } from "../../src/cli/program.js";
import { portablePlatform, sourceOf, UnreadableInputError } from "../../src/index.js";

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in process on files held in memory; what it writes comes into `written`. */
export async function runInMemory(
  argv: readonly string[],
  files: Readonly<Record<string, Uint8Array | string>> = {},
  settings: Partial<Pick<Io, "stdoutIsTerminal" | "columns" | "env">> = {},
  written: Record<string, Uint8Array> = {},
): Promise<Ran> {
  let out = "";
  let err = "";
  const readFile = async (path: string): Promise<Uint8Array> => {
    const file = Object.hasOwn(files, path) ? files[path] : undefined;
    if (file === undefined) throw new UnreadableInputError(`cannot read ${path}: no such file`);
    return typeof file === "string" ? new TextEncoder().encode(file) : file;
  };
  const status = await run(argv, {
    readFile,
    openFile: async (path) => sourceOf(await readFile(path)),
    listFolder: async (path) => {
      const inside = Object.keys(files).filter((name) => name.startsWith(`${path.replace(/\/$/, "")}/`));
      return inside.length === 0 ? undefined : inside.map((name) => name.slice(path.replace(/\/$/, "").length + 1)).sort();
    },
    writeFile: async (path, bytes) => {
      if (path === "-") out += new TextDecoder().decode(bytes);
      else written[path] = bytes;
    },
    randomText: () => "a seed for tests",
    out: async (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdoutIsTerminal: false,
    columns: 80,
    env: {},
    platform: portablePlatform,
    now: () => "2026-11-24T09:00:00.000Z",
    ...settings,
  });
  return { status, out, err };
}
