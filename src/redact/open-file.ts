import { dump } from "js-yaml";
import type { Platform } from "../platform.js";
import { plainText } from "../read/plain-text.js";
import { readYaml } from "../read/read-yaml.js";
import { findDumpStart } from "../read/surrounding-lines.js";
import { unpackInput } from "../read/unpack-input.js";
import { sourceOf, wholeOf } from "../util/byte-source.js";
import type { Json } from "../util/json.js";
import { JsonSyntaxError } from "../util/json-error.js";
import { isTar, readTar } from "../util/tar.js";
import { decodeUtf8, encodeUtf8 } from "../util/utf8.js";
import { writeTar } from "../util/write-tar.js";
import { documentAt, documentsIn, type JsonDocument } from "./root-reading.js";

/** A text of a file, with the JSON values in it; none in a text that is no JSON. */
export interface OpenText {
  /** In UTF-8. */
  readonly bytes: Uint8Array;
  readonly documents: readonly JsonDocument[];
  /** The archive's entry that it is; null where the file is no archive. */
  readonly entry: string | null;
}

/** What becomes of a text of a file: its new bytes, and the new name of its entry. */
export interface NewText {
  readonly bytes: Uint8Array;
  readonly entry: string | null;
}

/** A file opened: the texts in it, and how they are put together again in the format that the file has. */
export interface OpenFile {
  readonly texts: readonly OpenText[];
  /** Entries that are no text: what they hold can't be seen, so they are not passed on. */
  readonly leftOut: readonly string[];
  /** New bytes for each text, in their order. */
  readonly close: (texts: readonly NewText[]) => Uint8Array;
}

/** Opens a file for redaction; null for one that is no text and holds none. */
export function openFile(bytes: Uint8Array, platform: Platform): OpenFile | null {
  const unpacked = unpackInput(sourceOf(bytes), platform);
  if ("refusal" in unpacked) return null;
  const text = wholeOf(unpacked.source);
  const inner = isTar(text) ? openArchive(text, platform) : openText(text);
  if (inner === null) return null;
  // Nothing at hand deflates zstd: such a file comes out unpacked, which every reader takes.
  const wasGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return wasGzip ? { ...inner, close: (texts) => platform.gzip(inner.close(texts)) } : inner;
}

function openArchive(bytes: Uint8Array, platform: Platform): OpenFile {
  const opened = readTar(bytes).entries.map((entry) => ({ name: entry.name, file: openFile(entry.bytes, platform) }));
  const kept = opened.flatMap(({ name, file }) => (file === null || file.texts.length !== 1 ? [] : [{ name, file }]));
  return {
    texts: kept.flatMap(({ name, file }) => file.texts.map((text) => ({ ...text, entry: name }))),
    leftOut: opened.filter(({ file }) => file === null || file.texts.length !== 1).map(({ name }) => name),
    close: (texts) =>
      writeTar(
        kept.map(({ name, file }, index) => ({ name: texts[index]?.entry ?? name, bytes: file.close(texts.slice(index, index + 1)) })),
      ),
  };
}

function openText(given: Uint8Array): OpenFile | null {
  const text = plainText(sourceOf(given));
  const bytes = wholeOf(text.source);
  const encoding = text.problems[0]?.code === "encoding" ? text.problems[0].encoding.toLowerCase() : null;
  // No text has these; a log may have the escapes of a terminal.
  if (bytes.subarray(0, 65_536).some((byte) => byte < 7)) return null;
  const close = (texts: readonly NewText[]): Uint8Array => {
    const written = texts[0]?.bytes ?? new Uint8Array();
    return encoding === null ? written : utf16(decodeUtf8(written), encoding === "utf-16be");
  };
  const documents = documentsOf(bytes, text.start);
  if (documents !== null) return { texts: [{ bytes: bytes, documents, entry: null }], leftOut: [], close };
  const begin = findDumpStart(text.source, text.start);
  const yaml = begin?.format === "yaml" ? readYaml(decodeUtf8(bytes, begin.offset)) : null;
  if (yaml === null || "refusal" in yaml) return { texts: [{ bytes: bytes, documents: [], entry: null }], leftOut: [], close };
  return {
    texts: [{ bytes: yaml.json, documents: documentsIn(yaml.json), entry: null }],
    leftOut: [],
    close: (texts) => close(texts.map((one) => ({ ...one, bytes: toYaml(one.bytes) }))),
  };
}

/** The JSON of a text: all of it, values in a row, or one with a terminal's words around it; null where there is none. */
function documentsOf(bytes: Uint8Array, start: number): readonly JsonDocument[] | null {
  try {
    return documentsIn(bytes, start);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
  }
  const begin = findDumpStart(sourceOf(bytes), start);
  if (begin?.format !== "json") return null;
  try {
    return [documentAt(bytes, begin.offset)];
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return null;
  }
}

function toYaml(json: Uint8Array): Uint8Array {
  const value: Json = JSON.parse(decodeUtf8(json));
  return encodeUtf8(dump(value, { lineWidth: -1, noRefs: true }));
}

function utf16(text: string, bigEndian: boolean): Uint8Array {
  const marked = text.startsWith("\ufeff") ? text : `\ufeff${text}`;
  const bytes = new Uint8Array(2 * marked.length);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < marked.length; index++) view.setUint16(2 * index, marked.charCodeAt(index), !bigEndian);
  return bytes;
}
