import { expect, it } from "vitest";
import { readMessage } from "../../src/proto/read-message.js";
import { messagesIn } from "../../src/proto/walk-messages.js";

it("walks every message in the order of the file, by its type, and does not enter what it does not know", () => {
  const json = {
    "@type": "type.googleapis.com/envoy.config.listener.v3.Listener",
    name: "0.0.0.0_9080",
    filterChains: [
      {
        filters: [
          { name: "sauce", typedConfig: { "@type": "type.googleapis.com/acme.example.v1.SecretSauce", inner: { spice: 3 } } },
          {
            name: "envoy.filters.network.tcp_proxy",
            typedConfig: {
              "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
              weightedClusters: {
                clusters: [
                  { name: "reviews-v1", weight: 9 },
                  { name: "reviews-v2", weight: 1 },
                ],
              },
            },
          },
        ],
      },
    ],
    metadata: { filter_metadata: { istio: { reviews: { deep: {} } } } },
  };
  const { value } = readMessage("envoy.config.listener.v3.Listener", json, "/listener");
  expect(
    [...messagesIn(value)].map(({ type, message }) => `${type.replace(/^envoy\..*\.v3\./, "")} ${String(message.name ?? "")}`.trim()),
  ).toEqual([
    "Listener 0.0.0.0_9080",
    "FilterChain",
    "Filter sauce",
    "acme.example.v1.SecretSauce",
    "Filter envoy.filters.network.tcp_proxy",
    "TcpProxy",
    "TcpProxy.WeightedCluster",
    "TcpProxy.WeightedCluster.ClusterWeight reviews-v1",
    "TcpProxy.WeightedCluster.ClusterWeight reviews-v2",
    "Metadata",
    "google.protobuf.Struct",
  ]);
});
