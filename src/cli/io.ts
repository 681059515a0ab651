import type { ByteSource, Platform } from "../index.js";

/** All that a command touches outside its arguments. Tests hand in their own. */
export interface Io {
  /** The bytes of a file; `-` is standard input. Throws UnreadableInputError for what can't be read. */
  readFile(path: string): Promise<Uint8Array>;
  /** The bytes of a file, to be read by place where that is possible. Throws as `readFile` does. */
  openFile(path: string): Promise<ByteSource>;
  /** The files in a folder and those below it, by their paths within it, parted by "/", in order; undefined for what is no folder. */
  listFolder(path: string): Promise<readonly string[] | undefined>;
  /** Writes a file, and the folder that it is to stand in; `-` is standard output. Throws UsageError for what can't be written. */
  writeFile(path: string, bytes: Uint8Array): Promise<void>;
  /** A text that nobody can guess. */
  randomText(): string;
  /** Writes the result. Ends the program quietly when nobody reads it any more. */
  out(text: string): Promise<void>;
  /** Writes what is not the result: warnings, notes, errors. */
  err(text: string): void;
  readonly stdoutIsTerminal: boolean;
  /** Characters in a line of standard output; 80 where it is no terminal. */
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: Platform;
  /** The present, as RFC 3339 text in UTC. */
  now(): string;
}
