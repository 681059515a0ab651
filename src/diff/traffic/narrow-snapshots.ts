import { serves } from "../../decode/configuration.js";
import type { Resource, Snapshot } from "../../model/snapshot.js";
import { isDeepEqual } from "../../util/deep-equal.js";
import { findBytes } from "../../util/find-bytes.js";
import { isJsonObject, type Json, type JsonObject, member } from "../../util/json.js";
import { decodeUtf8, encodeUtf8 } from "../../util/utf8.js";
import type { ChangedNames } from "./changed-names.js";
import { mentions } from "./mentions.js";
import { viewOf, viewOfResource } from "./view-snapshot.js";

/**
 * Both snapshots without the listeners and virtual hosts to which no request comes that they may treat differently, so that these need
 * not be decoded. Left are listeners that differ, those that lead to something that does, those on the same ports, and those that hand
 * connections on; of route configurations the virtual hosts that differ, name a changed cluster or have a wildcard. Of the others name and domains stay, so
 * that hosts are still found as they are. All keep their places in the file.
 */
export function narrowSnapshots(old: Snapshot, now: Snapshot, changed: ChangedNames): readonly [Snapshot, Snapshot] {
  if (changed.environment.length > 0) return [old, now];
  const sides = [old, now].map((snapshot) => new NarrowedSide(snapshot, changed));
  const [before, after] = sides;
  if (before === undefined || after === undefined) return [old, now];
  const routes = new Set([...changed.routeConfigurations, ...before.routesNamingChanged(), ...after.routesNamingChanged()]);
  for (const side of sides) side.findLeading(routes);
  if (sides.some((side) => side.redirectChanged)) return [old, now];
  const ends: SocketLiterals = { ports: new Set(), ips: new Set(anyAddresses) };
  for (const side of sides) side.addEnds(ends);
  const views = sides.map((side) => side.view(ends));
  const narrowed = narrowRoutes(old, now, routes, sides);
  const [first, second] = views.map((view, side) =>
    withRoutes(
      view,
      narrowed.map((pair) => pair[side] ?? null),
    ),
  );
  return first === undefined || second === undefined ? [old, now] : [first, second];
}

/** Names of Istio's listeners that all connections of a pod are redirected to. */
const redirectNames: ReadonlySet<string> = new Set(["virtualOutbound", "virtualInbound"]);
/** Where more names are looked for, texts are not searched one by one. */
const fewNames = 8;

class NarrowedSide {
  /** Does a listener that hands connections on differ, so that any listener may be reached otherwise? */
  redirectChanged = false;
  readonly #leading = new Set<Resource>();
  readonly #texts = new Map<Resource, string>();

  constructor(
    readonly snapshot: Snapshot,
    readonly changed: ChangedNames,
  ) {}

  textOf(resource: Resource): string {
    let text = this.#texts.get(resource);
    if (text === undefined) {
      text = decodeUtf8(resource.bytes());
      this.#texts.set(resource, text);
    }
    return text;
  }

