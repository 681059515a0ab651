import { type ReadProblem, UnreadableInputError } from "../model/snapshot.js";
import { UsageError } from "../model/usage-error.js";
import { type Platform, portablePlatform } from "../platform.js";
import { countOf, nearestNames } from "../util/text.js";
import { assembleSnapshot, type FurtherFiles, openFurther, type SnapshotRead } from "./assemble-snapshot.js";
import { hashOf } from "./given-file.js";
import { type ArchiveEntry, type InputFile, openEntry, openInput, shownName } from "./open-input.js";

/** A dump in a file: the file itself, or one of an archive's or a folder's. */
export interface FoundDump {
  /** Its name within the archive or folder; "" where the file is no archive. */
  readonly entry: string;
  /** `namespace/pod`, by the folders of an istioctl bug report. */
  readonly pod: string | null;
  /** Why it can't be read, in one line; null where it can. */
  readonly refusal: string | null;
  /** Throws UnreadableInputError where it can't be read. */
  read(further?: FurtherFiles): SnapshotRead;
}

/** The dumps in a file or a folder. */
export interface FoundDumps {
  /** Is it an archive or a folder? Then it may hold any number of dumps; else it is one. */
  readonly isArchive: boolean;
  /** In the order of the archive, unreadable ones that are called dumps included. */
  readonly dumps: readonly FoundDump[];
  /** How many files in it are no dumps. */
  readonly others: number;
}

/** A file of a folder: its name within the folder, and by which answers name it. */
export interface FolderFile extends InputFile {
  readonly entry: string;
}

/**
 * The dumps in a file: of a tar archive, plain or packed, all in it; of any other file, that file.
 *
 * @throws UnreadableInputError for what is neither a dump nor an archive
 */
export function findDumps(file: InputFile, platform: Platform = portablePlatform): FoundDumps {
  const input = openInput(file, "", platform);
  const hash = hashOf(file, platform);
  if (input.kind === "dump") {
    const read = (further: FurtherFiles = {}) =>
      assembleSnapshot({ given: file, hash, dump: input.dump, problems: [] }, openFurther(further, platform));
    return { isArchive: false, dumps: [{ entry: "", pod: null, refusal: null, read }], others: 0 };
  }
  const problems: readonly ReadProblem[] = input.damaged ? [{ code: "damaged-archive" }] : [];
  const dumps = input.entries.map((entry) => archivedDump(entry, file, hash, entry.name, problems, platform));
  return { isArchive: true, dumps, others: input.others };
}

/** The dumps among the files of a folder. */
export function findDumpsInFolder(files: readonly FolderFile[], platform: Platform = portablePlatform): FoundDumps {
  const dumps = files.flatMap((file) => {
    const opened = openEntry(file.entry, file.bytes, shownName(file.fileName), "", platform);
    return opened === undefined ? [] : [archivedDump(opened, file, hashOf(file, platform), undefined, [], platform)];
  });
  return { isArchive: true, dumps, others: files.length - dumps.length };
}

function archivedDump(
  { name, pod, dump, refusal }: ArchiveEntry,
  given: InputFile,
  hash: () => string,
  entry: string | undefined,
  problems: readonly ReadProblem[],
  platform: Platform,
): FoundDump {
  return {
    entry: name,
    pod,
    refusal,
    read: (further = {}) => {
      if (dump === null) throw new UnreadableInputError(refusal ?? `cannot read ${name}`);
      return assembleSnapshot({ given, hash, ...(entry === undefined ? {} : { entry }), dump, problems }, openFurther(further, platform));
    },
  };
}

/** How many entries a message names. */
const namedEntries = 5;

/**
 * The dump of that name: its whole name, its pod, or the end of either behind a slash; without a name the only one.
 *
 * @param fileName the archive's or folder's name
 * @throws UsageError for a name that no dump or several have, UnreadableInputError where there is none or none is chosen
 */
export function chooseDump({ isArchive, dumps, others }: FoundDumps, fileName: string, wanted: string | undefined): FoundDump {
  const shown = shownName(fileName);
  if (!isArchive && wanted !== undefined) throw new UsageError(`${shown} is no archive; leave --entry out`);
  const names = dumps.map(({ entry, pod }) => pod ?? entry);
  const shownNames = `${names.slice(0, namedEntries).join(", ")}${names.length > namedEntries ? ` and ${names.length - namedEntries} more` : ""}`;
  if (dumps[0] === undefined) {
    throw new UnreadableInputError(
      `cannot read ${shown}: it holds no config dump (${countOf(others, "other file")}); take a dump with /config_dump?include_eds`,
    );
  }
  if (wanted === undefined) {
    if (dumps.length === 1) return dumps[0];
    throw new UnreadableInputError(`${shown} holds ${dumps.length} config dumps: ${shownNames}; choose one with --entry`);
  }
  const [chosen, second] = dumpsNamed(dumps, wanted);
  if (second !== undefined) throw new UsageError(`--entry ${wanted} stands for ${chosen?.entry} and ${second.entry}; give the whole name`);
  if (chosen !== undefined) return chosen;
  const [nearest] = nearestNames(
    wanted,
    dumps.flatMap(({ entry, pod }) => (pod === null ? [entry] : [pod, entry])),
  );
  throw new UsageError(
    `${shown} holds no config dump named ${wanted}; ${nearest === undefined ? `it holds ${shownNames}` : `did you mean ${nearest}?`}`,
  );
}

function dumpsNamed(dumps: readonly FoundDump[], wanted: string): readonly FoundDump[] {
  const claims: readonly ((dump: FoundDump) => boolean)[] = [
    ({ entry }) => entry === wanted,
    ({ pod }) => pod === wanted,
    ({ entry, pod }) => entry.endsWith(`/${wanted}`) || pod?.endsWith(`/${wanted}`) === true,
  ];
  return claims.map((claim) => dumps.filter(claim)).find((found) => found.length > 0) ?? [];
}
