import type { TerminalFilter } from "../model/filter-chain.js";
import type { RequestHttp } from "../model/request.js";
import type { RouteConfiguration } from "../model/route-configuration.js";
import type { ChosenVirtualHost } from "./choose-virtual-host.js";
import type { NearestCandidate } from "./explanation.js";
import type { ArrivedConnection, Findings } from "./findings.js";
import type { ConnectionState } from "./network-filters/network-filter.js";
import type { ReceivedRequest } from "./reception.js";

export type ManagerFilter = TerminalFilter & { readonly kind: "http_connection_manager" };

/** A request that has come to the routes of a connection manager. */
export interface RoutedRequest {
  readonly arrived: ArrivedConnection;
  readonly terminal: ManagerFilter;
  /** What network filters have left on the connection. */
  readonly state: ConnectionState;
  readonly received: ReceivedRequest;
  readonly http: RequestHttp;
  readonly configuration: RouteConfiguration | null;
  readonly virtualHost: ChosenVirtualHost | null;
  readonly near: readonly NearestCandidate[];
  readonly known: Pick<Findings, "routeConfiguration" | "virtualHost">;
}

/** What is found before the outcome is known. */
export type FoundSoFar = Omit<Findings, "outcome">;
