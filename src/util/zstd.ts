import { Decompress } from "fzstd";

/** RFC 8878, 3.1.1: the first four bytes of a frame, little-endian 0xFD2FB528. */
const frameMagic = [0x28, 0xb5, 0x2f, 0xfd];

/** Is this zstd data? */
export const isZstd = (bytes: Uint8Array): boolean => frameMagic.every((byte, index) => bytes[index] === byte);

/**
 * Inflates zstd data (RFC 8878) of one or more frames. Its optional checksums are not looked at. Throws a RangeError for more
 * than `most` bytes, another error for data that is cut off or damaged.
 */
export function unzstd(bytes: Uint8Array, most: number): Uint8Array {
  // The window is set aside before anything is known of the content, so a hostile header must not name a huge one.
  if (windowSize(bytes) > most) throw new RangeError("the window of the zstd data is too large");
  const chunks: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((chunk) => {
    length += chunk.length;
    if (length > most) throw new RangeError("the zstd data inflates to too much");
    chunks.push(chunk);
  });
  stream.push(bytes, true);
  const inflated = new Uint8Array(length);
  let position = 0;
  for (const chunk of chunks) {
    inflated.set(chunk, position);
    position += chunk.length;
  }
  return inflated;
}

/** The size in bytes of the window, or of the content where the frame is one segment (RFC 8878, 3.1.1.1). */
function windowSize(bytes: Uint8Array): number {
  const descriptor = bytes[4] ?? 0;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  if (!isSingleSegment) {
    const window = bytes[5] ?? 0;
    const base = 2 ** (10 + (window >> 3));
    return base + (base / 8) * (window & 7);
  }
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [1, 2, 4, 8][descriptor >> 6] ?? 1;
  let size = sizeBytes === 2 ? 256 : 0;
  for (let index = 0; index < sizeBytes; index++) size += (bytes[5 + dictionaryBytes + index] ?? 0) * 2 ** (8 * index);
  return size;
}
