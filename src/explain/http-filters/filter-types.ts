import type { HttpFilter } from "../../model/filter-chain.js";
import { messageNameOf, unpack } from "../../model/proto-json.js";

/** The types of configuration of Envoy's own HTTP filters, by the last part of their well-known names. */
const messages = {
  adaptive_concurrency: "AdaptiveConcurrency",
  admission_control: "AdmissionControl",
  api_key_auth: "ApiKeyAuth",
  aws_lambda: "Config",
  aws_request_signing: "AwsRequestSigning",
  bandwidth_limit: "BandwidthLimit",
  basic_auth: "BasicAuth",
  buffer: "Buffer",
  cache: "CacheConfig",
  cdn_loop: "CdnLoopConfig",
  composite: "Composite",
  compressor: "Compressor",
  connect_grpc_bridge: "FilterConfig",
  cors: "Cors",
  credential_injector: "CredentialInjector",
  csrf: "CsrfPolicy",
  custom_response: "CustomResponse",
  decompressor: "Decompressor",
  dynamic_forward_proxy: "FilterConfig",
  dynamic_modules: "DynamicModuleFilter",
  ext_authz: "ExtAuthz",
  ext_proc: "ExternalProcessor",
  fault: "HTTPFault",
  gcp_authn: "GcpAuthnFilterConfig",
  golang: "Config",
  grpc_field_extraction: "GrpcFieldExtractionConfig",
  grpc_http1_bridge: "Config",
  grpc_http1_reverse_bridge: "FilterConfig",
  grpc_json_transcoder: "GrpcJsonTranscoder",
  grpc_stats: "FilterConfig",
  grpc_web: "GrpcWeb",
  gzip: "Gzip",
  header_mutation: "HeaderMutation",
  header_to_metadata: "Config",
  health_check: "HealthCheck",
  ip_tagging: "IPTagging",
  json_to_metadata: "JsonToMetadata",
  jwt_authn: "JwtAuthentication",
  kill_request: "KillRequest",
  local_ratelimit: "LocalRateLimit",
  lua: "Lua",
  oauth2: "OAuth2",
  on_demand: "OnDemand",
  original_src: "OriginalSrc",
  rate_limit_quota: "RateLimitQuotaFilterConfig",
  ratelimit: "RateLimit",
  rbac: "RBAC",
  router: "Router",
  set_filter_state: "Config",
  set_metadata: "Config",
  stateful_session: "StatefulSession",
  tap: "Tap",
  thrift_to_metadata: "ThriftToMetadata",
  wasm: "Wasm",
} as const;

/** One of Envoy's own HTTP filters, by the last part of its well-known name. */
export type OwnFilter = keyof typeof messages;

const isOwn = (name: string): name is OwnFilter => Object.hasOwn(messages, name);

/** The full name of a filter's type of configuration. */
export const typeOfOwn = (name: OwnFilter): string => `envoy.extensions.filters.http.${name}.v3.${messages[name]}`;

/** The type of a filter's configuration; by its well-known name where it has none, and by its own name where that is not known. */
export function httpFilterTypeOf(filter: HttpFilter): string {
  const config = filter.config ?? undefined;
  const wrapped = unpack(config, "udpa.type.v1.TypedStruct") ?? unpack(config, "xds.type.v3.TypedStruct");
  if (wrapped?.type_url !== undefined) return messageNameOf({ "@type": wrapped.type_url });
  if (filter.type !== null) return filter.type;
  const short = filter.name.replace(/^envoy\.(filters\.http\.)?/, "");
  return isOwn(short) ? typeOfOwn(short) : filter.name;
}
