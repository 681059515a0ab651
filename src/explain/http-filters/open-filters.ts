import type { UncertainCode } from "../explanation.js";
import { type OwnFilter, typeOfOwn } from "./filter-types.js";
import { type HttpFilterModel, leavesOpen } from "./http-filter.js";

interface OpenFilter {
  readonly may: string;
  readonly decidedBy: string;
  readonly code?: UncertainCode;
  /** Writes nothing that later filters ask about. */
  readonly writesNothing?: true;
}

const reroute = "have the route chosen again";

/** HTTP filters whose doings depend on what neither dump nor request hold, with exactly what they may do. */
const filters = {
  adaptive_concurrency: {
    may: "it may answer 503 beyond the concurrency that it allows",
    decidedBy: "the load",
    code: "state",
    writesNothing: true,
  },
  admission_control: {
    may: "it may answer 503 while too few requests succeed",
    decidedBy: "the latest success rate",
    code: "state",
    writesNothing: true,
  },
  api_key_auth: { may: "it answers 401 to a request without a key that it knows", decidedBy: "the keys" },
  aws_lambda: { may: "it turns the request into a call of a Lambda function and may answer it", decidedBy: "the filter's own rules" },
  basic_auth: { may: "it answers 401 to a request without credentials that it knows", decidedBy: "the credentials" },
  cache: { may: "it may answer from its cache (RFCF)", decidedBy: "what is cached", code: "state", writesNothing: true },
  cdn_loop: { may: "it answers 502 to a request that has passed here too often", decidedBy: "the CDN-Loop header", writesNothing: true },
  composite: {
    may: `it runs another filter, which may answer the request, change it or ${reroute}`,
    decidedBy: "the filter that its matcher picks",
  },
  credential_injector: {
    may: "it answers 401 where it has no credential to inject",
    decidedBy: "the credential",
    code: "state",
    writesNothing: true,
  },
  dynamic_forward_proxy: {
    may: "it resolves the host and answers 503 (DF) where that fails",
    decidedBy: "DNS",
    code: "dns",
    writesNothing: true,
  },
  dynamic_modules: { may: `it may answer the request, change it or ${reroute}`, decidedBy: "the module" },
  ext_proc: { may: `it may answer the request, change its headers or ${reroute}`, decidedBy: "the external processor" },
  gcp_authn: {
    may: "it asks for a token and may answer where it gets none",
    decidedBy: "the token server",
    code: "state",
    writesNothing: true,
  },
  golang: { may: `it may answer the request, change it or ${reroute}`, decidedBy: "the plugin" },
  grpc_field_extraction: { may: "it may refuse a gRPC request whose fields it can't extract", decidedBy: "the request's body" },
  grpc_http1_reverse_bridge: {
    may: `it turns gRPC requests into plain ones and may ${reroute}`,
    decidedBy: "the filter's own rules",
    writesNothing: true,
  },
  grpc_json_transcoder: { may: `it may turn a JSON request into gRPC and ${reroute}, or refuse it`, decidedBy: "its proto descriptor" },
  health_check: {
    may: "it answers requests to its health path: 200, or 503 while the proxy is failing",
    decidedBy: "its headers and the proxy's state",
    code: "state",
    writesNothing: true,
  },
  ip_tagging: { may: `it tags requests by the client's address and may ${reroute}`, decidedBy: "its tags" },
  json_to_metadata: { may: `it writes metadata from the body and may ${reroute}`, decidedBy: "the request's body" },
  kill_request: {
    may: "it ends Envoy's process where a request asks for that",
    decidedBy: "the request's header and chance",
    code: "random",
    writesNothing: true,
  },
  oauth2: {
    may: "it sends a request without a valid session to the authorization server, or answers 401",
    decidedBy: "the session's cookies",
  },
  rate_limit_quota: { may: "it may answer 429", decidedBy: "the quota server", code: "state", writesNothing: true },
  thrift_to_metadata: { may: `it writes metadata from the body and may ${reroute}`, decidedBy: "the request's body" },
} as const satisfies Partial<Record<OwnFilter, OpenFilter>>;

function modelOf({ may, decidedBy, code = "filter-not-modelled", writesNothing }: OpenFilter): HttpFilterModel {
  return ({ filter }) => ({
    does: "continues",
    because: "",
    open: leavesOpen(filter, code, may, decidedBy),
    ...(writesNothing === true ? {} : { changes: { state: { because: `HTTP filter ${filter.name} may have written it`, decidedBy } } }),
  });
}

/** What may be said of them, by the type of their configuration. */
export const openHttpFilters: readonly (readonly [type: string, model: HttpFilterModel])[] = ownNames(filters).map((name) => [
  typeOfOwn(name),
  modelOf(filters[name]),
]);

function ownNames<Name extends string>(record: Readonly<Record<Name, OpenFilter>>): readonly Name[] {
  const names: Name[] = [];
  for (const name in record) names.push(name);
  return names;
}
