import { decodeRouteConfiguration } from "../decode/decode-route-configuration.js";
import { describeRouteMatch } from "../match/route-match.js";
import { namesField } from "../model/istio-name.js";
import { placeOf } from "../model/proto-json.js";
import type { Route, RouteConfiguration, VirtualHost } from "../model/route-configuration.js";
import type { Resource, Snapshot } from "../model/snapshot.js";
import type { FieldChoice } from "../proto/read-message.js";
import { istioOrigin, originFields } from "./istio-origin.js";
import { type Listing, makeListing } from "./listing.js";
import { describePathMatch } from "./path-match.js";
import { type ListedState, listState } from "./resource-state.js";
import { destinationFields, destinationOf, type RouteDestination } from "./route-destination.js";

/** A route; or a virtual host without routes, or a route configuration without virtual hosts: then what is missing is null. */
export interface ListedRoute extends ListedState {
  /** The route configuration's name. */
  readonly name: string;
  readonly virtualHost: string | null;
  readonly domains: readonly string[];
  /** The path in istioctl's words. */
  readonly match: string | null;
  readonly virtualService: string | null;
  readonly destination: RouteDestination | null;
  /** Every criterion, the path's included. */
  readonly criteria: string | null;
  /** Which plain HTTP requests the virtual host redirects to https instead: ALL or EXTERNAL_ONLY. */
  readonly requireTls: string | null;
  readonly route: string | null;
  readonly at: string;
  readonly virtualHostAt: string | null;
  readonly routeConfigurationAt: string;
}

export interface RouteFilters {
  readonly name?: string | undefined;
}

/** The routes of a dump's route configurations (RDS and those inside listeners, as far as the dump lists them), in the order in which Envoy tries them. */
export function listRoutes(snapshot: Snapshot, filters: RouteFilters = {}): Listing<"routes", ListedRoute> {
  return makeListing(snapshot, "routes", snapshot.resources("route_configuration").flatMap(listRouteConfiguration), filters, {
    name: { valuesOf: ({ name }) => [name], names: namesField },
  });
}

/** All that the list shows of a route configuration; filters, policies and headers are most of its text. */
const shownFields = {
  name: null,
  virtual_hosts: {
    name: null,
    domains: null,
    require_tls: null,
    matcher: {},
    routes: { name: null, match: null, metadata: originFields, ...destinationFields },
  },
} as const satisfies FieldChoice;

function listRouteConfiguration(resource: Resource): ListedRoute[] {
  const configuration: Pick<RouteConfiguration, "name" | "virtualHosts"> = decodeRouteConfiguration(resource, shownFields) ?? {
    name: resource.name,
    virtualHosts: [],
  };
  const state = listState(resource);
  const row = (virtualHost: VirtualHost | null, columns: RouteColumns): ListedRoute => ({
    name: configuration.name,
    virtualHost: virtualHost?.name ?? null,
    domains: virtualHost?.domains ?? [],
    ...columns,
    requireTls: requirement(virtualHost),
    ...state,
    at: columns.at,
    virtualHostAt: virtualHost?.at ?? null,
    routeConfigurationAt: resource.at,
  });
  if (configuration.virtualHosts.length === 0) return [row(null, { ...noRoute, at: resource.at })];
  return configuration.virtualHosts.flatMap((virtualHost) =>
    virtualHost.routes.length === 0
      ? [row(virtualHost, withoutRoutes(virtualHost))]
      : virtualHost.routes.map((route) => row(virtualHost, listRoute(route))),
  );
}

function requirement(virtualHost: VirtualHost | null): string | null {
  const { require_tls: required = "NONE" } = virtualHost?.message ?? {};
  return required === "NONE" ? null : required;
}

type RouteColumns = Pick<ListedRoute, "match" | "virtualService" | "destination" | "criteria" | "route" | "at">;

const noRoute = { match: null, virtualService: null, destination: null, criteria: null, route: null } as const;

/** A virtual host may choose its routes by a matcher tree in place of a list. */
function withoutRoutes({ message, at }: VirtualHost): RouteColumns {
  return message.matcher === undefined
    ? { ...noRoute, at }
    : { ...noRoute, criteria: "by the virtual host's matcher", at: placeOf(message, "matcher") };
}

function listRoute(route: Route): RouteColumns {
  const match = route.message.match ?? {};
  return {
    match: describePathMatch(match),
    virtualService: istioOrigin(route.message.metadata, "virtual-service"),
    destination: destinationOf(route),
    criteria: describeRouteMatch(match),
    route: route.name,
    at: route.at,
  };
}
