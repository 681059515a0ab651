/** Bytes that are read by their place: of an array, or of a file that may be larger than memory. They never change. */
export interface ByteSource {
  /** How many bytes there are. */
  readonly size: number;
  /** The bytes [start, end), as far as there are any. They are not to be written to. */
  read(start: number, end: number): Uint8Array;
  /** Writes the bytes from `start` on into `target`; answers how many: as many as fit, or as there are. */
  copy(target: Uint8Array, start: number): number;
}

/** The bytes of an array; a source as it is. */
export function sourceOf(bytes: Uint8Array | ByteSource): ByteSource {
  if (!(bytes instanceof Uint8Array)) return bytes;
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

/** The same bytes at the same places, up to `end`. */
export function sourceUpTo(source: ByteSource, end: number): ByteSource {
  return {
    size: end,
    read: (start, readEnd) => source.read(start, Math.min(readEnd, end)),
    copy: (target, start) => source.copy(target.subarray(0, Math.max(0, end - start)), start),
  };
}

/** As many bytes from the start as it takes to tell what they are. */
export const headOf = (source: ByteSource): Uint8Array => source.read(0, 4096);

/** All bytes. */
export const wholeOf = (source: ByteSource): Uint8Array => source.read(0, source.size);

const chunkLength = 256 * 1024;

/** All bytes from `start` on, a chunk after the other, each good until the next. */
export function* chunksOf(source: ByteSource, start = 0): Generator<Uint8Array> {
  const chunk = new Uint8Array(Math.min(chunkLength, source.size));
  for (let position = start; position < source.size; ) {
    const copied = source.copy(chunk, position);
    if (copied === 0) return;
    yield chunk.subarray(0, copied);
    position += copied;
  }
}
