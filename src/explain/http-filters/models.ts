import type { HttpFilterModel } from "./run-http-filters.js";

/** The HTTP filters whose decisions are modelled, by the type of their configuration. */
export const httpFilterModels: Readonly<Record<string, HttpFilterModel>> = {};

/**
 * HTTP filters that neither answer a request nor change its route: telemetry, headers for upstream, upstream ALPN.
 * header_mutation and header_to_metadata leave the cached route as it is (measured on 1.40).
 */
export const passiveHttpFilters: ReadonlySet<string> = new Set([
  "envoy.extensions.filters.http.grpc_stats.v3.FilterConfig",
  "envoy.extensions.filters.http.grpc_web.v3.GrpcWeb",
  "envoy.extensions.filters.http.compressor.v3.Compressor",
  "envoy.extensions.filters.http.decompressor.v3.Decompressor",
  "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
  "envoy.extensions.filters.http.header_to_metadata.v3.Config",
  "envoy.extensions.filters.http.set_metadata.v3.Config",
  "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
  "stats.PluginConfig",
  "io.istio.http.peer_metadata.Config",
  "istio.envoy.config.filter.http.authn.v2alpha1.FilterConfig",
  "istio_authn",
  "istio.alpn",
  "istio.stats",
]);
