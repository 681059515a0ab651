import type { DataSource, MessageTypes } from "../../generated/messages.js";
import { unpack } from "../../model/proto-json.js";
import { goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen, notModelled } from "./http-filter.js";

type Lua = MessageTypes["envoy.extensions.filters.http.lua.v3.Lua"];

/**
 * The Lua filter (envoy.extensions.filters.http.lua.v3): its script may do anything to a request. Touching a header has the route chosen
 * again, unless `clear_route_cache` is false and the script does not ask for it. A route may name another script, or turn it off.
 */
export function lua({ filter, perRoute }: HttpFilterInput): HttpFilterDecision {
  const own = perRoute === undefined ? undefined : unpack(perRoute, "envoy.extensions.filters.http.lua.v3.LuaPerRoute");
  if (perRoute !== undefined && own === undefined) return notModelled(filter);
  if (own?.disabled === true) return goesOn("switched off for this route");
  const settings: Lua = unpack(filter.config ?? undefined, "envoy.extensions.filters.http.lua.v3.Lua") ?? {};
  const script = scriptOf(settings, own?.name, own?.source_code);
  if (script === null) return goesOn();
  if (script !== undefined && !script.includes("envoy_on_request")) return goesOn("its script looks at responses alone");
  const reroutes = settings.clear_route_cache !== false || script === undefined || script.includes("clearRouteCache");
  const may = `its script may answer the request (lua_response) or change its headers${reroutes ? ", and the route is chosen again once it touches one" : ""}`;
  const decidedBy = "the script";
  const state = { because: `HTTP filter ${filter.name} may have written it`, decidedBy };
  return { does: "continues", because: "", open: leavesOpen(filter, "filter-not-modelled", may, decidedBy), changes: { state } };
}

/** The script that runs for the route: null for none, undefined for one whose text is not in the dump. */
function scriptOf(settings: Lua, name: string | undefined, source: DataSource | undefined): string | null | undefined {
  if (source !== undefined) return source.inline_string;
  if (name !== undefined && name !== "") {
    const named = settings.source_codes ?? {};
    const found = Object.hasOwn(named, name) ? named[name] : undefined;
    return found === undefined ? null : found.inline_string;
  }
  if (settings.default_source_code !== undefined) return settings.default_source_code.inline_string;
  return settings.inline_code === undefined || settings.inline_code === "" ? null : settings.inline_code;
}
