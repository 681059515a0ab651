import { serves } from "../../decode/configuration.js";
import type { Resource, Snapshot } from "../../model/snapshot.js";
import { decodeUtf8 } from "../../util/utf8.js";
import type { ChangedNames } from "./changed-names.js";
import { NamedResources } from "./named-resources.js";
import { type NarrowedRoutes, narrowRoutes } from "./narrow-routes.js";
import { viewOf, viewOfResource } from "./view-snapshot.js";

/**
 * Both snapshots without the listeners and virtual hosts to which no request comes that they may treat differently, so that these need
 * not be decoded. Left are listeners that differ, those that lead to something that does, those on the same ports, and those that hand
 * connections on; of route configurations what `narrowRoutes` leaves. All keep their places in the file.
 */
export function narrowSnapshots(old: Snapshot, now: Snapshot, changed: ChangedNames): readonly [Snapshot, Snapshot] {
  if (changed.environment.length > 0) return [old, now];
  const listeners = new ListenerTexts([old, now], changed);
  if (listeners.redirectChanged) return [old, now];
  const kept = listeners.kept();
  // Where the connection manager differs, every virtual host may be treated otherwise.
  const routes = narrowRoutes(old, now, changed, (name) => listeners.changedName(name));
  return [narrowed(old, kept, routes.old), narrowed(now, kept, routes.new)];
}

function narrowed(snapshot: Snapshot, kept: ReadonlySet<string>, routes: NarrowedRoutes): Snapshot {
  const listeners = snapshot.resources("listener").filter((resource) => serves(resource) && kept.has(resource.name));
  const views = new Map([...routes].map(([resource, body]) => [resource, viewOfResource(resource, body)]));
  const tables = snapshot.resources("route_configuration").map((resource) => views.get(resource) ?? resource);
  return viewOf(snapshot, (kind, resources) => (kind === "listener" ? listeners : kind === "route_configuration" ? tables : resources));
}

/** Names of Istio's listeners that all connections of a pod are redirected to. */
const redirectNames: ReadonlySet<string> = new Set(["virtualOutbound", "virtualInbound"]);
/** Where more ports are looked for, texts are not searched for each of them first. */
const fewPorts = 8;
/** A listener on one of these may take a connection to any address. */
const anyAddresses: readonly string[] = ["0.0.0.0", "::"];

interface ListenerText {
  readonly name: string;
  readonly text: string;
}

/** The listeners of both snapshots as texts: of those that say the same on both sides only NEW's. */
class ListenerTexts {
  /** Does a listener that hands connections on differ, so that any listener may be reached otherwise? */
  readonly redirectChanged: boolean;
  readonly #all: readonly ListenerText[];
  readonly #changed: readonly ListenerText[];
  readonly #leading: readonly ListenerText[];

  constructor([old, now]: readonly [Snapshot, Snapshot], changed: ChangedNames) {
    const { listeners, touchedRoutes, clusters, extensions } = changed;
    const named = new NamedResources(new Set([...touchedRoutes, ...clusters, ...extensions]));
    const all: ListenerText[] = [];
    const leading: ListenerText[] = [];
    const add = (resource: Resource, name: string): void => {
      const entry = { name, text: decodeUtf8(resource.bytes()) };
      all.push(entry);
      if (listeners.has(name) || handsOn(entry) || leadsAnywhere(entry, clusters.size > 0) || named.in(resource, entry.text))
        leading.push(entry);
    };
    for (const resource of now.resources("listener")) if (serves(resource)) add(resource, resource.name);
    for (const resource of listeners.size === 0 ? [] : old.resources("listener")) {
      if (!serves(resource)) continue;
      const { name } = resource;
      if (listeners.has(name)) add(resource, name);
    }
    this.#all = all;
    this.#leading = leading;
    this.#changed = all.filter(({ name }) => listeners.has(name));
    this.redirectChanged = this.#changed.some(handsOn);
  }

  /** The names of the listeners that lead to something that differs, and of those on the same ports and addresses. */
  kept(): ReadonlySet<string> {
    const ports = new Set(this.#leading.flatMap(({ text }) => portsIn(text)));
    const ips = new Set([...anyAddresses, ...this.#leading.flatMap(({ text }) => addressesIn(text))]);
    const kept = new Set(this.#leading.map(({ name }) => name));
    for (const { name, text } of this.#all) {
      if (kept.has(name) || (ports.size <= fewPorts && ![...ports].some((port) => text.includes(port)))) continue;
      if (portsIn(text).some((port) => ports.has(port)) && addressesIn(text).some((ip) => ips.has(ip))) kept.add(name);
    }
    return kept;
  }

  /** Does a listener that differs name this route configuration? */
  changedName(routes: string): boolean {
    const quoted = JSON.stringify(routes);
    return this.#changed.some(({ text }) => text.includes(quoted));
  }
}

const handsOn = ({ name, text }: ListenerText): boolean => redirectNames.has(name) || /"use_?[oO]riginal_?[dD]st"\s*:\s*true/.test(text);

/** Does it choose its routes, or the cluster, by what a request shows? */
const leadsAnywhere = ({ text }: ListenerText, clustersChanged: boolean): boolean =>
  /"scoped_?[rR]outes"/.test(text) || (clustersChanged && text.includes("sni_cluster"));

const addressesIn = (text: string): readonly string[] =>
  Array.from(text.matchAll(/"(?:address|address_?[pP]refix)"\s*:\s*"([^"]+)"/g), ([, ip = ""]) => ip);

const portsIn = (text: string): readonly string[] =>
  Array.from(text.matchAll(/"(?:port_?[vV]alue|destination_?[pP]ort)"\s*:\s*"?(\d+)/g), ([, port = ""]) => port);
