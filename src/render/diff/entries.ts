import type { Change } from "../../diff/change.js";
import { parsePath } from "../../diff/trail.js";
import { countOf } from "../../util/text.js";
import { plainText } from "../text-wrap.js";
import { type ChangeWords, describeChange, describeResources, listNames } from "./change-words.js";
import { describeField, describeItems, describeKey, splitPath } from "./path-words.js";
import { describeValue } from "./value-words.js";

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
 *
 * @param others all changes of the diff: endpoints that came or went with their clusters are not named again
 */
export function entriesOf(changes: readonly Change[], all: boolean, others: readonly Change[] = changes): readonly Entry[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const key = foldKey(change);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [change]);
    else group.push(change);
  }
  const entries = [...groups.values()].flatMap((group) => {
    const [first] = group;
    const limit = first?.path === "" ? shownResources : first !== undefined && listOfTexts(first) !== undefined ? 1 : shownItems;
    if (all || first === undefined || group.length <= limit)
      return group.map((change) => ({ words: describeChange(change, all), changes: [change] }));
    const words = foldedWords(first, group);
    return [{ words: followsClusters(group, others) ? { ...words, remarks: [clustersRemark(first)] } : words, changes: group }];
  });
  return together(entries);
}

/** Are these the endpoints of clusters that came, or went, themselves? */
function followsClusters(group: readonly Change[], others: readonly Change[]): boolean {
  const clusters = new Set(
    others.flatMap((change) => (change.resource.type === "cluster" && change.path === "" ? [`${change.op} ${change.resource.name}`] : [])),
  );
  return group.every(
    (change) => change.resource.type === "endpoints" && change.path === "" && clusters.has(`${change.op} ${change.resource.name}`),
  );
}

const clustersRemark = ({ op }: Change): string => `those of clusters that were ${op === "add" ? "added" : "removed"}`;

/** A list that says what the proxy is built of: nobody goes through it item by item. */
const inventory = "node.extensions[";

/** What is explained by other patches is not folded together. */
const foldKey = (change: Change): string => `${ownFoldKey(change)}${JSON.stringify(change.attributedTo ?? null)}`;

function ownFoldKey(change: Change): string {
  const { op, path, resource, places, scope, proxies } = change;
  if (path.startsWith(inventory)) return JSON.stringify([inventory, resource.name, proxies]);
  const texts = listOfTexts(change);
  if (texts !== undefined)
    return JSON.stringify([op, resource.type, resource.state, texts, places.map(({ name, path: at }) => [name, listOf(at)]), proxies]);
  const distinct = new Set(places.map((place) => `${place.name} ${place.path}`));
  const folds = (op === "add" || op === "remove") && scope === undefined && distinct.size === 1;
  const list = path === "" ? "" : /^(.*)\[[^[\]]*\]$/.exec(path)?.[1];
  if (op === "change" && path !== "") return JSON.stringify([op, resource.type, resource.state, withoutKeys(path), proxies]);
  if (!folds || list === undefined) return JSON.stringify([op, path, resource, places[0]?.old, places[0]?.new]);
  return JSON.stringify([op, resource.type, resource.state, path === "" ? "" : resource.name, list, proxies]);
}

/** The list that an added or removed text stands in, which is an item by itself: a domain, a protocol. */
function listOfTexts({ op, path, before, after }: Change): string | undefined {
  const text = op === "add" ? after : op === "remove" ? before : undefined;
  return typeof text === "string" && parsePath(path).at(-1)?.key === JSON.stringify(text) ? listOf(path) : undefined;
}

/** The path of the list that an item stands in. */
const listOf = (path: string): string => path.slice(0, path.length - (parsePath(path).at(-1)?.key?.length ?? -2) - 2);

/** Texts that came to one list, or went from it, in the same places. */
function foldedTexts(words: ChangeWords, group: readonly Change[]): ChangeWords {
  const item = describeKey(parsePath(group[0]?.path ?? "").at(-1)?.key ?? "");
  const what = words.what.includes(` ${item}`) ? words.what.replace(` ${item}`, "") : words.what;
  return { ...words, what, value: listNames(group.map(itemName), false) };
}

/** The fields of a path alone: what the same field of another item has too. */
const withoutKeys = (path: string): string =>
  parsePath(path)
    .map(({ field }) => field)
    .join(".");

/** One field that has changed in many places, from or to values that are not the same everywhere. */
function foldedChanges(words: ChangeWords, group: readonly Change[]): ChangeWords {
  const texts = (side: "before" | "after"): readonly string[] => [...new Set(group.map((change) => JSON.stringify(change[side] ?? null)))];
  const values = [texts("before"), texts("after")].map(([first = "null", ...others]) =>
    others.length === 0 ? describeValue("", JSON.parse(first)) : "each its own",
  );
  const example = values.includes("each its own") && words.value !== "" ? [`such as ${words.value}`] : [];
  const places = group.reduce((total, change) => total + change.places.length, 0);
  const names = [...new Set(group.map(({ resource }) => plainText(resource.name)))];
  return {
    ...words,
    where: "",
    what: group[0] === undefined ? words.what : describeField(splitPath(parsePath(group[0].path), "change").what),
    count: countOf(places, "place"),
    value: values.join(" → "),
    remarks: [...example, `at ${listNames(names, false)}`],
  };
}

function foldedWords(first: Change, group: readonly Change[]): ChangeWords {
  const words = describeChange(first, false);
  if (first.path === "") {
    const names = group.map(({ resource }) => plainText(resource.name));
    return { ...words, what: describeResources(first, group.length), value: "", remarks: [listNames(names, false)] };
  }
  if (first.path.startsWith(inventory)) {
    return {
      ...words,
      sign: "~",
      what: `node.extensions, what Envoy is built with: ${countOf(group.length, "change")}`,
      value: "",
      remarks: [],
    };
  }
  if (first.op === "change") return foldedChanges(words, group);
  if (listOfTexts(first) !== undefined) return foldedTexts(words, group);
  const item = parsePath(first.path).at(-1);
  return {
    ...words,
    what: item === undefined ? words.what : describeItems(item.field, group.length),
    value: "",
    remarks: [listNames(group.map(itemName), false)],
  };
}

/** `reviews.default.svc.cluster.local:9080`, of a virtual host. */
const itemName = ({ path }: Change): string => describeKey(parsePath(path).at(-1)?.key ?? "");

/** An entry in one sentence; with its sign and its place where it stands alone. */
export function sentenceOf({ words }: Entry, withPlace: boolean): string {
  const place = withPlace && words.where !== "" ? `${words.where}: ` : "";
  const count = words.count === "" ? "" : ` (${words.count})`;
  return `${withPlace ? `${words.sign} ` : ""}${place}${words.what}${count}${words.value === "" ? "" : `: ${words.value}`}`;
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
