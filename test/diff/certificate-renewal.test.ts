import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { diffOf, linesOf } from "./dump.js";

/** The workload secret of one side of the recorded pair: issued anew between the two. */
function recordedSecret(side: "before" | "after") {
  const dump = JSON.parse(gunzipSync(readFileSync(new URL(`fixtures/nothing-changed.${side}.json.gz`, import.meta.url))).toString("utf8"));
  const section = dump.configs.find((each: { "@type": string }) => each["@type"].endsWith("SecretsConfigDump"));
  const { "@type": _, ...secret } = section.dynamic_active_secrets.find((each: { name: string }) => each.name === "default").secret;
  return secret;
}

describe("a certificate issued anew", () => {
  const [before, after] = [recordedSecret("before"), recordedSecret("after")];

  it("is no change with its key, but counted", () => {
    const otherKey = { ...after, tls_certificate: { ...after.tls_certificate, private_key: { inline_bytes: "b3RoZXI=" } } };
    expect(before.tls_certificate.certificate_chain).not.toEqual(after.tls_certificate.certificate_chain);
    expect(diffOf({ secrets: [before] }, { secrets: [otherKey] })).toMatchObject({ equal: true, ignored: { "certificate-renewal": 1 } });
  });

  it("hides no other change beside it", () => {
    const stapled = { ...after, tls_certificate: { ...after.tls_certificate, ocsp_staple: { inline_bytes: "b3RoZXI=" } } };
    expect(linesOf(diffOf({ secrets: [before] }, { secrets: [stapled] }))).toEqual([
      "security add secret default: tls_certificate.ocsp_staple",
    ]);
  });

  it("is a change where what took its place can't be read", () => {
    const broken = { ...after, tls_certificate: { ...after.tls_certificate, certificate_chain: { inline_bytes: "bm90aGluZw==" } } };
    expect(linesOf(diffOf({ secrets: [before] }, { secrets: [broken] }))).toEqual([
      "security change secret default: tls_certificate.certificate_chain.inline_bytes",
    ]);
  });

  it("is a change where the key alone is another", () => {
    const otherKey = { ...before, tls_certificate: { ...before.tls_certificate, private_key: { inline_bytes: "b3RoZXI=" } } };
    expect(linesOf(diffOf({ secrets: [before] }, { secrets: [otherKey] }))).toEqual([
      "security change secret default: tls_certificate.private_key.inline_bytes",
    ]);
  });
});
