import type {
  RouteConfiguration as RouteConfigurationMessage,
  Route as RouteMessage,
  VirtualHost as VirtualHostMessage,
} from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import type { Route, RouteConfiguration, VirtualHost } from "../model/route-configuration.js";
import type { Resource } from "../model/snapshot.js";
import type { FieldChoice } from "../proto/read-message.js";
import { decodeAs } from "./decode-resource.js";

/**
 * A route configuration resource as a typed model; null where the file holds another type in its place.
 *
 * @param chosen the fields of its message that are read; all where absent
 */
export function decodeRouteConfiguration(resource: Resource, chosen?: FieldChoice): RouteConfiguration | null {
  const message = decodeAs(resource, "envoy.config.route.v3.RouteConfiguration", chosen);
  return message === null ? null : decodeRouteConfigurationMessage(message);
}

/** The same of a message that stands inside a listener. */
export function decodeRouteConfigurationMessage(message: RouteConfigurationMessage): RouteConfiguration {
  return {
    name: message.name ?? "",
    at: placeOf(message),
    virtualHosts: (message.virtual_hosts ?? []).map(decodeVirtualHost),
    message,
  };
}

function decodeVirtualHost(message: VirtualHostMessage, index: number): VirtualHost {
  return {
    name: message.name ?? "",
    index,
    at: placeOf(message),
    domains: message.domains ?? [],
    routes: (message.routes ?? []).map(decodeRoute),
    message,
  };
}

/** A route of a virtual host, or of a matcher tree's action. */
export function decodeRoute(message: RouteMessage, index: number): Route {
  return { name: message.name ?? null, index, at: placeOf(message), action: actionOf(message), message };
}

const actions = ["route", "redirect", "direct_response", "non_forwarding_action", "filter_action"] as const;

const actionOf = (message: RouteMessage): Route["action"] => actions.find((action) => message[action] !== undefined) ?? null;
