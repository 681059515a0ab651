import type { Configuration } from "../decode/configuration.js";
import type { Address } from "../model/address.js";
import { chainsOf, type Listener } from "../model/listener.js";
import type { SocketEnd } from "../model/request.js";
import type { Route } from "../model/route-configuration.js";
import { type Acceptance, addressText } from "./choose-listener.js";
import { httpFilterTypeOf, typeOfOwn } from "./http-filters/filter-types.js";
import { keysWritten } from "./http-filters/set-filter-state.js";
import type { ManagerFilter } from "./routed-request.js";

const setFilterStateType = typeOfOwn("set_filter_state");

/**
 * The internal listener that takes a connection which comes within a tunnel: where one listener ends CONNECT requests (HBONE, as a
 * waypoint's connect_terminate does) and the cluster of that route has an internal listener for an endpoint, what is sent through the
 * tunnel is accepted there, as if dialled at the CONNECT's authority, which a filter hands on as filter state. undefined where the dump has no such way, or leads several ways.
 */
export function acceptTunnelled(configuration: Configuration, destination: SocketEnd): Acceptance | undefined {
  const ways = configuration.listeners.flatMap((outer) =>
    outer.bindToPort ? internalListenersBehind(configuration, outer).map((inner) => ({ outer, inner })) : [],
  );
  const [way, ...others] = ways;
  if (way === undefined || others.some(({ inner }) => inner !== way.inner)) return undefined;
  const { outer, inner } = way;
  const authority = `${destination.ip.includes(":") ? `[${destination.ip}]` : destination.ip}:${destination.port}`;
  const because = `comes through a tunnel: ${outer.name} (${addressText(outer)}) ends a CONNECT to ${authority} and leads here`;
  return { listener: inner, redirected: false, because };
}

function internalListenersBehind(configuration: Configuration, outer: Listener): readonly Listener[] {
  const names = chainsOf(outer)
    .flatMap(({ filters }) => filters)
    .flatMap(({ terminal }) =>
      terminal?.kind === "http_connection_manager" && handsOnAddress(terminal) ? routesOf(configuration, terminal) : [],
    )
    .filter((route) => route.message.match?.connect_matcher !== undefined && endsTunnel(route))
    .flatMap((route) => addressesOf(configuration, route.message.route?.cluster ?? ""))
    .flatMap((address) => (address.kind === "internal" ? [address.name] : []));
  return configuration.listeners.filter((listener) => listener.message.internal_listener !== undefined && names.includes(listener.name));
}

function routesOf(configuration: Configuration, { routes }: ManagerFilter): readonly Route[] {
  const found =
    routes.kind === "inline" ? routes.configuration : routes.kind === "rds" ? configuration.routeConfiguration(routes.name) : null;
  return (found?.virtualHosts ?? []).flatMap((virtualHost) => virtualHost.routes);
}

/** Is the address to be dialled written where the original_dst filter of an internal listener reads it? */
function handsOnAddress({ httpFilters }: ManagerFilter): boolean {
  return httpFilters.some(
    (filter) =>
      httpFilterTypeOf(filter) === setFilterStateType && keysWritten(filter).includes("envoy.filters.listener.original_dst.local_ip"),
  );
}

/** Does the route take the payload out of a CONNECT (connect_config), in place of passing the CONNECT on? */
export function endsTunnel(route: Route): boolean {
  const own = route.message.route?.upgrade_configs?.find(({ upgrade_type: type }) => type?.toUpperCase() === "CONNECT");
  return own?.connect_config !== undefined && own.enabled !== false;
}

function addressesOf(configuration: Configuration, name: string): readonly Address[] {
  const cluster = configuration.cluster(name);
  const endpoints = cluster === undefined ? [] : (configuration.endpoints(cluster)?.endpoints ?? []);
  return endpoints.flatMap(({ address }) => address ?? []);
}
