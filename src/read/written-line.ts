import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type LineCounter, type Node } from "yaml";

/** Keys and list positions on the way from one written value to another within it. */
export type WrittenPath = readonly (string | number)[];

/** The line (1-based) of a value within a written one, as far as the way there can be followed: of its key, where it has one. */
export function lineOfWritten(root: Node, path: WrittenPath, document: Document, lines: LineCounter): number {
  let offset = root.range?.[0] ?? 0;
  let current: unknown = root;
  for (const key of path) {
    if (isAlias(current)) current = current.resolve(document);
    if (isMap(current)) {
      const pair = current.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      current = pair.value;
    } else if (isSeq(current) && typeof key === "number") {
      const item = current.items[key];
      if (isNode(item)) offset = item.range?.[0] ?? offset;
      current = item;
    } else break;
  }
  return lines.linePos(offset).line;
}
