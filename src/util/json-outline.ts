import { type ByteSource, sourceUpTo } from "./byte-source.js";
import { endOfJson, JsonSyntaxError, unescapeString } from "./json-error.js";
import { backslash, closeBrace, closeBracket, colon, comma, endOfBlanks, isBlank, openBrace, openBracket, quote } from "./json-marks.js";
import { type RowShape, type RowTable, readRows } from "./json-rows.js";
import { longestKey } from "./json-scanner.js";
import { JsonTokens, noToken } from "./json-tokens.js";
import { standsAt } from "./stands-at.js";
import { decodeUtf8, encodeUtf8 } from "./utf8.js";

/** Where a JSON value stands: its bytes are [start, end). */
export interface JsonNode {
  /** The key of a member, unescaped; "" for an element and for the root. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** Its first byte, which tells its kind. */
  readonly first: number;
  /** The text of a string whose opening keeps it; null for anything else, and for a string that is long or has escapes. */
  readonly text: string | null;
  /** The members that were kept (of equal keys only the last, as JSON.parse has it), or the elements; in the order of the text. */
  readonly children: readonly JsonNode[];
}

/** A key whose member is kept: its bytes in the text, in quotes and without escapes, and how its value is opened. */
interface KnownKey {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly opening: Opening;
}

/** What to keep of a value as nodes of their own. Everything else is passed over. */
export class Opening {
  readonly keys: readonly KnownKey[];
  /** The same by the length of their bytes. */
  readonly keysOfLength: readonly (readonly KnownKey[] | undefined)[];
  readonly others: Opening | null;
  readonly elements: Opening | null;
  /** What the elements of an array are as a rule, where they are to be kept as rows of a table. */
  readonly rows: RowShape | null;
  /** Is the text of a string kept, so that it need not be read again? */
  readonly keepsText: boolean;
  /** How many levels below the value are looked at. */
  readonly levels: number;
  readonly opensObjects: boolean;
  /** Are a few members all that is kept of an object, and nothing of what is in them? */
  readonly keepsFew: boolean;

  /**
   * `members`: how to open the members under these keys; `others`: how to open the members under any other key (absent: they
   * are not kept); `elements`: how to open the elements of an array (absent: they are not kept), and `rows`: in a table; `text`: is the text of a string kept?
   */
  constructor(
    keep: {
      readonly members?: ReadonlyMap<string, Opening>;
      readonly others?: Opening;
      readonly elements?: Opening;
      readonly rows?: RowShape;
      readonly text?: boolean;
    } = {},
  ) {
    this.keys = [...(keep.members ?? [])].map(([key, opening]) => ({ key, bytes: encodeUtf8(`"${key}"`), opening }));
    this.others = keep.others ?? null;
    this.elements = keep.elements ?? null;
    this.rows = keep.rows ?? null;
    this.keepsText = keep.text ?? false;
    const below = [...this.keys.map(({ opening }) => opening), this.others, this.elements].flatMap((opening) => opening?.levels ?? []);
    this.levels = below.length === 0 ? 0 : 1 + Math.max(...below);
    this.opensObjects = this.others !== null || this.keys.length > 0;
    this.keepsFew = this.others === null && this.keys.every(({ bytes, opening }) => opening.levels === 0 && bytes.length <= longestKey);
    const keysOfLength: KnownKey[][] = [];
    for (const key of this.keys) {
      const sameLength = keysOfLength[key.bytes.length];
      if (sameLength === undefined) keysOfLength[key.bytes.length] = [key];
      else sameLength.push(key);
    }
    this.keysOfLength = keysOfLength;
  }

  /** The keys of the openings a number of levels below, which keep a few members each. */
  keysBelow(levels: number): readonly Uint8Array[] {
    if (levels === 0) return this.keepsFew ? this.keys.map(({ bytes }) => bytes) : [];
    const inner = [...this.keys.map(({ opening }) => opening), this.others, this.elements];
    return [...new Set(inner)].flatMap((opening) => opening?.keysBelow(levels - 1) ?? []);
  }
}

