import type {
  FilterChainMatch,
  FilterChain as FilterChainMessage,
  HttpConnectionManager,
  ScopedRoutes,
  TcpProxy,
} from "../generated/messages.js";
import type { Any } from "./proto-json.js";
import type { RouteConfiguration } from "./route-configuration.js";

/** A filter chain of a listener. */
export interface FilterChain {
  readonly name: string | null;
  /** 0-based place in the listener's filter_chains; -1 for its default chain. */
  readonly index: number;
  readonly default: boolean;
  readonly at: string;
  readonly match: FilterChainMatch;
  readonly filters: readonly NetworkFilter[];
  readonly message: FilterChainMessage;
}

/** A filter by its name in the chain, with its configuration as far as the dump has it. */
export interface NetworkFilter {
  readonly name: string;
  readonly at: string;
  /** Full message name of the configuration; null where there is none. */
  readonly type: string | null;
  readonly config: Any | null;
  /** The name of the ECDS resource that configures it, where one does. */
  readonly discoveredAs: string | null;
  readonly terminal: TerminalFilter | null;
}

/** The filters that end a chain and choose where its traffic goes. */
export type TerminalFilter =
  | {
      readonly kind: "http_connection_manager";
      readonly manager: HttpConnectionManager;
      readonly routes: RouteSource;
      readonly httpFilters: readonly HttpFilter[];
    }
  | { readonly kind: "tcp_proxy"; readonly proxy: TcpProxy };

/** Where an HTTP connection manager takes its routes from. */
export type RouteSource =
  | { readonly kind: "rds"; readonly name: string; readonly at: string }
  | { readonly kind: "inline"; readonly configuration: RouteConfiguration; readonly at: string }
  | { readonly kind: "scoped"; readonly name: string; readonly routes: ScopedRoutes; readonly at: string }
  | { readonly kind: "none"; readonly at: string };

export interface HttpFilter {
  readonly name: string;
  readonly at: string;
  readonly type: string | null;
  readonly config: Any | null;
  readonly discoveredAs: string | null;
  /** Off unless a route turns it on. */
  readonly disabled: boolean;
}
