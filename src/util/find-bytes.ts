/**
 * The first place of `needle` in `bytes` within [start, end); -1 where there is none. Skips ahead by the needle's length where it can
 * (Horspool's method), so that long needles are found in a fraction of the time of decoding the text.
 */
export function findBytes(bytes: Uint8Array, needle: Uint8Array, start = 0, end = bytes.length): number {
  const last = needle.length - 1;
  if (last < 0) return start;
  const skips = new Uint32Array(256).fill(needle.length);
  for (let index = 0; index < last; index++) skips[needle[index] ?? 0] = last - index;
  for (let at = start; at + last < end; at += skips[bytes[at + last] ?? 0] ?? 1) {
    let index = last;
    while (index >= 0 && bytes[at + index] === needle[index]) index--;
    if (index < 0) return at;
  }
  return -1;
}
