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
import { pickFields } from "../proto/pick-fields.js";
import { addressFields, addressName, decodeAddress, withName } from "./decode-address.js";
import { decodeNetworkFilter } from "./decode-network-filter.js";
import { asMessage, decodeAs, readJson } from "./decode-resource.js";
import { SharedAnswers } from "./shared-answers.js";

const listenerType = "envoy.config.listener.v3.Listener";

/** What tells which connections a listener's socket takes, without its name. A mesh has thousands of listeners that differ in their address alone. */
interface ListenerHead extends Pick<Listener, "address" | "additionalAddresses" | "direction" | "bindToPort" | "useOriginalDst"> {
  readonly name: string | null;
}

const heads = new SharedAnswers(
  pickFields(
    listenerType,
    {
      name: null,
      address: addressFields,
      additional_addresses: { address: addressFields },
      internal_listener: {},
      traffic_direction: null,
      bind_to_port: null,
      use_original_dst: null,
    },
    { name: null, address: addressName, additional_addresses: { address: addressName } },
  ),
  (json, resource): ListenerHead | null => {
    const message = asMessage(readJson(resource, json), listenerType);
    return message === undefined ? null : headOf(message);
  },
);

const headOf = (message: ListenerMessage): ListenerHead => ({
  name: message.name ?? null,
  address: listenerAddress(message),
  additionalAddresses: (message.additional_addresses ?? [])
    .map(({ address }) => decodeAddress(address))
    .filter((address) => address !== null),
  direction: directionOf(message),
  bindToPort: message.bind_to_port ?? true,
  useOriginalDst: message.use_original_dst ?? false,
});

/**
 * A listener resource as a typed model; null where the entry holds none (a refused update without its configuration), or the file
 * another type in its place. Filters and all else but its addresses are decoded when they are first looked at.
 */
export function decodeListener(resource: Resource): Listener | null {
  if (resource.state === "error" && resource.json() === null) return null;
  const { answer: head, nameOf } = heads.of(resource);
  return head === null ? null : new DecodedListener(resource, head, nameOf);
}

class DecodedListener implements Listener {
  readonly resource: Resource;
  readonly name: string;
  readonly at: string;
  readonly address: Address | null;
  readonly additionalAddresses: readonly Address[];
  readonly direction: Listener["direction"];
  readonly bindToPort: boolean;
  readonly useOriginalDst: boolean;
  #listenerFilters: readonly ListenerFilter[] | undefined;
  #filterChains: readonly FilterChain[] | undefined;
  #defaultFilterChain: FilterChain | null | undefined;

  constructor(resource: Resource, head: ListenerHead, nameOf: (text: string) => string) {
    this.resource = resource;
    this.name = head.name === null ? resource.name : nameOf(head.name);
    this.at = resource.at;
    this.address = head.address === null ? null : withName(head.address, nameOf);
    this.additionalAddresses = head.additionalAddresses.map((address) => withName(address, nameOf));
    this.direction = head.direction;
    this.bindToPort = head.bindToPort;
    this.useOriginalDst = head.useOriginalDst;
  }

  get message(): ListenerMessage {
    return decodeAs(this.resource, listenerType) ?? {};
  }

  get listenerFilters(): readonly ListenerFilter[] {
    this.#listenerFilters ??= (this.message.listener_filters ?? []).map(decodeListenerFilter);
    return this.#listenerFilters;
  }

  get filterChains(): readonly FilterChain[] {
    this.#filterChains ??= decodeFilterChains(this.message);
    return this.#filterChains;
  }

  get defaultFilterChain(): FilterChain | null {
    if (this.#defaultFilterChain === undefined) this.#defaultFilterChain = decodeDefaultFilterChain(this.message);
    return this.#defaultFilterChain;
  }
}

/** The filter chains of a listener's message, the default one apart. */
export const decodeFilterChains = ({ filter_chains: chains = [] }: ListenerMessage): readonly FilterChain[] =>
  chains.map((chain, index) => decodeFilterChain(chain, index));

export const decodeDefaultFilterChain = ({ default_filter_chain: chain }: ListenerMessage): FilterChain | null =>
  chain === undefined ? null : decodeFilterChain(chain, -1);

/** An internal listener has its name for an address. */
function listenerAddress(message: ListenerMessage): Address | null {
  if (message.internal_listener !== undefined) return { kind: "internal", name: message.name ?? "", endpointId: "" };
  return decodeAddress(message.address);
}

export function directionOf(message: ListenerMessage): Listener["direction"] {
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
