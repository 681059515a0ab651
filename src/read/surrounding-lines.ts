import type { ByteSource } from "../util/byte-source.js";
import { decodeUtf8 } from "../util/utf8.js";
import { isSurelyNoDump } from "./not-json.js";

/**
 * What stands in a file besides the dump because a terminal or a pipe put it there: "Defaulted container …", "Handling
 * connection for 15000", warnings, a shell's prompt; before the dump or behind it.
 */

/** Where a dump begins, and as what. */
export interface DumpStart {
  /** 0-based, in bytes. */
  readonly offset: number;
  readonly format: "json" | "yaml";
}

/** No more than this is looked through for the beginning of a dump, and no more than this may follow it. */
const lookedAt = 65_536;

/** A character a byte, so that places in it are offsets. */
const decoder = new TextDecoder("latin1");
const textOf = (source: ByteSource, start: number, length = lookedAt): string => decoder.decode(source.read(start, start + length));

/** Kubectl's and istioctl's own words have a colon behind them too. */
const yamlLine = /^(?!(?:warning|error|info|note|debug|fatal)\b)(?:- |---\s*$|["']?@?[a-z_][\w.@/-]*["']?:(?:\s|$))/im;

/** JSON from the first character on, as nearly every dump is. */
const beginsJson = /^\s*(?=(?:\{|\[)\s*(?:["{}[\]\d-]|true|false|null|$))/;

/** The other ways in which a dump begins, the surest first; each finds it in the text, or not. */
const starts: readonly { readonly format: DumpStart["format"]; readonly begins: RegExp }[] = [
  { format: "json", begins: beginsJson },
  { format: "json", begins: /\n(?=(?:\{|\[)\s*["{}[\]])/ },
  { format: "yaml", begins: new RegExp(`(?=${yamlLine.source})`, yamlLine.flags) },
  { format: "yaml", begins: /^\s*(?=\{|\[)/ },
  { format: "json", begins: /^[^\n"{}[\],]{1,200}(?=\{\s*")/m },
];

/** Where a dump begins in a text that starts at `start`; undefined where nothing looks like one. */
export function findDumpStart(source: ByteSource, start: number): DumpStart | undefined {
  const atOnce = beginsJson.exec(textOf(source, start, 64));
  if (atOnce !== null) return { offset: start + atOnce[0].length, format: "json" };
  if (isSurelyNoDump(source.read(start, start + lookedAt))) return undefined;
  const text = textOf(source, start);
  for (const { format, begins } of starts) {
    const found = begins.exec(text);
    if (found !== null) return { offset: start + found.index + found[0].length, format };
  }
  return undefined;
}

/** Words before or behind the dump: how many lines, and the first of them. */
export interface SurroundingWords {
  readonly lines: number;
  readonly first: string;
}

/** The words in [start, end); undefined where there are only blanks. */
export function wordsIn(source: ByteSource, start: number, end = source.size): SurroundingWords | undefined {
  const lines = decodeUtf8(source.read(start, end))
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== "");
  return lines[0] === undefined ? undefined : { lines: lines.length, first: lines[0].trim() };
}

/** Can what follows the JSON at `end` be words? More JSON, or the rest of a text that is broken, can't. */
export function areWordsBehind(source: ByteSource, end: number): boolean {
  return source.size - end <= lookedAt && !/^\s*(?:[,:}\]]|[{[]\s*["{}[\]])/.test(textOf(source, end));
}
