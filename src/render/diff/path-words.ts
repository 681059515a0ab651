import type { PathStep } from "../../diff/trail.js";
import { describeChainMatch } from "../../list/chain-match.js";
import { isJsonObject, type Json } from "../../util/json.js";
import { plainText } from "../text-wrap.js";
import { describeRoute, isChainMatch, isRoute } from "./value-words.js";

/** What an item of a list is called. */
const itemNames: Readonly<Record<string, string>> = {
  filter_chains: "filter chain",
  default_filter_chain: "default filter chain",
  virtual_hosts: "virtual host",
  routes: "route",
  filters: "filter",
  http_filters: "HTTP filter",
  listener_filters: "listener filter",
  access_log: "access log",
  domains: "domain",
  lb_endpoints: "endpoint",
  endpoints: "locality",
  request_headers_to_add: "request header",
  response_headers_to_add: "response header",
  transport_socket_matches: "transport socket match",
};

/** The steps that a reader looks for by name: what stands above a change. */
const landmarks: readonly string[] = [
  ...["filter_chains", "default_filter_chain", "filters", "http_filters", "listener_filters"],
  ...["virtual_hosts", "routes", "endpoints", "lb_endpoints"],
];

/** Splits a path into what a reader finds the place by, and the rest, which is what has changed there. */
export function splitPath(
  steps: readonly PathStep[],
  op: string,
): { readonly where: readonly PathStep[]; readonly what: readonly PathStep[] } {
  // What is added, removed or put in another order belongs to the change, not to its place.
  const limit = op === "change" ? steps.length : op === "rename" ? steps.length - 2 : steps.length - 1;
  let split = 0;
  for (const [index, step] of steps.entries()) {
    if (index < limit && landmarks.includes(step.field) && (step.key !== null || step.field === "default_filter_chain")) split = index + 1;
  }
  return { where: steps.slice(0, split), what: steps.slice(split) };
}

/** `virtual host reviews.default.svc.cluster.local:9080, route main` */
export function describePlace(steps: readonly PathStep[]): string {
  return steps
    .filter(({ field }) => field !== "typed_config")
    .map(describeStep)
    .join(", ");
}

/** `common_http_protocol_options.idle_timeout`, `route main`, `response header x-vh` */
export function describeField(steps: readonly PathStep[]): string {
  const shown = steps.filter(({ field }, index) => field !== "typed_config" || index === steps.length - 1);
  const [only] = shown;
  if (only !== undefined && shown.length === 1) return describeStep(only);
  return shown
    .map((step) => (step.key === null ? plainText(step.field) : describeStep(step)))
    .join(".")
    .replaceAll(".[", "[");
}

function describeStep({ field, key }: PathStep): string {
  const noun = Object.hasOwn(itemNames, field) ? (itemNames[field] ?? field) : plainText(field);
  return key === null ? noun : `${noun} ${describeKey(key)}`;
}

/** `400 virtual hosts`; of a list whose items have no name here `400 of hash_policy`. */
export function describeItems(field: string, count: number): string {
  const noun = Object.hasOwn(itemNames, field) ? itemNames[field] : undefined;
  if (noun === undefined) return `${count} of ${plainText(field)}`;
  return `${count} ${noun.replace(/y$/, "ie").replace(/ch$/, "che")}s`;
}

const shortened = ["envoy.filters.network.", "envoy.filters.http.", "envoy.filters.listener.", "envoy.access_loggers."];

/** A key in brackets as a person says it: the name alone, any other key as it is. */
export function describeKey(key: string): string {
  const [, count = ""] = /(?:^|,)(#\d+)$/.exec(key) ?? [];
  const rest = key.slice(0, key.length - count.length).replace(/,$/, "");
  return [describePlainKey(rest), count].filter((text) => text !== "").join(" ");
}

function describePlainKey(key: string): string {
  const equals = /^[\w.]+=/.exec(key)?.[0] ?? "";
  const value = parseJson(key.slice(equals.length));
  if (value === undefined) return describeParts(key) ?? plainText(key);
  if (typeof value === "string") {
    const prefix = shortened.find((start) => value.startsWith(start)) ?? "";
    return plainText(value.slice(prefix.length)) || '""';
  }
  if (equals === "filter_chain_match=" && isChainMatch(value)) return `(${plainText(describeChainMatch(value))})`;
  const route = { match: value };
  if (equals === "match=" && isRoute(route)) return `(${describeRoute(route).replace(/ → .*$/, "")})`;
  return plainText(isJsonObject(value) ? Object.values(value).map(String).join("/") : JSON.stringify(value));
}

/** A key of several fields: their values, `envoy.filters.http/envoy.filters.http.lua`. */
function describeParts(key: string): string | undefined {
  const parts = parseJson(`{${key.replace(/(^|,)([\w.]+)=/g, (_, comma: string, label: string) => `${comma}${JSON.stringify(label)}:`)}}`);
  if (!isJsonObject(parts)) return undefined;
  return plainText(
    Object.values(parts)
      .map((part) => (isJsonObject(part) ? Object.values(part).map(String).join("/") : String(part)))
      .join("/"),
  );
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
