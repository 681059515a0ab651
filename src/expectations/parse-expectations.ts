import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node } from "yaml";
import { type UncertainCode, uncertainCodes } from "../explain/explanation.js";
import { parseRequests } from "../explain/parse-requests.js";
import type { TargetOptions } from "../explain/request-for-target.js";
import { UsageError } from "../model/usage-error.js";
import type { WrittenProblem } from "../read/schema-problem.js";
import { jsonOf, readDocuments } from "../read/written-documents.js";
import { lineOfWritten, type WrittenPath } from "../read/written-line.js";
import { isJsonObject, type Json, type JsonObject } from "../util/json.js";
import { checkShape, unknownKey } from "./check-shape.js";
import { nameOfQuestion } from "./command-line.js";
import type { Expectation, ExpectedParts, Question } from "./expectation.js";
import { expectedFields, isExpectedField } from "./expected-fields.js";
import { isTargetOption, readTargetOption, targetOptionNames } from "./target-options.js";

const ownKeys = ["name", "target", "request", "expect", "not", "allowUncertain"];

/** A value of a file that knows its lines and refuses what can't be meant. */
interface Written {
  readonly value: JsonObject;
  lineOf(path: WrittenPath): number;
  refuse(problem: WrittenProblem): never;
}

/**
 * Reads expectations: YAML or JSON, a list of them or `{ allowUncertain, expectations: […] }`; a file may hold several YAML
 * documents. Keys, types, closed sets and regexes are all checked here.
 *
 * @throws UsageError that names the file, the line and what is wrong
 */
export function parseExpectations(text: string, fileName: string): readonly Expectation[] {
  const lines = new LineCounter();
  const found = readDocuments(text, fileName, lines).flatMap((document) => fromDocument(document, fileName, lines));
  if (found.length === 0) throw new UsageError(`${fileName}: no expectation in it; give a list of { target, expect }`);
  return found;
}

function fromDocument(document: Document, fileName: string, lines: LineCounter): readonly Expectation[] {
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  const writtenOf = (node: Node): Written => {
    const value = jsonOf(node, document, fileName, lines);
    const lineOf = (path: WrittenPath): number => lineOfWritten(node, path, document, lines);
    const refuse = ({ path, message }: WrittenProblem): never => {
      const where = path.length === 0 ? "" : `${path.join(".")}: `;
      throw new UsageError(`${fileName}: line ${lineOf(path)}: ${where}${message}`);
    };
    return isJsonObject(value)
      ? { value, lineOf, refuse }
      : refuse({ path: [], message: "an expectation is an object such as { target: …, expect: { … } }" });
  };
  const itemsOf = (list: unknown): readonly Node[] => (isSeq(list) ? list.items.filter(isNode) : []);
  if (isSeq(contents)) return itemsOf(contents).map((node) => readExpectation(writtenOf(node), fileName, []));
  if (!isMap(contents))
    throw new UsageError(`${fileName}: line ${lines.linePos(contents.range?.[0] ?? 0).line}: give a list of expectations`);
  const whole = writtenOf(contents);
  for (const key of Object.keys(whole.value)) {
    if (key !== "expectations" && key !== "allowUncertain") whole.refuse(unknownKey(key, ["expectations", "allowUncertain"], []));
  }
  const allowed = readAllowed(whole) ?? [];
  const list = contents.get("expectations", true);
  if (!isSeq(list)) return whole.refuse({ path: ["expectations"], message: "must be a list" });
  return itemsOf(list).map((node) => readExpectation(writtenOf(node), fileName, allowed));
}

function readExpectation(written: Written, fileName: string, allowedInFile: readonly UncertainCode[]): Expectation {
  const { value } = written;
  for (const key of Object.keys(value)) {
    if (!ownKeys.includes(key) && !isTargetOption(key)) written.refuse(unknownKey(key, [...ownKeys, ...targetOptionNames], []));
  }
  const question = readQuestion(written, fileName);
  const [expect, not] = [readParts(written, "expect"), readParts(written, "not")];
  if (Object.keys(expect).length + Object.keys(not).length === 0) {
    written.refuse({ path: [], message: "it expects nothing; give expect: { … } or not: { … }" });
  }
  const { name = nameOfQuestion(question) } = value;
  if (typeof name !== "string" || name === "") return written.refuse({ path: ["name"], message: "must be text" });
  return { name, file: fileName, line: written.lineOf([]), question, expect, not, allowUncertain: readAllowed(written) ?? allowedInFile };
}

function readQuestion(written: Written, fileName: string): Question {
  const { value } = written;
  const options = Object.keys(value).filter(isTargetOption);
  if (Object.hasOwn(value, "request")) {
    const strange = Object.hasOwn(value, "target") ? "target" : options[0];
    if (strange !== undefined)
      written.refuse({ path: [strange], message: "stands beside a request; give a target with its options, or a request in full" });
    // Line breaks before it, so that what the parser of requests says has the line that it has here.
    const text = "\n".repeat(written.lineOf(["request"]) - 1) + JSON.stringify({ request: value.request });
    const [request] = parseRequests(text, fileName);
    return request === undefined ? written.refuse({ path: ["request"], message: "must be a request" }) : { kind: "request", request };
  }
  const { target } = value;
  if (typeof target !== "string")
    return written.refuse({
      path: Object.hasOwn(value, "target") ? ["target"] : [],
      message: "give a target such as http://reviews:9080/, or a request",
    });
  let read: TargetOptions = {};
  for (const name of options) {
    const option = readTargetOption(name, value[name]);
    if ("must" in option) return written.refuse({ path: [name], message: `must ${option.must}` });
    read = { ...read, ...option };
  }
  return { kind: "target", target, options: read };
}

function readParts(written: Written, key: "expect" | "not"): ExpectedParts {
  if (!Object.hasOwn(written.value, key)) return {};
  const parts = written.value[key];
  if (!isJsonObject(parts)) return written.refuse({ path: [key], message: "must be an object: parts of an explanation" });
  let read: ExpectedParts = {};
  for (const [name, part] of Object.entries<Json>(parts)) {
    if (!isExpectedField(name)) return written.refuse(unknownKey(name, Object.keys(expectedFields), [key]));
    const problem = checkShape(expectedFields[name].shape, part, [key, name]);
    if (problem !== undefined) written.refuse(problem);
    read = { ...read, [name]: part };
  }
  return read;
}

/** `true` for all codes, or a list of them; undefined where nothing is said. */
function readAllowed(written: Written): readonly UncertainCode[] | undefined {
  if (!Object.hasOwn(written.value, "allowUncertain")) return undefined;
  const { allowUncertain } = written.value;
  if (typeof allowUncertain === "boolean") return allowUncertain ? uncertainCodes : [];
  if (!Array.isArray(allowUncertain))
    return written.refuse({ path: ["allowUncertain"], message: "must be true, false or a list of codes" });
  const codes: readonly Json[] = allowUncertain;
  return codes.map((code, index) => {
    const path = ["allowUncertain", index];
    const problem =
      typeof code === "string" ? checkShape({ kind: "text", values: uncertainCodes }, code, path) : { path, message: "must be text" };
    return uncertainCodes.find((known) => known === code) ?? written.refuse(problem ?? { path, message: "is no code" });
  });
}
