import { kindNames, kindOfWord, kindWords, nearestNames, type ResourceKind, UsageError } from "../index.js";

/** The kind that a word on the command line names. */
export function parseKind(word: string): ResourceKind {
  const kind = kindOfWord(word);
  if (kind !== undefined) return kind;
  const [nearest] = nearestNames(word, kindWords);
  throw new UsageError(
    `'${word}' is no kind of resource${nearest === undefined ? "" : ` (did you mean ${nearest}?)`}; there are ${kindNames.join(", ")}`,
  );
}
