import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { type Platform, portablePlatform } from "../index.js";

/** Node's own inflating and hashing, several times as fast as the portable ones. Zstandard came to Node with 22.15. */
export const nodePlatform: Platform = {
  gunzip: (bytes, most) => gunzipSync(bytes, { maxOutputLength: most }),
  unzstd: portablePlatform.unzstd,
  sha256: (bytes) => createHash("sha256").update(bytes).digest("hex"),
};
