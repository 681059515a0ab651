import { buffer } from "./buffer.js";
import { cors } from "./cors.js";
import { csrf } from "./csrf.js";
import { extAuthz } from "./ext-authz.js";
import { fault } from "./fault.js";
import { type OwnFilter, typeOfOwn } from "./filter-types.js";
import { headerMutation } from "./header-mutation.js";
import type { HttpFilterModel } from "./http-filter.js";
import { jwtAuthn } from "./jwt-authn.js";
import { localRatelimit } from "./local-ratelimit.js";
import { lua } from "./lua.js";
import { metadataWriter } from "./metadata-writer.js";
import { onDemand } from "./on-demand.js";
import { openHttpFilters } from "./open-filters.js";
import { ratelimit } from "./ratelimit.js";
import { rbac } from "./rbac.js";
import { setFilterState } from "./set-filter-state.js";
import { wasm } from "./wasm.js";

const own: readonly (readonly [OwnFilter, HttpFilterModel])[] = [
  ["buffer", buffer],
  ["cors", cors],
  ["csrf", csrf],
  ["ext_authz", extAuthz],
  ["fault", fault],
  ["header_mutation", headerMutation],
  ["header_to_metadata", metadataWriter],
  ["jwt_authn", jwtAuthn],
  ["local_ratelimit", localRatelimit],
  ["lua", lua],
  ["on_demand", onDemand],
  ["ratelimit", ratelimit],
  ["rbac", rbac],
  ["set_filter_state", setFilterState],
  ["set_metadata", metadataWriter],
  ["wasm", wasm],
];

/** Istio's request authentication of older releases: it writes who the caller is, and under Istio's own settings refuses nobody. */
const istioAuthn = ["istio.envoy.config.filter.http.authn.v2alpha1.FilterConfig", "istio_authn"];

/** The HTTP filters whose decisions are modelled, by the type of their configuration. */
export const httpFilterModels: ReadonlyMap<string, HttpFilterModel> = new Map([
  ...openHttpFilters,
  ...own.map(([name, model]) => [typeOfOwn(name), model] as const),
  ...istioAuthn.map((type) => [type, metadataWriter] as const),
]);
