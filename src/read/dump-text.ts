import { UnreadableInputError } from "../model/snapshot.js";
import type { ByteSource } from "../util/byte-source.js";
import type { Json } from "../util/json.js";
import { endOfJson, JsonSyntaxError } from "../util/json-error.js";
import { decodeUtf8 } from "../util/utf8.js";

/** The JSON text of a file, nothing parsed yet, and how messages speak of it. */
export interface DumpText {
  readonly source: ByteSource;
  /** Where it begins: behind a byte-order mark, or a terminal's words. */
  readonly start: number;
  /** How messages call the file. */
  readonly shown: string;
  /** What byte offsets are those of, where not the file's: " of its inflated text". */
  readonly ofWhat: string;
}

/**
 * Parses the value in a range of the text. What stands in a value is looked at for the first time here.
 *
 * @param what the value in a message, for one that the runtime can't hold
 * @throws UnreadableInputError, with the first place in the file where it is malformed
 */
export function parseWithin(text: DumpText, { start, end }: { readonly start: number; readonly end: number }, what: string): Json {
  try {
    const value: Json = JSON.parse(decodeUtf8(text.source.read(start, end)));
    return value;
  } catch (error) {
    checkText(text);
    const reason = error instanceof Error ? error.message.split("\n", 1)[0] : "";
    throw new UnreadableInputError(`cannot read ${text.shown}: ${what} cannot be parsed (${reason})`);
  }
}

/** Goes over all of the text, byte by byte. Throws UnreadableInputError where it is malformed. */
function checkText(text: DumpText): void {
  wellFormed(text, () => endOfJson(text.source, text.start));
}

/** What `look` finds in the text. Throws UnreadableInputError in place of JsonSyntaxError. */
export function wellFormed<Found>(text: DumpText, look: () => Found): Found {
  try {
    return look();
  } catch (error) {
    throw error instanceof JsonSyntaxError ? malformedError(text, error) : error;
  }
}

/** The one line for a text that is malformed. */
function malformedError({ source, shown, ofWhat }: DumpText, { offset, place, ended, expected }: JsonSyntaxError): UnreadableInputError {
  const where = `byte ${offset}${ofWhat}${place === "" ? "" : ` inside ${place}`}`;
  return new UnreadableInputError(
    ended
      ? `cannot read ${shown}: JSON ends at ${where}; the file was cut off`
      : `cannot read ${shown}: malformed JSON at ${where}: ${expected} should stand there, not ${describeByte(source.read(offset, offset + 1)[0])}; take the dump again`,
  );
}

function describeByte(byte = 0): string {
  const hexadecimal = `the byte 0x${byte.toString(16).padStart(2, "0")}`;
  return byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : byte === 0x20 ? "a blank" : hexadecimal;
}
