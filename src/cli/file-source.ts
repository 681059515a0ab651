import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "../index.js";

/** What is read at once around a small range: resources that stand side by side are asked for one after the other. */
const windowLength = 256 * 1024;

/**
 * The bytes of a file, read when they are asked for, so that a file may be larger than memory. Undefined for what cannot be read by place:
 * a pipe, or a file that does not know its size. Throws Node's own errors. The file stays open until the process ends.
 */
export function openFileSource(path: string): ByteSource | undefined {
  const file = openSync(path, "r");
  const status = fstatSync(file);
  if (status.isFile() && status.size > 0) return new FileSource(file, status.size);
  closeSync(file);
  return undefined;
}

class FileSource implements ByteSource {
  readonly size: number;
  readonly #file: number;
  #window = new Uint8Array(0);
  #windowStart = 0;

  constructor(file: number, size: number) {
    this.#file = file;
    this.size = size;
  }

  read(start: number, end: number): Uint8Array {
    const length = Math.max(0, Math.min(end, this.size) - start);
    if (length > windowLength) {
      const bytes = new Uint8Array(length);
      return bytes.subarray(0, this.#readInto(bytes, start));
    }
    const from = this.#moveWindow(start, length);
    return this.#window.subarray(from, from + length);
  }

  copy(target: Uint8Array, start: number): number {
    if (target.length >= windowLength) return this.#readInto(target, start);
    const bytes = this.read(start, start + target.length);
    target.set(bytes);
    return bytes.length;
  }

  /** Has a range in the window; answers where in it. A window that is left behind is not written to again: somebody may look at it still. */
  #moveWindow(start: number, length: number): number {
    const from = start - this.#windowStart;
    if (from >= 0 && from + length <= this.#window.length) return from;
    const bytes = new Uint8Array(Math.max(0, Math.min(windowLength, this.size - start)));
    this.#window = bytes.subarray(0, this.#readInto(bytes, start));
    this.#windowStart = start;
    return 0;
  }

  #readInto(target: Uint8Array, start: number): number {
    let copied = 0;
    while (copied < target.length) {
      const read = readSync(this.#file, target, copied, target.length - copied, start + copied);
      if (read === 0) break;
      copied += read;
    }
    return copied;
  }
}
