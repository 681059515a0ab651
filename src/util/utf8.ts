const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** The text of a range of UTF-8 bytes; bytes that are not UTF-8 become U+FFFD, one by one. */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return decoder.decode(bytes.subarray(start, end));
}

/** The UTF-8 bytes of a text. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * A piece of foreign text in double quotes, fit for one line on a terminal: whatever is not printable ASCII is escaped,
 * and what is longer than `most` characters is cut off with an ellipsis.
 */
export function quoteText(text: string, most = 40): string {
  const shown = text.length > most ? `${text.slice(0, most)}…` : text;
  return JSON.stringify(shown).replace(/[^\x20-\x7e…]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
