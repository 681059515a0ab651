import { serves } from "../decode/configuration.js";
import { decodeSecret } from "../decode/decode-secret.js";
import type { Certificate } from "../model/secret.js";
import type { Snapshot } from "../model/snapshot.js";
import type { CertificateSummary } from "./summary.js";

/** The certificates of the serving secrets, held against the time of the dump and against the present. */
export function summariseCertificates(snapshot: Snapshot, dumpTime: string | null, now: string | null): readonly CertificateSummary[] {
  return snapshot
    .resources("secret")
    .filter(serves)
    .flatMap((resource) => {
      const secret = decodeSecret(resource);
      const use = secret?.kind === "tls_certificate" || secret?.kind === "validation_context" ? secret.kind : null;
      return (secret?.certificates ?? []).map((certificate) => ({
        secret: resource.name,
        use,
        subject: certificate.subject,
        subjectAltNames: certificate.subjectAltNames,
        issuer: certificate.issuer,
        serial: certificate.serial,
        notBefore: certificate.notBefore,
        notAfter: certificate.notAfter,
        validAtDump: isValidAt(certificate, dumpTime),
        validNow: isValidAt(certificate, now),
        at: certificate.at,
      }));
    });
}

function isValidAt({ notBefore, notAfter }: Certificate, time: string | null): boolean | null {
  if (time === null) return null;
  const moment = Date.parse(time);
  return Date.parse(notBefore) <= moment && moment <= Date.parse(notAfter);
}
