import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { isMap, isNode, isSeq, LineCounter, parseAllDocuments, parseDocument } from "yaml";
import { completeRequest, type Request, type WrittenRequest } from "../model/request.js";
import { UsageError } from "../model/usage-error.js";
import { isJsonObject } from "../util/json.js";
import { nearestNames } from "../util/text.js";
import { requestSchema } from "./request-schema.js";

let validator: ValidateFunction<WrittenRequest> | undefined;

const validate = (): ValidateFunction<WrittenRequest> => {
  validator ??= new Ajv({ verbose: true, strict: true }).compile<WrittenRequest>(requestSchema);
  return validator;
};

interface Written {
  readonly value: unknown;
  /** 1-based. */
  readonly line: number;
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
  return written.map(({ value, line }) => {
    const request = isJsonObject(value) && Object.hasOwn(value, "request") ? value.request : value;
    const check = validate();
    if (!check(request)) throw new UsageError(`${fileName}: line ${line}: ${describe(check.errors?.[0])}`);
    return completeRequest(request);
  });
}

function splitRequests(text: string, fileName: string): readonly Written[] {
  const lines = text.split("\n");
  const filled = lines.flatMap((line, index) => (line.trim() === "" ? [] : [{ line, number: index + 1 }]));
  if (filled.length > 0 && filled.every(({ line }) => line.trimStart().startsWith("{"))) {
    const perLine = filled.map(({ line, number }) => ({ value: parseJson(line), line: number }));
    const broken = perLine.find(({ value }) => value === undefined);
    if (broken === undefined) return perLine;
    if (filled.length > 1) throw new UsageError(`${fileName}: line ${broken.line}: this is no JSON`);
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

/** JSON is YAML too: one parser tells the line of every request. */
function fromYaml(text: string, fileName: string): readonly Written[] {
  const lineCounter = new LineCounter();
  const documents = /^---/m.test(text) ? parseAllDocuments(text, { lineCounter }) : [parseDocument(text, { lineCounter })];
  return [...documents].flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined)
      throw new UsageError(
        `${fileName}: line ${lineCounter.linePos(error.pos[0]).line}: ${error.message.split("\n")[0]?.replace(/ at line.*$/, "") ?? "this is no YAML"}`,
      );
    const { contents } = document;
    const lineOf = (node: unknown): number => lineCounter.linePos(isNode(node) ? (node.range?.[0] ?? 0) : 0).line;
    if (isSeq(contents)) return contents.items.map((item) => ({ value: isNode(item) ? item.toJS(document) : item, line: lineOf(item) }));
    return isMap(contents) ? [{ value: document.toJS(), line: lineOf(contents) }] : [];
  });
}

function describe(error: ErrorObject | undefined): string {
  if (error === undefined) return "not a request";
  const where = error.instancePath === "" ? "" : `${error.instancePath.slice(1).replaceAll("/", ".")}: `;
  if (error.keyword === "additionalProperties") {
    const unknown = String(error.params.additionalProperty);
    const known = Object.keys(isJsonObject(error.parentSchema?.properties) ? error.parentSchema.properties : requestSchema.properties);
    const [meant] = nearestNames(unknown, known, 1);
    return `${where}unknown key ${unknown}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
  }
  if (error.keyword === "enum") return `${where}must be one of ${String(error.params.allowedValues).replaceAll(",", ", ")}`;
  return `${where}${error.message ?? "is not as a request has it"}`;
}
