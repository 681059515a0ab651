import type { SnapshotFile } from "../model/snapshot.js";
import type { Platform } from "../platform.js";
import { sourceOf } from "../util/byte-source.js";
import type { InputFile } from "./open-input.js";

/** The SHA-256 of a file, made when somebody asks. */
export function hashOf({ bytes }: InputFile, platform: Platform): () => string {
  let hash: string | undefined;
  return () => {
    hash ??= platform.sha256(sourceOf(bytes));
    return hash;
  };
}

/** A file as given, with what belongs to it. */
export class GivenFile implements SnapshotFile {
  readonly name: string;
  readonly size: number;
  readonly entry?: string;
  readonly with?: readonly SnapshotFile[];
  readonly #hash: () => string;

  constructor({ bytes, fileName }: InputFile, hash: () => string, entry?: string, others: readonly SnapshotFile[] = []) {
    this.name = fileName;
    this.size = sourceOf(bytes).size;
    this.#hash = hash;
    if (entry !== undefined) this.entry = entry;
    if (others.length > 0) this.with = others;
  }

  get sha256(): string {
    return this.#hash();
  }
}
