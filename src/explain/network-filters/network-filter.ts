import type { MatchingBehaviour } from "../../match/behaviour.js";
import type { MatchedConnection } from "../../match/connection.js";
import type { PeerIdentity } from "../../match/rbac-subject.js";
import type { Unknown } from "../../match/verdict.js";
import type { NetworkFilter, TerminalFilter } from "../../model/filter-chain.js";
import { type Any, placeOf } from "../../model/proto-json.js";
import type { LocalResponse, Uncertain, UncertainCode } from "../explanation.js";

/** What the filters of a chain look at when they decide about a connection. */
export interface NetworkFiltersInput {
  readonly connection: MatchedConnection;
  /** What the client has shown in the TLS handshake; null: no TLS that Envoy took off. */
  readonly peer: PeerIdentity | null;
  readonly behaviour: MatchingBehaviour;
  /** ECDS configuration by filter name. */
  readonly extension: (name: string) => Any | undefined;
  /** The client sends nothing until the server does, so that filters of data never see any. */
  readonly serverFirst: boolean;
}

/** A cluster that a filter before the TCP proxy has chosen in its place. */
export interface ChosenForTcp {
  readonly name: string;
  readonly at: string;
  readonly because: string;
}

/** What the filters so far have left on the connection. */
export interface ConnectionState {
  readonly tcpCluster: ChosenForTcp | undefined;
  readonly filterState: ReadonlyMap<string, string>;
  /** Why filter state and metadata may hold more than is given. */
  readonly unknownState: Unknown | undefined;
}

/** What a network filter does with a connection: lets it go on, closes it, or ends the chain in a way of its own. */
export type NetworkFilterDecision =
  | { readonly does: "continues"; readonly because: string; readonly open?: Uncertain; readonly state?: Partial<ConnectionState> }
  | {
      readonly does: "closes";
      readonly cause: "denied" | "closed-by-filter";
      readonly response: LocalResponse;
      readonly because: string;
      readonly at: string;
      readonly open?: Uncertain;
    }
  | { readonly does: "ends-chain"; readonly because: string; readonly open?: Uncertain };

export type NetworkFilterModel = (filter: NetworkFilter, input: NetworkFiltersInput, state: ConnectionState) => NetworkFilterDecision;

/** A network filter that ends its chain in a TCP proxy or an HTTP connection manager. */
export type EndingFilter = NetworkFilter & { readonly terminal: TerminalFilter };

/** The connection goes on; "" where there is nothing to say about it. */
export const passesOn = (because = ""): NetworkFilterDecision => ({ does: "continues", because });

/** Where a filter's own configuration stands. */
export const placeOfFilter = (filter: NetworkFilter): string => (filter.config === null ? filter.at : placeOf(filter.config));

/** Something that the filter may do and that neither dump nor request decide. */
export function leavesOpen(
  filter: NetworkFilter,
  code: UncertainCode,
  may: string,
  decidedBy: string,
  at = placeOfFilter(filter),
): Uncertain {
  return { code, at, message: `network filter ${filter.name}: ${may}`, decidedBy };
}
