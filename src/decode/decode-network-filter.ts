import type { ConfigListenerFilter, HttpConnectionManager, HttpFilter as HttpFilterMessage } from "../generated/messages.js";
import type { HttpFilter, NetworkFilter, RouteSource, TerminalFilter } from "../model/filter-chain.js";
import { type Any, messageNameOf, placeOf, unpack } from "../model/proto-json.js";
import { decodeRouteConfigurationMessage } from "./decode-route-configuration.js";

/** A network filter with, where it ends the chain, what it ends in. Recognised by the type of its configuration, not by its name. */
export function decodeNetworkFilter(message: ConfigListenerFilter): NetworkFilter {
  const configured = decodeConfigured(message);
  return { ...configured, terminal: configured.config === null ? null : decodeTerminalFilter(configured.config) };
}

function decodeTerminalFilter(config: Any): TerminalFilter | null {
  const manager = unpack(config, "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager");
  if (manager !== undefined) {
    return {
      kind: "http_connection_manager",
      manager,
      routes: decodeRouteSource(manager),
      httpFilters: (manager.http_filters ?? []).map(decodeHttpFilter),
    };
  }
  const proxy = unpack(config, "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy");
  return proxy === undefined ? null : { kind: "tcp_proxy", proxy };
}

function decodeRouteSource(manager: HttpConnectionManager): RouteSource {
  if (manager.rds !== undefined) return { kind: "rds", name: manager.rds.route_config_name ?? "", at: placeOf(manager.rds) };
  if (manager.route_config !== undefined) {
    return { kind: "inline", configuration: decodeRouteConfigurationMessage(manager.route_config), at: placeOf(manager.route_config) };
  }
  const { scoped_routes: scoped } = manager;
  if (scoped !== undefined) return { kind: "scoped", name: scoped.name ?? "", routes: scoped, at: placeOf(scoped) };
  return { kind: "none", at: placeOf(manager) };
}

function decodeHttpFilter(message: HttpFilterMessage): HttpFilter {
  return { ...decodeConfigured(message), disabled: message.disabled ?? false };
}

/** What a filter of either kind has: its own configuration, or one that ECDS delivers under the filter's name. */
function decodeConfigured(message: ConfigListenerFilter | HttpFilterMessage): Omit<NetworkFilter, "terminal"> {
  const config = message.typed_config ?? message.config_discovery?.default_config ?? null;
  return {
    name: message.name ?? "",
    at: placeOf(message),
    type: config === null ? null : messageNameOf(config),
    config,
    discoveredAs: message.config_discovery === undefined ? null : (message.name ?? ""),
  };
}
