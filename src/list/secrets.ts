import { readCertificates } from "../decode/certificate.js";
import { decodeAs } from "../decode/decode-resource.js";
import { decodeSecret } from "../decode/decode-secret.js";
import { namesField } from "../model/istio-name.js";
import { messageNameOf, placeOf } from "../model/proto-json.js";
import type { Certificate, Secret } from "../model/secret.js";
import type { Resource, Snapshot } from "../model/snapshot.js";
import { isJsonObject, type Json, member } from "../util/json.js";
import { type Listing, makeListing } from "./listing.js";
import { type ListedState, listState } from "./resource-state.js";

/** A certificate of a secret; or a secret that shows none: then what is missing is null. Never key material. */
export interface ListedSecret extends ListedState {
  readonly name: string;
  /** In istioctl's words: `Cert Chain`, `CA`; else the secret's kind. */
  readonly type: string | null;
  /** Is the present within the certificate's time? */
  readonly validCertificate: boolean | null;
  readonly serialNumber: string | null;
  /** RFC 3339 in UTC, whole seconds. */
  readonly notAfter: string | null;
  readonly notBefore: string | null;
  /** With SPIRE, the trust domain that the certificate speaks for. */
  readonly trustDomain: string | null;
  readonly subject: string | null;
  readonly subjectAltNames: readonly string[];
  readonly issuer: string | null;
  readonly at: string;
}

export interface SecretFilters {
  readonly name?: string | undefined;
}

/**
 * The secrets of a dump in every state, a row a certificate: a chain's leaf first.
 *
 * @param now the present, as RFC 3339 text: what certificates are held against
 */
export function listSecrets(snapshot: Snapshot, now: string, filters: SecretFilters = {}): Listing<"secrets", ListedSecret> {
  const items = snapshot.resources("secret").flatMap((resource) => listSecret(resource, Date.parse(now)));
  return makeListing(snapshot, "secrets", items, filters, { name: { valuesOf: ({ name }) => [name], names: namesField } });
}

const typeWords = {
  tls_certificate: "Cert Chain",
  validation_context: "CA",
  session_ticket_keys: "Session ticket keys",
  generic_secret: "Generic",
} as const satisfies Record<NonNullable<Secret["kind"]>, string>;

interface TrustedCertificate {
  readonly certificate: Certificate;
  readonly trustDomain: string | null;
}

function listSecret(resource: Resource, now: number): ListedSecret[] {
  const secret = decodeSecret(resource);
  const shared = {
    name: secret?.name ?? resource.name,
    type: secret === null || secret.kind === null ? null : typeWords[secret.kind],
  };
  const state = listState(resource);
  const certificates = [
    ...(secret?.certificates ?? []).map((certificate) => ({ certificate, trustDomain: null })),
    ...certificatesOfTrustDomains(resource),
  ];
  if (certificates.length === 0) return [{ ...shared, ...noCertificate, ...state, at: resource.at }];
  return certificates.map(({ certificate, trustDomain }: TrustedCertificate) => ({
    ...shared,
    validCertificate: Date.parse(certificate.notBefore) <= now && now <= Date.parse(certificate.notAfter),
    // A leading zero byte is DER's sign, no part of the number.
    serialNumber: certificate.serial.replace(/^00(?=..)/, ""),
    notAfter: wholeSeconds(certificate.notAfter),
    notBefore: wholeSeconds(certificate.notBefore),
    trustDomain,
    subject: certificate.subject,
    subjectAltNames: certificate.subjectAltNames,
    issuer: certificate.issuer,
    ...state,
    at: certificate.at,
  }));
}

const noCertificate = {
  validCertificate: null,
  serialNumber: null,
  notAfter: null,
  notBefore: null,
  trustDomain: null,
  subject: null,
  subjectAltNames: [],
  issuer: null,
} as const;

/** Certificates count in seconds. */
const wholeSeconds = (time: string): string => time.replace(/\.\d+Z$/, "Z");

/** SPIRE's validation contexts hold their CAs by trust domain, in Envoy's SPIFFE certificate validator. */
function certificatesOfTrustDomains(resource: Resource): readonly TrustedCertificate[] {
  const secret = decodeAs(resource, "envoy.extensions.transport_sockets.tls.v3.Secret");
  const validator = secret?.validation_context?.custom_validator_config?.typed_config;
  if (validator === undefined || messageNameOf(validator) !== "envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig")
    return [];
  const domains = isJsonObject(validator) ? member(validator, "trust_domains") : undefined;
  return Array.isArray(domains) ? domains.flatMap(certificatesOfTrustDomain) : [];
}

function certificatesOfTrustDomain(domain: Json): TrustedCertificate[] {
  const name = member(domain, "name");
  const bundle = member(domain, "trust_bundle");
  const [bytes, text] = [member(bundle, "inline_bytes"), member(bundle, "inline_string")];
  const source = typeof bytes === "string" ? { base64: bytes } : typeof text === "string" ? { text } : undefined;
  if (source === undefined || !isJsonObject(bundle)) return [];
  const at = placeOf(bundle, "base64" in source ? "inline_bytes" : "inline_string");
  return readCertificates(source, at).map((certificate) => ({ certificate, trustDomain: typeof name === "string" ? name : null }));
}
