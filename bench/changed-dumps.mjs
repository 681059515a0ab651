// A large dump as it may look afterwards: with five changes, and with all of its resources in another order.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes both beside each other, in the layout of Envoy; returns their paths. */
export function writeChangedDumps(folder, path) {
  const changed = JSON.parse(readFileSync(path, "utf8"));
  changeFive(changed);
  const reordered = JSON.parse(readFileSync(path, "utf8"));
  for (const section of reordered.configs) for (const list of Object.values(section)) if (Array.isArray(list)) list.reverse();
  return { changed: write(join(folder, "changed.json"), changed), reordered: write(join(folder, "reordered.json"), reordered) };
}

function write(path, dump) {
  writeFileSync(path, JSON.stringify(dump, null, 1));
  return path;
}

/** A timeout, a balancer, a buffer, a route in the largest table, and a weight: each in the middle of its section. */
function changeFive({ configs }) {
  const entries = (section, list) => configs.find((config) => config["@type"].endsWith(`.${section}`))?.[list] ?? [];
  const middle = (list, share) => list[Math.floor(list.length * share)];
  const clusters = entries("ClustersConfigDump", "dynamic_active_clusters");
  const tables = entries("RoutesConfigDump", "dynamic_route_configs").map((entry) => entry.route_config);
  const largest = tables.toSorted((a, b) => b.virtual_hosts.length - a.virtual_hosts.length)[0];
  const endpoints = entries("EndpointsConfigDump", "dynamic_endpoint_configs").filter((entry) => entry.endpoint_config.endpoints?.length);
  middle(clusters, 0.5).cluster.connect_timeout = "3.5s";
  middle(clusters, 0.7).cluster.lb_policy = "RANDOM";
  middle(entries("ListenersConfigDump", "dynamic_listeners"), 0.5).active_state.listener.per_connection_buffer_limit_bytes = 4242;
  if (largest !== undefined) middle(largest.virtual_hosts, 0.5).routes[0].route.timeout = "7s";
  if (endpoints.length > 0) middle(endpoints, 0.6).endpoint_config.endpoints[0].lb_endpoints[0].load_balancing_weight = 77;
}
