import { readResource } from "../decode/decode-resource.js";
import { type AnswerHead, answerHead, fileOf } from "../model/answer.js";
import { placeOf } from "../model/proto-json.js";
import type { Resource, ResourceKind, SectionName, Snapshot, SnapshotFile } from "../model/snapshot.js";
import type { Json } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";
import { followPath } from "./json-path.js";

/** The values of a dump that a path leads to. */
export interface QueryAnswer extends AnswerHead<"query"> {
  readonly file: SnapshotFile;
  readonly query: string;
  readonly decoded: boolean;
  readonly results: readonly QueryResult[];
  /** Why nothing was found, where a filter failed on every element. */
  readonly failure: string | null;
}

export interface QueryResult {
  /** JSON pointer into the file; null for what does not stand in it, such as a list's length or a section of the decoded model. */
  readonly at: string | null;
  readonly value: Json;
}

export interface QueryOptions {
  /** Ask the decoded messages, by section (`$.listeners[*]`, `$.bootstrap`), in place of the file. */
  readonly decoded?: boolean;
}

/**
 * The values that a JSONPath or a JSON pointer leads to: in the file as it is, or in the decoded messages, which are canonical
 * ProtoJSON (snake_case, one spelling of every value) whoever wrote the dump.
 *
 * @throws UsageError for a path that can't be read
 */
export function querySnapshot(snapshot: Snapshot, path: string, { decoded = false }: QueryOptions = {}): QueryAnswer {
  const { results, failure } = decoded ? queryDecoded(snapshot, path) : queryFiles(snapshot, path);
  return { ...answerHead("query"), file: fileOf(snapshot.file), query: path, decoded, results, failure };
}

type Found = Pick<QueryAnswer, "results" | "failure">;

/** Each file is asked by itself. */
function queryFiles({ documents }: Snapshot, path: string): Found {
  const answers = documents.map((document) => {
    const { matches, failure } = followPath(document.json(), path);
    return { results: matches.map(({ keys, value }) => ({ at: keys === null ? null : pointTo(document.at, ...keys), value })), failure };
  });
  const results = answers.flatMap((answer) => answer.results);
  return { results, failure: results.length > 0 ? null : (answers.find(({ failure }) => failure !== null)?.failure ?? null) };
}

function queryDecoded(snapshot: Snapshot, path: string): Found {
  const root = decodedSections(snapshot);
  const { matches, failure } = followPath(root, path);
  return { results: matches.map(({ keys, value }) => ({ at: keys === null ? null : placeInFile(root, keys), value })), failure };
}

/**
 * Where in the file the values lie that a path leads to in the decoded messages, by section (`$.listeners[*]`), as `querySnapshot`
 * finds them with `decoded`; only in the resources wanted, the others are null there.
 *
 * @throws UsageError for a path that can't be read
 */
export function placesInMessages(snapshot: Snapshot, path: string, wanted: (resource: Resource) => boolean): readonly string[] {
  const root = decodedSections(snapshot, wanted);
  return followPath(root, path).matches.flatMap(({ keys }) => (keys === null ? [] : (placeInFile(root, keys) ?? [])));
}

const kindOfSection = {
  bootstrap: "bootstrap",
  clusters: "cluster",
  endpoints: "endpoints",
  listeners: "listener",
  scoped_routes: "scoped_route",
  routes: "route_configuration",
  secrets: "secret",
  ecds: "extension",
} as const satisfies Record<SectionName, ResourceKind>;

function decodedSections(snapshot: Snapshot, wanted: (resource: Resource) => boolean = () => true): Json {
  const messages = (kind: ResourceKind): readonly Json[] =>
    snapshot.resources(kind).map((resource) => (wanted(resource) ? readResource(resource).value : null));
  const lists = Object.entries(kindOfSection).map(([section, kind]) => [section, messages(kind)] as const);
  const [bootstrap = null] = messages("bootstrap");
  return { ...Object.fromEntries(lists), bootstrap };
}

/** Where a value of the decoded sections stands in the file: by the innermost object on the way to it whose place is known. */
function placeInFile(root: Json, keys: readonly string[]): string | null {
  let value: Json | undefined = root;
  let at: string | null = null;
  for (const key of keys) {
    if (typeof value !== "object" || value === null) return null;
    const isMessage = !Array.isArray(value) && placeOf(value) !== "";
    at = isMessage ? placeOf(value, key) : at === null ? null : pointTo(at, key);
    value = Array.isArray(value) ? value[Number(key)] : Object.entries(value).find(([own]) => own === key)?.[1];
    if (typeof value === "object" && value !== null && placeOf(value) !== "") at = placeOf(value);
  }
  return at;
}
