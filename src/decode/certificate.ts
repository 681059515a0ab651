import { AsnConvert } from "@peculiar/asn1-schema";
import {
  type GeneralName,
  id_ce_subjectAltName,
  type Name,
  SubjectAlternativeName,
  Certificate as X509Certificate,
} from "@peculiar/asn1-x509";
import type { Certificate } from "../model/secret.js";

/**
 * The certificates in PEM text, in their order; those that can't be parsed are left out.
 *
 * @param pem base64 text of the PEM file, as `inline_bytes` holds it, or the PEM text itself
 * @param at JSON pointer of the field that holds it
 */
export function readCertificates(pem: { readonly base64: string } | { readonly text: string }, at: string): readonly Certificate[] {
  const text = "text" in pem ? pem.text : atob(pem.base64);
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => readCertificate(block.replace(/-----[^-]*-----|\s/g, ""), at));
}

function readCertificate(base64: string, at: string): Certificate[] {
  try {
    const der = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const { tbsCertificate } = AsnConvert.parse(der, X509Certificate);
    const alternatives = tbsCertificate.extensions?.find((extension) => extension.extnID === id_ce_subjectAltName);
    return [
      {
        at,
        subject: nameText(tbsCertificate.subject),
        issuer: nameText(tbsCertificate.issuer),
        serial: hex(new Uint8Array(tbsCertificate.serialNumber)),
        notBefore: tbsCertificate.validity.notBefore.getTime().toISOString(),
        notAfter: tbsCertificate.validity.notAfter.getTime().toISOString(),
        subjectAltNames:
          alternatives === undefined ? [] : AsnConvert.parse(alternatives.extnValue.buffer, SubjectAlternativeName).map(alternativeText),
      },
    ];
  } catch {
    return [];
  }
}

const attributeNames: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
};

/** A distinguished name as OpenSSL prints it: "O=cluster.local, CN=istiod". */
const nameText = (name: Name): string =>
  [...name].flatMap((set) => [...set].map(({ type, value }) => `${attributeNames[type] ?? type}=${value.toString()}`)).join(", ");

function alternativeText(name: GeneralName): string {
  if (name.uniformResourceIdentifier !== undefined) return name.uniformResourceIdentifier;
  return name.dNSName ?? name.iPAddress ?? name.rfc822Name ?? (name.directoryName === undefined ? "" : nameText(name.directoryName));
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
