import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { type ByteSource, sourceOf, UnreadableInputError, UsageError } from "../index.js";
import { exitCode } from "./exit-code.js";
import { openFileSource } from "./file-source.js";
import type { Io } from "./io.js";
import { nodePlatform } from "./node-platform.js";

/** The process's own streams, files, clock and environment. */
export function nodeIo(): Io {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", endOnClosedPipe);
  return {
    readFile: readWhole,
    openFile,
    listFolder,
    writeFile: (path, bytes) => (path === "-" ? writeOut(bytes) : writeInto(path, bytes)),
    randomText: () => process.getBuiltinModule("node:crypto").randomBytes(24).toString("base64url"),
    out: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
    err: (text) => void process.stderr.write(text),
    stdoutIsTerminal: process.stdout.isTTY === true,
    columns: process.stdout.isTTY ? process.stdout.columns : 80,
    env: process.env,
    platform: nodePlatform,
    now: () => new Date().toISOString(),
  };
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    if (path !== "-") return readFileSync(path);
    const { buffer } = process.getBuiltinModule("node:stream/consumers");
    return await buffer(process.stdin);
  } catch (error) {
    return refuseFile(path, error);
  }
}

async function openFile(path: string): Promise<ByteSource> {
  if (path === "-") return sourceOf(await readWhole(path));
  try {
    return openFileSource(path) ?? sourceOf(readFileSync(path));
  } catch (error) {
    return refuseFile(path, error);
  }
}

async function listFolder(path: string): Promise<readonly string[] | undefined> {
  if (path === "-") return undefined;
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(path, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
      .sort();
  } catch (error) {
    return refuseFile(path, error);
  }
}

const writeOut = (bytes: Uint8Array): Promise<void> => new Promise((resolve) => process.stdout.write(bytes, () => resolve()));

async function writeInto(path: string, bytes: Uint8Array): Promise<void> {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const reason = Object.hasOwn(reasons, code) ? reasons[code] : code;
    throw new UsageError(`cannot write ${path}: ${reason}`);
  }
}

/** `xdsight … | head`: whoever reads has seen enough. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(exitCode.done);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "it is a directory; name a file in it",
  EACCES: "permission denied",
  EPERM: "permission denied",
  ENOTDIR: "a part of its path is no directory",
  ENAMETOOLONG: "its name is too long",
  ERR_FS_FILE_TOO_LARGE: "it is larger than 2 GiB",
  ERR_INVALID_ARG_VALUE: "that is no file name",
};

function refuseFile(path: string, error: unknown): never {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (reason === undefined && code === "") throw error;
  throw new UnreadableInputError(`cannot read ${path === "-" ? "standard input" : path}: ${reason ?? code}`);
}
