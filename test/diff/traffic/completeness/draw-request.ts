import type { Request } from "../../../../src/index.js";
import { isMessage, type Message, messageIn, messagesIn, partsOf, textIn, type Value } from "./dump-parts.js";
import type { Draws } from "./random.js";

/** What stands in configuration as literals, by what a request would show them as. */
interface Literals {
  readonly paths: string[];
  readonly headers: [string, string][];
  readonly query: [string, string][];
  readonly hosts: string[];
  readonly ips: string[];
  readonly ports: number[];
  readonly serverNames: string[];
  readonly protocols: string[];
  readonly identities: string[];
  readonly clusters: string[];
}

/** Draws requests near a mutation: from the literals of both dumps around it. Shares nothing with the classes of the diff. */
export interface RequestDrawer {
  draw(draws: Draws): Request;
}

interface Door {
  readonly direction: "inbound" | "outbound";
  readonly ip: string;
  readonly port: number;
  readonly acceptedBy: string | undefined;
  readonly around: Literals;
}

const emptyLiterals = (): Literals => ({
  paths: [],
  headers: [],
  query: [],
  hosts: [],
  ips: [],
  ports: [],
  serverNames: [],
  protocols: [],
  identities: [],
  clusters: [],
});

const stringOf = (matcher: Message | undefined): string => {
  for (const key of ["exact", "prefix", "suffix", "contains"]) if (typeof matcher?.[key] === "string") return String(matcher[key]);
  const regex = textIn(messageIn(matcher?.safe_regex)?.regex) ?? "";
  return unpattern(regex);
};

/** A pattern without what is no literal in it. */
const unpattern = (regex: string): string =>
  regex
    .replace(/\\\./g, ".")
    .replace(/\[0-9\]|\\d/g, "7")
    .replace(/\(([^|()]*)[^()]*\)/g, "$1")
    .replace(/\.[*+]/g, "abc")
    .replace(/[[\]{}()^$?*+|\\]/g, "");

function collect(value: Value | undefined, into: Literals, depth = 0): Literals {
  if (Array.isArray(value)) for (const item of value) collect(item, into, depth + 1);
  if (!isMessage(value) || depth > 60) return into;
  for (const key of ["prefix", "path", "path_separated_prefix", "exact", "case_insensitive"]) {
    const text = textIn(value[key]);
    if (text?.startsWith("/")) into.paths.push(text);
  }
  const regex = textIn(messageIn(value.safe_regex)?.regex);
  if (regex !== undefined) into.paths.push(unpattern(regex));
  if (typeof value.name === "string") {
    const name = value.name.toLowerCase();
    const deprecated = ["exact_match", "prefix_match", "suffix_match", "contains_match"].flatMap((key) => textIn(value[key]) ?? []);
    if (isMessage(value.string_match)) {
      into.headers.push([name, stringOf(value.string_match)]);
      into.query.push([value.name, stringOf(value.string_match)]);
    }
    for (const text of deprecated) into.headers.push([name, text]);
    if (isMessage(value.range_match))
      for (const text of [value.range_match.start, value.range_match.end]) into.headers.push([name, String(text ?? "0")]);
    if ("present_match" in value || "invert_match" in value) into.headers.push([name, "1"]);
  }
  if (Array.isArray(value.domains)) into.hosts.push(...value.domains.map(String));
  if (Array.isArray(value.server_names)) into.serverNames.push(...value.server_names.map(String));
  if (Array.isArray(value.application_protocols)) into.protocols.push(...value.application_protocols.map(String));
  if (typeof value.address_prefix === "string") into.ips.push(value.address_prefix);
  if (typeof value.address === "string" && /^[0-9a-f.:]+$/.test(value.address)) into.ips.push(value.address);
  for (const key of ["port_value", "destination_port"]) if (typeof value[key] === "number") into.ports.push(Number(value[key]));
  if (isMessage(value.principal_name)) into.identities.push(stringOf(value.principal_name));
  if (typeof value.cluster === "string") into.clusters.push(value.cluster);
  for (const inner of Object.values(value)) if (typeof inner === "object") collect(inner, into, depth + 1);
  return into;
}

const holdsText = (value: Value | undefined, text: string, depth = 0): boolean => {
  if (typeof value === "string") return value === text;
  if (typeof value !== "object" || value === null || depth > 60) return false;
  return Object.values(value).some((inner) => holdsText(inner, text, depth + 1));
};

