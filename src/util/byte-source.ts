/** Bytes that are read by their place: of an array, or of a file that may be larger than memory. They never change. */
export interface ByteSource {
  /** How many bytes there are. */
  readonly size: number;
  /** The bytes [start, end), as far as there are any. They are not to be written to. */
  read(start: number, end: number): Uint8Array;
  /** Writes the bytes from `start` on into `target`; answers how many: as many as fit, or as there are. */
  copy(target: Uint8Array, start: number): number;
}

/** The bytes of an array. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (start, end) => bytes.subarray(start, end),
    copy: (target, start) => {
      const copied = bytes.subarray(start, start + target.length);
      target.set(copied);
      return copied.length;
    },
  };
}
