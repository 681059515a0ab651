import { listFew } from "../match/wording.js";
import type { ClusterMatch } from "./envoy-filter.js";
import { isAsked } from "./match-listener.js";
import { nameOf } from "./message-fields.js";
import { type Mismatch, mismatch, unlike } from "./mismatch.js";
import type { Piece } from "./pieces.js";
import { parseSubsetKey } from "./subset-key.js";

/**
 * The first condition of a match that a cluster fails; undefined where it matches. Where a name is asked for, nothing else is.
 *
 * @param inboundHosts the hosts of the services behind an inbound cluster, whose name has none; empty where they are not known
 */
export function clusterMismatch(cluster: Piece, match: ClusterMatch | undefined, inboundHosts: readonly string[]): Mismatch | undefined {
  if (match === undefined) return undefined;
  const name = nameOf(cluster.value);
  if (isAsked(match.name)) return match.name === name ? undefined : mismatch("cluster name", cluster, match.name, name);
  const parts = parseSubsetKey(name);
  const { subset, service, portNumber } = match;
  if (isAsked(subset) && subset !== parts.subset) return mismatch("cluster subset", cluster, subset, parts.subset);
  const hosts = parts.direction === "inbound" && inboundHosts.length > 0 ? inboundHosts : [parts.host];
  if (isAsked(service) && !hosts.includes(service)) {
    return unlike("cluster service", cluster, service, hosts[0], () =>
      hosts.join("") === "" ? `it is of no service, so not of ${service}` : `service is ${listFew(hosts)}, not ${service}`,
    );
  }
  if (!isAsked(portNumber) || portNumber === parts.port) return undefined;
  return mismatch("cluster port", cluster, portNumber, parts.port || undefined);
}
