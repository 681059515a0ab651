import { describe, expect, it } from "vitest";
import { readCertificates } from "../../src/decode/certificate.js";
import { decodeSecret } from "../../src/decode/decode-secret.js";
import { dumpFixture } from "../list/dump-fixture.js";

describe("a secret", () => {
  const secrets = dumpFixture("bookinfo").resources("secret").map(decodeSecret);

  it("is a kind and what its certificates say, and never a key", () => {
    expect(secrets.map((secret) => [secret?.name, secret?.kind])).toEqual(
      expect.arrayContaining([
        ["default", "tls_certificate"],
        ["ROOTCA", "validation_context"],
      ]),
    );
    for (const secret of secrets) {
      expect(JSON.stringify({ ...secret, resource: null })).not.toMatch(/private_key|PRIVATE KEY/);
      for (const certificate of secret?.certificates ?? []) {
        expect(certificate.serial).toMatch(/^[0-9a-f]+$/);
        expect(Date.parse(certificate.notAfter)).toBeGreaterThan(Date.parse(certificate.notBefore));
        expect(certificate.at).toMatch(/^\/configs\/\d+\/.*\/(inline_bytes|inline_string)$/);
      }
    }
    const workload = secrets.find((secret) => secret?.name === "default");
    expect(workload?.certificates[0]?.subjectAltNames.join()).toMatch(/(^|,)spiffe:\/\//);
  });
});

describe("certificates in PEM", () => {
  it.each([
    ["no PEM", "reviews"],
    ["a block that is cut off", "-----BEGIN CERTIFICATE-----\nMIIB"],
    ["a block that is no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"],
    ["a block that is no base64", "-----BEGIN CERTIFICATE-----\n****\n-----END CERTIFICATE-----"],
  ])("that can't be parsed are left out: %s", (_, text) => expect(readCertificates({ text }, "/at")).toEqual([]));
});
