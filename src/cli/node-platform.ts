import { chunksOf, type Platform, portablePlatform } from "../index.js";

/** Most commands use neither: loading them takes a tenth as long as Node itself. */
const { getBuiltinModule } = process;

/** Node's own inflating, hashing and comparing, several times as fast as the portable ones. Zstandard came to Node with 22.15. */
export const nodePlatform: Platform = {
  gunzip: (bytes, most) => getBuiltinModule("node:zlib").gunzipSync(bytes, { maxOutputLength: most, chunkSize: chunkFor(bytes, most) }),
  unzstd: portablePlatform.unzstd,
  gzip: (bytes) => getBuiltinModule("node:zlib").gzipSync(bytes),
  sha256: (source) => {
    const hash = getBuiltinModule("node:crypto").createHash("sha256");
    for (const chunk of chunksOf(source)) hash.update(chunk);
    return hash.digest("hex");
  },
  equal: (a, b) => Buffer.compare(a, b) === 0,
};

/** DEFLATE packs at most 1032 bytes into one. */
const mostPacked = 1032;

/** As much as the data's end says that it inflates to: in one piece nothing is held twice. A false length costs address space alone. */
function chunkFor(bytes: Uint8Array, most: number): number {
  const ending = new DataView(bytes.buffer, bytes.byteOffset + Math.max(0, bytes.length - 4));
  const stated = bytes.length < 4 ? 0 : ending.getUint32(0, true) + 1;
  return Math.max(16_384, Math.min(stated, bytes.length * mostPacked, most));
}
