import type { Address as AddressMessage } from "../generated/messages.js";
import type { Address } from "../model/address.js";
import type { FieldChoice } from "../proto/read-message.js";

/** All that is decoded of an address. */
export const addressFields = {
  socket_address: { address: null, port_value: null, ipv4_compat: null },
  pipe: { path: null },
  envoy_internal_address: { server_listener_name: null, endpoint_id: null },
} as const satisfies FieldChoice;

/** In what many addresses differ that are alike in all else. */
export const addressName = { socket_address: { address: null } } as const satisfies FieldChoice;

/** An address that many share but for its name, as that of one of them. */
export function withName(address: Address, nameOf: (text: string) => string): Address {
  if (address.kind === "socket") return { ...address, ip: nameOf(address.ip) };
  return address.kind === "internal" ? { ...address, name: nameOf(address.name) } : address;
}

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
