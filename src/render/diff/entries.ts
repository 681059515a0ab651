import type { Change } from "../../diff/change.js";
import { plainText } from "../text-wrap.js";
import { type ChangeWords, describeChange, describeResources, listNames } from "./change-words.js";

/** One or several changes that are shown as one. */
export interface Entry {
  readonly words: ChangeWords;
  readonly changes: readonly Change[];
}

/** More whole resources of one type than these are folded into one entry. */
const shownResources = 3;
/** More items of one list than these are folded into one entry. */
const shownItems = 5;

/**
 * The changes of a class as entries: in the order of the changes, those under one heading together; where many resources, or many
 * items of one list, came or went, they are one entry with their names.
 */
export function entriesOf(changes: readonly Change[], all: boolean): readonly Entry[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const key = foldKey(change);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  const entries = [...groups.values()].flatMap((group) => {
    const [first] = group;
    const limit = first?.path === "" ? shownResources : shownItems;
    if (all || first === undefined || group.length <= limit)
      return group.map((change) => ({ words: describeChange(change, all), changes: [change] }));
    return [{ words: foldedWords(first, group), changes: group }];
  });
  return together(entries);
}

function foldKey({ op, path, resource, places, scope }: Change): string {
  const folds = (op === "add" || op === "remove") && scope === undefined && places.length === 1;
  const list = path === "" ? "" : /^(.*)\[[^[\]]*\]$/.exec(path)?.[1];
  if (!folds || list === undefined) return JSON.stringify([op, path, resource, places[0]?.old, places[0]?.new]);
  return JSON.stringify([op, resource.type, resource.state, path === "" ? "" : resource.name, list]);
}

function foldedWords(first: Change, group: readonly Change[]): ChangeWords {
  const words = describeChange(first, false);
  if (first.path === "") {
    const names = group.map(({ resource }) => plainText(resource.name));
    return { ...words, what: describeResources(first, group.length), value: "", remarks: [listNames(names, false)] };
  }
  const field = /([\w@-]+)\[[^[\]]*\]$/.exec(first.path)?.[1] ?? "";
  return {
    ...words,
    what: `${group.length} of ${field}`,
    value: "",
    remarks: [
      listNames(
        group.map((change) => describeChange(change, false).what),
        false,
      ),
    ],
  };
}

/** Entries of one heading behind the first of them; those without a heading first. */
function together(entries: readonly Entry[]): readonly Entry[] {
  const headings = new Map<string, Entry[]>([["", []]]);
  for (const entry of entries) {
    const group = headings.get(entry.words.where);
    if (group === undefined) headings.set(entry.words.where, [entry]);
    else group.push(entry);
  }
  return [...headings.values()].flat();
}
