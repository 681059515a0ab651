import { decodeRouteConfigurationMessage } from "../decode/decode-route-configuration.js";
import { placeOf } from "../model/proto-json.js";
import type { RouteConfiguration } from "../model/route-configuration.js";
import { chooseScope } from "./choose-scope.js";
import type { Explanation } from "./explanation.js";
import type { ArrivedConnection } from "./findings.js";
import type { ReceivedRequest } from "./reception.js";
import type { ManagerFilter } from "./routed-request.js";

/** The route configuration of a request as far as the dump has it, and how an explanation shows it. */
export interface FoundRoutes {
  readonly configuration: RouteConfiguration | null;
  readonly found: Explanation["routeConfiguration"];
}

/** The route configuration that a connection manager looks in: inline, by RDS, or that of the request's scope. */
export function findRouteConfiguration(arrived: ArrivedConnection, { routes }: ManagerFilter, received: ReceivedRequest): FoundRoutes {
  const { context, journal } = arrived;
  switch (routes.kind) {
    case "inline":
      return inlineRoutes(arrived, routes.configuration, "inline");
    case "rds":
      return discoveredRoutes(arrived, routes.name, "rds", routes.at);
    case "scoped": {
      const scopes = routes.routes.scoped_route_configurations_list?.scoped_route_configurations ?? context.configuration.scopes;
      const { key, scope } = chooseScope(routes.routes, scopes, received.headers);
      if (scope === undefined) {
        journal.decide("route configuration", "none", `no scope of ${routes.name} has the key ${key}`, routes.at);
        return { configuration: null, found: null };
      }
      if (scope.route_configuration !== undefined) {
        return inlineRoutes(arrived, decodeRouteConfigurationMessage(scope.route_configuration), "scoped");
      }
      return discoveredRoutes(arrived, scope.route_configuration_name ?? "", "scoped", placeOf(scope));
    }
    case "none":
      return { configuration: null, found: null };
  }
}

function inlineRoutes({ journal }: ArrivedConnection, configuration: RouteConfiguration, source: "inline" | "scoped"): FoundRoutes {
  journal.decide(
    "route configuration",
    configuration.name,
    source === "inline" ? "inline in the connection manager" : "of the request's scope",
    configuration.at,
  );
  return { configuration, found: { name: configuration.name, source, at: configuration.at } };
}

function discoveredRoutes({ context, journal }: ArrivedConnection, name: string, source: "rds" | "scoped", at: string): FoundRoutes {
  const { configuration: dump } = context;
  const configuration = dump.routeConfiguration(name) ?? null;
  if (configuration !== null) {
    journal.decide("route configuration", name, source === "rds" ? "by RDS" : "by RDS, of the request's scope", configuration.at);
    return { configuration, found: { name, source, at: configuration.at } };
  }
  const taken = dump.snapshot.sections.some((section) => section.name === "routes");
  journal.decide("route configuration", "none", taken ? `RDS has not delivered ${name}` : "the dump has no routes section", at);
  if (!taken) {
    journal.leaveOpen({
      code: "routes-not-in-dump",
      at,
      message: `route configuration ${name} comes by RDS, and the dump has no routes section`,
      decidedBy: "a dump with its RoutesConfigDump",
    });
  }
  return { configuration, found: { name, source, at } };
}
