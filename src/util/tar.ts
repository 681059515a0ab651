import { decodeUtf8 } from "./utf8.js";

/** A file of an archive; its bytes are a view into the archive's. */
export interface TarEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface TarEntries {
  /** The regular files, in the order of the archive. */
  readonly entries: readonly TarEntry[];
  /** Does the archive end in the middle, or in something that is no header? */
  readonly damaged: boolean;
}

const blockSize = 512;

/** Is this a tar archive (POSIX.1-1988 ustar, pax, GNU)? The checksum of its first header decides. */
export const isTar = (bytes: Uint8Array): boolean => bytes.length >= blockSize && bytes[0] !== 0 && hasChecksum(bytes, 0);

/** The files of a tar archive, with the long names of pax and of GNU tar. Links, folders and devices are passed over. */
export function readTar(bytes: Uint8Array): TarEntries {
  const entries: TarEntry[] = [];
  let longName: string | undefined;
  let longSize: number | undefined;
  for (let position = 0; position < bytes.length; ) {
    if (position + blockSize > bytes.length) return { entries, damaged: true };
    if (bytes[position] === 0) return { entries, damaged: false };
    const size = longSize ?? numberAt(bytes, position + 124, 12);
    const content = position + blockSize;
    if (size === undefined || !hasChecksum(bytes, position)) return { entries, damaged: true };
    const body = bytes.subarray(content, content + size);
    const type = String.fromCharCode(bytes[position + 156] ?? 0);
    if (type === "x") {
      const records = paxRecords(body);
      longName = records.get("path") ?? longName;
      const stated = Number(records.get("size") ?? Number.NaN);
      longSize = Number.isSafeInteger(stated) && stated >= 0 ? stated : undefined;
    } else if (type === "L") longName = textAt(body, 0, body.length);
    else {
      const isFile = type === "0" || type === "\0" || type === "7";
      if (isFile) entries.push({ name: longName ?? nameAt(bytes, position), bytes: body });
      longName = undefined;
      longSize = undefined;
    }
    if (body.length < size) return { entries, damaged: true };
    position = content + Math.ceil(size / blockSize) * blockSize;
  }
  return { entries, damaged: false };
}

/** A header's checksum is the sum of its bytes, its own field taken as blanks. */
function hasChecksum(bytes: Uint8Array, header: number): boolean {
  const stated = numberAt(bytes, header + 148, 8);
  let sum = 0;
  for (let index = 0; index < blockSize; index++) sum += index >= 148 && index < 156 ? 0x20 : (bytes[header + index] ?? 0);
  return sum === stated;
}

/** ustar splits a long name into a prefix and a name; in GNU's own format those bytes mean something else. */
function nameAt(bytes: Uint8Array, header: number): string {
  const name = textAt(bytes, header, 100);
  const isUstar = textAt(bytes, header + 257, 6) === "ustar";
  const prefix = isUstar ? textAt(bytes, header + 345, 155) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

function textAt(bytes: Uint8Array, start: number, length: number): string {
  const zero = bytes.subarray(start, start + length).indexOf(0);
  return decodeUtf8(bytes, start, start + (zero < 0 ? length : zero));
}

/** Octal digits, or GNU's base-256 for what is too large for them; undefined for anything else. */
function numberAt(bytes: Uint8Array, start: number, length: number): number | undefined {
  if (((bytes[start] ?? 0) & 0x80) !== 0) {
    let value = (bytes[start] ?? 0) & 0x7f;
    for (let index = 1; index < length; index++) value = value * 256 + (bytes[start + index] ?? 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = textAt(bytes, start, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits === "" ? "0" : digits, 8) : undefined;
}

/** The records `LENGTH KEY=VALUE\n` of a pax header; the length is that of the whole record in bytes. */
function paxRecords(bytes: Uint8Array): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let position = 0; position < bytes.length; ) {
    const blank = bytes.indexOf(0x20, position);
    const length = blank < 0 ? Number.NaN : Number(decodeUtf8(bytes, position, blank));
    if (!Number.isSafeInteger(length) || length <= blank - position) return records;
    const record = decodeUtf8(bytes, blank + 1, position + length - 1);
    const equals = record.indexOf("=");
    if (equals > 0) records.set(record.slice(0, equals), record.slice(equals + 1));
    position += length;
  }
  return records;
}
