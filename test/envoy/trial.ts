import type { Request } from "../../src/model/request.js";
import type { JsonObject } from "../../src/util/json.js";

/** A listener of a trial: envoy.config.listener.v3.Listener as JSON, without name, address and access logs, which the run adds. */
export type TrialListener = JsonObject;

/** How a connection comes to the first listener of a trial. */
export type Entry =
  /** Dialled at the listener's own address. */
  | "direct"
  /** With a PROXY protocol header that names destination and source. */
  | "proxied"
  /** The same on a listener that hands the connection to the listener of the destination (`use_original_dst`). */
  | "handed-off";

/** Listeners made at random, and the requests that the first of them is sent. */
export interface Trial {
  readonly entry: Entry;
  /** Do the route configurations come by RDS? */
  readonly byRds: boolean;
  /** The one that accepts, then those that connections are handed to, with their addresses. */
  readonly listeners: readonly TrialListener[];
  readonly requests: readonly Request[];
}
