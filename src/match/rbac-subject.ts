import type { JsonObject } from "../util/json.js";
import type { ConnectionEnd, MatchedConnection } from "./connection.js";
import type { RequestHeaders } from "./request-headers.js";
import type { Unknown } from "./verdict.js";

/** What the client has shown of itself in the TLS handshake that Envoy took off. */
export interface PeerIdentity {
  /** Has it presented a certificate? */
  readonly presented: boolean;
  /** The certificate's subject alternative names, by kind. */
  readonly uris: readonly string[];
  readonly dns: readonly string[];
  /** The certificate's subject in RFC 2253 text; "" for a certificate without one, as Istio's are. */
  readonly subject: string;
}

/** Whom and what RBAC judges: a request, or a connection (which has no headers and no path). */
export interface RbacSubject {
  readonly headers: RequestHeaders;
  /** As `url_path` compares it: without query and fragment. Undefined: none. */
  readonly path: string | undefined;
  readonly connection: MatchedConnection;
  /** null: no TLS that Envoy took off. */
  readonly peer: PeerIdentity | null;
  /** The address that `remote_ip` means: after the PROXY protocol and X-Forwarded-For. */
  readonly remote: ConnectionEnd | Unknown;
  /** Dynamic metadata by namespace, and the route's own. */
  readonly dynamicMetadata: JsonObject;
  readonly routeMetadata: JsonObject;
  readonly filterState: ReadonlyMap<string, string>;
  /** Why dynamic metadata and filter state may hold more than is given. */
  readonly unknownState: Unknown | undefined;
}
