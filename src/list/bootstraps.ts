import { decodeBootstrap } from "../decode/decode-bootstrap.js";
import type { BuildVersion } from "../generated/messages.js";
import { formatEnvoyVersion } from "../model/envoy-version.js";
import type { Resource, Snapshot } from "../model/snapshot.js";
import { member } from "../util/json.js";
import { type Listing, makeListing } from "./listing.js";
import { type ListedState, listState } from "./resource-state.js";

/** The proxy, by its bootstrap. */
export interface ListedBootstrap extends ListedState {
  readonly istioVersion: string | null;
  /** The commit that the proxy was built from. */
  readonly istioProxyVersion: string | null;
  /** With the build's details, as istioctl writes it: `1.40.0/Clean/RELEASE/BoringSSL`. */
  readonly envoyVersion: string | null;
  readonly nodeId: string;
  /** sidecar, router, waypoint; null where the node id is none of Istio's. */
  readonly proxyType: string | null;
  readonly pod: string | null;
  readonly namespace: string | null;
  readonly nodeCluster: string | null;
  readonly at: string;
}

/** The bootstrap of a dump; none where the dump has no such section. */
export function listBootstraps(snapshot: Snapshot): Listing<"bootstrap", ListedBootstrap> {
  return makeListing(snapshot, "bootstrap", snapshot.resources("bootstrap").map(listBootstrap), {}, {});
}

function listBootstrap(resource: Resource): ListedBootstrap {
  const bootstrap = decodeBootstrap(resource);
  const build = bootstrap?.message.node?.user_agent_build_version;
  const version = bootstrap?.envoyVersion ?? null;
  const details = ["revision.status", "build.type", "ssl.version"]
    .map((key) => buildDetail(build, key))
    .filter((detail) => detail !== null);
  return {
    istioVersion: bootstrap?.istioVersion ?? null,
    istioProxyVersion: buildDetail(build, "revision.sha"),
    envoyVersion: version === null ? null : [formatEnvoyVersion(version), ...details].join("/"),
    nodeId: bootstrap?.nodeId ?? "",
    proxyType: bootstrap?.proxy?.type ?? null,
    pod: bootstrap?.proxy?.pod ?? null,
    namespace: bootstrap?.proxy?.namespace ?? null,
    nodeCluster: bootstrap?.message.node?.cluster ?? null,
    ...listState(resource),
    at: resource.at,
  };
}

function buildDetail(build: BuildVersion | undefined, key: string): string | null {
  const detail = member(build?.metadata, key);
  return typeof detail === "string" ? detail : null;
}
