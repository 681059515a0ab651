import type { ListenerFilter as ListenerFilterMessage, Listener as ListenerMessage } from "../generated/messages.js";
import type { Address } from "./address.js";
import type { FilterChain } from "./filter-chain.js";
import type { Any } from "./proto-json.js";
import type { Resource } from "./snapshot.js";

export interface Listener {
  readonly resource: Resource;
  readonly name: string;
  readonly at: string;
  readonly address: Address | null;
  readonly additionalAddresses: readonly Address[];
  readonly direction: "INBOUND" | "OUTBOUND" | "UNSPECIFIED";
  /** Has it a socket of its own, or is it reached by hand-off only? */
  readonly bindToPort: boolean;
  readonly useOriginalDst: boolean;
  readonly listenerFilters: readonly ListenerFilter[];
  readonly filterChains: readonly FilterChain[];
  readonly defaultFilterChain: FilterChain | null;
  readonly message: ListenerMessage;
}

export interface ListenerFilter {
  readonly name: string;
  readonly at: string;
  readonly type: string | null;
  readonly config: Any | null;
  readonly message: ListenerFilterMessage;
}

/** Every chain of a listener, the default one last. */
export function chainsOf(listener: Listener): readonly FilterChain[] {
  return listener.defaultFilterChain === null ? listener.filterChains : [...listener.filterChains, listener.defaultFilterChain];
}
