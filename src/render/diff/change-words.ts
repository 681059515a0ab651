import type { Change, ScopeException } from "../../diff/change.js";
import { subjects } from "../../diff/subjects.js";
import { parsePath } from "../../diff/trail.js";
import type { Json } from "../../util/json.js";
import { countOf } from "../../util/text.js";
import { plainText } from "../text-wrap.js";
import { describeField, describeKey, describePlace, splitPath } from "./path-words.js";
import { describeResource, describeValue } from "./value-words.js";

/** A change in words, for every format that people read. */
export interface ChangeWords {
  readonly sign: "+" | "-" | "~";
  /** Where it stands, for a heading: `routes 8000, virtual host httpbin…`; "" where the change names its places itself. */
  readonly where: string;
  /** What has changed: `route main`, `max_request_headers_kb`. */
  readonly what: string;
  /** How often, of how many: `29 of 29`; "" for one place. */
  readonly count: string;
  /** What it was and is: `10s → 0.5s`. */
  readonly value: string;
  /** Where else, and where not. */
  readonly remarks: readonly string[];
}

/** More names than these are folded. */
const shownNames = 3;

const signs = { add: "+", remove: "-", change: "~", reorder: "~", rename: "~" } as const;

const resourceNames: Readonly<Record<Change["resource"]["type"], string>> = {
  listener: "listener",
  route_configuration: "routes",
  scoped_route: "scoped route",
  cluster: "cluster",
  endpoints: "endpoints of",
  secret: "secret",
  bootstrap: "bootstrap",
  extension: "extension",
};

const pluralNames: Readonly<Record<Change["resource"]["type"], string>> = {
  listener: "listeners",
  route_configuration: "route configurations",
  scoped_route: "scoped routes",
  cluster: "clusters",
  endpoints: "endpoint configurations",
  secret: "secrets",
  bootstrap: "bootstraps",
  extension: "extensions",
};

/** Puts a change into words; `all`: name every place. */
export function describeChange(change: Change, all: boolean): ChangeWords {
  const steps = parsePath(change.path);
  const { where, what } = splitPath(steps, change.op);
  const whole = steps.length === 0;
  const wide = change.scope !== undefined;
  const field = what.at(-1)?.field ?? "";
  const title = whole ? describeResourceName(change) : describeWhat(change, what);
  return {
    sign: signs[change.op],
    where: wide || whole ? "" : [describeResourceName(change), describePlace(where)].filter((text) => text !== "").join(", "),
    what: wide ? `${title} on ${subjectWords(change)}` : title,
    count: countWords(change),
    value: whole ? wholeWords(change) : valueWords(change, field),
    remarks: [
      ...placeRemarks(change, all),
      ...proxyRemarks(change, all),
      ...patchRemarks(change),
      ...(isIdleThreshold(change) ? ["changes nothing: of two for one priority Envoy uses the first"] : []),
      ...(change.opaque === true ? ["of a type or field not known here: compared as plain JSON"] : []),
    ],
  };
}

/** `listener 0.0.0.0_8000`, `warming cluster …` */
export function describeResourceName({ resource }: Pick<Change, "resource">): string {
  const state = resource.state === "serving" ? "" : resource.state === "error" ? "refused " : `${resource.state} `;
  return `${state}${resourceNames[resource.type]} ${resource.type === "bootstrap" ? "" : plainText(resource.name) || "without a name"}`.trim();
}

/** `1 listener`, `6 listeners` */
export const resourcesInWords = (type: Change["resource"]["type"], count: number): string =>
  `${count} ${count === 1 ? pluralNames[type].replace(/s$/, "") : pluralNames[type]}`;

/** `4 clusters`, for changes that are folded into one line. */
export const describeResources = (change: Change, count: number): string =>
  `${count} ${change.resource.state === "serving" ? "" : `${change.resource.state === "error" ? "refused" : change.resource.state} `}${pluralNames[change.resource.type]}`;

function describeWhat(change: Change, what: ReturnType<typeof parsePath>): string {
  if (change.op === "rename") return `${describeField(what.slice(0, -1)) || resourceNames[change.resource.type]} renamed`;
  if (change.op !== "reorder") return titleOf(change, what);
  const moved = movedItem(namesIn(change.before), namesIn(change.after));
  const field = describeField(what);
  return moved === undefined ? `order of ${field}` : `${field}: ${moved}`;
}

/** An access log is known by where it writes, which its value says; its name is the same everywhere. */
function titleOf(change: Change, what: ReturnType<typeof parsePath>): string {
  const [only, ...others] = what.filter(({ field }) => field !== "typed_config");
  return only?.field === "access_log" && others.length === 0 && change.op !== "change" ? "access log" : describeField(what);
}

function subjectWords({ scope }: Change): string {
  const words = scope === undefined ? undefined : subjects[scope.message];
  return [scope?.direction ?? "", words?.many ?? "places"].filter((text) => text !== "").join(" ");
}

function countWords({ scope, places, proxies }: Change): string {
  if (scope !== undefined) return `${scope.changed} of ${scope.of}`;
  // The same place in several proxies is one.
  const distinct = new Set(places.map(({ name, path, new: now, old }) => (proxies === undefined ? (now ?? old) : `${name} ${path}`)));
  return distinct.size > 1 ? countOf(proxies === undefined ? places.length : distinct.size, "place") : "";
}

