import type { HttpFilter } from "../../model/filter-chain.js";
import { type Json, member } from "../../util/json.js";
import { goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen } from "./http-filter.js";
import { untypedField } from "./untyped-field.js";

/** The keys of the filter state that the filter writes for every request. */
export function keysWritten({ config }: HttpFilter): readonly string[] {
  const values = untypedField(config, "on_request_headers");
  return Array.isArray(values)
    ? values.map((value: Json) => String(member(value, "object_key") ?? member(value, "factory_key") ?? ""))
    : [];
}

/**
 * The set_filter_state filter (envoy.extensions.filters.http.set_filter_state.v3): writes filter state, from which routing, RBAC and
 * ORIGINAL_DST clusters may read. It has the route chosen again only where `clear_route_cache` says so.
 */
export function setFilterState({ filter }: HttpFilterInput): HttpFilterDecision {
  const keys = keysWritten(filter);
  if (keys.length === 0) return goesOn();
  const because = `writes filter state ${keys.join(", ")}`;
  const changes = { state: { because: `HTTP filter ${filter.name} ${because}`, decidedBy: "the value that it writes" } };
  const dials = keys.find(
    (key) => key === "envoy.network.transport_socket.original_dst_address" || key === "envoy.network.upstream_server_name",
  );
  const reroutes = untypedField(filter.config, "clear_route_cache") === true;
  if (dials === undefined && !reroutes) return { does: "continues", because, changes };
  const may = `it ${because}${dials === undefined ? "" : ", which decides on the address or the server name upstream"}${reroutes ? ", and has the route chosen again" : ""}`;
  return { does: "continues", because: "", open: leavesOpen(filter, "filter-not-modelled", may, "the value that it writes"), changes };
}
