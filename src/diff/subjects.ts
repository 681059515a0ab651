import { messageNameIn } from "../model/proto-json.js";
import { isJsonObject, type Json, type JsonObject, member } from "../util/json.js";
import { pointTo } from "../util/json-pointer.js";

/** A message that a reader counts changes by. */
export interface Subject {
  readonly one: string;
  readonly many: string;
  /** The fields that hold such messages, in both spellings; [] where an Any does. */
  readonly fields: readonly string[];
}

const subject = (one: string, many: string, ...fields: readonly string[]): Subject => ({ one, many, fields });

/** By full message name. */
export const subjects: Readonly<Record<string, Subject>> = {
  "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy": subject("TCP proxy", "TCP proxies"),
  "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager": subject(
    "HTTP connection manager",
    "HTTP connection managers",
  ),
  "envoy.config.listener.v3.FilterChain": subject(
    ...(["filter chain", "filter chains"] as const),
    ...["filter_chains", "filterChains", "default_filter_chain", "defaultFilterChain"],
  ),
  "envoy.config.listener.v3.Listener": subject("listener", "listeners"),
  "envoy.config.route.v3.Route": subject("route", "routes", "routes"),
  "envoy.config.route.v3.VirtualHost": subject("virtual host", "virtual hosts", "virtual_hosts", "virtualHosts"),
  "envoy.config.route.v3.RouteConfiguration": subject("route configuration", "route configurations", "route_config", "routeConfig"),
  "envoy.config.cluster.v3.Cluster": subject("cluster", "clusters"),
  "envoy.config.endpoint.v3.ClusterLoadAssignment": subject(
    ...(["cluster's endpoints", "clusters' endpoints"] as const),
    ...["load_assignment", "loadAssignment"],
  ),
};

/**
 * The pointers of the messages of a subject's type in a resource as it stands in the file: counting must not cost the decoding of
 * every resource.
 *
 * @param resourceType full message name of the resource itself
 * @param at the resource's pointer
 */
export function findSubjects(wanted: string, resourceType: string, json: JsonObject, at: string): readonly string[] {
  const fields = subjects[wanted]?.fields ?? [];
  const found: string[] = resourceType === wanted ? [at] : [];
  const visit = (value: Json, here: string): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, pointTo(here, index));
      return;
    }
    if (!isJsonObject(value)) return;
    if (here !== at && nameIn(member(value, "@type")) === wanted) found.push(here);
    if (nameIn(member(value, "type_url") ?? member(value, "typeUrl")) === wanted) found.push(pointTo(here, "value"));
    for (const key of Object.keys(value)) {
      const inner = value[key] ?? null;
      if (typeof inner !== "object" || inner === null) continue;
      const innerAt = pointTo(here, key);
      if (fields.includes(key)) found.push(...(Array.isArray(inner) ? inner.map((_, index) => pointTo(innerAt, index)) : [innerAt]));
      visit(inner, innerAt);
    }
  };
  visit(json, at);
  return found;
}

const nameIn = (url: Json | undefined): string | undefined => (typeof url === "string" ? messageNameIn(url) : undefined);
