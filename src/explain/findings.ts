import type { MatchedConnection } from "../match/connection.js";
import type { PeerIdentity } from "../match/rbac-subject.js";
import type { FilterChain } from "../model/filter-chain.js";
import type { Listener } from "../model/listener.js";
import type { Request } from "../model/request.js";
import type { ExplainContext } from "./context.js";
import type { Explanation, NearestCandidate } from "./explanation.js";
import type { Journal } from "./journal.js";

/** What one stage has found out; everything that it does not set stays as the explanation's defaults have it. */
export type Findings = Pick<Explanation, "outcome"> &
  Partial<
    Pick<
      Explanation,
      | ("listener" | "filterChain" | "routeConfiguration" | "virtualHost" | "route" | "clusters" | "mirrors")
      | ("cause" | "response" | "rewrite" | "timeout" | "retry" | "endpoints" | "tls")
    >
  >;

/** A connection that has come to a filter chain: all that the rest of the way depends on. */
export interface ArrivedConnection {
  readonly context: ExplainContext;
  readonly journal: Journal;
  readonly request: Request & { readonly direction: "inbound" | "outbound" };
  /** The listener whose socket took it. */
  readonly accepting: Listener;
  /** The listener whose chain it is. */
  readonly listener: Listener;
  readonly chain: FilterChain;
  /** Listeners or chains that nearly took it; looked for when they are asked for. */
  readonly near: () => readonly NearestCandidate[];
  readonly connection: MatchedConnection;
  /** Was the dialled address restored, so that an ORIGINAL_DST cluster can dial it? */
  readonly restored: boolean;
  /** What the client has shown in the TLS handshake; null where Envoy took no TLS off. */
  readonly peer: PeerIdentity | null;
}
