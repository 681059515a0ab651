import { isJsonObject, type JsonObject } from "../util/json.js";
import { type ConfigMerge, mergeTypedConfig } from "./merge-into-piece.js";
import { messageIn, nameOf } from "./message-fields.js";

/** null: nothing of the kind is to be merged, so the merge is an ordinary one. */
export type SocketMerge = ConfigMerge | null;

/** The transport socket of a filter chain into which a patch's is merged, one of the same name; nothing else of the patch then counts. */
export function chainSocketFor(chain: JsonObject, patch: JsonObject): JsonObject | undefined {
  const [own, added] = [messageIn(chain, "transport_socket"), messageIn(patch, "transport_socket")];
  return own !== undefined && added !== undefined && nameOf(own) === nameOf(added) ? own : undefined;
}

export function mergeChainSocket(chain: JsonObject, patch: JsonObject): SocketMerge {
  const own = chainSocketFor(chain, patch);
  return own === undefined
    ? null
    : within(chain, "transport_socket", own, mergeTypedConfig(own, messageIn(patch, "transport_socket") ?? {}));
}

/** The transport socket of a cluster into which a patch's is merged: of a cluster with socket matches the first there of that name. */
export function clusterSocketFor(cluster: JsonObject, patch: JsonObject): JsonObject | undefined {
  const name = nameOf(messageIn(patch, "transport_socket") ?? {});
  const matches = socketMatches(cluster);
  const sockets =
    matches.length > 0 ? matches.map((match) => messageIn(match, "transport_socket")) : [messageIn(cluster, "transport_socket")];
  return sockets.find((socket) => socket !== undefined && nameOf(socket) === name);
}

/**
 * The transport socket of a cluster. A patch that has one does nothing else: where it finds none to merge into, it takes the place of the
 * cluster's, but of a cluster with socket matches, which it leaves alone.
 */
export function mergeClusterSocket(cluster: JsonObject, patch: JsonObject): SocketMerge {
  const added = messageIn(patch, "transport_socket");
  if (added === undefined) return null;
  const own = clusterSocketFor(cluster, patch);
  const matches = socketMatches(cluster);
  if (own === undefined) return { value: matches.length > 0 ? cluster : { ...cluster, transport_socket: added } };
  const merge = mergeTypedConfig(own, added);
  if ("panic" in merge || matches.length === 0) return within(cluster, "transport_socket", own, merge);
  const changed = matches.map((match) =>
    messageIn(match, "transport_socket") === own ? { ...match, transport_socket: merge.value } : match,
  );
  return { value: merge.value === own ? cluster : { ...cluster, transport_socket_matches: changed } };
}

function socketMatches(cluster: JsonObject): readonly JsonObject[] {
  const matches = cluster.transport_socket_matches;
  return Array.isArray(matches) ? matches.filter(isJsonObject) : [];
}

function within(holder: JsonObject, key: string, own: JsonObject, merge: ConfigMerge): ConfigMerge {
  if ("panic" in merge) return merge;
  return { value: merge.value === own ? holder : { ...holder, [key]: merge.value } };
}