  #holds(resource: Resource, text: string): boolean {
    return findBytes(resource.bytes(), encodeUtf8(text)) >= 0;
  }

  #names(resource: Resource, names: readonly string[], set: ReadonlySet<string>): boolean {
    if (names.length === 0) return false;
    if (names.length <= fewNames) return names.some((name) => this.#holds(resource, JSON.stringify(name)));
    return mentions(resource.json(), (one) => set.has(one));
  }

  /** Does the resource name a cluster or a discovered filter that has changed? */
  namesChanged(resource: Resource): boolean {
    const names = new Set([...this.changed.clusters, ...this.changed.extensions]);
    return this.#names(resource, [...names], names);
  }

  routesNamingChanged(): readonly string[] {
    if (this.changed.clusters.size + this.changed.extensions.size === 0) return [];
    return this.snapshot.resources("route_configuration").flatMap((resource) => (this.namesChanged(resource) ? [resource.name] : []));
  }

  /** The listeners that differ, and those that lead to something that does. */
  findLeading(routes: ReadonlySet<string>): void {
    const wanted = new Set([...routes, ...this.changed.clusters, ...this.changed.extensions]);
    const names = [...wanted];
    for (const resource of this.snapshot.resources("listener")) {
      if (!serves(resource)) continue;
      const text = this.textOf(resource);
      const differs = this.changed.listeners.has(resource.name);
      const redirects = redirectNames.has(resource.name) || /"use_?[oO]riginal_?[dD]st"\s*:\s*true/.test(text);
      if (redirects && differs) this.redirectChanged = true;
      const scoped = /"scoped_?[rR]outes"/.test(text) || (this.changed.clusters.size > 0 && text.includes("sni_cluster"));
      if (redirects || differs || scoped || this.#names(resource, names, wanted)) this.#leading.add(resource);
    }
  }

  /** Adds the addresses and ports that the listeners found, and their filter chains, are about. */
  addEnds({ ports, ips }: SocketLiterals): void {
    for (const resource of this.#leading) {
      for (const port of portsIn(this.textOf(resource))) ports.add(port);
      for (const ip of addressesIn(this.textOf(resource))) ips.add(ip);
    }
  }

  /** The snapshot without the listeners that are neither found nor at one of these ends. */
  view({ ports, ips }: SocketLiterals): Snapshot {
    const listeners = this.snapshot.resources("listener").filter((resource) => {
      if (this.#leading.has(resource)) return true;
      const text = this.textOf(resource);
      return serves(resource) && portsIn(text).some((port) => ports.has(port)) && addressesIn(text).some((ip) => ips.has(ip));
    });
    return viewOf(this.snapshot, (kind, resources) => (kind === "listener" ? listeners : resources));
  }

  /** Does a listener that differs name this route configuration? */
  changedListenerNames(name: string): boolean {
    return [...this.#leading].some(
      (resource) => this.changed.listeners.has(resource.name) && this.textOf(resource).includes(JSON.stringify(name)),
    );
  }
}

interface SocketLiterals {
  readonly ports: Set<string>;
  readonly ips: Set<string>;
}

/** A listener on one of these may take a connection to any address. */
const anyAddresses: readonly string[] = ["0.0.0.0", "::"];

const addressesIn = (text: string): readonly string[] =>
  Array.from(text.matchAll(/"(?:address|address_?[pP]refix)"\s*:\s*"([^"]+)"/g), ([, ip = ""]) => ip);

const portsIn = (text: string): readonly string[] =>
  Array.from(text.matchAll(/"(?:port_?[vV]alue|destination_?[pP]ort)"\s*:\s*"?(\d+)/g), ([, port = ""]) => port);

function withRoutes(snapshot: Snapshot, replaced: readonly (readonly [Resource, JsonObject] | null)[]): Snapshot {
  const bodies = new Map(replaced.filter((each) => each !== null));
  const views = new Map([...bodies].map(([resource, body]) => [resource, viewOfResource(resource, body)]));
  return viewOf(snapshot, (kind, resources) =>
    kind === "route_configuration" ? resources.map((resource) => views.get(resource) ?? resource) : resources,
  );
}

type Narrowed = readonly [Resource, JsonObject];

/** The route configurations of both sides, as pairs, with stubs in the place of virtual hosts that are the same and name nothing changed. */
function narrowRoutes(
  old: Snapshot,
  now: Snapshot,
  names: ReadonlySet<string>,
  sides: readonly NarrowedSide[],
): readonly (readonly [Narrowed, Narrowed])[] {
  const olds = new Map(old.resources("route_configuration").map((resource) => [resource.name, resource]));
  return now.resources("route_configuration").flatMap((resource) => {
    const before = olds.get(resource.name);
    // Where the connection manager differs, every virtual host may be treated otherwise.
    if (before === undefined || !names.has(resource.name) || sides.some((side) => side.changedListenerNames(resource.name))) return [];
    const [was, is] = [before.json(), resource.json()];
    if (was === null || is === null || !isDeepEqual(withoutHosts(was), withoutHosts(is))) return [];
    const texts = [hostsIn(was), hostsIn(is)].map((hosts) => hosts.map((host) => JSON.stringify(host)));
    const [oldTexts = [], newTexts = []] = texts;
    const changed = new Set([...(sides[0]?.changed.clusters ?? []), ...(sides[0]?.changed.extensions ?? [])]);
    const namesNothing = (host: Json): boolean => changed.size === 0 || !mentions(host, (text) => changed.has(text));
    const same = (own: readonly string[], others: readonly string[]) => {
      const known = new Set(others);
      return (host: Json, index: number): boolean => known.has(own[index] ?? "") && namesNothing(host);
    };
    return [
      [[before, stubbed(was, same(oldTexts, newTexts))] as const, [resource, stubbed(is, same(newTexts, oldTexts))] as const] as const,
    ];
  });
}

const hostFields = ["virtual_hosts", "virtualHosts"] as const;
const hostsIn = (table: JsonObject): readonly Json[] => hostFields.flatMap((field) => listIn(table, field));
const listIn = (table: JsonObject, field: string): readonly Json[] => {
  const hosts = member(table, field);
  return Array.isArray(hosts) ? hosts : [];
};
const withoutHosts = (table: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(table).filter(([key]) => !hostFields.some((field) => field === key)));

function stubbed(table: JsonObject, isSame: (host: Json, index: number) => boolean): JsonObject {
  const entries = Object.entries(table).map(([key, value]): [string, Json] => {
    if (!hostFields.some((field) => field === key) || !Array.isArray(value)) return [key, value];
    return [key, value.map((host: Json, index) => (isJsonObject(host) && !hasWildcard(host) && isSame(host, index) ? stubOf(host) : host))];
  });
  return Object.fromEntries(entries);
}

/** Hosts that leave another virtual host, or come to it, may be those of a wildcard; those of a plain domain are its own. */
const hasWildcard = (host: JsonObject): boolean => {
  const domains = member(host, "domains");
  return !Array.isArray(domains) || domains.some((domain: Json) => typeof domain !== "string" || domain.includes("*"));
};

const stubOf = (host: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(host).filter(([key]) => key === "name" || key === "domains"));
