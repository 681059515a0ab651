import type { Route, RouteConfiguration, VirtualHost } from "../../model/route-configuration.js";
import type { Surroundings } from "../../witness/criterion.js";
import { shadowedRoutes } from "../../witness/shadowed-routes.js";
import { describeBoth } from "./class-words.js";
import { printOf } from "./mentions.js";
import type { DeadRoute, RevivedRoute } from "./traffic-difference.js";

/** Collects the routes that no request reaches any more, and those that came alive. */
export class DeadRoutes {
  readonly #unreachable = new Map<string, DeadRoute>();
  readonly #revived = new Map<string, RevivedRoute>();

  get unreachable(): readonly DeadRoute[] {
    return [...this.#unreachable.values()];
  }

  get revived(): readonly RevivedRoute[] {
    return [...this.#revived.values()];
  }

  /** Routes that died or came alive between two virtual hosts. */
  find(
    oldHost: VirtualHost,
    newHost: VirtualHost,
    oldRoutes: RouteConfiguration | null,
    newRoutes: RouteConfiguration | null,
    before: Surroundings,
    after: Surroundings,
  ): void {
    const print = (route: Route): string => `${route.name ?? ""} ${printOf(route.message.match ?? {})}`;
    const text = (route: Route): string => route.name ?? describeBoth(route.message.match, undefined);
    const [was, is] = [shadowedRoutes(oldHost.routes, before), shadowedRoutes(newHost.routes, after)];
    const [dead, deadNow] = [new Set(was.map(({ route }) => print(route))), new Set(is.map(({ route }) => print(route)))];
    for (const { route, by } of is) {
      if (dead.has(print(route))) continue;
      const entry = { routeConfiguration: newRoutes?.name ?? "", virtualHost: newHost.name, route: text(route), at: route.at };
      this.#unreachable.set(route.at, { ...entry, since: "new", by: by.map(text) });
    }
    for (const route of newHost.routes) {
      if (!dead.has(print(route)) || deadNow.has(print(route))) continue;
      this.#revived.set(route.at, {
        routeConfiguration: oldRoutes?.name ?? "",
        virtualHost: newHost.name,
        route: text(route),
        at: route.at,
        until: "new",
      });
    }
  }
}
