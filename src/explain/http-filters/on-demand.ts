import { goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen } from "./http-filter.js";

/** The on-demand filter (envoy.extensions.filters.http.on_demand.v3): fetches a virtual host or a cluster that is missing. */
export function onDemand({ filter, route }: HttpFilterInput): HttpFilterDecision {
  const what = route === null ? "the virtual host that is missing" : "the route's cluster, where it is missing";
  const may = `it may have ${what} fetched and the route chosen again`;
  return route === null
    ? { does: "continues", because: "", open: leavesOpen(filter, "routes-not-in-dump", may, "the control plane") }
    : goesOn(may);
}
