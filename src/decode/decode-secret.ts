import type { DataSource } from "../generated/messages.js";
import { placeOf } from "../model/proto-json.js";
import type { Certificate, Secret } from "../model/secret.js";
import type { Resource } from "../model/snapshot.js";
import { readCertificates } from "./certificate.js";
import { decodeAs } from "./decode-resource.js";

const kinds = ["tls_certificate", "validation_context", "session_ticket_keys", "generic_secret"] as const;

/** A secret resource as a typed model without key material; null where the file holds another type in its place. */
export function decodeSecret(resource: Resource): Secret | null {
  const message = decodeAs(resource, "envoy.extensions.transport_sockets.tls.v3.Secret");
  if (message === null) return null;
  return {
    resource,
    name: message.name ?? resource.name,
    at: resource.at,
    kind: kinds.find((kind) => message[kind] !== undefined) ?? null,
    certificates: [
      ...certificatesIn(message.tls_certificate?.certificate_chain),
      ...certificatesIn(message.validation_context?.trusted_ca),
    ],
  };
}

/** The certificates that stand in the dump itself; a file or an environment variable is out of its reach. */
export function certificatesIn(source: DataSource | undefined): readonly Certificate[] {
  if (source?.inline_bytes !== undefined) return readCertificates({ base64: source.inline_bytes }, placeOf(source, "inline_bytes"));
  if (source?.inline_string !== undefined) return readCertificates({ text: source.inline_string }, placeOf(source, "inline_string"));
  return [];
}
