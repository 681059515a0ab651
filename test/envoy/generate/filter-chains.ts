import fc from "fast-check";
import { isJsonObject, type Json, type JsonObject } from "../../../src/util/json.js";
import { authorityCertificate, serverCertificate } from "../certificates.js";
import { proxyProtocolFilter } from "../dress-trial.js";
import { any, byWeight, either, few, message, seldom } from "./draw.js";
import { networkRbac } from "./http-filters.js";
import { chainMatcher } from "./network-matcher.js";

const range = (address_prefix: string, prefix_len?: number): JsonObject => ({
  address_prefix,
  ...(prefix_len === undefined ? {} : { prefix_len }),
});
const destinations = [
  range("10.0.0.0", 8),
  range("10.96.0.0", 16),
  range("10.96.0.11", 32),
  range("192.168.0.0", 16),
  range("fd00::", 8),
  range("127.0.0.1", 32),
  range("10.9.9.9", 8),
  range("0.0.0.0"),
];
const peers = [
  range("10.0.0.0", 8),
  range("10.244.0.0", 16),
  range("192.168.0.0", 16),
  range("127.0.0.0", 8),
  range("fd00::", 8),
  range("203.0.113.9", 32),
];

/** envoy.config.listener.v3.FilterChainMatch; mostly of few criteria. */
const chainMatch = message({
  destination_port: seldom(3, either(80, 443, 9080)),
  prefix_ranges: seldom(3, few(either(...destinations), 2, 1)),
  server_names: seldom(
    4,
    either<Json>(["reviews.example.com"], ["*.example.com"], ["*.com"], ["Ratings.example.com", "reviews.default"], ["mysql"]),
  ),
  transport_protocol: seldom(5, either("tls", "raw_buffer")),
  application_protocols: seldom(
    4,
    either<Json>(["h2", "http/1.1"], ["http/1.1"], ["h2c"], ["http/1.0", "http/1.1", "h2c"], ["istio"], ["h2"]),
  ),
  direct_source_prefix_ranges: seldom(12, few(either(range("127.0.0.0", 8), range("10.0.0.0", 8)), 1, 1)),
  source_type: seldom(6, either("SAME_IP_OR_LOOPBACK", "EXTERNAL")),
  source_prefix_ranges: seldom(5, few(either(...peers), 2, 1)),
  source_ports: seldom(8, either<Json>([40000], [1234, 8080])),
});

const manager = message({
  codec_type: seldom(8, either("HTTP1", "HTTP2", "AUTO")),
  normalize_path: seldom(4, fc.boolean()),
  http_protocol_options: seldom(3, fc.constant({ accept_http_10: true })),
}).map(
  (settings): JsonObject => ({
    name: "http",
    typed_config: any("envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", {
      ...settings,
      route_config: {
        virtual_hosts: [
          {
            domains: ["*"],
            routes: [
              { match: { prefix: "/reviews", tls_context: { presented: true } }, direct_response: { status: 201 } },
              { match: { prefix: "/" }, direct_response: { status: 200 } },
            ],
          },
        ],
      },
      http_filters: [{ name: "router", typed_config: any("envoy.extensions.filters.http.router.v3.Router") }],
    }),
  }),
);

const cluster = either("mysql", "mongo", "empty", "missing", "refused", "unhealthy-no-panic");
const tcpProxy = byWeight<JsonObject>(
  [4, cluster.map((name) => ({ cluster: name }))],
  [
    1,
    fc.tuple(cluster, cluster, either(0, 1)).map(([first, second, weight]) => ({
      weighted_clusters: { clusters: [{ name: first, weight: 10 }, ...(weight === 0 ? [] : [{ name: second, weight: 1 }])] },
    })),
  ],
).map((settings): JsonObject => ({ name: "tcp", typed_config: any("envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy", settings) }));

const sniCluster: JsonObject = { name: "sni-cluster", typed_config: any("envoy.extensions.filters.network.sni_cluster.v3.SniCluster") };

const filters: fc.Arbitrary<JsonObject[]> = byWeight<JsonObject[]>(
  [5, manager.map((one) => [one])],
  [6, tcpProxy.map((one) => [one])],
  [1, tcpProxy.map((one) => [sniCluster, one])],
  // A server that refuses may do so before the client's first bytes are judged, or after.
  [
    2,
    fc
      .tuple(networkRbac, byWeight([1, manager], [1, tcpProxy]))
      .filter(([, last]) => !JSON.stringify(last).includes("refused"))
      .map((both) => [...both]),
  ],
  [1, fc.constant([])],
);

