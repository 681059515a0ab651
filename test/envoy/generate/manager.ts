import type fc from "fast-check";
import fastCheck from "fast-check";
import type { JsonObject } from "../../../src/util/json.js";
import { any, either, few, message, seldom } from "./draw.js";
import { httpFilters } from "./http-filters.js";

const manager = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

const settings = message({
  codec_type: seldom(25, either("HTTP1", "HTTP2")),
  normalize_path: seldom(2, either(true, true, false)),
  merge_slashes: seldom(3, fastCheck.boolean()),
  path_with_escaped_slashes_action: seldom(3, either("KEEP_UNCHANGED", "REJECT_REQUEST", "UNESCAPE_AND_REDIRECT", "UNESCAPE_AND_FORWARD")),
  strip_trailing_host_dot: seldom(5, fastCheck.boolean()),
  use_remote_address: seldom(2, fastCheck.boolean()),
  xff_num_trusted_hops: seldom(8, either(1, 2)),
  skip_xff_append: seldom(15, fastCheck.boolean()),
  append_x_forwarded_port: seldom(10, fastCheck.boolean()),
  add_user_agent: seldom(15, fastCheck.boolean()),
  via: seldom(15, either("gateway", "1.1 edge")),
  forward_client_cert_details: seldom(10, either("FORWARD_ONLY", "APPEND_FORWARD", "SANITIZE_SET", "ALWAYS_FORWARD_ONLY")),
  max_request_headers_kb: seldom(12, either(1, 8, 96)),
  generate_request_id: seldom(10, fastCheck.boolean()),
  preserve_external_request_id: seldom(10, fastCheck.boolean()),
  always_set_request_id_in_response: seldom(30, fastCheck.boolean()),
  scheme_header_transformation: seldom(15, either({ scheme_to_overwrite: "https" }, { scheme_to_overwrite: "http" })),
  internal_address_config: seldom(6, either<JsonObject>({ cidr_ranges: [{ address_prefix: "10.0.0.0", prefix_len: 8 }] }, {})),
  http_protocol_options: seldom(
    2,
    message({
      accept_http_10: seldom(2, fastCheck.boolean()),
      default_host_for_http_10: seldom(2, either("reviews.example.com", "ratings")),
      allow_absolute_url: seldom(12, fastCheck.boolean()),
    }),
  ),
  common_http_protocol_options: seldom(
    3,
    message({
      max_headers_count: seldom(4, either(3, 5, 10)),
      headers_with_underscores_action: seldom(2, either("REJECT_REQUEST", "DROP_HEADER", "ALLOW")),
    }),
  ),
  upgrade_configs: seldom(
    6,
    few(message({ upgrade_type: either("websocket", "CONNECT", "WebSocket"), enabled: seldom(4, fastCheck.boolean()) }), 1, 1),
  ),
});

const portStripping = either<JsonObject>({}, {}, {}, { strip_any_host_port: true }, { strip_matching_host_port: true });

/** The network filter of an HTTP connection manager with these routes. */
export function managerWith(routes: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> {
  return fastCheck.tuple(settings, portStripping, httpFilters, routes).map(([own, ports, http_filters, route_config]) => ({
    name: "http",
    typed_config: any(manager, { ...own, ...ports, http_filters, route_config }),
  }));
}