/** @param around what was changed, of both dumps; the first messages are the nearest to it */
export function requestDrawer(dumps: readonly Message[], around: readonly Message[], isGateway: boolean): RequestDrawer {
  const near = emptyLiterals();
  for (const message of around.filter((one) => !Array.isArray(one.virtual_hosts))) collect(message, near);
  const wide = emptyLiterals();
  for (const message of around) collect(message, wide);
  const named = around.flatMap((message) => [message.name, message.cluster_name].flatMap((name) => textIn(name) ?? []));
  const listeners = dumps.flatMap((dump) => partsOf(dump).flatMap(({ kind, body }) => (kind === "listener" ? [body] : [])));
  const tables = dumps.flatMap((dump) => partsOf(dump).flatMap(({ kind, body }) => (kind === "routes" ? [body] : [])));
  // What leads there: listeners changed themselves, those that name it, and those whose route tables name it.
  const leading = tables.filter((table) => named.some((name) => textIn(table.name) === name || holdsText(table, name)));
  for (const table of leading.slice(0, 4)) {
    for (const host of messagesIn(table.virtual_hosts))
      if (named.some((name) => textIn(host.name) === name || holdsText(host, name))) collect(host, near);
  }
  const wanted = new Set([...named, ...leading.map(({ name }) => String(name))]);
  const doors = listeners
    .filter((listener) => wanted.has(String(listener.name)) || [...wanted].some((name) => holdsText(listener, name)))
    .flatMap((listener) => doorsOf(listener, isGateway));
  const anyDoors = listeners.flatMap((listener) => doorsOf(listener, isGateway));
  return { draw: (draws) => drawRequest(draws, near, wide, draws.once(20) || doors.length === 0 ? anyDoors : doors) };
}

function doorsOf(listener: Message, isGateway: boolean): Door[] {
  const literals = collect(
    {
      filter_chains: listener.filter_chains ?? [],
      default_filter_chain: listener.default_filter_chain ?? null,
      filter_chain_matcher: listener.filter_chain_matcher ?? null,
    },
    emptyLiterals(),
  );
  const matcher = listener.filter_chain_matcher;
  if (isMessage(matcher)) addKeys(matcher, literals);
  const addresses = [listener.address, ...messagesIn(listener.additional_addresses).map(({ address }) => address)];
  const direction =
    isGateway || listener.traffic_direction === "INBOUND" || listener.traffic_direction === undefined ? "inbound" : "outbound";
  const found = addresses.flatMap((address): Door[] => {
    const socket = messageIn(messageIn(address)?.socket_address);
    return socket === undefined
      ? []
      : [{ direction, ip: String(socket.address), port: Number(socket.port_value ?? 0), acceptedBy: undefined, around: literals }];
  });
  return found.length > 0
    ? found
    : [{ direction, ip: "10.0.0.1", port: literals.ports[0] ?? 80, acceptedBy: String(listener.name), around: literals }];
}

/** The keys of a matcher's maps, as ports, addresses and names. */
function addKeys(value: Value, into: Literals, depth = 0): void {
  if (Array.isArray(value)) for (const item of value) addKeys(item, into, depth + 1);
  if (!isMessage(value) || depth > 40) return;
  for (const key of isMessage(value.map) ? Object.keys(value.map) : []) {
    if (/^\d+$/.test(key)) into.ports.push(Number(key));
    else if (/^[0-9a-f.:]+$/.test(key)) into.ips.push(key);
    else into.serverNames.push(key);
  }
  for (const inner of Object.values(value)) addKeys(inner, into, depth + 1);
}

const anyIp = /^(0\.0\.0\.0|::)$/;

