import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_subjectAltName,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from "@peculiar/asn1-x509";

/** A certificate with its key, both as PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** Whom the client's certificate names. */
export const clientIdentity = { uris: ["spiffe://cluster.local/ns/default/sa/bookinfo"], dns: ["productpage.example.com"] } as const;

const ecdsaWithSha256 = "1.2.840.10045.4.3.2";
const commonName = "2.5.4.3";

const nameOf = (text: string): Name =>
  new Name([
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type: commonName, value: new AttributeValue({ utf8String: text }) })]),
  ]);

interface Issued {
  readonly name: string;
  readonly privateKey: KeyObject;
  readonly certificate: string;
}

function issue(subject: string, names: readonly GeneralName[], by: Issued | null): Issued {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = new AlgorithmIdentifier({ algorithm: ecdsaWithSha256 });
  const alternative = new SubjectAlternativeName([...names]);
  const extensions = new Extensions([
    new Extension({
      extnID: id_ce_basicConstraints,
      critical: true,
      extnValue: new OctetString(AsnConvert.serialize(new BasicConstraints({ cA: by === null }))),
    }),
    ...(names.length === 0
      ? []
      : [new Extension({ extnID: id_ce_subjectAltName, critical: false, extnValue: new OctetString(AsnConvert.serialize(alternative)) })]),
  ]);
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: new Uint8Array([1, subject.length]).buffer,
    signature: algorithm,
    issuer: nameOf(by?.name ?? subject),
    validity: new Validity({ notBefore: new Date("2020-01-01"), notAfter: new Date("2120-01-01") }),
    subject: nameOf(subject),
    subjectPublicKeyInfo: AsnConvert.parse(publicKey.export({ type: "spki", format: "der" }), SubjectPublicKeyInfo),
    extensions,
  });
  const signed = sign("sha256", Buffer.from(AsnConvert.serialize(tbsCertificate)), by?.privateKey ?? privateKey);
  const signatureValue = new Uint8Array(signed).buffer;
  const der = Buffer.from(AsnConvert.serialize(new Certificate({ tbsCertificate, signatureAlgorithm: algorithm, signatureValue })));
  const body = der.toString("base64").replaceAll(/(.{64})/g, "$1\n");
  return { name: subject, privateKey, certificate: `-----BEGIN CERTIFICATE-----\n${body.trim()}\n-----END CERTIFICATE-----\n` };
}

const keyed = ({ certificate, privateKey }: Issued): KeyedCertificate => ({
  certificate,
  key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
});

const authority = issue("Bookinfo authority", [], null);

/** Whom both sides trust. */
export const authorityCertificate: string = authority.certificate;

export const serverCertificate: KeyedCertificate = keyed(
  issue("reviews", [new GeneralName({ dNSName: "reviews.example.com" })], authority),
);

export const clientCertificate: KeyedCertificate = keyed(
  issue(
    "productpage",
    [
      ...clientIdentity.uris.map((uri) => new GeneralName({ uniformResourceIdentifier: uri })),
      ...clientIdentity.dns.map((name) => new GeneralName({ dNSName: name })),
    ],
    authority,
  ),
);
