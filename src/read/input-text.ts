import type { Platform } from "../platform.js";

/** The text within an input: what packs it taken off. */
export interface InputText {
  readonly bytes: Uint8Array;
  /** Where the text begins: behind a byte-order mark. */
  readonly start: number;
  /** Was it compressed? Then byte offsets are those of the inflated text. */
  readonly inflated: boolean;
}

/** Inflates gzip, known by its first two bytes, and passes over a UTF-8 byte-order mark. Undefined for gzip data that is damaged. */
export function unpackInput(bytes: Uint8Array, platform: Platform): InputText | undefined {
  const inflated = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = inflated ? inflate(bytes, platform) : bytes;
  if (text === undefined) return undefined;
  const marked = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
  return { bytes: text, start: marked ? 3 : 0, inflated };
}

function inflate(bytes: Uint8Array, platform: Platform): Uint8Array | undefined {
  try {
    return platform.gunzip(bytes);
  } catch {
    return undefined; // Whatever the platform calls it, there is one thing to say about it.
  }
}
