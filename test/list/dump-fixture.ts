import { readFileSync } from "node:fs";
import type { Snapshot } from "../../src/model/snapshot.js";
import { readSnapshot } from "../../src/read/read-snapshot.js";
import type { JsonObject } from "../../src/util/json.js";

const folders = {
  "virtual-services": "fixtures/virtual-services.json.gz",
  "listeners-rejected": "../read/fixtures/listeners-rejected.json.gz",
  warming: "../read/fixtures/warming.json.gz",
  istiod: "../read/fixtures/istiod.json.gz",
  bookinfo: "../read/fixtures/bookinfo.json.gz",
  "extension-config": "../read/fixtures/extension-config.json.gz",
  waypoint: "../summary/fixtures/waypoint-from-istiod.json.gz",
  "without-endpoints": "../summary/fixtures/registry-only-without-endpoints.json.gz",
} as const;
export type FixtureName = keyof typeof folders;
export const fixtureNames: readonly FixtureName[] = [
  "virtual-services",
  "listeners-rejected",
  "warming",
  "istiod",
  "bookinfo",
  "extension-config",
  "waypoint",
  "without-endpoints",
];

/** The bytes of a recorded dump. */
export const dumpBytes = (name: FixtureName): Uint8Array => new Uint8Array(readFileSync(new URL(folders[name], import.meta.url)));

/** A recorded dump. */
export const dumpFixture = (name: FixtureName): Snapshot => readSnapshot(dumpBytes(name), { fileName: `${name}.json.gz` }).snapshot;

const section = (message: string, members: JsonObject): JsonObject => ({
  "@type": `type.googleapis.com/envoy.admin.v3.${message}`,
  ...members,
});

/** A dump's text with one virtual host's routes. */
export const routesDump = (virtualHost: JsonObject): string =>
  JSON.stringify({
    configs: [
      section("RoutesConfigDump", {
        dynamic_route_configs: [
          {
            route_config: {
              "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
              name: "9080",
              virtual_hosts: [{ name: "reviews.default.svc.cluster.local:9080", domains: ["reviews"], ...virtualHost }],
            },
          },
        ],
      }),
    ],
  });

/** A dump's text with one listener. */
export const listenerDump = (listener: JsonObject): string =>
  JSON.stringify({
    configs: [
      section("ListenersConfigDump", {
        static_listeners: [
          { listener: { "@type": "type.googleapis.com/envoy.config.listener.v3.Listener", name: "reviews-gateway", ...listener } },
        ],
      }),
    ],
  });

/** A dump's text with clusters of these names. */
export const clustersDump = (...clusters: readonly string[]): string =>
  JSON.stringify({
    configs: [
      section("ClustersConfigDump", {
        static_clusters: clusters.map((cluster) => ({
          cluster: { "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", name: cluster },
        })),
      }),
    ],
  });

export const snapshotOf = (text: string): Snapshot => readSnapshot(new TextEncoder().encode(text)).snapshot;
