import type { AnswerHead } from "../model/answer.js";

/** The kinds of what is removed, in the order in which reports list them. */
export const removalKinds = [
  "sensitive-field",
  "private-key",
  "credential-header",
  "credential-field",
  "key-set",
  "extension-code",
  "extension-configuration",
  "node-metadata",
  "token",
  "cloud-key",
  "password",
  "connection-string",
  "high-entropy",
  "long-text",
] as const;
export type RemovalKind = (typeof removalKinds)[number];

/** One kind of what was removed from one file, or is to be: where it stands, never what it was. */
export interface Removal {
  readonly kind: RemovalKind;
  /**
   * JSON pointers, behind the entry's name in an archive (`proxies/default/productpage/config_dump.json#/configs/0`); "" for text
   * that is no JSON.
   */
  readonly at: readonly string[];
}

export interface RedactedFileReport {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly removed: readonly Removal[];
  /** Entries of the archive that are no text: they were not passed on. */
  readonly leftOut: readonly string[];
}

/** What `redact` did to its files, or, with `check`, what it would do. */
export interface Redaction extends AnswerHead<"redaction"> {
  readonly check: boolean;
  readonly pseudonyms: boolean;
  readonly keepsCode: boolean;
  readonly files: readonly RedactedFileReport[];
}

/** What pseudonyms stand for: the owner's way back. */
export interface RedactionMap extends AnswerHead<"redaction-map"> {
  /** Words in lower case, by their pseudonyms. */
  readonly words: Readonly<Record<string, string>>;
  readonly addresses: Readonly<Record<string, string>>;
}
