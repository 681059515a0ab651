import { type ReadProblem, type SnapshotDocument, UnreadableInputError } from "../model/snapshot.js";
import type { Json } from "../util/json.js";
import { JsonSyntaxError } from "../util/json-outline.js";
import { placeOfByte } from "../util/json-place.js";
import { decodeUtf8, quoteText } from "../util/utf8.js";
import { describeNotJson } from "./not-json.js";
import { type DumpOutline, outlineDump } from "./outline-dump.js";
import { plainText } from "./plain-text.js";
import { readYaml } from "./read-yaml.js";
import { areWordsBehind, findDumpStart, wordsIn } from "./surrounding-lines.js";

/** One file as JSON whose structure is known. */
export interface OpenDocument extends SnapshotDocument {
  readonly format: "JSON" | "YAML";
  readonly outline: DumpOutline;
  /** What is odd about the text, not about what it says. */
  readonly problems: readonly ReadProblem[];
}

/** How a file is called: in messages, and before the pointers into it. */
export interface DocumentNames {
  readonly shown: string;
  /** "" or `routes.json#`. */
  readonly at: string;
}

/**
 * Finds the JSON, or the YAML, of an input that nothing packs any more, and its structure.
 *
 * @param packed was it packed? Then byte offsets are those of the inflated text.
 * @throws UnreadableInputError where there is none, or where it is malformed
 */
export function openDocument(bytes: Uint8Array, names: DocumentNames, packed: boolean): OpenDocument {
  const fail = (clauses: string): never => {
    throw new UnreadableInputError(`cannot read ${names.shown}: ${clauses}`);
  };
  const text = plainText(bytes);
  if (firstFilled(text.bytes, text.start) === text.bytes.length)
    return fail(`it is ${packed ? "empty once inflated" : "blank"}; take the dump again`);
  const found = findDumpStart(text.bytes, text.start);
  if (found === undefined) return fail(describeNotJson(text.bytes.subarray(text.start)));
  const before = wordsIn(text.bytes, text.start, found.offset);
  const problems = [...text.problems, ...(before === undefined ? [] : [{ code: "words-around", where: "before", ...before } as const])];
  if (found.format === "yaml") {
    const yaml = readYaml(decodeUtf8(text.bytes, found.offset));
    if ("refusal" in yaml) return fail(yaml.refusal);
    return new TextDocument("YAML", outlineDump(yaml.json, 0, names.at), problems, names);
  }
  const ofWhat = text.problems.length > 0 ? " of its text in UTF-8" : packed ? " of its inflated text" : "";
  const outline = outlineText(text.bytes, found.offset, names.at, ofWhat, fail);
  const behind = wordsIn(text.bytes, outline.root.end);
  if (behind !== undefined) problems.push({ code: "words-around", where: "behind", ...behind });
  return new TextDocument("JSON", outline, problems, names);
}

function outlineText(bytes: Uint8Array, start: number, at: string, ofWhat: string, fail: (clauses: string) => never): DumpOutline {
  try {
    const outline = outlineDump(bytes, start, at);
    if (areWordsBehind(bytes, outline.root.end)) return outline;
    throw new JsonSyntaxError(firstFilled(bytes, outline.root.end), "the end of the text", false);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return fail(describeSyntaxError(error, bytes, start, ofWhat));
  }
}

const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

function firstFilled(bytes: Uint8Array, start: number): number {
  let position = start;
  while (isBlank(bytes[position])) position++;
  return position;
}

function describeSyntaxError(error: JsonSyntaxError, bytes: Uint8Array, start: number, ofWhat: string): string {
  const place = placeOfByte(bytes, error.offset, start);
  const where = `byte ${error.offset}${ofWhat}${place === "" ? "" : ` inside ${place}`}`;
  if (error.ended) return `JSON ends at ${where}; the file was cut off`;
  return `malformed JSON at ${where}: ${error.expected} should stand there, not ${describeByte(bytes[error.offset])}; take the dump again`;
}

function describeByte(byte = 0): string {
  const hexadecimal = `the byte 0x${byte.toString(16).padStart(2, "0")}`;
  return byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : byte === 0x20 ? "a blank" : hexadecimal;
}

/** The text is valid by now; what is left to go wrong is a text that the runtime cannot hold. */
class TextDocument implements OpenDocument {
  readonly format: "JSON" | "YAML";
  readonly outline: DumpOutline;
  readonly problems: readonly ReadProblem[];
  readonly at: string;
  readonly #shown: string;

  constructor(format: "JSON" | "YAML", outline: DumpOutline, problems: readonly ReadProblem[], { at, shown }: DocumentNames) {
    this.format = format;
    this.outline = outline;
    this.problems = problems;
    this.at = at;
    this.#shown = shown;
  }

  json(): Json {
    const { bytes, root } = this.outline;
    try {
      const value: Json = JSON.parse(decodeUtf8(bytes, root.start, root.end));
      return value;
    } catch (error) {
      const reason = error instanceof Error ? error.message.split("\n", 1)[0] : "";
      throw new UnreadableInputError(`cannot read ${this.#shown}: it can't be parsed as a whole (${reason}); ask with --decoded`);
    }
  }
}

/** A file's name as it may stand on a terminal. */
export const printableName = (name: string): string => (/^[^\p{Cc}\p{Cf}]*$/u.test(name) ? name : quoteText(name, 200));
