import type { RuntimeValues } from "../match/behaviour.js";
import type { ConnectionEnd } from "../match/connection.js";
import type { PeerIdentity } from "../match/rbac-subject.js";
import type { RequestHeaders } from "../match/request-headers.js";
import type { Unknown } from "../match/verdict.js";
import type { EnvoyVersion } from "../model/envoy-version.js";
import type { LocalResponse } from "./explanation.js";

/** A request as the connection manager hands it to its routes. */
export interface ReceivedRequest {
  readonly headers: RequestHeaders;
  readonly isGrpc: boolean;
  readonly method: string;
  /** After the host rules. */
  readonly authority: string;
  /** After the path rules, with its query; undefined for CONNECT. */
  readonly path: string | undefined;
  readonly scheme: string;
  /** The client's address as the connection manager settles it. */
  readonly remote: ConnectionEnd | Unknown;
  /** The protocol that an Upgrade header or CONNECT asks for; null for an ordinary request. */
  readonly upgrade: string | null;
  /** Which rules changed the authority or the path. */
  readonly changedBy: readonly string[];
}

export type Reception = { readonly end: "received"; readonly request: ReceivedRequest } | RefusedRequest;

/** A request that ends before its routing. */
export interface RefusedRequest {
  readonly end: "rejected" | "closed" | "redirect";
  readonly response: LocalResponse;
  readonly because: string;
  readonly at: string;
  /** The request as far as it was received, where Envoy still looks up its virtual host for the access log. */
  readonly logged?: ReceivedRequest;
}

/** What the reception of a request depends on beside the request itself. */
export interface ReceptionContext {
  readonly version: EnvoyVersion | null;
  readonly runtime: RuntimeValues;
  /** What the client has shown in the TLS that Envoy took off; null for plaintext. */
  readonly peer: PeerIdentity | null;
  /** The bootstrap's node. */
  readonly node: { readonly id: string; readonly cluster: string };
  /** Port of the address as restored. */
  readonly localPort: number;
  /** The connection's remote address; absent where it is not known. */
  readonly source?: ConnectionEnd | undefined;
}
