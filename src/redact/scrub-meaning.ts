import type { Rewritten } from "./reading.js";
import type { Form, Meaning } from "./readings.js";
import type { RemovalKind } from "./redaction.js";
import { escapeForPattern, shortestCredential, type TextScrubber } from "./scrub-text.js";
import { luaCalls } from "./secret-fields.js";

/**
 * Longer texts go as a whole: nothing that decides about traffic is so long, and looking for secrets in one takes a time and a stack
 * that grow with it.
 */
export const longestText = 1 << 18;

/** Takes out of a text what is secret in it, as its place tells. */
export function scrubMeaning(scrubber: TextScrubber, text: string, { secret, kind, form, trust }: Meaning): Rewritten | null {
  if (text.length > longestText && secret !== "code") return hideWhole(scrubber, text, "long-text", form);
  if (secret === "none") {
    if (form === "bytes") return scrubber.bytes(text);
    const found = scrubber.text(text, trust);
    return found === null || form !== "pattern" ? found : { ...found, text: escapeTags(found.text) };
  }
  if (secret === "code" && form !== "bytes") return scrubber.code(text, luaCalls);
  if (form === "bytes") return hideWhole(scrubber, text, kind, form);
  if (secret === "header" && isPart(form) && text.length < shortestCredential) return null;
  if (secret === "header") return form === "pattern" ? scrubber.headerPattern(text, kind) : scrubber.headerValue(text, kind);
  return hideWhole(scrubber, text, kind, form);
}

function hideWhole(scrubber: TextScrubber, text: string, kind: RemovalKind, form: Form): Rewritten | null {
  if (form === "bytes") return scrubber.wholeBytes(text, kind);
  const found = scrubber.whole(text, kind);
  return found === null || form !== "pattern" ? found : { ...found, text: escapeForPattern(found.text) };
}

const isPart = (form: Form): boolean => form === "start" || form === "end" || form === "within";

/** Within a regular expression a tag is literal text. */
const escapeTags = (pattern: string): string => pattern.replace(/(?<!\\)\[redacted-(\d+)\]/g, "\\[redacted-$1\\]");
