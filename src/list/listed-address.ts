import { type Address, formatAddress } from "../model/address.js";

/** The host of an address in a list: an IP address, `unix://` and a pipe's path, `envoy://` and an internal listener's name. */
export function listedHost(address: Address): string {
  switch (address.kind) {
    case "socket":
      return address.ip;
    case "pipe":
      return `unix://${address.path}`;
    case "internal":
      return `envoy://${address.name}`;
  }
}

/** The port of an address; null where it has none. */
export const listedPort = (address: Address): number | null => (address.kind === "socket" ? address.port : null);

/** The whole address of an endpoint: `10.244.1.8:9080`, `unix://./etc/istio/proxy/XDS`, `envoy://main_internal/10.244.1.8:9080`. */
export const listedEndpointAddress = (address: Address): string => (address.kind === "pipe" ? listedHost(address) : formatAddress(address));
