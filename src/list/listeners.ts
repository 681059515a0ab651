import { decodeListener } from "../decode/decode-listener.js";
import type { FilterChainMatch } from "../generated/messages.js";
import type { FilterChain } from "../model/filter-chain.js";
import { namesField } from "../model/istio-name.js";
import { chainsOf, type Listener } from "../model/listener.js";
import type { Resource, Snapshot } from "../model/snapshot.js";
import { type ChainDestination, chainDestination } from "./chain-destination.js";
import { describeChainMatch } from "./chain-match.js";
import { type ChainMatcherPaths, chainMatcherPaths } from "./chain-matcher-paths.js";
import { istioOrigin } from "./istio-origin.js";
import { listedHost, listedPort } from "./listed-address.js";
import { type Listing, makeListing } from "./listing.js";
import { type ListedState, listState } from "./resource-state.js";

/** What a listener speaks, by the filters that end its chains. */
export const listenerTypes = ["HTTP", "TCP", "HTTP+TCP", "UNKNOWN"] as const;
export type ListenerType = (typeof listenerTypes)[number];

/** A filter chain of a listener; or a listener without filter chains: then what is missing is null. */
export interface ListedFilterChain extends ListedState {
  readonly addresses: readonly string[];
  /** The first address's; null for a pipe and an internal listener. */
  readonly port: number | null;
  /** Every criterion in istioctl's words; by a filter_chain_matcher, the ways through it. */
  readonly match: string | null;
  readonly destination: string | null;
  readonly type: ListenerType;
  readonly routeConfiguration: string | null;
  readonly clusters: ChainDestination["clusters"];
  /** The listener's name. */
  readonly name: string;
  readonly chain: string | null;
  readonly defaultChain: boolean;
  /** As in the dump; null where it is not looked at, because the listener has a filter_chain_matcher. */
  readonly filterChainMatch: FilterChainMatch | null;
  readonly virtualService: string | null;
  readonly direction: Listener["direction"] | null;
  readonly at: string;
  readonly listenerAt: string;
}

export interface ListenerFilters {
  readonly address?: string | undefined;
  readonly port?: number | undefined;
  readonly type?: ListenerType | undefined;
  readonly name?: string | undefined;
}

/** The listeners of a dump in every state, a row a filter chain in the order of the file, the default chain last. */
export function listListeners(snapshot: Snapshot, filters: ListenerFilters = {}): Listing<"listeners", ListedFilterChain> {
  return makeListing(snapshot, "listeners", snapshot.resources("listener").flatMap(listListener), filters, {
    address: { valuesOf: ({ addresses }) => addresses, names: namesField },
    port: { valuesOf: ({ port }) => [port], names: isSame },
    type: { valuesOf: ({ type }) => [type], names: isSame },
    name: { valuesOf: ({ name }) => [name], names: namesField },
  });
}

const isSame = (wanted: string, value: string): boolean => wanted === value;

function listListener(resource: Resource): ListedFilterChain[] {
  const listener = decodeListener(resource);
  const addresses = listener === null ? [] : [listener.address, ...listener.additionalAddresses].filter((address) => address !== null);
  const chains = listener === null ? [] : chainsOf(listener);
  const shared = {
    addresses: addresses.map(listedHost),
    port: addresses[0] === undefined ? null : listedPort(addresses[0]),
    type: typeOf(chains),
    name: listener?.name ?? resource.name,
    direction: listener?.direction ?? null,
    listenerAt: resource.at,
  };
  const state = listState(resource);
  if (listener === null || chains.length === 0) {
    const ends = listener === null ? null : withoutChains(listener);
    return [{ ...shared, match: null, destination: ends, ...noChain, ...state, at: resource.at }];
  }
  const { filter_chain_matcher: matcher } = listener.message;
  const paths = matcher === undefined ? null : chainMatcherPaths(matcher);
  return chains.map((chain) => ({
    ...shared,
    match: paths === null || chain.default ? describeChainMatch(chain.match) : describePaths(paths, chain.name ?? ""),
    ...chainDestination(chain),
    chain: chain.name,
    defaultChain: chain.default,
    filterChainMatch: paths === null ? chain.match : null,
    virtualService: istioOrigin(chain.message.metadata, "virtual-service"),
    ...state,
    at: chain.at,
  }));
}

const noChain = {
  routeConfiguration: null,
  clusters: [],
  chain: null,
  defaultChain: false,
  filterChainMatch: null,
  virtualService: null,
} as const;

function describePaths({ paths, complete }: ChainMatcherPaths, chain: string): string {
  const ways = [...(paths.get(chain) ?? []), ...(complete ? [] : ["what the filter_chain_matcher decides"])];
  return ways.length === 0 ? "none: the filter_chain_matcher does not name it" : ways.join(" | ");
}

/** A UDP listener has listener filters alone. */
function withoutChains({ listenerFilters }: Listener): string {
  return ["no filter chains", ...listenerFilters.map(({ name }) => name)].join(": ");
}

function typeOf(chains: readonly FilterChain[]): ListenerType {
  const kinds = new Set(chains.flatMap(({ filters }) => filters.map(({ terminal }) => terminal?.kind)));
  const [http, tcp] = [kinds.has("http_connection_manager"), kinds.has("tcp_proxy")];
  if (http) return tcp ? "HTTP+TCP" : "HTTP";
  return tcp ? "TCP" : "UNKNOWN";
}