const filterChains = fc
  .tuple(
    fc.uniqueArray(chainMatch, { minLength: 1, maxLength: 6, selector: (match) => JSON.stringify(match) }),
    fc.array(filters, { minLength: 6, maxLength: 6 }),
  )
  .map(([matches, filtersOf]) =>
    matches.map((filter_chain_match, index): JsonObject => ({ name: `c${index}`, filter_chain_match, filters: filtersOf[index] ?? [] })),
  );

const downstreamTls = fc
  .tuple(
    seldom(4, fc.boolean()),
    seldom(2, fc.constant(true)),
    either<Json | undefined>(undefined, ["h2", "http/1.1"], ["http/1.1"], ["h2"]),
  )
  .map(
    ([required, verifies, alpn]): JsonObject => ({
      name: "tls",
      typed_config: any("envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext", {
        ...(required === undefined ? {} : { require_client_certificate: required }),
        common_tls_context: {
          ...(alpn === undefined ? {} : { alpn_protocols: alpn }),
          tls_certificates: [
            { certificate_chain: { inline_string: serverCertificate.certificate }, private_key: { inline_string: serverCertificate.key } },
          ],
          ...(verifies === true ? { validation_context: { trusted_ca: { inline_string: authorityCertificate } } } : {}),
        },
      }),
    }),
  );

/** A listener some of whose filter chains take TLS off. */
export function tlsListener(proxied: boolean): fc.Arbitrary<JsonObject> {
  return fc.tuple(chainListener(proxied), fc.array(seldom(2, downstreamTls), { minLength: 7, maxLength: 7 })).map(([listener, sockets]) => {
    const secured = (chain: Json, index: number): Json => {
      const transport_socket = sockets[index];
      if (!isJsonObject(chain) || transport_socket === undefined) return chain;
      // Whether a server refuses before the handshake fails, or after, is open.
      const willing: Json = JSON.parse(JSON.stringify(chain.filters).replaceAll('"refused"', '"mysql"'));
      return { ...chain, filters: willing, transport_socket };
    };
    const { filter_chains: chains, default_filter_chain: fallback, ...rest } = listener;
    return {
      ...rest,
      filter_chains: Array.isArray(chains) ? chains.map(secured) : [],
      ...(fallback === undefined ? {} : { default_filter_chain: secured(fallback, 6) }),
    };
  });
}

const portRange = fc
  .tuple(either(80, 443), either(1, 400))
  .map(([start, length]) => ({ destination_port_range: { start, end: start + length } }));
const disabled: fc.Arbitrary<JsonObject> = byWeight<JsonObject>(
  [1, fc.constant({ any_match: true })],
  [3, portRange],
  [1, portRange.map((not_match) => ({ not_match }))],
  [1, fc.tuple(portRange, portRange).map((rules) => ({ or_match: { rules } }))],
  [1, fc.tuple(portRange, portRange).map((rules) => ({ and_match: { rules } }))],
);

const inspector = (name: string, type: string) =>
  message({ filter_disabled: seldom(5, disabled) }).map(
    (fields): JsonObject => ({ name, typed_config: any(`envoy.extensions.filters.listener.${type}`), ...fields }),
  );

const inspectors = fc
  .tuple(
    seldom(2, inspector("tls", "tls_inspector.v3.TlsInspector")),
    seldom(2, inspector("http", "http_inspector.v3.HttpInspector")),
    fc.boolean(),
  )
  .map(([tls, http, swapped]) => (swapped ? [http, tls] : [tls, http]).filter((filter) => filter !== undefined));

/** How long listener filters wait: short, so that what waits is soon over; or for ever. */
const patience = either<JsonObject>(
  { listener_filters_timeout: "0.5s" },
  { listener_filters_timeout: "0.5s", continue_on_listener_filters_timeout: true },
  { listener_filters_timeout: "0s" },
);

/** A listener whose matter is the choice of a filter chain. */
export function chainListener(proxied: boolean): fc.Arbitrary<JsonObject> {
  return fc.tuple(inspectors, filterChains, seldom(2, filters), patience).chain(([filtersBefore, filter_chains, fallback, waits]) =>
    seldom(4, chainMatcher([...filter_chains.map(({ name }) => String(name)), "default", "gone"])).map(
      (filter_chain_matcher): JsonObject => ({
        ...waits,
        listener_filters: [...(proxied ? [proxyProtocolFilter] : []), ...filtersBefore],
        filter_chains,
        ...(fallback === undefined ? {} : { default_filter_chain: { name: "default", filters: fallback } }),
        ...(filter_chain_matcher === undefined ? {} : { filter_chain_matcher }),
      }),
    ),
  );
}
