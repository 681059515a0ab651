import { type ReadProblem, type SnapshotDocument, UnreadableInputError } from "../model/snapshot.js";
import { type ByteSource, chunksOf, sourceOf } from "../util/byte-source.js";
import { editJson, type JsonEdit } from "../util/edit-json.js";
import type { Json } from "../util/json.js";
import { JsonSyntaxError } from "../util/json-error.js";
import { isBlank } from "../util/json-marks.js";
import { decodeUtf8, quoteText } from "../util/utf8.js";
import { type DumpText, parseWithin, wellFormed } from "./dump-text.js";
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
export function openDocument(bytes: ByteSource, names: DocumentNames, packed: boolean): OpenDocument {
  const { shown, at } = names;
  const fail = (clauses: string): never => {
    throw new UnreadableInputError(`cannot read ${shown}: ${clauses}`);
  };
  const { source, start, problems: ofText } = plainText(bytes);
  const first = firstFilled(source, start);
  if (first === source.size) return fail(`it is ${packed ? "empty once inflated" : "blank"}; take the dump again`);
  const found = findDumpStart(source, first);
  if (found === undefined) return fail(describeNotJson(source.read(first, first + mostLookedAt)));
  const before = wordsIn(source, first, found.offset);
  const problems = [...ofText, ...(before === undefined ? [] : [{ code: "words-around", where: "before", ...before } as const])];
  if (found.format === "yaml") {
    const yaml = readYaml(decodeUtf8(source.read(found.offset, source.size)));
    if ("refusal" in yaml) return fail(yaml.refusal);
    return new TextDocument("YAML", outlineDump({ source: sourceOf(yaml.json), start: 0, shown, ofWhat: "" }, at), problems);
  }
  const ofWhat = ofText.length > 0 ? " of its text in UTF-8" : packed ? " of its inflated text" : "";
  const outline = outlineText({ source, start: found.offset, shown, ofWhat }, at);
  const behind = wordsIn(source, outline.root.end);
  if (behind !== undefined) problems.push({ code: "words-around", where: "behind", ...behind });
  return new TextDocument("JSON", outline, problems);
}

/** What tells that a file is no dump stands at its beginning. */
const mostLookedAt = 65_536;

function outlineText(text: DumpText, at: string): DumpOutline {
  const { source } = text;
  return wellFormed(text, () => {
    const outline = outlineDump(text, at);
    if (areWordsBehind(source, outline.root.end)) return outline;
    throw new JsonSyntaxError(firstFilled(source, outline.root.end), "the end of the text", false, "");
  });
}

/** The first byte at or behind `start` that is no blank; the end of the source where there is none. */
function firstFilled(source: ByteSource, start: number): number {
  let position = start;
  for (const chunk of chunksOf(source, start)) {
    const filled = chunk.findIndex((byte) => !isBlank(byte));
    if (filled >= 0) return position + filled;
    position += chunk.length;
  }
  return position;
}

class TextDocument implements OpenDocument {
  readonly format: "JSON" | "YAML";
  readonly outline: DumpOutline;
  readonly problems: readonly ReadProblem[];

  constructor(format: "JSON" | "YAML", outline: DumpOutline, problems: readonly ReadProblem[]) {
    this.format = format;
    this.outline = outline;
    this.problems = problems;
  }

  get at(): string {
    return this.outline.at;
  }

  json(): Json {
    const { text, root } = this.outline;
    return parseWithin(text, root, "it");
  }

  edited(edits: readonly JsonEdit[]): Uint8Array {
    const { text, root } = this.outline;
    try {
      return wellFormed(text, () => editJson(text.source, root.start, edits));
    } catch (error) {
      if (!(error instanceof RangeError && error.message.startsWith("Maximum call stack"))) throw error;
      throw new UnreadableInputError(`cannot write ${text.shown} anew: what would change in it nests too deep`);
    }
  }
}

/** A file's name as it may stand on a terminal. */
export const printableName = (name: string): string => (/^[^\p{Cc}\p{Cf}]*$/u.test(name) ? name : quoteText(name, 200));
