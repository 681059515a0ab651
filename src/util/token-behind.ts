import { closeBrace, closeBracket, colon, comma, openBrace, openBracket, quote } from "./json-marks.js";

/** No value can begin at a token. */
export const noValue = -1;

/** A value goes on behind the last of the tokens. */
export const goesOn = -2;

/**
 * The token behind the value that begins at a token; `noValue` or `goesOn` where there is none.
 *
 * @param offsets where the tokens lie in the text, `count` of them: those of the scanner, down to a depth
 */
export function tokenBehind(text: Uint8Array, offsets: Uint32Array, count: number, token: number): number {
  const byte = text[offsets[token] ?? 0];
  if (byte === quote) return token + 2;
  if (byte === comma || byte === colon || byte === closeBrace || byte === closeBracket) return noValue;
  if (byte !== openBrace && byte !== openBracket) return token + 1;
  let depth = 1;
  for (let next = token + 1; next < count; next++) {
    const mark = text[offsets[next] ?? 0];
    if (mark === openBrace || mark === openBracket) depth++;
    else if (mark === closeBrace || mark === closeBracket) {
      depth--;
      if (depth === 0) return next + 1;
    }
  }
  return goesOn;
}
