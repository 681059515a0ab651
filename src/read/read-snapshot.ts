import {
  type ReadProblem,
  type Resource,
  type ResourceKind,
  type Section,
  type SectionName,
  type Snapshot,
  type SnapshotDocument,
  type SnapshotFile,
  sectionNames,
  UnreadableInputError,
} from "../model/snapshot.js";
import { type Platform, portablePlatform } from "../platform.js";
import type { Json } from "../util/json.js";
import { type JsonNode, JsonSyntaxError } from "../util/json-outline.js";
import { placeOfByte } from "../util/json-place.js";
import { decodeUtf8, quoteText } from "../util/utf8.js";
import { type FoundSections, findSections } from "./dump-shapes.js";
import { indexSections, type SectionIndex } from "./index-sections.js";
import { type InputText, unpackInput } from "./input-text.js";
import { describeNotJson } from "./not-json.js";
import { describeOtherJson } from "./other-json.js";
import { type DumpOutline, outlineDump } from "./outline-dump.js";
import { sectionFieldOf } from "./section-layouts.js";

export interface ReadOptions {
  /** How answers name the file; "-" is standard input, and the default. */
  readonly fileName?: string;
  /** What inflates and hashes; the portable platform when absent. */
  readonly platform?: Platform;
}

export interface SnapshotRead {
  readonly snapshot: Snapshot;
  readonly problems: readonly ReadProblem[];
}

/**
 * Reads a config dump: what lies where in the file, nothing parsed yet. Takes Envoy's /config_dump, istiod's
 * /debug/config_dump and single sections of them, in either spelling of the fields (version_info, versionInfo),
 * pretty or compact, plain or gzip; what the input is, its content tells. One pass checks all of the JSON, so that
 * a resource's `json()` cannot meet a syntax error later. `bytes` must not change afterwards.
 *
 * Sections are envoy.admin.v3.ConfigDump's. What is odd but readable is a problem and reading goes on; an input that is
 * no config dump throws UnreadableInputError, whose message is one line: what, where (0-based byte offset), what to do.
 */
export function readSnapshot(bytes: Uint8Array, options: ReadOptions = {}): SnapshotRead {
  const { fileName = "-", platform = portablePlatform } = options;
  const shownName = fileName === "-" ? "standard input" : printableName(fileName);
  const fail = (clauses: string): never => {
    throw new UnreadableInputError(`cannot read ${shownName}: ${clauses}`);
  };
  if (bytes.length === 0) return fail("it is empty; take the dump again");
  const text = unpackInput(bytes, platform);
  if (text === undefined) return fail("its gzip data is damaged or cut off; copy it or take the dump again");
  const outline = outlineText(text, fail);
  const found = findSections(outline) ?? fail(describeOtherJson(outline));
  const index = indexSections(text.bytes, shownName, found.sections);
  const missingSections = sectionNames.filter((name) => index.sections.every((section) => section.name !== name));
  const expected = missingSections.filter((name) => name !== "ecds"); // Envoy prints that one only where filters are discovered.
  return {
    snapshot: new DumpSnapshot(
      new InputFile(fileName, bytes, platform),
      new WholeText(text, outline.root, shownName),
      originOf(found, index),
      index,
      missingSections,
    ),
    problems: [
      ...found.problems,
      ...index.problems,
      ...(expected.length > 0 ? [{ code: "missing-sections", sections: expected } as const] : []),
    ],
  };
}

const printableName = (name: string): string => (/^[^\p{Cc}\p{Cf}]*$/u.test(name) ? name : quoteText(name, 200));

function outlineText({ bytes, start, inflated }: InputText, fail: (clauses: string) => never): DumpOutline {
  try {
    return outlineDump(bytes, start);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    return fail(describeSyntaxError(error, bytes, start, inflated));
  }
}