function placeRemarks({ scope, places }: Change, all: boolean): readonly string[] {
  const names = [...new Set(places.map(({ name }) => name))].map(plainText);
  const where = `at ${listNames(names, all)}`;
  if (scope === undefined) return names.length > 1 ? [where] : [];
  if (scope.exceptions.length === 0) return all ? [where] : [];
  return [...(names.length <= shownNames || all ? [where] : []), ...exceptionRemarks(scope.exceptions, names.length <= shownNames, all)];
}

/** Has a threshold come, or gone, behind another one of its priority? */
function isIdleThreshold({ op, path }: Change): boolean {
  const last = parsePath(path).at(-1);
  return (op === "add" || op === "remove") && /^(per_host_)?thresholds$/.test(last?.field ?? "") && /,#[1-9]\d*$/.test(last?.key ?? "");
}

function proxyRemarks({ proxies }: Change, all: boolean): readonly string[] {
  return proxies === undefined ? [] : [`in ${countOf(proxies.length, "proxy", "proxies")}: ${listNames(proxies.map(plainText), all)}`];
}

/** Where changes are attributed: to which patches. */
function patchRemarks({ attributedTo }: Change): readonly string[] {
  if (attributedTo === undefined) return [];
  const names = attributedTo.map(({ envoyFilter, patch }) => `${plainText(envoyFilter)} #${patch}`);
  return [names.length === 0 ? "no patch explains it" : `by ${names.join(", ")}`];
}

/** Those without the change, by what sets them apart; where few have it, they are named instead. */
function exceptionRemarks(exceptions: readonly ScopeException[], areFew: boolean, all: boolean): readonly string[] {
  const groups = new Map<string, ScopeException[]>();
  for (const exception of exceptions) {
    const reason = exception.because ?? "";
    const group = groups.get(reason);
    if (group === undefined) groups.set(reason, [exception]);
    else group.push(exception);
  }
  if (areFew && !all) return [];
  return [...groups].map(([reason, group]) => {
    const set = reason === "" ? "" : `, ${group.length === 1 ? "which is" : "which are"} ${plainText(reason)}`;
    return `not on ${group.length}${set}: ${listNames(exceptionNames(group), all)}`;
  });
}

const exceptionNames = (exceptions: readonly ScopeException[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const { name } of exceptions) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${plainText(name)}${count > 1 ? ` (${count})` : ""}`);
};

/** The first names, and how many more there are. */
export function listNames(names: readonly string[], all: boolean): string {
  if (all || names.length <= shownNames + 1) return names.join(", ");
  return `${names.slice(0, shownNames).join(", ")} and ${names.length - shownNames} more (--all)`;
}

function wholeWords(change: Change): string {
  const value = change.after ?? change.before;
  return value === undefined ? "" : describeResource(change.resource.type, value);
}

function valueWords(change: Change, field: string): string {
  const { op, before, after } = change;
  if (op === "reorder")
    return movedItem(namesIn(before), namesIn(after)) === undefined ? `${orderWords(before)} → ${orderWords(after)}` : "";
  // A text that is an item by itself is named already.
  const key = parsePath(change.path).at(-1)?.key;
  const shown = (value: Json | undefined): string =>
    value === undefined || key === JSON.stringify(value) ? "" : describeValue(field, value);
  const [was, is] = [shown(before), shown(after)];
  if (op === "add") return [is, positionWords(change)].filter((text) => text !== "").join("; ");
  if (op === "remove") return was;
  return was === is ? `${was} (differs further in; --all)` : `${was} → ${is}`;
}

function positionWords({ position }: Change): string {
  if (position === undefined || position.of === 1) return "";
  if (position.index === 0) return `first of ${position.of}`;
  return position.before === null ? `last of ${position.of}` : `before ${describeKey(position.before.slice(1, -1))}`;
}

const namesIn = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.map((item: Json) => (typeof item === "string" ? item : JSON.stringify(item))) : [];

const orderWords = (value: Json | undefined): string => namesIn(value).map(describeOrderKey).join(", ");

const describeOrderKey = (key: string): string => (/^[\w.]+=/.test(key) ? describeKey(key) : plainText(key));

/** "main moved before canary", where moving one item makes the one order of the other; undefined where it takes more. */
function movedItem(before: readonly string[], after: readonly string[]): string | undefined {
  if (before.length !== after.length) return undefined;
  const first = before.findIndex((name, index) => name !== after[index]);
  const last = before.findLastIndex((name, index) => name !== after[index]);
  const span = before.slice(first, last + 1);
  const now = after.slice(first, last + 1);
  // Moved to the front of the span, or to its end.
  if (sameList([span.at(-1) ?? "", ...span.slice(0, -1)], now)) {
    return `${describeOrderKey(now[0] ?? "")} moved before ${describeOrderKey(now[1] ?? "")}`;
  }
  if (sameList([...span.slice(1), span[0] ?? ""], now)) {
    const next = after[last + 1];
    return `${describeOrderKey(span[0] ?? "")} moved ${next === undefined ? "to the end" : `before ${describeOrderKey(next)}`}`;
  }
  return undefined;
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);
