import { concatenate } from "./concatenate.js";
import { encodeUtf8 } from "./utf8.js";

const blockSize = 512;

/** A tar archive (POSIX ustar, with pax records for long names) of the files; each as a plain file of mode 644 and no time. */
export function writeTar(entries: readonly { readonly name: string; readonly bytes: Uint8Array }[]): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const { name, bytes } of entries) {
    const plain = encodeUtf8(name);
    if (plain.length > 100) {
      const record = paxRecord("path", name);
      blocks.push(header("pax", record.length, "x"), padded(record));
    }
    blocks.push(header(plain.length > 100 ? "long-name" : name, bytes.length, "0"), padded(bytes));
  }
  blocks.push(new Uint8Array(2 * blockSize));
  return concatenate(blocks);
}

function header(name: string, size: number, type: string): Uint8Array {
  const block = new Uint8Array(blockSize);
  const put = (at: number, text: string): void => block.set(encodeUtf8(text), at);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");
  put(0, name);
  put(100, "0000644\0");
  put(108, "0000000\0");
  put(116, "0000000\0");
  put(124, `${octal(size, 11)}\0`);
  put(136, "00000000000\0");
  put(148, "        ");
  put(156, type);
  put(257, "ustar\x0000");
  put(
    148,
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
  );
  return block;
}

function padded(bytes: Uint8Array): Uint8Array {
  const block = new Uint8Array(Math.ceil(bytes.length / blockSize) * blockSize);
  block.set(bytes);
  return block;
}

/** `LENGTH key=value\n`, where the length counts itself. */
function paxRecord(key: string, value: string): Uint8Array {
  const rest = encodeUtf8(` ${key}=${value}\n`).length;
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return encodeUtf8(`${length} ${key}=${value}\n`);
}
