import { goesOn, type HttpFilterDecision, type HttpFilterInput, leavesOpen } from "./http-filter.js";

const changingMethods: ReadonlySet<string> = new Set(["POST", "PUT", "DELETE", "PATCH"]);

/** The CSRF filter (envoy.extensions.filters.http.csrf.v3): 403 for a changing request from another origin. */
export function csrf({ filter, received }: HttpFilterInput): HttpFilterDecision {
  if (!changingMethods.has(received.method)) return goesOn();
  const may = `it denies a ${received.method} whose origin is neither the host nor listed with 403 (csrf_origin_mismatch)`;
  return { does: "continues", because: "", open: leavesOpen(filter, "filter-not-modelled", may, "its policy and the Origin header") };
}
