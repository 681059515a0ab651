import { type Document, type LineCounter, type Node, parseAllDocuments } from "yaml";
import { UsageError } from "../model/usage-error.js";

/**
 * The YAML documents of a file that a person wrote; JSON is YAML too.
 *
 * @throws UsageError that names the file, the line and what is wrong
 */
export function readDocuments(text: string, fileName: string, lines: LineCounter): readonly Document[] {
  let documents: readonly Document[];
  try {
    documents = [...parseAllDocuments(text, { lineCounter: lines, logLevel: "error" })];
  } catch (error) {
    // The parser recurses: a file of brackets alone ends its stack.
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`${fileName}: it is nested too deeply`);
  }
  for (const { errors } of documents) {
    const [error] = errors;
    if (error === undefined) continue;
    const what = error.message.split("\n")[0]?.replace(/ at line.*$/, "") ?? "this is no YAML";
    throw new UsageError(`${fileName}: line ${lines.linePos(error.pos[0]).line}: ${what}`);
  }
  return documents;
}

/**
 * A node's value as JSON.
 *
 * @throws UsageError for aliases that multiply, or that contain themselves
 */
export function jsonOf(node: Node, document: Document, fileName: string, lines: LineCounter): unknown {
  try {
    const value: unknown = node.toJS(document, { maxAliasCount: 100 });
    // Throws for what contains itself.
    JSON.stringify(value);
    return value;
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof RangeError || error instanceof TypeError)) throw error;
    const what = error instanceof ReferenceError ? error.message : "an alias contains itself";
    throw new UsageError(`${fileName}: line ${lines.linePos(node.range?.[0] ?? 0).line}: ${what}`);
  }
}
