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

/** A file as an answer names it. Its hash is made when somebody looks at it: text does not show it, and it takes reading all of the file. */
export const fileOf = (file: SnapshotFile): SnapshotFile => ({
  name: file.name,
  size: file.size,
  get sha256() {
    return file.sha256;
  },
  ...(file.entry === undefined ? {} : { entry: file.entry }),
  ...(file.with === undefined ? {} : { with: file.with.map(fileOf) }),
});
