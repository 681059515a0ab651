import { type OwnFilter, typeOfOwn } from "./filter-types.js";

/** They compress, count, delay, sign or translate, and leave the route as it is. */
const own: readonly OwnFilter[] = [
  ...(["aws_request_signing", "bandwidth_limit", "compressor", "connect_grpc_bridge", "custom_response", "decompressor"] as const),
  ...(["grpc_http1_bridge", "grpc_stats", "grpc_web", "gzip", "original_src", "stateful_session", "tap"] as const),
];

/**
 * HTTP filters that neither answer a request nor change its route, nor write anything that a later filter asks about, by the type of
 * their configuration: telemetry, encodings, upstream ALPN.
 */
export const passiveHttpFilters: ReadonlySet<string> = new Set([
  ...own.map(typeOfOwn),
  "io.istio.http.peer_metadata.Config",
  "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
  "stats.PluginConfig",
  "stackdriver.config.v1alpha1.PluginConfig",
  // By name, where a dump gives no configuration.
  "istio.alpn",
  "istio.stats",
]);
