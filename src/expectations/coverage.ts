import { configurationOf } from "../decode/configuration.js";
import { decodeRouteConfiguration } from "../decode/decode-route-configuration.js";
import type { Explanation } from "../explain/explanation.js";
import { chainsOf } from "../model/listener.js";
import type { RouteConfiguration } from "../model/route-configuration.js";
import type { Snapshot } from "../model/snapshot.js";

/** How much of what serves in a dump the requests of the expectations came through. */
export interface Coverage {
  readonly routeConfigurations: Covered<UntouchedRouteConfiguration>;
  readonly virtualHosts: Covered<UntouchedVirtualHost>;
  readonly routes: Covered<UntouchedRoute>;
  readonly listeners: Covered<UntouchedListener>;
  readonly filterChains: Covered<UntouchedFilterChain>;
  /** The least percentage of routes that was demanded; null: none. */
  readonly failUnder: number | null;
  /** Is it reached? */
  readonly reached: boolean;
}

export interface Covered<Untouched> {
  readonly touched: number;
  readonly total: number;
  /** Rounded down to a tenth, so that 100 means all; null where there is none to touch. */
  readonly percent: number | null;
  /** In the order of the file. */
  readonly untouched: readonly Untouched[];
}

export interface UntouchedRouteConfiguration {
  readonly routeConfiguration: string;
  readonly at: string;
}
export interface UntouchedVirtualHost extends UntouchedRouteConfiguration {
  readonly virtualHost: string;
}
export interface UntouchedRoute extends UntouchedVirtualHost {
  readonly route: string | null;
  /** 0-based, in its virtual host. */
  readonly index: number;
}
export interface UntouchedListener {
  readonly listener: string;
  readonly at: string;
}
export interface UntouchedFilterChain extends UntouchedListener {
  readonly filterChain: string | null;
  /** 0-based; -1 for the default one. */
  readonly index: number;
}

/**
 * Counts what the explanations name among what serves: the active route configurations and those inside listeners, the static and
 * active listeners. Routes inside a virtual host's matcher are no part of the count.
 */
export function measureCoverage(snapshot: Snapshot, explanations: Iterable<Explanation>, failUnder: number | null): Coverage {
  const { listeners } = configurationOf(snapshot);
  const configurations = routeConfigurationsOf(snapshot);
  const touched = new Set<string>();
  for (const { listener, filterChain, routeConfiguration, virtualHost, route } of explanations) {
    for (const part of [listener, filterChain, routeConfiguration, virtualHost, route]) if (part !== null) touched.add(part.at);
  }
  const cover = <Part extends { readonly at: string }>(parts: readonly Part[]): Covered<Part> => {
    const untouched = parts.filter(({ at }) => !touched.has(at));
    const total = parts.length;
    const count = total - untouched.length;
    return { touched: count, total, percent: total === 0 ? null : Math.floor((count * 1000) / total) / 10, untouched };
  };
  const hosts = configurations.flatMap(({ name, virtualHosts }) => virtualHosts.map((host) => ({ routeConfiguration: name, host })));
  const routes = cover(
    hosts.flatMap(({ routeConfiguration, host }) =>
      host.routes.map(({ name, index, at }) => ({ routeConfiguration, virtualHost: host.name, route: name, index, at })),
    ),
  );
  return {
    routeConfigurations: cover(configurations.map(({ name, at }) => ({ routeConfiguration: name, at }))),
    virtualHosts: cover(hosts.map(({ routeConfiguration, host }) => ({ routeConfiguration, virtualHost: host.name, at: host.at }))),
    routes,
    listeners: cover(listeners.map(({ name, at }) => ({ listener: name, at }))),
    filterChains: cover(
      listeners.flatMap((listener) =>
        chainsOf(listener).map(({ name, index, at }) => ({ listener: listener.name, filterChain: name, index, at })),
      ),
    ),
    failUnder,
    reached: failUnder === null || routes.touched * 100 >= routes.total * failUnder,
  };
}

/** The route configurations that serve: those that RDS has delivered, then those inside listeners. */
function routeConfigurationsOf(snapshot: Snapshot): readonly RouteConfiguration[] {
  const delivered = snapshot
    .resources("route_configuration")
    .filter(({ state }) => state === "active")
    .flatMap((resource) => decodeRouteConfiguration(resource) ?? []);
  const inline = configurationOf(snapshot).listeners.flatMap((listener) =>
    chainsOf(listener).flatMap(({ filters }) =>
      filters.flatMap(({ terminal }) =>
        terminal?.kind === "http_connection_manager" && terminal.routes.kind === "inline" ? [terminal.routes.configuration] : [],
      ),
    ),
  );
  return [...delivered, ...inline];
}
