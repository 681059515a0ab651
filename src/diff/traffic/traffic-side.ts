import { decodeRouteConfigurationMessage } from "../../decode/decode-route-configuration.js";
import { chooseScope } from "../../explain/choose-scope.js";
import { contextOf, type ExplainContext } from "../../explain/context.js";
import type { Explanation } from "../../explain/explanation.js";
import { requestHeaders } from "../../match/request-headers.js";
import type { FilterChain, TerminalFilter } from "../../model/filter-chain.js";
import { chainsOf, type Listener } from "../../model/listener.js";
import type { Request } from "../../model/request.js";
import type { RouteConfiguration, VirtualHost } from "../../model/route-configuration.js";
import type { Snapshot } from "../../model/snapshot.js";

/** One of the two snapshots: finds the models that an explanation speaks of. */
export class TrafficSide {
  readonly context: ExplainContext;
  readonly #byPlace: Map<string, Listener>;

  constructor(readonly snapshot: Snapshot) {
    this.context = contextOf(snapshot);
    this.#byPlace = new Map(this.listeners.map((listener) => [listener.at, listener]));
  }

  get listeners(): readonly Listener[] {
    return this.context.configuration.listeners;
  }

  listenerOf({ listener }: Explanation): Listener | null {
    return listener === null ? null : (this.#byPlace.get(listener.at) ?? null);
  }

  chainOf(explanation: Explanation): FilterChain | null {
    const found = this.listenerOf(explanation);
    const { filterChain } = explanation;
    if (found === null || filterChain === null) return null;
    return chainsOf(found).find(({ index }) => index === (filterChain.default ? -1 : filterChain.index)) ?? null;
  }

  managerOf(explanation: Explanation): Manager | null {
    const terminal = this.chainOf(explanation)?.filters.find((filter) => filter.terminal !== null)?.terminal ?? null;
    return terminal?.kind === "http_connection_manager" ? terminal : null;
  }

  /** The route configuration in which an HTTP request is looked up. */
  routesOf(explanation: Explanation, request: Request): RouteConfiguration | null {
    const routes = this.managerOf(explanation)?.routes;
    const { configuration } = this.context;
    switch (routes?.kind) {
      case "inline":
        return routes.configuration;
      case "rds":
        return configuration.routeConfiguration(routes.name) ?? null;
      case "scoped": {
        const scopes = routes.routes.scoped_route_configurations_list?.scoped_route_configurations ?? configuration.scopes;
        const { http } = request;
        const lines = Object.entries(http?.headers ?? {}).flatMap(([name, values]) => values.map((value) => [name, value] as const));
        const authority = http?.authority === undefined ? [] : [[":authority", http.authority] as const];
        const { scope } = chooseScope(routes.routes, scopes, requestHeaders([...authority, ...lines], http?.version ?? "http/1.1"));
        if (scope?.route_configuration !== undefined) return decodeRouteConfigurationMessage(scope.route_configuration);
        return configuration.routeConfiguration(scope?.route_configuration_name ?? "") ?? null;
      }
      default:
        return null;
    }
  }
}

export type Manager = TerminalFilter & { readonly kind: "http_connection_manager" };

/** The virtual host that an explanation names. */
export const virtualHostOf = (routes: RouteConfiguration | null, { virtualHost }: Explanation): VirtualHost | null =>
  virtualHost === null ? null : (routes?.virtualHosts.find(({ at }) => at === virtualHost.at) ?? null);
