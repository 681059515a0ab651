import { describe, expect, it } from "vitest";
import { readMessage } from "../../src/proto/read-message.js";
import { withDefaults } from "../../src/proto/with-defaults.js";
import type { JsonObject } from "../../src/util/json.js";

const fill = (type: string, message: JsonObject) =>
  withDefaults(readMessage(type, { "@type": `type.googleapis.com/${type}`, ...message }, "").value);

describe("withDefaults", () => {
  const route = fill("envoy.config.route.v3.Route", {
    match: { prefix: "/", headers: [{ name: "end-user" }] },
    route: { cluster: "reviews-v1", timeout: "0s" },
  });

  it("writes out scalars and enums without presence, in every message that is there", () => {
    expect(route).toMatchObject({
      name: "",
      stat_prefix: "",
      route: { append_x_forwarded_host: false, priority: "DEFAULT", cluster_not_found_response_code: "SERVICE_UNAVAILABLE" },
    });
    expect(route).toMatchObject({ match: { headers: [{ name: "end-user", invert_match: false, treat_missing_header_as_empty: false }] } });
  });

  it.each(["decorator", "per_request_buffer_limit_bytes", "redirect", "request_headers_to_add", "typed_per_filter_config"])(
    "makes up no %s, which has presence or is a list",
    (field) => {
      expect(route).not.toHaveProperty(field);
    },
  );

  it("makes up no member of a oneof and no wrapper", () => {
    expect(route).not.toHaveProperty(["match", "path"]);
    expect(route).not.toHaveProperty(["match", "case_sensitive"]);
    expect(route).not.toHaveProperty(["route", "max_internal_redirects"]);
  });

  it("keeps what is there, unknown members included", () => {
    const filled = fill("envoy.config.cluster.v3.Cluster", {
      name: "reviews-v1",
      phase_of_moon: "full",
      metadata: { filter_metadata: { istio: { config: null, deep: [1, { a: false }] } } },
      typed_extension_protocol_options: { sauce: { "@type": "type.googleapis.com/acme.example.v1.SecretSauce", heat: 3 } },
    });
    expect(filled).toMatchObject({
      "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
      name: "reviews-v1",
      phase_of_moon: "full",
      metadata: { filter_metadata: { istio: { config: null, deep: [1, { a: false }] } } },
      typed_extension_protocol_options: { sauce: { "@type": "type.googleapis.com/acme.example.v1.SecretSauce", heat: 3 } },
    });
  });

  it("fills once: filling again changes nothing", () => {
    expect(withDefaults(route)).toEqual(route);
  });
});
