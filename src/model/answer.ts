import { version } from "../generated/version.js";
import type { SnapshotFile } from "./snapshot.js";

/** What every JSON answer begins with, so that it stands alone. */
export interface AnswerHead<Kind extends string> {
  readonly schemaVersion: 1;
  readonly kind: Kind;
  readonly xdsight: string;
}

export const answerHead = <const Kind extends string>(kind: Kind): AnswerHead<Kind> => ({ schemaVersion: 1, kind, xdsight: version });

/** A file in words: an archive's with the entry that was read. */
export const fileInWords = ({ name, entry }: SnapshotFile): string =>
  `${name === "-" ? "standard input" : name}${entry === undefined ? "" : `, entry ${entry}`}`;

/** A file as an answer names it. */
export const fileOf = ({ name, size, sha256, entry, with: others }: SnapshotFile): SnapshotFile => ({
  name,
  size,
  sha256,
  ...(entry === undefined ? {} : { entry }),
  ...(others === undefined ? {} : { with: others.map(fileOf) }),
});
