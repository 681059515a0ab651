import { UsageError } from "../index.js";
import type { Io } from "./io.js";

/** A rendered answer about one of several dumps. */
export interface EntryText {
  /** Its entry in the archive or folder; null where it is the only one. */
  readonly entry: string | null;
  readonly text: string;
}

/**
 * Prints answers about all dumps of an archive, each under its entry's name; an only one as it is. JSON answers become a list,
 * YAML answers documents, and NDJSON lines follow each other.
 */
export async function printEach(io: Io, texts: readonly EntryText[], format: string): Promise<void> {
  const [first] = texts;
  await io.out(first !== undefined && first.entry === null ? first.text : joined(texts, format));
}

function joined(texts: readonly EntryText[], format: string): string {
  switch (format) {
    case "json":
      return `[${texts.map(({ text }) => text.trimEnd()).join(",\n")}]\n`;
    case "ndjson":
      return texts.map(({ text }) => text).join("");
    case "yaml":
      return texts.map(({ text }) => text).join("---\n");
    case "markdown":
      return texts.map(({ entry, text }) => `## ${entry}\n\n${text}`).join("\n");
    case "junit":
      throw new UsageError("-o junit takes one dump; choose it with --entry");
    default:
      return texts.map(({ entry, text }) => `== ${entry} ==\n${text}`).join("\n");
  }
}
