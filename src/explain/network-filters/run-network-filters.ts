import type { FilterChain, NetworkFilter } from "../../model/filter-chain.js";
import { messageNameOf } from "../../model/proto-json.js";
import type { LocalResponse, Uncertain } from "../explanation.js";
import { networkFilterTypeOf, typeOfOwn } from "./filter-types.js";
import {
  type ConnectionState,
  type EndingFilter,
  leavesOpen,
  type NetworkFilterDecision,
  type NetworkFilterModel,
  type NetworkFiltersInput,
} from "./network-filter.js";
import { describedNetworkFilters } from "./open-filters.js";
import { rbac } from "./rbac.js";
import { setFilterState } from "./set-filter-state.js";
import { sniCluster } from "./sni-cluster.js";

/** One line a filter that had something to say. */
export interface NetworkFilterNote {
  readonly filter: NetworkFilter;
  readonly because: string;
}

/** How the filters of a chain end. `open`: what they may do otherwise, for reasons that are not in the dump. */
export type NetworkFiltersResult = { readonly notes: readonly NetworkFilterNote[]; readonly open: readonly Uncertain[] } & (
  | ({ readonly end: "terminal"; readonly filter: EndingFilter } & ConnectionState)
  | ({
      readonly end: "closed";
      readonly filter: NetworkFilter;
      readonly cause: "denied" | "closed-by-filter";
      readonly response: LocalResponse;
      readonly because: string;
      readonly at: string;
      /**
       * The TCP proxy behind the filter, which dials its cluster as soon as the connection is there: where that already fails the
       * connection ends for it, and not for this filter. null: nothing is dialled before the client's first bytes.
       */
      readonly dialling: EndingFilter | null;
    } & ConnectionState)
  /** `filter`: one that ends the chain in a way of its own; null for none. */
  | { readonly end: "no-terminal"; readonly filter: NetworkFilter | null; readonly because: string; readonly at: string }
);

const models: ReadonlyMap<string, NetworkFilterModel> = new Map([
  ...describedNetworkFilters,
  [typeOfOwn("rbac"), rbac],
  [typeOfOwn("set_filter_state"), setFilterState],
  [typeOfOwn("sni_cluster"), sniCluster],
]);

const nothingYet: ConnectionState = { tcpCluster: undefined, filterState: new Map(), unknownState: undefined };

/**
 * Runs a filter chain's network filters, in their order, up to the TCP proxy or HTTP connection manager that ends it, or to one that
 * closes the connection. What a filter decides about data comes after every filter has seen the new connection: its choice of a cluster
 * for the TCP proxy counts although a filter before it closes.
 */
export function runNetworkFilters(chain: FilterChain, input: NetworkFiltersInput): NetworkFiltersResult {
  const open: Uncertain[] = [];
  const notes: NetworkFilterNote[] = [];
  let state = nothingYet;
  let closing: { readonly filter: NetworkFilter; readonly decision: NetworkFilterDecision & { readonly does: "closes" } } | undefined;
  for (const declared of chain.filters) {
    const filter = withDiscovered(declared, input);
    if (isEnding(filter)) {
      if (closing === undefined) return { end: "terminal", filter, notes, open, ...state };
      return { end: "closed", ...closed(closing), dialling: dialsAtOnce(filter) ? filter : null, notes, open, ...state };
    }
    const decision = decide(filter, input, state);
    // Behind a filter that closes, nothing is of interest but what is done to a new connection.
    if (closing !== undefined && decision.does !== "continues") continue;
    if (decision.does === "continues" && decision.state !== undefined) state = { ...state, ...decision.state };
    if (closing !== undefined) continue;
    if (decision.open !== undefined) open.push(decision.open);
    if (decision.does === "closes") closing = { filter, decision };
    else if (decision.does === "ends-chain") return { end: "no-terminal", filter, because: decision.because, at: filter.at, notes, open };
    else if (decision.because !== "") notes.push({ filter, because: decision.because });
  }
  if (closing !== undefined) return { end: "closed", ...closed(closing), dialling: null, notes, open, ...state };
  const because =
    chain.filters.length === 0 ? "the filter chain has no filters" : "no filter of the chain is a TCP proxy or an HTTP connection manager";
  return { end: "no-terminal", filter: null, because, at: chain.at, notes, open };
}

function closed({
  filter,
  decision,
}: {
  readonly filter: NetworkFilter;
  readonly decision: NetworkFilterDecision & { readonly does: "closes" };
}) {
  const { cause, response, because, at } = decision;
  return { filter, cause, response, because, at };
}

function withDiscovered(filter: NetworkFilter, { extension }: NetworkFiltersInput): NetworkFilter {
  if (filter.discoveredAs === null) return filter;
  const config = extension(filter.discoveredAs) ?? filter.config;
  return { ...filter, config, type: config === null ? null : messageNameOf(config) };
}

const isEnding = (filter: NetworkFilter): filter is EndingFilter => filter.terminal !== null;

/** Does it connect upstream before the client has sent anything? A TCP proxy does, unless its upstream_connect_mode says otherwise. */
function dialsAtOnce({ terminal }: EndingFilter): boolean {
  if (terminal.kind !== "tcp_proxy") return false;
  const mode = terminal.proxy.upstream_connect_mode ?? "IMMEDIATE";
  return mode === "IMMEDIATE";
}

function decide(filter: NetworkFilter, input: NetworkFiltersInput, state: ConnectionState): NetworkFilterDecision {
  const model = models.get(networkFilterTypeOf(filter));
  if (model !== undefined) return model(filter, input, state);
  const may =
    filter.type === null && filter.discoveredAs !== null
      ? "its configuration (ECDS) is not in the dump"
      : "it may close the connection or answer it";
  const open = leavesOpen(filter, "filter-not-modelled", may, "the filter's own rules at run time");
  return {
    does: "continues",
    because: "",
    open,
    state: {
      unknownState: state.unknownState ?? { because: `network filter ${filter.name} may have written it`, decidedBy: open.decidedBy },
    },
  };
}
