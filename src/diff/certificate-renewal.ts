import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate as X509Certificate } from "@peculiar/asn1-x509";
import { readCertificates } from "../decode/certificate.js";
import type { Certificate } from "../model/secret.js";
import { type JsonObject, member } from "../util/json.js";

/** The message whose certificate and key are renewed together. */
export const tlsCertificateType = "envoy.extensions.transport_sockets.tls.v3.TlsCertificate";
/** Its fields that a renewal changes. */
export const renewedFields: readonly string[] = ["certificate_chain", "private_key"];

/**
 * Has a TlsCertificate only been issued anew? It has when both sides hold as many certificates in the dump itself, and each
 * has the subject, the issuer, the alternative names and the type of key of its predecessor.
 */
export function isRenewal(old: JsonObject, now: JsonObject): boolean {
  const before = lastingParts(old);
  const after = lastingParts(now);
  return before.length > 0 && before.length === after.length && before.every((text, index) => text === after[index]);
}

/** Of each certificate in a TlsCertificate what stays the same when it is issued anew; [] where some of it can't be read. */
export function lastingParts(message: JsonObject): readonly string[] {
  const source = member(message, "certificate_chain");
  const base64 = member(source, "inline_bytes");
  const text = member(source, "inline_string");
  const pem = typeof base64 === "string" ? { base64 } : typeof text === "string" ? { text } : undefined;
  if (pem === undefined) return [];
  const certificates = readCertificates(pem, "");
  const keys = keyTypes("text" in pem ? pem.text : atob(pem.base64));
  return certificates.length === keys.length ? certificates.map((certificate, index) => identityOf(certificate, keys[index])) : [];
}

const identityOf = ({ subject, issuer, subjectAltNames }: Certificate, keyType: string | undefined): string =>
  JSON.stringify([subject, issuer, [...subjectAltNames].sort(), keyType]);

/** The algorithm of each certificate's key with its curve or, as a size, the length of the key. */
function keyTypes(pem: string): readonly string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      const der = Uint8Array.from(atob(block.replace(/-----[^-]*-----|\s/g, "")), (character) => character.charCodeAt(0));
      const { algorithm, subjectPublicKey } = AsnConvert.parse(der, X509Certificate).tbsCertificate.subjectPublicKeyInfo;
      const parameters = algorithm.parameters == null ? "" : Array.from(new Uint8Array(algorithm.parameters)).join(".");
      return [`${algorithm.algorithm} ${parameters} ${subjectPublicKey.byteLength}`];
    } catch {
      return [];
    }
  });
}
