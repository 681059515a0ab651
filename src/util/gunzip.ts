import { gunzipSync } from "fflate";
import { crc32 } from "./crc32.js";

/** DEFLATE packs at most 1032 bytes into one. A longer length than that is damage, for which no memory need be set aside. */
const mostPacked = 1032;

/**
 * Inflates gzip data of one member (RFC 1952) and holds it against the length and the checksum at its end, which fflate
 * passes over: one wrong bit would otherwise change a value in silence. Throws a RangeError for more than `most` bytes, another
 * error for data that is cut off or damaged.
 */
export function gunzip(bytes: Uint8Array, most: number): Uint8Array {
  if (bytes.length < 18) throw new Error("gzip data is at least 18 bytes long"); // A header of 10 bytes and a trailer of 8.
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
  const length = trailer.getUint32(4, true); // Modulo 2^32.
  if (length > bytes.length * mostPacked) throw new Error("the length at the end of the gzip data cannot be");
  if (length > most) throw new RangeError("the gzip data inflates to too much");
  const inflated = gunzipSync(bytes);
  if (length !== inflated.length % 2 ** 32) throw new Error("the length at the end of the gzip data does not fit");
  if (trailer.getUint32(0, true) !== crc32(inflated)) throw new Error("the checksum at the end of the gzip data does not fit");
  return inflated;
}
