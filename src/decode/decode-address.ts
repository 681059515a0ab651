import type { Address as AddressMessage } from "../generated/messages.js";
import type { Address } from "../model/address.js";

/** An address; null where the message names none that is known here. A named port counts as 0. */
export function decodeAddress(message: AddressMessage | undefined): Address | null {
  if (message?.socket_address !== undefined) {
    const { address = "", port_value = 0, ipv4_compat = false } = message.socket_address;
    return { kind: "socket", ip: address, port: port_value, ipv4Compat: ipv4_compat };
  }
  if (message?.pipe !== undefined) return { kind: "pipe", path: message.pipe.path ?? "" };
  if (message?.envoy_internal_address !== undefined) {
    const { server_listener_name = "", endpoint_id = "" } = message.envoy_internal_address;
    return { kind: "internal", name: server_listener_name, endpointId: endpoint_id };
  }
  return null;
}
