import { UnreadableInputError } from "../model/snapshot.js";
import type { Platform } from "../platform.js";
import { type ByteSource, headOf, sourceOf, wholeOf } from "../util/byte-source.js";
import { isTar, readTar } from "../util/tar.js";
import { type FoundParts, findParts } from "./dump-shapes.js";
import { wellFormed } from "./dump-text.js";
import { type DocumentNames, type OpenDocument, openDocument, printableName } from "./open-document.js";
import { describeOtherJson } from "./other-json.js";
import { unpackInput } from "./unpack-input.js";

/** A file as given. */
export interface InputFile {
  /** Its bytes, or where they can be read from; they must not change afterwards. */
  readonly bytes: Uint8Array | ByteSource;
  /** How answers name it; "-" is standard input. */
  readonly fileName: string;
}

/** A document that holds a dump, or a part of one. */
export interface DumpDocument {
  readonly document: OpenDocument;
  readonly parts: FoundParts;
}

/** An archive's entry that is a dump, or that ought to be one. */
export interface ArchiveEntry {
  readonly name: string;
  /** `namespace/pod` where the entry's folders are those of an istioctl bug report; else null. */
  readonly pod: string | null;
  /** Null where it can't be read; then `refusal` says why, in one line. */
  readonly dump: DumpDocument | null;
  readonly refusal: string | null;
}

/** What a file is: a dump, or an archive of dumps. */
export type OpenInput =
  | { readonly kind: "dump"; readonly dump: DumpDocument }
  | { readonly kind: "archive"; readonly entries: readonly ArchiveEntry[]; readonly others: number; readonly damaged: boolean };

/** How messages call a file. */
export const shownName = (fileName: string): string => (fileName === "-" ? "standard input" : printableName(fileName));

/**
 * Opens a file: what packs it is taken off, an archive's entries are looked at one by one.
 *
 * @param at what pointers into it begin with
 * @throws UnreadableInputError for a file that is neither a dump nor an archive of dumps
 */
export function openInput({ bytes, fileName }: InputFile, at: string, platform: Platform): OpenInput {
  const shown = shownName(fileName);
  const source = sourceOf(bytes);
  if (source.size === 0) throw new UnreadableInputError(`cannot read ${shown}: it is empty; take the dump again`);
  const unpacked = unpackInput(source, platform);
  if ("refusal" in unpacked) throw new UnreadableInputError(`cannot read ${shown}: ${unpacked.refusal}`);
  if (isTar(headOf(unpacked.source))) return openArchive(wholeOf(unpacked.source), shown, at, platform);
  return { kind: "dump", dump: openDump(unpacked.source, { shown, at }, unpacked.packed) };
}

function openDump(source: ByteSource, names: DocumentNames, packed: boolean): DumpDocument {
  const document = openDocument(source, names, packed);
  const parts = wellFormed(document.outline.text, () => findParts(document.outline));
  if (parts === undefined)
    throw new UnreadableInputError(`cannot read ${names.shown}: ${describeOtherJson(document.outline, document.format)}`);
  return { document, parts };
}

function openArchive(bytes: Uint8Array, shown: string, at: string, platform: Platform): OpenInput {
  const { entries, damaged } = readTar(bytes);
  const opened = entries.map((entry) => openEntry(entry.name, entry.bytes, `${shown}, entry ${printableName(entry.name)}`, at, platform));
  const dumps = opened.filter((entry) => entry !== undefined);
  return { kind: "archive", entries: dumps, others: opened.length - dumps.length, damaged };
}

/** An entry of an archive, or a file of a folder; undefined for one that is no dump and is not called one. */
export function openEntry(
  name: string,
  bytes: Uint8Array | ByteSource,
  shown: string,
  at: string,
  platform: Platform,
): ArchiveEntry | undefined {
  const pod = podOf(name);
  const refused = (refusal: string): ArchiveEntry | undefined =>
    isCalledDump(name) ? { name, pod, dump: null, refusal: `cannot read ${shown}: ${refusal}` } : undefined;
  const source = sourceOf(bytes);
  if (source.size === 0) return refused("it is empty");
  const unpacked = unpackInput(source, platform);
  if ("refusal" in unpacked) return refused(unpacked.refusal);
  try {
    const dump = openDump(unpacked.source, { shown, at }, unpacked.packed);
    // A proxy's /clusters stands beside its dump.
    return dump.parts.clusterStatuses === undefined ? { name, pod, dump, refusal: null } : undefined;
  } catch (error) {
    if (!(error instanceof UnreadableInputError)) throw error;
    return isCalledDump(name) ? { name, pod, dump: null, refusal: error.message } : undefined;
  }
}

const isCalledDump = (name: string): boolean => /config_?-?dump/i.test(name.slice(name.lastIndexOf("/") + 1));

/** `istioctl bug-report` keeps what it asks a proxy for under proxies/NAMESPACE/POD/. */
function podOf(name: string): string | null {
  const [, namespace, pod] = /(?:^|\/)proxies\/([^/]+)\/([^/]+)\//.exec(name) ?? [];
  return namespace === undefined || pod === undefined ? null : `${namespace}/${pod}`;
}
