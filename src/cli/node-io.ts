import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { buffer } from "node:stream/consumers";
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
    randomText: () => randomBytes(24).toString("base64url"),
    out: (text) => new Promise((resolve) => process.stdout.write(text, () => resolve())),
    err: (text) => void process.stderr.write(text),
    stdoutIsTerminal: process.stdout.isTTY === true,
    columns: process.stdout.isTTY ? process.stdout.columns : 80,
    env: process.env,
    platform: nodePlatform,
    now: () => new Date().toISOString(),
  };
}

const readWhole = (path: string): Promise<Uint8Array> =>
  (path === "-" ? buffer(process.stdin) : readFile(path)).catch((error: unknown) => refuseFile(path, error));

async function openFile(path: string): Promise<ByteSource> {
  if (path === "-") return sourceOf(await readWhole(path));
  try {
    return openFileSource(path) ?? sourceOf(await readWhole(path));
  } catch (error) {
    return refuseFile(path, error);
  }
}

async function listFolder(path: string): Promise<readonly string[] | undefined> {
  if (path === "-") return undefined;
  // What can't be looked at is no folder: reading it says why.
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true) return undefined;
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((error: unknown) => refuseFile(path, error));
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .sort();
}

const writeOut = (bytes: Uint8Array): Promise<void> => new Promise((resolve) => process.stdout.write(bytes, () => resolve()));

async function writeInto(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
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
