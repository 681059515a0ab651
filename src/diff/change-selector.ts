import { kindNames, kindOfWord, kindWords } from "../model/kind-words.js";
import type { Resource, ResourceKind, Snapshot } from "../model/snapshot.js";
import { UsageError } from "../model/usage-error.js";
import { followPath } from "../query/json-path.js";
import { placesInMessages } from "../query/query-snapshot.js";
import { pointerKeys } from "../util/json-pointer.js";
import { nearestNames } from "../util/text.js";
import { type Change, type ChangeClass, changeClasses } from "./change.js";

/** Which changes a filter means: those of a class or a kind of resource (`endpoints` names both), or those at or below a place. */
export interface ChangeSelector {
  /** As it was written. */
  readonly text: string;
  readonly class?: ChangeClass;
  readonly type?: ResourceKind;
  /** A JSONPath into the decoded messages by section, or a JSON pointer into either file. */
  readonly path?: string;
}

/**
 * Reads what a filter names: a class of changes (`routing`), a kind of resource (`cluster`, `listeners`), a JSONPath into the decoded
 * messages as `query --decoded` takes it (`$.listeners[*].access_log`, `$..max_request_headers_kb`) or a JSON pointer into a file.
 *
 * @throws UsageError for anything else
 */
export function parseChangeSelector(text: string): ChangeSelector {
  if (text.startsWith("$")) {
    followPath({}, text);
    return { text, path: text };
  }
  if (text !== "" && pointerKeys(text) !== undefined) return { text, path: text };
  const found = { class: changeClasses.find((name) => name === text), type: kindOfWord(text) };
  if (found.class === undefined && found.type === undefined) throw new UsageError(refusalOf(text));
  return {
    text,
    ...(found.class === undefined ? {} : { class: found.class }),
    ...(found.type === undefined ? {} : { type: found.type }),
  };
}

function refusalOf(text: string): string {
  const [nearest] = nearestNames(text, [...changeClasses, ...kindWords]);
  const hint = nearest === undefined ? "" : ` (did you mean ${nearest}?)`;
  return `'${text}' is no class of changes (${changeClasses.join(", ")}), no kind of resource (${kindNames.join(", ")}) and no JSONPath, which begins with $${hint}`;
}

/** Tells which changes a filter means; of a change in several places one place is enough, unless `everywhere`. */
export class ChangeFilter {
  readonly #selectors: readonly ChangeSelector[];
  /** Where in OLD and in NEW the values lie that the paths lead to. */
  readonly #places: readonly (readonly [ReadonlySet<string>, ReadonlySet<string>])[];

  constructor(selectors: readonly ChangeSelector[], changes: readonly Change[], old: Snapshot, now: Snapshot) {
    this.#selectors = selectors;
    const changed = new Set(changes.flatMap(({ resource, places }) => places.map(({ name }) => `${resource.type} ${name}`)));
    const wanted = (resource: Resource): boolean => changed.has(`${resource.kind} ${resource.name}`);
    this.#places = selectors.flatMap(({ path }) =>
      path === undefined ? [] : [[placesOf(old, path, wanted), placesOf(now, path, wanted)] as const],
    );
  }

  takes(change: Change, where: "somewhere" | "everywhere"): boolean {
    if (this.#selectors.some((selector) => selector.class === change.class || selector.type === change.resource.type)) return true;
    const isThere = ({ old, new: now }: Change["places"][number]): boolean =>
      this.#places.some(([olds, news]) => liesIn(old, olds) || liesIn(now, news));
    return where === "everywhere" ? change.places.every(isThere) : change.places.some(isThere);
  }
}

function placesOf(snapshot: Snapshot, path: string, wanted: (resource: Resource) => boolean): ReadonlySet<string> {
  return new Set(path.startsWith("$") ? placesInMessages(snapshot, path, wanted) : [path]);
}

/** Is this place one of the places, or within one? */
function liesIn(at: string | null, places: ReadonlySet<string>): boolean {
  if (at === null || places.size === 0) return false;
  for (let end = at.length; end > 0; end = at.lastIndexOf("/", end - 1)) if (places.has(at.slice(0, end))) return true;
  return false;
}
