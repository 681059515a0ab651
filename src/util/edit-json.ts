import type { ByteSource } from "./byte-source.js";
import { concatenate } from "./concatenate.js";
import type { Json } from "./json.js";
import { type JsonNode, leaf, Opening, outlineJson } from "./json-outline.js";
import { pointerKeys } from "./json-pointer.js";
import { decodeUtf8, encodeUtf8 } from "./utf8.js";

/** A change of a JSON text at one place, by a JSON pointer into the text as it was. */
export type JsonEdit =
  | { readonly op: "replace"; readonly at: string; readonly value: Json }
  /** An element of an array. */
  | { readonly op: "remove"; readonly at: string }
  /** Behind the last element of an array. */
  | { readonly op: "append"; readonly at: string; readonly value: Json }
  /** A member behind the last one of an object that has none of that key. */
  | { readonly op: "insert"; readonly at: string; readonly key: string; readonly value: Json };

/**
 * A JSON text with some values replaced, removed or added; every byte of all the others stays. What is new is laid out as the text is: in
 * lines where it has lines. No edit may lie within what another replaces or removes.
 *
 * @param start where the value begins in the source; what stands before and behind it is left out
 * @throws RangeError for an edit of what is not there
 */
export function editJson(source: ByteSource, start: number, edits: readonly JsonEdit[]): Uint8Array {
  const root = outlineJson(source, openingFor(edits.map(({ at }) => keysOf(at))), start);
  const layout = layoutOf(source, root);
  const splices = splicesOf(source, root, layout, edits).sort((a, b) => a.start - b.start || a.end - b.end);
  const pieces: Uint8Array[] = [];
  let copied = root.start;
  for (const splice of splices) {
    pieces.push(source.read(copied, splice.start), encodeUtf8(splice.text));
    copied = splice.end;
  }
  pieces.push(source.read(copied, root.end));
  return concatenate(pieces);
}

const keysOf = (pointer: string): readonly string[] => pointerKeys(pointer) ?? [];

/** Bytes to give way to a text. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** How a text is laid out: what one level is indented by; null where all stands in one line. */
type Layout = string | null;

/** Keeps what the pointers lead to, and the elements of the arrays that they lead through. */
function openingFor(pointers: readonly (readonly string[])[]): Opening {
  const byKey = new Map<string, (readonly string[])[]>();
  for (const [key, ...rest] of pointers) {
    if (key === undefined) continue;
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [rest]);
    else group.push(rest);
  }
  const isIndex = (key: string): boolean => /^\d+$/.test(key);
  const inElements = [...byKey].filter(([key]) => isIndex(key)).flatMap(([, rests]) => rests);
  // What is edited itself needs its own parts too: the elements of an array, the members of an object.
  const elements = inElements.length > 0 ? openingFor(inElements) : leaf;
  return new Opening({ members: new Map([...byKey].map(([key, rests]) => [key, openingFor(rests)])), others: leaf, elements });
}

function nodeAt(root: JsonNode, keys: readonly string[]): JsonNode {
  let node = root;
  for (const key of keys) {
    const found: JsonNode | undefined = isArray(node) ? node.children[Number(key)] : node.children.findLast((child) => child.key === key);
    if (found === undefined) throw new RangeError(`nothing stands at /${keys.join("/")}`);
    node = found;
  }
  return node;
}

const isArray = ({ first }: JsonNode): boolean => first === 0x5b;

/** The blanks at the beginning of the line that a place stands in. */
function marginAt(source: ByteSource, position: number): string {
  const before = decodeUtf8(source.read(Math.max(0, position - mostLookedAt), position));
  return /^[ \t]*/.exec(before.slice(before.lastIndexOf("\n") + 1))?.[0] ?? "";
}

/** Longer than any line in front of a value. */
const mostLookedAt = 4096;

function layoutOf(source: ByteSource, root: JsonNode): Layout {
  const found = /^[[{][ \t\r]*\n([ \t]*)/.exec(decodeUtf8(source.read(root.start, root.start + mostLookedAt)));
  return found === null ? null : (found[1] ?? "");
}

function write(value: Json, layout: Layout, margin: string): string {
  return layout === null ? JSON.stringify(value) : JSON.stringify(value, null, layout).replaceAll("\n", `\n${margin}`);
}

function splicesOf(source: ByteSource, root: JsonNode, layout: Layout, edits: readonly JsonEdit[]): Splice[] {
  const splices: Splice[] = [];
  const arrays = new Map<string, { readonly removed: Set<number>; readonly added: Json[] }>();
  const changesOf = (at: string) => {
    const known = arrays.get(at);
    if (known !== undefined) return known;
    const fresh = { removed: new Set<number>(), added: [] };
    arrays.set(at, fresh);
    return fresh;
  };
  for (const edit of edits) {
    switch (edit.op) {
      case "replace": {
        const node = nodeAt(root, keysOf(edit.at));
        splices.push({ start: node.start, end: node.end, text: write(edit.value, layout, marginAt(source, node.start)) });
        break;
      }
      case "remove": {
        const split = edit.at.lastIndexOf("/");
        changesOf(edit.at.slice(0, split)).removed.add(Number(edit.at.slice(split + 1)));
        break;
      }
      case "append":
        changesOf(edit.at).added.push(edit.value);
        break;
      case "insert": {
        const node = nodeAt(root, keysOf(edit.at));
        const text = (margin: string): string =>
          `${JSON.stringify(edit.key)}:${layout === null ? "" : " "}${write(edit.value, layout, margin)}`;
        splices.push(additionTo(source, node, node.children.at(-1), [text], layout));
        break;
      }
    }
  }
  for (const [at, { removed, added }] of arrays) {
    const array = nodeAt(root, keysOf(at));
    splices.push(...removalsFrom(array, removed));
    if (added.length === 0) continue;
    const last = array.children.length > removed.size ? array.children.at(-1) : undefined;
    const texts = added.map((value) => (margin: string) => write(value, layout, margin));
    splices.push(additionTo(source, array, last, texts, layout));
  }
  return splices;
}

/** Each element that goes takes a comma along: the one before it where an element stays there, else the one behind it. */
function removalsFrom({ children }: JsonNode, removed: ReadonlySet<number>): readonly Splice[] {
  const splices: Splice[] = [];
  let stays = false;
  for (const [index, child] of children.entries()) {
    if (!removed.has(index)) {
      stays = true;
      continue;
    }
    const [before, behind] = [children[index - 1], children[index + 1]];
    splices.push(
      stays && before !== undefined
        ? { start: before.end, end: child.end, text: "" }
        : { start: child.start, end: behind?.start ?? child.end, text: "" },
    );
  }
  return splices;
}

/** Texts behind the last of what stands in an array or an object, each on a line of its own where there are lines. */
function additionTo(
  source: ByteSource,
  holder: JsonNode,
  last: JsonNode | undefined,
  texts: readonly ((margin: string) => string)[],
  layout: Layout,
): Splice {
  const outer = marginAt(source, holder.start);
  const margin = layout === null ? "" : outer + layout;
  const lineBreak = layout === null ? "" : `\n${margin}`;
  const body = texts.map((text) => lineBreak + text(margin)).join(",");
  if (last !== undefined) return { start: last.end, end: last.end, text: `,${body}` };
  const end = holder.end - 1;
  return { start: end, end, text: `${body}${layout === null ? "" : `\n${outer}`}` };
}
