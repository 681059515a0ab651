import { goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen } from "./http-filter.js";
import { untypedField } from "./untyped-field.js";

/**
 * The Wasm filter (envoy.extensions.filters.http.wasm.v3): its module may do anything to a request. The null runtime's plugins that older
 * releases of Istio configure (statistics, metadata exchange, access log policy) are compiled in and leave requests as they are.
 */
export function wasm({ filter }: HttpFilterInput): HttpFilterDecision {
  const vm = ["config", "vm_config"] as const;
  const code =
    untypedField(filter.config, ...vm, "code", "local", "inline_string") ??
    untypedField(filter.config, "value", ...vm, "code", "local", "inline_string");
  const runtime = untypedField(filter.config, ...vm, "runtime") ?? untypedField(filter.config, "value", ...vm, "runtime");
  if (runtime === "envoy.wasm.runtime.null" && typeof code === "string" && istioPlugins.has(code)) return goesOn();
  const decidedBy = "the Wasm module";
  const state = { because: `HTTP filter ${filter.name} may have written it`, decidedBy };
  const may = "its module may answer the request, change its headers and have the route chosen again";
  return { does: "continues", because: "", open: leavesOpen(filter, "filter-not-modelled", may, decidedBy), changes: { state } };
}

const istioPlugins: ReadonlySet<string> = new Set([
  "envoy.wasm.stats",
  "envoy.wasm.metadata_exchange",
  "envoy.wasm.access_log_policy",
  "envoy.wasm.attributegen",
  "envoy.wasm.null.stackdriver",
]);
