import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { gzipSync } from "fflate";
import { type ByteSource, chunksOf } from "./util/byte-source.js";
import { gunzip } from "./util/gunzip.js";
import { unzstd } from "./util/zstd.js";

/**
 * What a platform can do better than plain JavaScript. The engine runs on `portablePlatform` anywhere, a web page
 * included; the command line hands in Node's own.
 */
export interface Platform {
  /** Inflates gzip data. Throws a RangeError for more than `most` bytes, another error for data that is cut off or damaged. */
  gunzip(bytes: Uint8Array, most: number): Uint8Array;
  /** Inflates zstd data. Throws as `gunzip` does. */
  unzstd(bytes: Uint8Array, most: number): Uint8Array;
  /** Deflates bytes as a gzip file. */
  gzip(bytes: Uint8Array): Uint8Array;
  /** The SHA-256 of all bytes, as lower-case hexadecimal text. */
  sha256(source: ByteSource): string;
  /** Are the bytes the same? */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}

export const portablePlatform: Platform = {
  gunzip,
  unzstd,
  gzip: (bytes) => gzipSync(bytes, { mtime: 0 }),
  sha256: (source) => {
    const hash = sha256.create();
    for (const chunk of chunksOf(source)) hash.update(chunk);
    return bytesToHex(hash.digest());
  },
  equal: (a, b) => {
    if (a.length !== b.length) return false;
    for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
    return true;
  },
};
