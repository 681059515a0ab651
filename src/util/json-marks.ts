/** The bytes that JSON text is marked up with. */
export const quote = 0x22;
export const backslash = 0x5c;
export const comma = 0x2c;
export const colon = 0x3a;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;
export const openBracket = 0x5b;
export const closeBracket = 0x5d;

/** Does JSON allow the byte between tokens? */
export const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** The first byte from `start` on that is no blank, or the end of the bytes. */
export function endOfBlanks(bytes: Uint8Array, start: number): number {
  let position = start;
  while (isBlank(bytes[position])) position++;
  return position;
}
