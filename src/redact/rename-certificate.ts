import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import {
  Certificate,
  type GeneralName,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  type Name,
  SubjectAlternativeName,
} from "@peculiar/asn1-x509";
import { decodeBase64, encodeBase64 } from "../util/base64.js";
import { encodeUtf8 } from "../util/utf8.js";

/**
 * The text with every certificate in it rewritten: subject, issuer and alternative names renamed, validity and uses kept;
 * serial number, key and signature, which are unique, become bytes drawn from the seed. What can't be parsed is emptied.
 */
export function renameCertificates(text: string, rename: (name: string) => string, seed: string): string {
  return text.replace(
    /(-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----)([^-]*)(-----END (?:X509 |TRUSTED )?CERTIFICATE-----)/g,
    (_, begin: string, body: string, end: string) => {
      const renamed = renameCertificate(body.replace(/\\[nr]|\s/g, ""), rename, seed);
      const lineBreak = body.includes("\\n") ? "\\n" : "\n";
      const lines = renamed.match(/.{1,64}/g) ?? [];
      return [begin, ...lines, end].join(lineBreak);
    },
  );
}
/** Marks a certificate that was rewritten: the first bytes of its serial number. */
const mark = [0x78, 0x64, 0x73];

function renameCertificate(base64: string, rename: (name: string) => string, seed: string): string {
  const der = decodeBase64(base64);
  if (der === null) return encodeBase64(encodeUtf8("[redacted]"));
  const draw = (what: string, length: number): Uint8Array<ArrayBuffer> => drawBytes(seed, what, length);
  try {
    const certificate = AsnConvert.parse(der, Certificate);
    const { tbsCertificate } = certificate;
    if (mark.every((byte, index) => new Uint8Array(tbsCertificate.serialNumber)[index] === byte)) return base64;
    renameName(tbsCertificate.subject, rename);
    renameName(tbsCertificate.issuer, rename);
    const serial = Array.from(new Uint8Array(tbsCertificate.serialNumber)).join();
    tbsCertificate.serialNumber = Uint8Array.of(...mark, ...draw(`serial ${serial}`, 13)).buffer;
    const key = tbsCertificate.subjectPublicKeyInfo;
    key.subjectPublicKey = draw(`key ${encodeBase64(new Uint8Array(key.subjectPublicKey))}`, key.subjectPublicKey.byteLength).buffer;
    certificate.signatureValue = draw(`signature ${base64}`, certificate.signatureValue.byteLength).buffer;
    const kept = tbsCertificate.extensions?.filter(({ extnID }) => keptExtensions.has(extnID));
    for (const extension of kept ?? []) {
      if (extension.extnID !== id_ce_subjectAltName) continue;
      const names = AsnConvert.parse(extension.extnValue.buffer, SubjectAlternativeName);
      for (const name of names) renameAlternative(name, rename);
      extension.extnValue = new OctetString(AsnConvert.serialize(names));
    }
    if (kept !== undefined) Object.assign(tbsCertificate, { extensions: kept });
    return encodeBase64(new Uint8Array(AsnConvert.serialize(certificate)));
  } catch {
    return encodeBase64(encodeUtf8("[redacted]"));
  }
}

const keptExtensions: ReadonlySet<string> = new Set([id_ce_subjectAltName, id_ce_basicConstraints, id_ce_keyUsage, id_ce_extKeyUsage]);

function renameName(name: Name, rename: (name: string) => string): void {
  for (const { value } of [...name].flatMap((set) => [...set])) {
    if (value.printableString !== undefined) value.printableString = rename(value.printableString);
    if (value.utf8String !== undefined) value.utf8String = rename(value.utf8String);
    if (value.ia5String !== undefined) value.ia5String = rename(value.ia5String);
    if (value.teletexString !== undefined) value.teletexString = rename(value.teletexString);
  }
}

function renameAlternative(name: GeneralName, rename: (name: string) => string): void {
  if (name.uniformResourceIdentifier !== undefined) name.uniformResourceIdentifier = rename(name.uniformResourceIdentifier);
  if (name.dNSName !== undefined) name.dNSName = rename(name.dNSName);
  if (name.rfc822Name !== undefined) name.rfc822Name = rename(name.rfc822Name);
  if (name.iPAddress !== undefined) name.iPAddress = rename(name.iPAddress);
  if (name.directoryName !== undefined) renameName(name.directoryName, rename);
}

function drawBytes(seed: string, what: string, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let at = 0, block = 0; at < length; block++) {
    const digest = hmac(sha512, encodeUtf8(seed), encodeUtf8(`${what} ${block}`));
    bytes.set(digest.subarray(0, Math.min(digest.length, length - at)), at);
    at += digest.length;
  }
  return bytes;
}
