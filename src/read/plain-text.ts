import type { ReadProblem } from "../model/snapshot.js";
import { type ByteSource, headOf, sourceOf, wholeOf } from "../util/byte-source.js";
import { encodeUtf8 } from "../util/utf8.js";

/** A text in UTF-8. */
export interface PlainText {
  readonly source: ByteSource;
  /** Where it begins: behind a byte-order mark. */
  readonly start: number;
  readonly problems: readonly ReadProblem[];
}

/** The text of an input: UTF-8 as it is, UTF-16 of either byte order (as PowerShell's > writes it) turned into UTF-8. */
export function plainText(source: ByteSource): PlainText {
  const bytes = headOf(source);
  const utf16 = utf16Of(bytes);
  if (utf16 === undefined) return { source, start: startsWith(bytes, 0xef, 0xbb, 0xbf) ? 3 : 0, problems: [] };
  const text = new TextDecoder(utf16.encoding).decode(wholeOf(source).subarray(utf16.mark));
  return { source: sourceOf(encodeUtf8(text)), start: 0, problems: [{ code: "encoding", encoding: utf16.encoding.toUpperCase() }] };
}

const startsWith = (bytes: Uint8Array, ...head: readonly number[]): boolean => head.every((byte, index) => bytes[index] === byte);

/** By its byte-order mark; without one by the zeros that the first two characters, which are ASCII in any dump, have at their side. */
function utf16Of(bytes: Uint8Array): { readonly encoding: "utf-16le" | "utf-16be"; readonly mark: number } | undefined {
  if (startsWith(bytes, 0xff, 0xfe)) return { encoding: "utf-16le", mark: 2 };
  if (startsWith(bytes, 0xfe, 0xff)) return { encoding: "utf-16be", mark: 2 };
  const zeros = Array.from(bytes.subarray(0, 4), (byte) => byte === 0);
  if (zeros.join() === "false,true,false,true") return { encoding: "utf-16le", mark: 0 };
  if (zeros.join() === "true,false,true,false") return { encoding: "utf-16be", mark: 0 };
  return undefined;
}
