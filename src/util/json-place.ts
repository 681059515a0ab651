import { unescapeString } from "./json-outline.js";
import { encodeUtf8, quoteText } from "./utf8.js";

/** How many steps of a place are spelled out at each end; hostile files nest deeper than anybody reads. */
const shownSteps = 8;

/** A container around the byte, as far as it was gone through. */
interface Level {
  isObject: boolean;
  index: number;
  keyStart: number;
  keyEnd: number;
  awaitsKey: boolean;
}

/**
 * The innermost place around a byte of a JSON text that is valid up to there, as a person writes it: `configs[1].bootstrap`;
 * "" at the top. A member counts from the end of its key to the end of its value (of a number: to the comma).
 * Two loops over the text before the byte: for messages, not for hot paths.
 */
export function placeOfByte(bytes: Uint8Array, offset: number, start = 0): string {
  const depth = depthOf(bytes, offset, start);
  // A hostile text has as many levels as bytes: only those that are spelled out are kept.
  const isShown = (level: number): boolean => depth <= 2 * shownSteps || level < shownSteps || level >= depth - shownSteps;
  const levels = new Map<number, Level>();
  let level = -1;
  walkMarks(bytes, offset, start, (mark, position, end) => {
    const current = levels.get(level);
    switch (mark) {
      case 0x22:
        if (current !== undefined && end !== undefined) {
          current.keyStart = position;
          current.keyEnd = current.awaitsKey ? end : 0;
          current.awaitsKey = false;
        }
        break;
      case 0x7b:
      case 0x5b: {
        level++;
        const isObject = mark === 0x7b;
        if (isShown(level)) levels.set(level, { isObject, index: 0, keyStart: 0, keyEnd: 0, awaitsKey: isObject });
        break;
      }
      case 0x7d:
      case 0x5d: {
        level--;
        const parent = levels.get(level);
        if (parent !== undefined) parent.keyEnd = 0;
        break;
      }
      case 0x2c:
        if (current !== undefined) {
          current.index++;
          current.keyEnd = 0;
          current.awaitsKey = current.isObject;
        }
        break;
    }
  });
  const spell = (from: number, to: number): string =>
    Array.from({ length: Math.max(0, to - from) }, (_, index) => levels.get(from + index))
      .filter((found) => found !== undefined)
      .filter(({ isObject, keyEnd }) => !isObject || keyEnd > 0)
      .map(({ isObject, index, keyStart, keyEnd }) => (isObject ? spellKey(unescapeString(bytes, keyStart, keyEnd)) : `[${index}]`))
      .join("");
  const place = depth > 2 * shownSteps ? `${spell(0, shownSteps)}…${spell(depth - shownSteps, depth)}` : spell(0, depth);
  return place.startsWith(".") ? place.slice(1) : place;
}

/** How many containers are open around the byte. */
function depthOf(bytes: Uint8Array, offset: number, start: number): number {
  let depth = 0;
  walkMarks(bytes, offset, start, (mark) => {
    if (mark === 0x7b || mark === 0x5b) depth++;
    else if (mark === 0x7d || mark === 0x5d) depth--;
  });
  return depth;
}

/** For every byte: 1 where it opens or closes something, or parts it. */
const isMark = new Uint8Array(256);
for (const mark of encodeUtf8('"{}[],')) isMark[mark] = 1;

/** Calls for every mark outside of texts, and for every text: where it begins, and behind it unless the byte comes before. */
function walkMarks(
  bytes: Uint8Array,
  offset: number,
  start: number,
  visit: (mark: number, position: number, end: number | undefined) => void,
): void {
  for (let position = start; position < offset; position++) {
    const mark = bytes[position] ?? 0;
    if (isMark[mark] !== 1) continue;
    const end = mark === 0x22 ? endOfString(bytes, position, offset) : undefined;
    visit(mark, position, end);
    if (mark === 0x22) position = (end ?? offset) - 1;
  }
}

const spellKey = (key: string): string => (/^[\w@-]{1,60}$/.test(key) ? `.${key}` : `[${quoteText(key, 60)}]`);

/** The offset behind the closing quote; undefined when it does not come before `limit`. */
function endOfString(bytes: Uint8Array, start: number, limit: number): number | undefined {
  for (let position = start + 1; position < limit; position++) {
    if (bytes[position] === 0x5c) position++;
    else if (bytes[position] === 0x22) return position + 1;
  }
  return undefined;
}
