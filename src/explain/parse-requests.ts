import { Ajv, type ValidateFunction } from "ajv";
import { type Document, isMap, isNode, isSeq, LineCounter, type Node } from "yaml";
import { completeRequest, type Request, type WrittenRequest } from "../model/request.js";
import { UsageError } from "../model/usage-error.js";
import { schemaProblem } from "../read/schema-problem.js";
import { jsonOf, readDocuments } from "../read/written-documents.js";
import { lineOfWritten, type WrittenPath } from "../read/written-line.js";
import { isJsonObject } from "../util/json.js";
import { requestSchema } from "./request-schema.js";

let validator: ValidateFunction<WrittenRequest> | undefined;

const validate = (): ValidateFunction<WrittenRequest> => {
  // Ajv's smaller build knows an older draft, which has all the words that stand in it.
  const { $schema: _, ...schema } = requestSchema;
  validator ??= new Ajv({ verbose: true, strict: true }).compile<WrittenRequest>(schema);
  return validator;
};

interface Written {
  readonly value: unknown;
  /** The line (1-based) of what stands at a path within it. */
  lineOf(path: WrittenPath): number;
}

/**
 * Reads requests: a JSON array, NDJSON, a YAML list or one request; each may stand under a `request` key, as in recordings.
 * All are checked before any is returned.
 *
 * @throws UsageError that names the file, the line and what is wrong
 */
export function parseRequests(text: string, fileName: string): readonly Request[] {
  const written = splitRequests(text, fileName);
  if (written.length === 0) throw new UsageError(`${fileName}: no request in it; give a JSON array, a request a line, or a YAML list`);
  return written.map(({ value, lineOf }) => {
    const isWrapped = isJsonObject(value) && Object.hasOwn(value, "request");
    const request = isWrapped ? value.request : value;
    const check = validate();
    if (check(request)) return completeRequest(request);
    const [error] = check.errors ?? [];
    const { path, message } = error === undefined ? { path: [], message: "not a request" } : schemaProblem(error);
    const place = error?.keyword === "additionalProperties" ? path.slice(0, -1) : path;
    const where = place.length === 0 ? "" : `${place.join(".")}: `;
    throw new UsageError(`${fileName}: line ${lineOf([...(isWrapped ? ["request"] : []), ...path])}: ${where}${message}`);
  });
}

function splitRequests(text: string, fileName: string): readonly Written[] {
  const lines = text.split("\n");
  const filled = lines.flatMap((line, index) => (line.trim() === "" ? [] : [{ line, number: index + 1 }]));
  if (filled.length > 0 && filled.every(({ line }) => line.trimStart().startsWith("{"))) {
    const perLine = filled.map(({ line, number }) => ({ value: parseJson(line), lineOf: () => number }));
    const broken = perLine.find(({ value }) => value === undefined);
    if (broken === undefined) return perLine;
    if (filled.length > 1) throw new UsageError(`${fileName}: line ${broken.lineOf()}: this is no JSON`);
  }
  return fromYaml(text, fileName);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON is YAML too: one parser tells the line of everything. */
function fromYaml(text: string, fileName: string): readonly Written[] {
  const lines = new LineCounter();
  return readDocuments(text, fileName, lines).flatMap((document) => {
    const { contents } = document;
    const nodes = isSeq(contents) ? contents.items.filter(isNode) : isMap(contents) ? [contents] : [];
    return nodes.map((node) => writtenAt(node, document, fileName, lines));
  });
}

const writtenAt = (node: Node, document: Document, fileName: string, lines: LineCounter): Written => ({
  value: jsonOf(node, document, fileName, lines),
  lineOf: (path) => lineOfWritten(node, path, document, lines),
});