/** Keeps the value itself and nothing of what is in it. */
export const leaf = new Opening();

/** Keeps the value itself and, of a string, its text. */
export const leafText = new Opening({ text: true });

/**
 * Says where the values lie that `opening` asks for, in the JSON value that begins at `start` (blanks may precede it), whatever follows
 * it. One pass. What stands around those values is checked; what is in them is not: the text may be no JSON there, which JSON.parse of a
 * value will tell. Nesting costs no stack, save for the levels that `opening` opens. Throws JsonSyntaxError, for the first byte of the
 * text that does not fit.
 *
 * @param levels how many levels are gone over token by token. Of objects one level below, of which `opening` keeps a few members, only
 * these are looked at; the children of all others below are found when somebody asks for them, which throws too.
 */
export function outlineJson(source: ByteSource, opening: Opening, start = 0, levels = opening.levels): JsonNode {
  return new Outliner(source, opening, start, Math.min(levels, opening.levels)).root(opening);
}

/** What kind of value begins with this byte of a valid JSON text. */
export function jsonKind(first: number | undefined): "object" | "array" | "string" | "number" | "boolean" | "null" {
  switch (first) {
    case openBrace:
      return "object";
    case openBracket:
      return "array";
    case quote:
      return "string";
    case 0x74:
    case 0x66:
      return "boolean";
    case 0x6e:
      return "null";
    default:
      return "number";
  }
}

const noChildren: readonly JsonNode[] = [];

/** Of the first byte of a token: is it none of JSON's marks? */
const isScalar = (byte: number): boolean =>
  byte !== noToken &&
  byte !== quote &&
  byte !== comma &&
  byte !== colon &&
  byte !== openBrace &&
  byte !== closeBrace &&
  byte !== openBracket &&
  byte !== closeBracket;

/** A number or a word, as JSON has them. */
const scalar = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** A value whose children are found when somebody asks for them. */
class LateNode implements JsonNode {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly first: number;
  readonly text = null;
  readonly #find: (node: JsonNode) => readonly JsonNode[];
  #children: readonly JsonNode[] | undefined;

  constructor(key: string, start: number, end: number, first: number, find: (node: JsonNode) => readonly JsonNode[]) {
    this.key = key;
    this.start = start;
    this.end = end;
    this.first = first;
    this.#find = find;
  }

  get children(): readonly JsonNode[] {
    this.#children ??= this.#find(this);
    return this.#children;
  }
}

/** A list whose elements are kept as rows of a table; they are nodes for those who ask. */
export class RowsNode extends LateNode {
  readonly rows: RowTable;
  readonly #element: (start: number) => JsonNode;

  constructor(
    key: string,
    start: number,
    rows: RowTable,
    find: (node: JsonNode) => readonly JsonNode[],
    element: (start: number) => JsonNode,
  ) {
    super(key, start, rows.end, openBracket, find);
    this.rows = rows;
    this.#element = element;
  }

  /** An element by itself. */
  element(row: number): JsonNode {
    return this.#element(this.rows.start(row));
  }
}

class Outliner {
  readonly #source: ByteSource;
  readonly #start: number;
  readonly #tokens: JsonTokens;
  readonly #levels: number;
  /** How many values are being gone over. */
  #depth = 0;

  constructor(source: ByteSource, opening: Opening, start: number, levels: number) {
    this.#source = source;
    this.#start = start;
    this.#levels = levels;
    this.#tokens = new JsonTokens(source, start, levels, levels < opening.levels ? opening.keysBelow(levels) : []);
  }

