import { unescapeString } from "./json-outline.js";
import { quoteText } from "./utf8.js";

/** How many steps of a place are spelled out at each end; hostile files nest deeper than anybody reads. */
const shownSteps = 8;

/**
 * The innermost place around a byte of a JSON text that is valid up to there, as a person writes it: `configs[1].bootstrap`;
 * "" at the top. A member counts from the end of its key to the end of its value (of a number: to the comma).
 * One loop over the text before the byte: for messages, not for hot paths.
 */
export function placeOfByte(bytes: Uint8Array, offset: number, start = 0): string {
  const containers: { readonly isObject: boolean; index: number; keyStart: number; keyEnd: number; awaitsKey: boolean }[] = [];
  for (let position = start; position < offset; position++) {
    const current = containers.at(-1);
    switch (bytes[position]) {
      case 0x22: {
        const end = endOfString(bytes, position, offset);
        if (current !== undefined && end !== undefined) {
          current.keyStart = position;
          current.keyEnd = current.awaitsKey ? end : 0;
          current.awaitsKey = false;
        }
        position = (end ?? offset) - 1;
        break;
      }
      case 0x7b:
        containers.push({ isObject: true, index: 0, keyStart: 0, keyEnd: 0, awaitsKey: true });
        break;
      case 0x5b:
        containers.push({ isObject: false, index: 0, keyStart: 0, keyEnd: 0, awaitsKey: false });
        break;
      case 0x7d:
      case 0x5d: {
        containers.pop();
        const parent = containers.at(-1);
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
  }
  const steps = containers.filter(({ isObject, keyEnd }) => !isObject || keyEnd > 0);
  const spell = (from: number, to?: number): string =>
    steps
      .slice(from, to)
      .map(({ isObject, index, keyStart, keyEnd }) => (isObject ? spellKey(unescapeString(bytes, keyStart, keyEnd)) : `[${index}]`))
      .join("");
  const place = steps.length > 2 * shownSteps ? `${spell(0, shownSteps)}…${spell(-shownSteps)}` : spell(0);
  return place.startsWith(".") ? place.slice(1) : place;
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
