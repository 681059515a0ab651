import { parseSocketEnd } from "../explain/parse-socket-end.js";
import type { TargetOptions } from "../explain/request-for-target.js";
import { parseIp } from "../match/cidr.js";
import type { SocketEnd } from "../model/request.js";
import { isJsonObject } from "../util/json.js";

/** An option as read, or what it must be. */
type Read = TargetOptions | { readonly must: string };

const isText = (value: unknown): value is string => typeof value === "string";
const asText = (value: unknown, make: (text: string) => TargetOptions): Read =>
  isText(value) && value !== "" ? make(value) : { must: "be text" };
const asTexts = (value: unknown, make: (texts: readonly string[]) => TargetOptions): Read =>
  Array.isArray(value) && value.every(isText) ? make(value) : { must: "be a list of texts" };
const asFlag = (value: unknown, make: (flag: boolean) => TargetOptions): Read =>
  typeof value === "boolean" ? make(value) : { must: "be true or false" };

function asSocketEnd(value: unknown, make: (end: SocketEnd) => TargetOptions): Read {
  const end = isText(value) ? parseSocketEnd(value) : undefined;
  return end === undefined || parseIp(end.ip) === undefined ? { must: "be IP:PORT or [IPV6]:PORT" } : make(end);
}

function asHeaders(value: unknown): Read {
  const must = "map each name to a text or a list of texts";
  if (!isJsonObject(value)) return { must };
  const headers: (readonly [string, string])[] = [];
  for (const [name, given] of Object.entries(value)) {
    const values: readonly unknown[] = Array.isArray(given) ? given : [given];
    for (const one of values) {
      if (!isText(one)) return { must: `${must}; ${name} has something else (quote numbers)` };
      headers.push([name, one]);
    }
  }
  return { headers };
}

/** What may stand beside `target`: the options of `xdsight explain`, each with its reader. */
const readers = {
  to: (value) => asSocketEnd(value, (to) => ({ to })),
  direction: (value) => (value === "inbound" || value === "outbound" ? { direction: value } : { must: "be inbound or outbound" }),
  source: (value) => asSocketEnd(value, (source) => ({ source })),
  sni: (value) => asText(value, (sni) => ({ sni })),
  alpn: (value) => asTexts(value, (alpn) => ({ alpn })),
  clientCertUri: (value) => asTexts(value, (clientCertificateUris) => ({ clientCertificateUris })),
  method: (value) => asText(value, (method) => ({ method })),
  headers: asHeaders,
  http2: (value) => asFlag(value, (http2) => ({ http2 })),
  payload: (value) => asText(value, (payload) => ({ payload })),
  serverFirst: (value) => asFlag(value, (serverFirst) => ({ serverFirst })),
  random: (value) =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? { random: value } : { must: "be a whole number, 0 or more" },
} as const satisfies Readonly<Record<string, (value: unknown) => Read>>;

export type TargetOptionName = keyof typeof readers;

export const targetOptionNames: readonly string[] = Object.keys(readers);

export const isTargetOption = (name: string): name is TargetOptionName => Object.hasOwn(readers, name);

/** Reads one option that stands beside a target; says what it must be where it is not that. */
export const readTargetOption = (name: TargetOptionName, value: unknown): Read => readers[name](value);