  root(opening: Opening): JsonNode {
    const { position: start, byte: first } = this.#tokens;
    // Of a number or word by itself only its bytes tell where it ends: anything may follow.
    if (isScalar(first)) return { key: "", start, end: endOfJson(this.#source, start), first, text: null, children: noChildren };
    const node = this.node("", opening);
    if (this.#tokens.isBroken) endOfJson(this.#source, this.#start); // Or else it is what follows that is broken.
    return node;
  }

  /** The value that begins at the current token; the one behind it is current afterwards. */
  node(key: string, opening: Opening): JsonNode {
    const { position: start, byte: first } = this.#tokens;
    if (first === openBracket && opening.rows !== null) return this.#rowsNode(key, start, opening, opening.rows);
    if (first === openBrace ? opening.opensObjects : first === openBracket && opening.elements !== null) {
      if (this.#depth < this.#levels) {
        this.#depth++;
        const children = first === openBrace ? this.#members(opening) : this.#elements(opening.elements ?? leaf);
        this.#depth--;
        return { key, start, end: this.#leave(), first, text: null, children };
      }
      if (first === openBrace && opening.keepsFew) {
        const children = this.#fewMembers(opening);
        return { key, start, end: this.#leave(), first, text: null, children };
      }
      return new LateNode(key, start, this.#passOver(), first, ({ end }) => this.#later(end, opening, start).children);
    }
    if (first === quote && opening.keepsText) return this.#textNode(key, start);
    const end = this.#passOver();
    return { key, start, end: isScalar(first) ? this.#endOfScalar(start) : end, first, text: null, children: noChildren };
  }

  #rowsNode(key: string, start: number, opening: Opening, shape: RowShape): JsonNode {
    const wasBroken = this.#tokens.isBroken;
    const found = readRows(this.#source, start, shape);
    if (found === undefined) return this.#fail();
    const around = this.#depth;
    this.#tokens.goOn(found.table.end, around, wasBroken || found.isBroken);
    return new RowsNode(
      key,
      start,
      found.table,
      (node) => this.#later(node.end, new Opening({ elements: opening.elements ?? leaf }), start, around).children,
      (from) => this.#later(found.table.end, opening.elements ?? leaf, from, around + 1),
    );
  }

  /** A value that has been passed over, as far as it would have been gone over; `around`: so many objects and arrays are around it. */
  #later(end: number, opening: Opening, start: number, around = 0): JsonNode {
    try {
      return outlineJson(sourceUpTo(this.#source, end), opening, start, Math.max(1, this.#levels - around));
    } catch (error) {
      if (error instanceof JsonSyntaxError) return this.#fail(); // By its place in the whole text.
      throw error;
    }
  }

  /** The members that are kept of the object that begins at the current token; its end is current afterwards. */
  #fewMembers(opening: Opening): readonly JsonNode[] {
    const tokens = this.#tokens;
    let children: JsonNode[] | undefined;
    tokens.advance();
    while (tokens.byte === quote) {
      const member = this.#memberAt(tokens.position, opening);
      if (member !== undefined) children = children === undefined ? [member] : [...children, member];
      tokens.advance();
    }
    if (tokens.byte !== closeBrace) this.#fail();
    return children === undefined ? noChildren : lastOfEachKey(children);
  }

  /** The member whose key begins at a quote; undefined where the quote begins a value, or a key that is not kept. */
  #memberAt(start: number, opening: Opening): JsonNode | undefined {
    for (let length = 512; ; length *= 4) {
      const bytes = this.#tokens.bytesFrom(start, length);
      const isAll = start + bytes.length >= this.#source.size;
      const keyEnd = endOfString(bytes, 0);
      const colonAt = keyEnd === undefined ? bytes.length : endOfBlanks(bytes, keyEnd);
      const valueAt = endOfBlanks(bytes, colonAt + 1);
      const first = bytes[valueAt];
      const valueEnd = first === quote ? endOfString(bytes, valueAt) : valueAt;
      if (keyEnd !== undefined && bytes[colonAt] !== undefined && bytes[colonAt] !== colon) return undefined;
      if (keyEnd === undefined || first === undefined || valueEnd === undefined) {
        if (isAll) return this.#fail();
        continue;
      }
      const known = this.#keyIn(opening, bytes, keyEnd);
      if (known === undefined) return undefined;
      const { key } = known;
      const from = start + valueAt;
      if (first !== quote) return { key, start: from, end: endOfJson(this.#source, from), first, text: null, children: noChildren };
      const text =
        valueEnd - valueAt <= longestText && known.opening.keepsText ? plainText(bytes.subarray(valueAt + 1, valueEnd - 1)) : null;
      return { key, start: from, end: start + valueEnd, first, text, children: noChildren };
    }
  }

  /** The key that ends at `end` of these bytes, where an opening names it. */
  #keyIn({ keys, keysOfLength }: Opening, bytes: Uint8Array, end: number): KnownKey | undefined {
    for (const known of keysOfLength[end] ?? []) if (standsAt(known.bytes, bytes, 0)) return known;
    const text = bytes.subarray(0, end);
    if (!text.includes(backslash)) return undefined;
    const key = this.#keyText(text);
    return keys.find((known) => known.key === key);
  }

  #textNode(key: string, start: number): JsonNode {
    const tokens = this.#tokens;
    tokens.advance();
    if (tokens.byte !== quote) this.#fail();
    const end = tokens.position + 1;
    const isPlain = end - start <= longestText && !tokens.escapes(start, end);
    const text = isPlain ? decodeUtf8(tokens.bytes(start + 1, end - 1)) : null;
    tokens.advance();
    return { key, start, end, first: quote, text, children: noChildren };
  }

  /** Passes over the last token of a value; answers where the value ends. */
  #leave(): number {
    const end = this.#tokens.position + 1;
    this.#tokens.advance();
    return end;
  }

  /** The members of the object that begins at the current token; its end is current afterwards. */
  #members(opening: Opening): readonly JsonNode[] {
    const tokens = this.#tokens;
    tokens.advance();
    if (tokens.byte === closeBrace) return noChildren;
    let children: JsonNode[] | undefined;
    for (;;) {
      const child = this.#member(opening);
      if (child !== undefined) {
        if (children === undefined)
          children = [child]; // Most have one or few: an empty array would take room for many at its first push.
        else children.push(child);
      }
      if (tokens.byte === closeBrace) return children === undefined ? noChildren : lastOfEachKey(children);
      this.#expect(comma);
    }
  }

  /** The member that begins at the current token; undefined where it is not kept. */
  #member(opening: Opening): JsonNode | undefined {
    const tokens = this.#tokens;
    const start = tokens.position;
    this.#expect(quote);
    if (tokens.byte !== quote) this.#fail();
    const known = this.#knownKey(opening, start);
    const inner = known?.opening ?? opening.others;
    const key = inner === null ? "" : (known?.key ?? this.#keyText(tokens.bytes(start, tokens.position + 1)));
    tokens.advance();
    this.#expect(colon);
    if (inner !== null) return this.node(key, inner);
    this.#passOver();
    return undefined;
  }

  /** What is to be done with the key that ends at the current token, where its opening names it. */
  #knownKey({ keys, keysOfLength }: Opening, start: number): KnownKey | undefined {
    const tokens = this.#tokens;
    const end = tokens.position + 1;
    const candidates = keysOfLength[end - start];
    if (candidates !== undefined) for (const known of candidates) if (tokens.hasAt(known.bytes, start)) return known;
    if (!tokens.escapes(start, end)) return undefined;
    const key = this.#keyText(tokens.bytes(start, end));
    return keys.find((known) => known.key === key);
  }

  #keyText(text: Uint8Array): string {
    try {
      return keyTexts.of(text);
    } catch (error) {
      if (error instanceof SyntaxError) return this.#fail();
      throw error;
    }
  }

  /** The elements of the array that begins at the current token; its end is current afterwards. */
  #elements(opening: Opening): readonly JsonNode[] {
    const tokens = this.#tokens;
    tokens.advance();
    if (tokens.byte === closeBracket) return noChildren;
    const children: JsonNode[] = [];
    for (;;) {
      children.push(this.node("", opening));
      if (tokens.byte === closeBracket) return children;
      this.#expect(comma);
    }
  }

  /** Passes over the value that begins at the current token; answers where it ends, save for a number or a word. */
  #passOver(): number {
    const tokens = this.#tokens;
    const first = tokens.byte;
    if (first === openBrace || first === openBracket) {
      const end = tokens.skipContainer();
      return end < 0 ? this.#fail() : end;
    }
    if (first !== quote && !isScalar(first)) this.#fail();
    tokens.advance();
    if (first !== quote) return tokens.position;
    if (tokens.byte !== quote) this.#fail();
    return this.#leave();
  }

