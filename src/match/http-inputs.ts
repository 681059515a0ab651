import { unpack } from "../model/proto-json.js";
import type { MatchedConnection } from "./connection.js";
import type { ReadInput } from "./matcher-tree.js";
import { readNetworkInput } from "./network-inputs.js";
import { headerValues, type RequestHeaders, unknownHeader } from "./request-headers.js";

/**
 * Reads a matcher's inputs from a request and its connection, as a virtual host's matcher does. A repeated header is one value here,
 * joined with commas, in every release.
 */
export function readHttpInput(headers: RequestHeaders, connection: MatchedConnection): ReadInput {
  const readNetwork = readNetworkInput(connection);
  return (input) => {
    const header = unpack(input.typed_config, "envoy.type.matcher.v3.HttpRequestHeaderMatchInput");
    if (header === undefined) return readNetwork(input);
    const name = header.header_name ?? "";
    const values = headerValues(headers, name);
    return unknownHeader(headers, name) ?? (values.length === 0 ? null : values.join(","));
  };
}
