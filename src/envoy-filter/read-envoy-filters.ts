import { Ajv, type ValidateFunction } from "ajv";
import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, type Node } from "yaml";
import { UsageError } from "../model/usage-error.js";
import { schemaProblem, type WrittenProblem, writtenPath } from "../read/schema-problem.js";
import { jsonOf, readDocuments } from "../read/written-documents.js";
import { lineOfWritten, type WrittenPath } from "../read/written-line.js";
import { byCodePoint } from "../util/text.js";
import type { EnvoyFilter } from "./envoy-filter.js";
import { envoyFilterSchema } from "./envoy-filter-schema.js";
import { refusalsOf } from "./refusals.js";
import { warningsAbout } from "./warnings.js";

/** An EnvoyFilter with the place where it was written. */
export interface WrittenEnvoyFilter {
  readonly envoyFilter: EnvoyFilter;
  readonly file: string;
  /** 1-based, as are those of its patches. */
  readonly line: number;
  readonly patchLines: readonly number[];
}

/** What files of Kubernetes objects hold. */
export interface ReadEnvoyFilters {
  readonly envoyFilters: readonly WrittenEnvoyFilter[];
  /** Objects of other kinds, by code point; they are not looked at. */
  readonly others: readonly { readonly kind: string; readonly count: number }[];
  /** What istiod takes with a warning; `message` names the file and the line. */
  readonly warnings: readonly string[];
}

/** A config patch by the file that it was written in. */
export interface WrittenPatch {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** The place of each config patch, in the order of an account. */
export const writtenPatches = ({ envoyFilters }: Pick<ReadEnvoyFilters, "envoyFilters">): readonly WrittenPatch[] =>
  envoyFilters.flatMap(({ file, patchLines }) => patchLines.map((line) => ({ file, line })));

/** A text with the name that messages call it by. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

let validator: ValidateFunction<EnvoyFilter> | undefined;

const validate = (): ValidateFunction<EnvoyFilter> => {
  // Ajv's smaller build knows an older draft, which has all the words that stand in it.
  const { $schema: _, ...schema } = envoyFilterSchema;
  validator ??= new Ajv({ verbose: true, strict: true, allowUnionTypes: true }).compile<EnvoyFilter>(schema);
  return validator;
};

/**
 * Reads the EnvoyFilters in files of Kubernetes objects, in their order: YAML of several documents, JSON, lists of objects (`kind:
 * List`). Objects of other kinds are counted. Checked are the schema of the custom resource, what istiod's validation refuses beside
 * it, and each patch's value against the protobuf message that its applyTo means.
 *
 * @throws UsageError that names the file, the line and what is wrong; also where there is no EnvoyFilter at all
 */
export function readEnvoyFilters(files: readonly NamedText[]): ReadEnvoyFilters {
  const envoyFilters: WrittenEnvoyFilter[] = [];
  const warnings: string[] = [];
  const counts = new Map<string, number>();
  for (const file of files) {
    const lines = new LineCounter();
    for (const document of readDocuments(file.text, file.name, lines)) {
      for (const written of objectsIn(document, file.name, lines)) {
        const kind = written.kind();
        if (kind === "EnvoyFilter") envoyFilters.push(readOne(written, file.name, warnings));
        else counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
    }
  }
  const others = [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => byCodePoint(a.kind, b.kind));
  if (envoyFilters.length === 0) {
    const found = others.map(({ kind, count }) => `${count} ${kind}`).join(", ");
    const where = files.map(({ name }) => name).join(", ") || "what was given";
    throw new UsageError(`no EnvoyFilter in ${where}; ${found === "" ? "there is no Kubernetes object" : `there is ${found}`}`);
  }
  return { envoyFilters, others, warnings };
}

/** A Kubernetes object that knows its lines and refuses what can't be meant. */
class WrittenObject {
  readonly #node: Node;
  readonly #document: Document;
  readonly #file: string;
  readonly #lines: LineCounter;

  constructor(node: Node, document: Document, file: string, lines: LineCounter) {
    this.#node = node;
    this.#document = document;
    this.#file = file;
    this.#lines = lines;
  }

  kind(): string {
    const kind: unknown = isMap(this.#node) ? this.#node.get("kind") : undefined;
    return typeof kind === "string" && kind !== ""
      ? kind
      : this.refuse({ path: [], message: "this is no Kubernetes object: it has no kind" });
  }

  value(): unknown {
    return jsonOf(this.#node, this.#document, this.#file, this.#lines);
  }

  lineOf(path: WrittenPath): number {
    return lineOfWritten(this.#node, path, this.#document, this.#lines);
  }

  describe({ path, message }: WrittenProblem): string {
    return `${this.#file}: line ${this.lineOf(path)}: ${path.length === 0 ? "" : `${path.join(".")}: `}${message}`;
  }

  refuse(problem: WrittenProblem): never {
    throw new UsageError(this.describe(problem));
  }
}

/** The objects of a document, those of a list one by one. */
function* objectsIn(document: Document, file: string, lines: LineCounter): Generator<WrittenObject> {
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return;
  const items = isSeq(contents)
    ? contents.items
    : isMap(contents) && isList(contents.get("kind"))
      ? listItems(contents.get("items"))
      : null;
  for (const node of items ?? [contents]) if (isNode(node)) yield new WrittenObject(node, document, file, lines);
}

const isList = (kind: unknown): boolean => kind === "List" || kind === "EnvoyFilterList";
const listItems = (items: unknown): readonly unknown[] => (isSeq(items) ? items.items : []);

function readOne(written: WrittenObject, file: string, warnings: string[]): WrittenEnvoyFilter {
  const value = written.value();
  const check = validate();
  if (!check(value)) {
    const [error] = check.errors ?? [];
    return written.refuse(error === undefined ? { path: [], message: "this is no EnvoyFilter" } : schemaProblem(error));
  }
  const { spec = {} } = value;
  // A rule of the custom resource definition that no schema says.
  if (spec.workloadSelector !== undefined && spec.targetRefs !== undefined)
    written.refuse({ path: ["spec", "targetRefs"], message: "only one of targetRefs and workloadSelector can be set" });
  for (const { at, message } of refusalsOf(value)) written.refuse({ path: writtenPath(at), message });
  for (const { at, message } of warningsAbout(value)) warnings.push(written.describe({ path: writtenPath(at), message }));
  const patches = spec.configPatches ?? [];
  return {
    envoyFilter: value,
    file,
    line: written.lineOf([]),
    patchLines: patches.map((_, index) => written.lineOf(["spec", "configPatches", index])),
  };
}
