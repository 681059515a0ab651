import type {
  FilterChain as FilterChainMessage,
  ListenerFilter as ListenerFilterMessage,
  Listener as ListenerMessage,
} from "../generated/messages.js";
import type { Address } from "../model/address.js";
import type { FilterChain } from "../model/filter-chain.js";
import type { Listener, ListenerFilter } from "../model/listener.js";
import { messageNameOf, placeOf } from "../model/proto-json.js";
import type { Resource } from "../model/snapshot.js";
import { decodeAddress } from "./decode-address.js";
import { decodeNetworkFilter } from "./decode-network-filter.js";
import { decodeAs } from "./decode-resource.js";

/** A listener resource as a typed model; null where the entry holds none (a refused update without its configuration). */
export function decodeListener(resource: Resource): Listener | null {
  const message = resource.json() === null ? null : decodeAs(resource, "envoy.config.listener.v3.Listener");
  if (message === null) return null;
  return {
    resource,
    name: message.name ?? resource.name,
    at: resource.at,
    address: listenerAddress(message),
    additionalAddresses: (message.additional_addresses ?? [])
      .map(({ address }) => decodeAddress(address))
      .filter((address) => address !== null),
    direction: directionOf(message),
    bindToPort: message.bind_to_port ?? true,
    useOriginalDst: message.use_original_dst ?? false,
    listenerFilters: (message.listener_filters ?? []).map(decodeListenerFilter),
    filterChains: (message.filter_chains ?? []).map((chain, index) => decodeFilterChain(chain, index)),
    defaultFilterChain: message.default_filter_chain === undefined ? null : decodeFilterChain(message.default_filter_chain, -1),
    message,
  };
}

/** An internal listener has its name for an address. */
function listenerAddress(message: ListenerMessage): Address | null {
  if (message.internal_listener !== undefined) return { kind: "internal", name: message.name ?? "", endpointId: "" };
  return decodeAddress(message.address);
}

function directionOf(message: ListenerMessage): Listener["direction"] {
  if (message.traffic_direction === "INBOUND") return "INBOUND";
  return message.traffic_direction === "OUTBOUND" ? "OUTBOUND" : "UNSPECIFIED";
}

function decodeListenerFilter(message: ListenerFilterMessage): ListenerFilter {
  const config = message.typed_config ?? null;
  return { name: message.name ?? "", at: placeOf(message), type: config === null ? null : messageNameOf(config), config, message };
}

function decodeFilterChain(message: FilterChainMessage, index: number): FilterChain {
  return {
    name: message.name ?? null,
    index,
    default: index < 0,
    at: placeOf(message),
    match: message.filter_chain_match ?? {},
    filters: (message.filters ?? []).map(decodeNetworkFilter),
    message,
  };
}
