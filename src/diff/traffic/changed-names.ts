import { serves } from "../../decode/configuration.js";
import { decodeEndpoints } from "../../decode/decode-endpoints.js";
import { messageTypeOf, readResource } from "../../decode/decode-resource.js";
import { contextOf } from "../../explain/context.js";
import { fingerprint } from "../../identity/fingerprint.js";
import type { Resource, ResourceKind, Snapshot } from "../../model/snapshot.js";
import { findBytes } from "../../util/find-bytes.js";
import { byCodePoint } from "../../util/text.js";
import { decodeUtf8, encodeUtf8 } from "../../util/utf8.js";
import { isTooDeep } from "../json-shape.js";
import type { SameBytes } from "../match-resources.js";
import { mentions, printOf } from "./mentions.js";

/** The serving resources that differ between two snapshots, by name. */
export interface ChangedNames {
  readonly listeners: ReadonlySet<string>;
  readonly routeConfigurations: ReadonlySet<string>;
  /** Those whose endpoints differ are among them. */
  readonly clusters: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
  readonly scopes: boolean;
  /** What of the proxy itself differs, so that any request may be treated differently; none where it is the same. */
  readonly environment: readonly string[];
}

/** Which serving resources differ in more than their spelling and what they report. Equal bytes are never looked into. */
export function changedNames(old: Snapshot, now: Snapshot, same: SameBytes): ChangedNames {
  const changed = (kind: ResourceKind): readonly string[] => changedOf(kind, old, now, same);
  const clusters = new Set(changed("cluster"));
  const endpoints = new Set(changed("endpoints"));
  for (const name of clustersOfEndpoints([old, now], endpoints)) clusters.add(name);
  addAggregates(now, clusters);
  return {
    listeners: new Set(changed("listener")),
    routeConfigurations: new Set(changed("route_configuration")),
    clusters,
    extensions: new Set(changed("extension")),
    scopes: changed("scoped_route").length > 0,
    environment: changedEnvironment(old, now),
  };
}

function servingByName(snapshot: Snapshot, kind: ResourceKind): ReadonlyMap<string, Resource> {
  const found = new Map<string, Resource>();
  for (const resource of snapshot.resources(kind)) {
    const counts = kind === "route_configuration" ? resource.state === "active" : serves(resource);
    if (counts && !found.has(resource.name)) found.set(resource.name, resource);
  }
  return found;
}

function changedOf(kind: ResourceKind, old: Snapshot, now: Snapshot, same: SameBytes): readonly string[] {
  const [olds, news] = [servingByName(old, kind), servingByName(now, kind)];
  return [...new Set([...olds.keys(), ...news.keys()])].filter((name) => {
    const [was, is] = [olds.get(name), news.get(name)];
    if (was === undefined || is === undefined) return true;
    if (same(was, is)) return false;
    // What of a route configuration differs is looked at virtual host by virtual host.
    return kind === "route_configuration" || (printOfResource(was) !== printOfResource(is) && !saysTheSame(was, is));
  });
}

/** Do two resources of a kind say the same to Envoy, whatever the order of lists that have none? What nests too deep to tell does not. */
export function saysTheSame(was: Resource, is: Resource): boolean {
  const type = { kind: "message", type: messageTypeOf(was.kind) } as const;
  const [before, after] = [readResource(was).value, readResource(is).value];
  return !isTooDeep(before) && !isTooDeep(after) && fingerprint(type, before) === fingerprint(type, after);
}

const printOfResource = (resource: Resource): string =>
  resource.kind === "endpoints" ? printOfEndpoints(resource) : printOf(readResource(resource).value);

/** Of endpoints only counts which kinds of them there are: whether one can be dialled, and what its labels ask for. */
function printOfEndpoints(resource: Resource): string {
  const kinds = (decodeEndpoints(resource)?.endpoints ?? []).map(({ health, hostname, metadata }) =>
    printOf({ health, hostname, metadata }),
  );
  return [...new Set(kinds)].sort(byCodePoint).join(" ");
}

/** The clusters whose endpoints come by EDS under one of these names: their own, or the one that they ask for. */
function* clustersOfEndpoints(snapshots: readonly Snapshot[], names: ReadonlySet<string>): Generator<string> {
  if (names.size === 0) return;
  yield* names;
  for (const snapshot of snapshots) {
    for (const resource of snapshot.resources("cluster")) {
      const text = decodeUtf8(resource.bytes());
      if (!/"service_?[nN]ame"/.test(text)) continue;
      const asked = /"service_?[nN]ame"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
      if (asked !== undefined && names.has(String(JSON.parse(asked)))) yield resource.name;
    }
  }
}

const aggregateType = encodeUtf8("clusters.aggregate");

/** Adds the clusters that consist of others of which one has changed; one that is gone has changed itself. */
function addAggregates(snapshot: Snapshot, changed: Set<string>): void {
  if (changed.size === 0) return;
  for (const resource of snapshot.resources("cluster")) {
    if (findBytes(resource.bytes(), aggregateType) < 0 || changed.has(resource.name)) continue;
    if (mentions(resource.json(), (name) => changed.has(name))) changed.add(resource.name);
  }
}

/** What of the proxy itself decides about requests and differs. */
function changedEnvironment(old: Snapshot, now: Snapshot): readonly string[] {
  const [was, is] = [contextOf(old), contextOf(now)];
  const differs = (one: unknown, other: unknown): boolean => printOf(one) !== printOf(other);
  return [
    ...(differs(was.version, is.version) ? ["the version of Envoy"] : []),
    ...(differs(Object.fromEntries(was.runtime), Object.fromEntries(is.runtime)) ? ["the runtime"] : []),
    ...(was.isGateway !== is.isGateway ? ["the kind of proxy"] : []),
    ...(differs(was.configuration.bootstrap?.proxy?.ip, is.configuration.bootstrap?.proxy?.ip) ? ["the proxy's own address"] : []),
  ];
}
