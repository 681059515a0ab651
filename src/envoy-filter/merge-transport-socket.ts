import { isJsonObject, type JsonObject } from "../util/json.js";
import { type ConfigMerge, mergeTypedConfig } from "./merge-into-piece.js";
import { messageIn, nameOf } from "./message-fields.js";

/** null: nothing of the kind is to be merged, so the merge is an ordinary one. */
export type SocketMerge = ConfigMerge | null;

/** The transport socket of a filter chain: one of the same name gets the patch's configuration merged in, and nothing else of the patch. */
export function mergeChainSocket(chain: JsonObject, patch: JsonObject): SocketMerge {
  const [own, added] = [messageIn(chain, "transport_socket"), messageIn(patch, "transport_socket")];
  if (own === undefined || added === undefined || nameOf(own) !== nameOf(added)) return null;
  return within(chain, "transport_socket", own, mergeTypedConfig(own, added));
}

/**
 * The transport socket of a cluster. A patch that has one does nothing else: it is merged into the socket of that name, of a cluster
 * with `transport_socket_matches` into the first there (or into none), else it takes the place of the cluster's.
 */
export function mergeClusterSocket(cluster: JsonObject, patch: JsonObject): SocketMerge {
  const added = messageIn(patch, "transport_socket");
  if (added === undefined) return null;
  const matches = cluster.transport_socket_matches;
  if (Array.isArray(matches) && matches.length > 0) return mergeSocketMatch(cluster, matches.filter(isJsonObject), added);
  const own = messageIn(cluster, "transport_socket");
  if (own === undefined || nameOf(own) !== nameOf(added)) return { value: { ...cluster, transport_socket: added } };
  return within(cluster, "transport_socket", own, mergeTypedConfig(own, added));
}

function mergeSocketMatch(cluster: JsonObject, matches: readonly JsonObject[], added: JsonObject): ConfigMerge {
  const index = matches.findIndex((match) => {
    const socket = messageIn(match, "transport_socket");
    return socket !== undefined && nameOf(socket) === nameOf(added);
  });
  const match = matches[index];
  const own = messageIn(match, "transport_socket");
  if (match === undefined || own === undefined) return { value: cluster };
  const merge = within(match, "transport_socket", own, mergeTypedConfig(own, added));
  if ("panic" in merge || merge.value === match) return "panic" in merge ? merge : { value: cluster };
  return { value: { ...cluster, transport_socket_matches: matches.with(index, merge.value) } };
}

function within(holder: JsonObject, key: string, own: JsonObject, merge: ConfigMerge): ConfigMerge {
  if ("panic" in merge) return merge;
  return { value: merge.value === own ? holder : { ...holder, [key]: merge.value } };
}