function drawRequest(draws: Draws, near: Literals, wide: Literals, doors: readonly Door[]): Request {
  const door = draws.pick(doors) ?? { direction: "outbound", ip: "10.0.0.1", port: 80, acceptedBy: undefined, around: emptyLiterals() };
  const pool = <Key extends keyof Literals>(key: Key): Literals[Key] =>
    draws.once(3) ? (wide[key].length > 0 ? wide[key] : near[key]) : near[key].length > 0 ? near[key] : wide[key];
  const { around } = door;
  const ips = [...around.ips, ...(draws.once(3) ? wide.ips : [])].filter((ip) => !anyIp.test(ip));
  const ip = anyIp.test(door.ip) || draws.once(8) ? (draws.pick([...ips, "10.9.9.9"]) ?? "10.9.9.9") : door.ip;
  const restored = door.port === 15001 || door.port === 15006 || door.port === 15008;
  const port =
    restored && !draws.once(6)
      ? (draws.pick([...around.ports, 9080, 80]) ?? 80)
      : draws.once(15)
        ? (draws.pick(wide.ports) ?? door.port)
        : door.port;
  const sourceIp = draws.pick([...around.ips, ...wide.ips, "10.1.2.3", "192.0.2.99"]) ?? "10.1.2.3";
  const source = draws.once(3) ? { source: { ip: sourceIp, port: 1024 + draws.number(60_000) } } : {};
  const direct = draws.once(10) ? { directSource: { ip: draws.pick(around.ips) ?? "10.1.2.3", port: 5000 } } : {};
  const base = {
    direction: door.direction,
    destination: { ip, port },
    ...(door.acceptedBy === undefined ? {} : { acceptedBy: door.acceptedBy }),
    ...source,
    ...direct,
    ...(draws.once(3) ? { random: draws.number(1_000_000) } : {}),
  };
  if (draws.once(25)) return draws.once(2) ? { ...base, payload: "hello over TCP\n" } : { ...base, serverFirst: true };
  const tls = drawTls(draws, around, wide);
  const offersH2 = tls?.tls.alpn?.some((protocol) => protocol.endsWith("h2")) === true;
  const version = offersH2 || draws.once(6) ? "h2" : draws.once(20) ? "http/1.0" : "http/1.1";
  const host = hostLike(draws.pick(pool("hosts")) ?? "other.example", draws);
  const headers: Record<string, string[]> = {};
  let method = draws.once(5) ? (draws.pick(["POST", "PUT", "OPTIONS", "HEAD"]) ?? "POST") : "GET";
  let authority = host;
  for (let count = draws.number(4); count > 0; count--) {
    const [name, value] = draws.pick(pool("headers")) ?? ["x-user", "jason"];
    const text = altered(value, draws, 4).replace(/[^\x20-\x7e]/g, "");
    if (name === ":method") method = /^[A-Z]+$/.test(text) ? text : method;
    else if (name === ":authority" || name === "host") authority = text || authority;
    else if (!name.startsWith(":") && name !== "content-length" && name !== "transfer-encoding")
      headers[name] = [...(draws.once(8) ? (headers[name] ?? []) : []), text];
  }
  if (draws.once(25)) headers["content-type"] = ["application/grpc"];
  const path = altered(draws.pick(pool("paths")) ?? "/", draws, 2);
  const query = draws.once(4) ? (draws.pick(pool("query")) ?? ["version", "1"]) : undefined;
  const target = `${path.startsWith("/") ? path : `/${path}`}${query === undefined ? "" : `?${query[0]}=${altered(query[1], draws, 3)}`}`;
  return {
    ...base,
    ...tls,
    http: { version, method, authority, path: target, headers },
    ...(draws.once(30) ? { headerPadBytes: draws.pick([20_000, 25_000, 61_000, 70_000]) ?? 0 } : {}),
  };
}

function drawTls(
  draws: Draws,
  around: Literals,
  wide: Literals,
): (Pick<Request, "tls"> & { readonly tls: NonNullable<Request["tls"]> }) | undefined {
  const likely = around.serverNames.length + around.protocols.length > 0 ? 2 : 8;
  if (!draws.once(likely)) return undefined;
  const name = draws.pick([...around.serverNames, ...wide.serverNames, "other.example"]) ?? "other.example";
  const sni = name.startsWith("*") ? `deep.sub${name.slice(1)}` : altered(name, draws, 6);
  const alpn = draws.pick([...around.protocols, "h2", "http/1.1", "istio"]);
  const identity = draws.pick([...around.identities, ...wide.identities, "spiffe://cluster.local/ns/default/sa/sleep"]);
  return {
    tls: {
      ...(draws.once(6) ? {} : { sni }),
      ...(alpn === undefined || draws.once(5) ? {} : { alpn: draws.once(6) ? [alpn, "http/1.1"] : [alpn] }),
      ...(draws.once(4) || identity === undefined ? {} : { clientCertificate: { uris: [altered(identity, draws, 5)], dns: [] } }),
    },
  };
}

/** A host that a domain may take. */
function hostLike(domain: string, draws: Draws): string {
  if (domain === "*") return draws.pick(["other.example", "203.0.113.9", "unknown"]) ?? "unknown";
  const host = domain.startsWith("*") ? `deep${domain.slice(1)}` : domain.endsWith("*") ? `${domain.slice(0, -1)}tail` : domain;
  return draws.once(12) ? altered(host, draws, 1) : host;
}

/** The text, or once in so many draws a neighbour of it. */
function altered(text: string, draws: Draws, among: number): string {
  if (!draws.once(among)) return text;
  return (
    draws.pick([`${text}/deeper`, `${text}x`, text.slice(0, -1), text.toUpperCase(), `${text}/`, `x${text}`, text.replace(/./, "z")]) ??
    text
  );
}
