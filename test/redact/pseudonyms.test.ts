import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { describe, expect, it } from "vitest";
import { redactFiles, unmapText } from "../../src/index.js";
import { PseudonymAddresses } from "../../src/redact/pseudonym-addresses.js";
import { readable } from "./canaries.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function rename(value: unknown, seed = "bookinfo") {
  const { files, map } = redactFiles([{ name: "dump.json", bytes: encoder.encode(JSON.stringify(value)) }], { pseudonyms: { seed } });
  return { text: decoder.decode(files[0]?.bytes), map: map ?? { words: {}, addresses: {} } };
}

const host = "kestrel.orders.svc.cluster.local";
const dump = {
  configs: [
    {
      "@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump",
      bootstrap: {
        node: {
          id: "sidecar~10.244.7.9~kestrel-v1-6b8c.orders~orders.svc.cluster.local",
          cluster: "kestrel.orders",
          metadata: {
            NAME: "kestrel-v1-6b8c",
            NAMESPACE: "orders",
            CLUSTER_ID: "falconry",
            MESH_ID: "cluster.local",
            ISTIO_VERSION: "1.32.0",
          },
        },
      },
    },
    {
      "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump",
      dynamic_active_clusters: [
        {
          cluster: {
            "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
            name: `outbound|9080|v1|${host}`,
            alt_stat_name: `outbound|9080|v1|${host};`,
            metadata: { filter_metadata: { istio: { config: "/apis/networking.istio.io/v1/namespaces/orders/destination-rule/kestrel" } } },
          },
        },
        { cluster: { "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", name: "PassthroughCluster" } },
      ],
    },
    {
      "@type": "type.googleapis.com/envoy.admin.v3.RoutesConfigDump",
      dynamic_route_configs: [
        {
          route_config: {
            "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
            name: "9080",
            virtual_hosts: [
              {
                name: `${host}:9080`,
                domains: [host, "kestrel.orders", "10.96.7.9", "*.falconry.example.com"],
                routes: [
                  {
                    match: { safe_regex: { regex: "/kestrel/[0-9]+" } },
                    direct_response: {
                      body: {
                        inline_string: `ask http://kestrel.orders:9080 or ${btoa("look at kestrel.orders")} or a=%2Fkestrel%2F1 for 10.96.7.9`,
                      },
                    },
                    request_headers_to_add: [
                      { header: { key: "x-peer", value: "spiffe://cluster.local/ns/orders/sa/kestrel" } },
                      { header: { key: "x-host", value: "%REQ(:AUTHORITY)%" } },
                    ],
                  },
                ],
              },
            ],
          },
        },
      ],
    },
  ],
};

describe("pseudonyms", () => {
  const { text, map } = rename(dump);

  it.each(["kestrel", "orders", "falconry", "6b8c", "10.244.7.9", "10.96.7.9"])("%s is nowhere to be read, in no encoding", (name) => {
    expect(JSON.stringify(dump)).toContain(name);
    expect(readable(text).toLowerCase()).not.toContain(name);
  });

  it.each([
    ...["outbound|9080|v1|", ".svc.cluster.local", "PassthroughCluster", "sidecar~10.", "%REQ(:AUTHORITY)%", "1.32.0"],
    ...["spiffe://cluster.local/ns/", "/apis/networking.istio.io/v1/namespaces/", "/destination-rule/", ":9080", "/[0-9]+", ".com"],
  ])("%s means the same in every mesh and stays", (kept) => {
    expect(text).toContain(kept);
  });

  it("turn back", () => {
    const plain = unmapText(text, map);
    expect(JSON.parse(plain).configs[1]).toEqual(dump.configs[1]);
  });

  it("are the same for the same seed, and others for another", () => {
    expect(rename(dump).text).toBe(text);
    expect(Object.keys(rename(dump, "another").map.words)).not.toEqual(Object.keys(map.words));
  });

  it("are one for the end of a label that a domain asks for", () => {
    const domains = ["*shop.example.com", "workshop.example.com"];
    const renamed = JSON.parse(rename([{ name: "x", virtual_hosts: [{ name: "a", domains }] }]).text)[0].virtual_hosts[0].domains;
    expect(renamed[1].endsWith(renamed[0].slice(1))).toBe(true);
    expect(renamed[0]).not.toContain("shop");
  });
});

describe("addresses", () => {
  const addresses = new PseudonymAddresses("bookinfo");
  const of = (address: string): string => addresses.of(address) ?? "";

  it.each(["0.0.0.0", "127.0.0.6", "169.254.169.254", "192.0.2.1", "240.240.0.7", "::", "::1", "fe80::1"])("%s stays", (address) => {
    expect(of(address)).toBe(address);
  });

  it.each(["10.96.0.11", "172.20.3.4", "192.168.7.7", "8.8.8.8", "203.0.113.9", "fd00:1::5", "2a00:1450::1"])(
    "%s is renamed, and stays of its kind",
    (address) => {
      const renamed = of(address);
      expect(renamed).not.toBe(address);
      expect(ipaddr.parse(renamed).range()).toBe(ipaddr.parse(address).range());
    },
  );

  it.each(["1.32.0", "10.96.0.256", "12:34:56", "a::b::c"])("%s is none", (text) => {
    expect(addresses.of(text)).toBeNull();
  });

  it("share as many first bits as they did before", () => {
    const shared = (a: string, b: string): number => {
      const bits = [a, b].map((address) =>
        ipaddr.IPv4.parse(address)
          .toByteArray()
          .map((byte) => byte.toString(2).padStart(8, "0"))
          .join(""),
      );
      let length = 0;
      while (length < 32 && bits[0]?.[length] === bits[1]?.[length]) length++;
      return length;
    };
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (a, b) => {
        expect(shared(of(a), of(b))).toBe(shared(a, b));
      }),
    );
  });
});
