import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "../index.js";

/** What is read at once at most for a small range: resources that stand side by side are asked for one after the other. */
const windowLength = 256 * 1024;
/** What is read at once where nothing beside it has been asked for. */
const shortLength = 16 * 1024;

/** So many places in the file are looked at by turns: clusters, their endpoints, listeners, routes. */
const mostWindows = 4;

interface Window {
  readonly start: number;
  readonly bytes: Uint8Array;
}

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
  /** The one that was used last comes first. */
  #windows: readonly Window[] = [];

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
    const { start: windowStart, bytes } = this.#windowAround(start, length);
    return bytes.subarray(start - windowStart, start - windowStart + length);
  }

  copy(target: Uint8Array, start: number): number {
    if (target.length >= windowLength) return this.#readInto(target, start);
    const bytes = this.read(start, start + target.length);
    target.set(bytes);
    return bytes.length;
  }

  /** A window that holds a range. One that is given up is not written to again: somebody may look at it still. */
  #windowAround(start: number, length: number): Window {
    const [latest] = this.#windows;
    if (latest !== undefined && holds(latest, start, length)) return latest;
    const found = this.#windows.find((window) => holds(window, start, length)) ?? this.#readWindow(start, length);
    this.#windows = [found, ...this.#windows.filter((window) => window !== found)].slice(0, mostWindows);
    return found;
  }

  /** Twice as much as last time where it goes on beside an earlier window, forwards or backwards. */
  #readWindow(start: number, length: number): Window {
    const beside = this.#windows.find((window) => isBeside(window, start));
    const wanted = Math.min(windowLength, Math.max(length, beside === undefined ? shortLength : 2 * beside.bytes.length));
    const from = beside !== undefined && start < beside.start ? Math.max(0, start + length - wanted) : start;
    const bytes = new Uint8Array(Math.max(0, Math.min(wanted, this.size - from)));
    return { start: from, bytes: bytes.subarray(0, this.#readInto(bytes, from)) };
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

const holds = (window: Window, start: number, length: number): boolean =>
  start >= window.start && start + length <= window.start + window.bytes.length;

const isBeside = (window: Window, start: number): boolean =>
  start >= window.start - windowLength && start < window.start + window.bytes.length + windowLength;
