import { packedType } from "../model/proto-json.js";
import { describeMessage } from "../proto/describe-type.js";
import { hasOwnForm } from "../proto/read-message.js";
import { isJsonObject, type JsonObject } from "../util/json.js";
import { chainSocketFor, clusterSocketFor } from "./merge-transport-socket.js";
import { messageIn } from "./message-fields.js";
import { patchedTypes } from "./patched-types.js";
import type { PreparedPatch } from "./prepared-patch.js";

/** A message of a patch's value that is merged, field by field, into a message that was there. */
export interface MergeSite {
  readonly type: string;
  readonly patch: JsonObject;
  readonly target: JsonObject;
}

/** Every pair of messages that the merge of a patch's value into a message merges, from the outside in. */
export function* mergeSites(patch: PreparedPatch, before: JsonObject): Generator<MergeSite> {
  const root = rootOf(patch, before);
  const waiting: MergeSite[] = root === undefined ? [] : [root];
  for (let site = waiting.pop(); site !== undefined; site = waiting.pop()) {
    yield site;
    for (const field of describeMessage(site.type)?.fields ?? []) {
      if (field.kind !== "message" || field.repeated || field.mapKey !== null) continue;
      if (field.type === "google.protobuf.Any" || hasOwnForm(field.type)) continue;
      const [inner, target] = [messageIn(site.patch, field.name), messageIn(site.target, field.name)];
      if (inner !== undefined && target !== undefined) waiting.push({ type: field.type, patch: inner, target });
    }
  }
}

/** Where a merge begins: of filters and transport sockets in their configuration, and nowhere else. */
function rootOf({ applyTo, value }: PreparedPatch, before: JsonObject): MergeSite | undefined {
  switch (applyTo) {
    case "NETWORK_FILTER":
    case "HTTP_FILTER":
    case "LISTENER_FILTER":
      return packedSite(value, before);
    case "FILTER_CHAIN": {
      const socket = chainSocketFor(before, value);
      return socket === undefined ? wholeSite(applyTo, value, before) : packedSite(value.transport_socket, socket);
    }
    case "CLUSTER":
      return messageIn(value, "transport_socket") === undefined
        ? wholeSite(applyTo, value, before)
        : packedSite(value.transport_socket, clusterSocketFor(before, value));
    default:
      return wholeSite(applyTo, value, before);
  }
}

const wholeSite = (applyTo: PreparedPatch["applyTo"], patch: JsonObject, target: JsonObject): MergeSite => ({
  type: patchedTypes[applyTo],
  patch,
  target,
});

function packedSite(patch: unknown, target: JsonObject | undefined): MergeSite | undefined {
  const [inner, own] = [isJsonObject(patch) ? messageIn(patch, "typed_config") : undefined, messageIn(target, "typed_config")];
  if (inner === undefined || own === undefined || packedType(inner) !== packedType(own)) return undefined;
  return { type: packedType(own), patch: inner, target: own };
}
