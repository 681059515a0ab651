import type { Request, RequestHttp } from "../../src/model/request.js";
import { isJsonObject, type Json, type JsonObject } from "../../src/util/json.js";
import type { Trial } from "./trial.js";

type Path = readonly (string | number)[];

/** One way to make a trial smaller. */
export type Cut =
  | { readonly kind: "config"; readonly path: Path; readonly saves: number }
  | { readonly kind: "request"; readonly make: (request: Request) => Request; readonly saves: number };

/** Without these a message says nothing, or the run can't be observed. */
const kept: ReadonlySet<string> = new Set(["@type", "listener_filters", "typed_config", "name"]);

/** All single cuts of a trial of one request, those that save most first. */
export function cutsOf(trial: Trial): readonly Cut[] {
  const configCuts: Cut[] = [];
  const visit = (value: Json, path: Path): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        configCuts.push({ kind: "config", path: [...path, index], saves: JSON.stringify(item).length });
        visit(item, [...path, index]);
      }
    } else if (isJsonObject(value)) {
      for (const [key, item] of Object.entries(value)) {
        if (!kept.has(key)) configCuts.push({ kind: "config", path: [...path, key], saves: JSON.stringify(item).length });
        if (key !== "listener_filters") visit(item, [...path, key]);
      }
    }
  };
  for (const [index, listener] of trial.listeners.entries()) {
    if (index > 0) configCuts.push({ kind: "config", path: [index], saves: JSON.stringify(listener).length });
    visit(listener, [index]);
  }
  const [request] = trial.requests;
  const requestCuts = request === undefined ? [] : requestCutsOf(request);
  return [...configCuts, ...requestCuts].sort((a, b) => b.saves - a.saves);
}

function requestCutsOf(request: Request): readonly Cut[] {
  const { http } = request;
  const cuts: Cut[] = [];
  const cut = (saves: number, make: (request: Request) => Request) => cuts.push({ kind: "request", make, saves });
  const changeHttp = (saves: number, change: (http: RequestHttp) => RequestHttp) =>
    cut(saves, (one) => (one.http === undefined ? one : { ...one, http: change(one.http) }));
  if (request.headerPadBytes !== undefined) cut(500, ({ headerPadBytes: _, ...rest }) => rest);
  if (request.bodyBytes !== undefined) cut(500, ({ bodyBytes: _, ...rest }) => rest);
  if (request.tls?.alpn !== undefined) cut(20, (one) => ({ ...one, tls: one.tls?.sni === undefined ? {} : { sni: one.tls.sni } }));
  if (http === undefined) return cuts;
  for (const [name, values] of Object.entries(http.headers)) {
    if (name === "x-probe-id") continue;
    changeHttp(30, (one) => ({ ...one, headers: Object.fromEntries(Object.entries(one.headers).filter(([other]) => other !== name)) }));
    if (values.length > 1) changeHttp(20, (one) => ({ ...one, headers: { ...one.headers, [name]: values.slice(1) } }));
  }
  if (http.version !== "http/1.1") changeHttp(15, (one) => ({ ...one, version: "http/1.1" }));
  if (http.method !== "GET" && http.method !== "CONNECT") changeHttp(5, (one) => ({ ...one, method: "GET" }));
  if (http.authority !== "reviews" && http.authority !== undefined) changeHttp(5, (one) => ({ ...one, authority: "reviews" }));
  const { path } = http;
  if (path !== undefined && path !== "/") {
    changeHttp(path.length, (one) => ({ ...one, path: "/" }));
    const query = path.indexOf("?");
    if (query >= 0) changeHttp(path.length - query, (one) => ({ ...one, path: path.slice(0, query) }));
    const last = path.lastIndexOf("/");
    if (last > 0) changeHttp(path.length - last, (one) => ({ ...one, path: path.slice(0, last) }));
  }
  return cuts;
}

/** The trial with all of these cuts made at once. */
export function withCuts(trial: Trial, cuts: readonly Cut[]): Trial {
  const paths = cuts.flatMap((cut) => (cut.kind === "config" ? [cut.path] : [])).sort(laterFirst);
  const listeners = paths.reduce<readonly JsonObject[]>((list, path) => {
    const cutOut = without(list, path);
    return Array.isArray(cutOut) ? cutOut.filter(isJsonObject) : list;
  }, trial.listeners);
  const requests = trial.requests.map((request) => cuts.reduce((one, cut) => (cut.kind === "request" ? cut.make(one) : one), request));
  return { ...trial, listeners, requests };
}

/** So that a cut does not move what is cut after it. */
function laterFirst(a: Path, b: Path): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const [mine = "", other = ""] = [a[at], b[at]];
    if (mine === other) continue;
    if (typeof mine === "number" && typeof other === "number") return other - mine;
    return String(mine) < String(other) ? -1 : 1;
  }
  return a.length - b.length;
}

function without(value: Json, [step, ...rest]: Path): Json {
  if (step === undefined) return value;
  if (Array.isArray(value)) {
    if (rest.length === 0) return value.filter((_, index) => index !== step);
    return value.map((item: Json, index) => (index === step ? without(item, rest) : item));
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value);
  if (rest.length === 0) return Object.fromEntries(entries.filter(([key]) => key !== step));
  return Object.fromEntries(entries.map(([key, item]) => [key, key === step ? without(item, rest) : item]));
}

/**
 * A smaller trial that still shows the same, by trying many cuts at once and then all that worked together, until none works or time
 * is up.
 *
 * @param shows which of these trials show the disagreement
 */
export async function shrinkTrial(
  trial: Trial,
  shows: (trials: readonly Trial[]) => Promise<readonly boolean[]>,
  until: number,
): Promise<Trial> {
  let smallest = trial;
  const atOnce = 150;
  for (;;) {
    const cuts = cutsOf(smallest);
    let progress = false;
    for (let at = 0; at < cuts.length && !progress; at += atOnce) {
      if (Date.now() > until) return smallest;
      const tried = cuts.slice(at, at + atOnce);
      const results = await shows(tried.map((cut) => withCuts(smallest, [cut])));
      const worked = tried.filter((_, index) => results[index] === true);
      if (worked.length === 0) continue;
      const amounts = [worked.length, Math.ceil(worked.length / 2), Math.ceil(worked.length / 4), Math.ceil(worked.length / 8), 1];
      const together = amounts.map((amount) => withCuts(smallest, worked.slice(0, amount)));
      const found = (await shows(together)).indexOf(true);
      const chosen = found < 0 ? undefined : together[found];
      if (chosen === undefined) continue;
      smallest = chosen;
      progress = true;
    }
    if (!progress) return smallest;
  }
}
