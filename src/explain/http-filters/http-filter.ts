import type { HttpConnectionManager } from "../../generated/messages.js";
import type { MatchingBehaviour } from "../../match/behaviour.js";
import type { MatchedConnection } from "../../match/connection.js";
import type { MatchedRequest } from "../../match/matched-request.js";
import type { PeerIdentity } from "../../match/rbac-subject.js";
import type { UnknownHeader } from "../../match/request-headers.js";
import type { Unknown } from "../../match/verdict.js";
import type { HttpFilter } from "../../model/filter-chain.js";
import { type Any, placeOf } from "../../model/proto-json.js";
import type { Route, VirtualHost } from "../../model/route-configuration.js";
import type { Uncertain, UncertainCode } from "../explanation.js";
import type { LocalReply } from "../local-reply.js";
import type { ReceivedRequest } from "../reception.js";

/** What an HTTP filter looks at when it decides about a request. */
export interface HttpFilterInput {
  readonly filter: HttpFilter;
  /** Its configuration for this route, the most specific one; undefined where there is none. */
  readonly perRoute: Any | undefined;
  /** All of its configurations for this route, the most specific one first. */
  readonly perRoutes: readonly Any[];
  readonly manager: HttpConnectionManager;
  readonly received: ReceivedRequest;
  readonly matched: MatchedRequest;
  readonly connection: MatchedConnection;
  /** What the client has shown in the TLS handshake; null: no TLS that Envoy took off. */
  readonly peer: PeerIdentity | null;
  readonly behaviour: MatchingBehaviour;
  /** The route that the request has at this point; null: none. */
  readonly route: Route | null;
  readonly virtualHost: VirtualHost | null;
  /** The clusters that the route may pick: none, the one, or several where that is open. */
  readonly clusters: readonly string[];
  /** Bytes of the request's body; 0 for none. */
  readonly bodyBytes: number;
}

/** What later filters see otherwise than the client sent it. */
export interface ChangedView {
  /** Why dynamic metadata and filter state may hold more now. */
  readonly state?: Unknown;
  /** Headers whose values are not known any more. */
  readonly headers?: ReadonlyMap<string, UnknownHeader>;
}

/** A filter's answer; `grpcStatus` where a gRPC client gets another status than the one that stands for the HTTP status. */
export interface FilterReply extends LocalReply {
  readonly grpcStatus?: number;
}

/** What a filter does with a request: lets it go on or answers it; `open` says what else it may do. */
export type HttpFilterDecision =
  | {
      readonly does: "continues";
      readonly because: string;
      readonly open?: Uncertain;
      readonly changes?: ChangedView;
      /** Response flags that stand beside those of whatever answers in the end. */
      readonly flags?: readonly string[];
    }
  | {
      readonly does: "answers";
      readonly outcome: "rejected" | "direct_response";
      readonly cause: "denied" | "fault" | null;
      readonly reply: FilterReply;
      readonly because: string;
      readonly at: string;
      readonly open?: Uncertain;
    };

export type HttpFilterModel = (input: HttpFilterInput) => HttpFilterDecision;

/** The request goes on; "" where there is nothing to say about it. */
export const goesOn = (because = ""): HttpFilterDecision => ({ does: "continues", because });

/** Where a filter's own configuration stands. */
export const placeOfFilter = (filter: HttpFilter): string => (filter.config === null ? filter.at : placeOf(filter.config));

/** Something that the filter may do and that neither dump nor request decide. */
export function leavesOpen(filter: HttpFilter, code: UncertainCode, may: string, decidedBy: string, at = placeOfFilter(filter)): Uncertain {
  return { code, at, message: `HTTP filter ${filter.name}: ${may}`, decidedBy };
}

/** A filter that is not modelled, or a configuration of it that is not. */
export function notModelled(filter: HttpFilter, may = "it may answer the request or change where it goes"): HttpFilterDecision {
  const open = leavesOpen(filter, "filter-not-modelled", may, "the filter's own rules at run time");
  const state = { because: `HTTP filter ${filter.name} may have written it`, decidedBy: open.decidedBy };
  return { does: "continues", because: "", open, changes: { state } };
}
