import type { MessageTypes } from "../../generated/messages.js";
import type { RuntimeValues } from "../../match/behaviour.js";
import { fractionInEffect } from "../../match/fraction.js";
import { unpack } from "../../model/proto-json.js";
import { goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen } from "./http-filter.js";
import { untypedField } from "./untyped-field.js";

const type = "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz";

/** The ext_authz filter (envoy.extensions.filters.http.ext_authz.v3): its service decides, unless it is off for the route or altogether. */
export function extAuthz({ filter, perRoute, matched }: HttpFilterInput): HttpFilterDecision {
  if (untypedField(perRoute, "disabled") === true) return goesOn("switched off for this route");
  const settings: MessageTypes[typeof type] = unpack(filter.config ?? undefined, type) ?? {};
  const enabled = settings.filter_enabled;
  if (
    enabled !== undefined &&
    fractionInEffect(enabled, matched.runtime)?.numerator === 0 &&
    !deniesWhenOff(settings.deny_at_disable, matched.runtime)
  ) {
    return goesOn("its filter_enabled is 0%");
  }
  const onFailure = settings.failure_mode_allow === true ? "" : " and where its service fails";
  const reroute = settings.clear_route_cache === true ? ", or have the route chosen again" : "";
  const may = `its service may deny the request (UAEX ext_authz_denied; 403 unless it says otherwise)${onFailure}, and may change headers${reroute}`;
  const decidedBy = "the authorization service";
  const state = { because: `HTTP filter ${filter.name} may have written it`, decidedBy };
  return { does: "continues", because: "", open: leavesOpen(filter, "filter-not-modelled", may, decidedBy), changes: { state } };
}

/** What is set at run time goes before the default; a flag that is not understood may deny. */
function deniesWhenOff(
  flag: { readonly default_value?: boolean; readonly runtime_key?: string } | undefined,
  runtime: RuntimeValues,
): boolean {
  const value = runtime.get(flag?.runtime_key ?? "");
  return value === undefined ? flag?.default_value === true : value !== false && value !== "false";
}
