import type { Resource } from "./snapshot.js";

/** A secret as far as it may be shown: what kind it is and what its certificates say, never key material. */
export interface Secret {
  readonly resource: Resource;
  readonly name: string;
  readonly at: string;
  readonly kind: "tls_certificate" | "validation_context" | "session_ticket_keys" | "generic_secret" | null;
  readonly certificates: readonly Certificate[];
}

export interface Certificate {
  readonly at: string;
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal, lower-case. */
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly subjectAltNames: readonly string[];
}
