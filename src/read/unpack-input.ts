import type { Platform } from "../platform.js";
import { type ByteSource, headOf, sourceOf, wholeOf } from "../util/byte-source.js";
import { isZstd } from "../util/zstd.js";

/** What an input inflates to at most: several times the largest dumps known, and what a machine at hand can hold. */
const mostInflated = 2 ** 30;

/** As deep as anybody packs; a file can be made that unpacks to itself. */
const deepest = 4;

/** An input with all that packs it taken off; or the clauses of a message. */
export type Unpacked = { readonly source: ByteSource; readonly packed: boolean } | { readonly refusal: string };

interface Packing {
  readonly name: string;
  readonly packs: (bytes: Uint8Array) => boolean;
  readonly unpack: (platform: Platform, bytes: Uint8Array) => Uint8Array;
}

const packings: readonly Packing[] = [
  {
    name: "gzip",
    packs: (bytes) => bytes[0] === 0x1f && bytes[1] === 0x8b,
    unpack: (platform, bytes) => platform.gunzip(bytes, mostInflated),
  },
  { name: "zstd", packs: isZstd, unpack: (platform, bytes) => platform.unzstd(bytes, mostInflated) },
];

/** Inflates gzip and zstd, each known by its first bytes, one within the other too. */
export function unpackInput(given: ByteSource, platform: Platform): Unpacked {
  let source = given;
  for (let depth = 0; depth <= deepest; depth++) {
    const head = headOf(source);
    const packing = packings.find(({ packs }) => packs(head));
    if (packing === undefined) return { source, packed: depth > 0 };
    try {
      source = sourceOf(packing.unpack(platform, wholeOf(source)));
    } catch (error) {
      // Whatever else the platform calls it, there is one thing to say about it.
      const what = error instanceof RangeError ? "would inflate to more than 1 GiB" : "is damaged or cut off";
      return { refusal: `its ${packing.name} data ${what}; copy it or take the dump again` };
    }
  }
  return { refusal: `it is packed more than ${deepest} times over; unpack it` };
}