function describeSyntaxError(error: JsonSyntaxError, bytes: Uint8Array, start: number, inflated: boolean): string {
  const first = bytes.subarray(start).find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  if (first === undefined) return `it is ${inflated ? "empty once inflated" : "blank"}; take the dump again`;
  if (first !== 0x7b && first !== 0x5b) return describeNotJson(bytes.subarray(start));
  const place = placeOfByte(bytes, error.offset, start);
  const where = `byte ${error.offset}${inflated ? " of its inflated text" : ""}${place === "" ? "" : ` inside ${place}`}`;
  if (error.ended) return `JSON ends at ${where}; the file was cut off`;
  return `malformed JSON at ${where}: ${error.expected} should stand there, not ${describeByte(bytes[error.offset])}; take the dump again`;
}

function describeByte(byte = 0): string {
  const hexadecimal = `the byte 0x${byte.toString(16).padStart(2, "0")}`;
  return byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : byte === 0x20 ? "a blank" : hexadecimal;
}

/**
 * istiod prints JSON names, and of its own dump never a bootstrap nor a time, as it has sent nothing yet. (istioctl
 * prints JSON names too, of a dump that Envoy made: that one has times.)
 */
function originOf({ sections }: FoundSections, index: SectionIndex): "envoy" | "istiod" {
  if (index.saysLastUpdated || index.resources.has("bootstrap")) return "envoy";
  const spellsJsonNames = sections.some(
    ({ node, layout }) =>
      layout !== null && node.children.some(({ key }) => /[A-Z]/.test(key) && sectionFieldOf(layout, key) !== undefined),
  );
  return spellsJsonNames ? "istiod" : "envoy";
}

/** The file as given, hashed when somebody asks. */
class InputFile implements SnapshotFile {
  readonly name: string;
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #platform: Platform;
  #sha256: string | undefined;

  constructor(name: string, bytes: Uint8Array, platform: Platform) {
    this.name = name;
    this.size = bytes.length;
    this.#bytes = bytes;
    this.#platform = platform;
  }

  get sha256(): string {
    this.#sha256 ??= this.#platform.sha256(this.#bytes);
    return this.#sha256;
  }
}

/** The text is valid by now; what is left to go wrong is a text that the runtime cannot hold. */
class WholeText implements SnapshotDocument {
  readonly at = "";
  readonly #bytes: Uint8Array;
  readonly #root: JsonNode;
  readonly #shownName: string;

  constructor({ bytes }: InputText, root: JsonNode, shownName: string) {
    this.#bytes = bytes;
    this.#root = root;
    this.#shownName = shownName;
  }

  json(): Json {
    try {
      const value: Json = JSON.parse(decodeUtf8(this.#bytes, this.#root.start, this.#root.end));
      return value;
    } catch (error) {
      const reason = error instanceof Error ? error.message.split("\n", 1)[0] : "";
      throw new UnreadableInputError(`cannot read ${this.#shownName}: it can't be parsed as a whole (${reason}); ask with --decoded`);
    }
  }
}

class DumpSnapshot implements Snapshot {
  readonly file: SnapshotFile;
  readonly documents: readonly SnapshotDocument[];
  readonly origin: "envoy" | "istiod";
  readonly sections: readonly Section[];
  readonly missingSections: readonly SectionName[];
  readonly unknownSections: Snapshot["unknownSections"];
  readonly endpointsFrom = null;
  readonly #resources: SectionIndex["resources"];

  constructor(
    file: SnapshotFile,
    document: SnapshotDocument,
    origin: "envoy" | "istiod",
    index: SectionIndex,
    missingSections: readonly SectionName[],
  ) {
    this.file = file;
    this.documents = [document];
    this.origin = origin;
    this.sections = index.sections;
    this.missingSections = missingSections;
    this.unknownSections = index.unknownSections;
    this.#resources = index.resources;
  }

  resources(kind: ResourceKind): readonly Resource[] {
    return this.#resources.get(kind) ?? [];
  }
}