  /** Where the number or word ends that begins at `start`; blanks may stand between it and the current token. */
  #endOfScalar(start: number): number {
    const limit = this.#tokens.position;
    let end = start;
    for (let from = start; from === end && from < limit; from += blanksStep) {
      const bytes = this.#source.read(from, Math.min(from + blanksStep, limit));
      const blank = bytes.findIndex(isBlank);
      end += blank < 0 ? bytes.length : blank;
    }
    if (!scalar.test(decodeUtf8(this.#source.read(start, end)))) this.#fail();
    return end;
  }

  #expect(byte: number): void {
    if (this.#tokens.byte !== byte) this.#fail();
    this.#tokens.advance();
  }

  #fail(): never {
    endOfJson(this.#source, this.#start);
    throw new Error("a JSON text was taken for none");
  }
}

/** Names are shorter. */
const longestText = 1000;

/** The text between the quotes of a string; null for one with escapes. */
const plainText = (bytes: Uint8Array): string | null => (bytes.includes(backslash) ? null : decodeUtf8(bytes));

/** Behind the closing quote of the string that begins at `start`; undefined where the bytes end before it. */
function endOfString(bytes: Uint8Array, start: number): number | undefined {
  for (let index = start + 1; index < bytes.length; index++) {
    if (bytes[index] === backslash) index++;
    else if (bytes[index] === quote) return index + 1;
  }
  return undefined;
}

const blanksStep = 4096;

/** The texts of keys by their bytes: the same few keys come a hundred thousand times. */
class KeyTexts {
  readonly #known = new Map<number, { readonly bytes: Uint8Array; readonly text: string }>();

  /** The text of a key in quotes. Throws SyntaxError for what is no JSON string. */
  of(bytes: Uint8Array): string {
    let hash = bytes.length;
    for (let index = 1; index < bytes.length; index++) hash = (hash * 31 + (bytes[index] ?? 0)) | 0;
    const known = this.#known.get(hash);
    if (known !== undefined && known.bytes.length === bytes.length && standsAt(known.bytes, bytes, 0)) return known.text;
    const text = unescapeString(bytes);
    if (this.#known.size < mostKeyTexts) this.#known.set(hash, { bytes: bytes.slice(), text });
    return text;
  }
}

/** One for all texts: what they have in common are their keys. */
const keyTexts = new KeyTexts();

/** Sections have a few dozen keys. A hostile file has any number of them. */
const mostKeyTexts = 1000;

function lastOfEachKey(members: readonly JsonNode[]): readonly JsonNode[] {
  if (!repeatsKey(members)) return members.length > 1 ? members.slice() : members; // A copy has no room for more of them.
  const lastIndex = new Map<string, number>();
  for (const [index, { key }] of members.entries()) lastIndex.set(key, index);
  return members.filter(({ key }, index) => lastIndex.get(key) === index);
}

/** Small objects, which are nearly all of them, are compared in place: they come by the hundred thousand. */
function repeatsKey(members: readonly JsonNode[]): boolean {
  if (members.length > 12) return new Set(members.map(({ key }) => key)).size < members.length;
  for (let index = 1; index < members.length; index++)
    for (let earlier = 0; earlier < index; earlier++) if (members[earlier]?.key === members[index]?.key) return true;
  return false;
}
