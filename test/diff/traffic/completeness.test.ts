import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { checkPair } from "./completeness/check-pair.js";
import { isMessage, type Message, type Value } from "./completeness/dump-parts.js";

const fixtures = new URL("../../recordings/fixtures/", import.meta.url);

function readDump(url: URL): Message {
  const bytes = readFileSync(url);
  const dump: Value = JSON.parse((url.pathname.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8"));
  return isMessage(dump) ? dump : {};
}

/** A small part of `npm run diff-completeness`, the same each time. */
describe.each(["bookinfo-allow-any", "service-entries-allow-any", "registry-only-sidecar", "matching-matrix"])("mutated: %s", (name) => {
  const dump = readDump(new URL(`${name}/config_dump.json.gz`, fixtures));
  it.each([1, 2, 3, 4, 5])("every request that is treated differently lies in a class, and every witness is (seed %i)", (seed) => {
    const pair = checkPair(dump, seed * 7_919, 300, () => 0);
    expect(pair?.failures ?? []).toEqual([]);
  });
});

const recorded = new URL("../../../../shared/data/", import.meta.url);

/** Mutations in which a request was once missed, by the dump and the seed. */
const found: readonly { readonly why: string; readonly dump: string; readonly seed: number }[] = [
  {
    why: "a chain of virtualInbound, which restores addresses by a listener filter",
    dump: "07m-noop/after/config_dump.json",
    seed: 100_007,
  },
  {
    why: "a listener that outbound connections are handed on to, though it is inbound",
    dump: "07j-network-filter-replace/before/config_dump.json",
    seed: 100_020,
  },
  { why: "the only virtual host of a table", dump: "fuzz/v138-c01/config_dump.json.gz", seed: 500_041 },
  {
    why: "connections that come to virtualInbound once a listener is gone",
    dump: "10e-cluster-rejected/update/config_dump.json",
    seed: 500_075,
  },
  { why: "a fault for some headers, on every route of a virtual host", dump: "09a-ingress-gateway/config_dump.json", seed: 600_077 },
  {
    why: "hosts that leave a catch-all which is the same on both sides",
    dump: "07l-extension-config/before/config_dump.json",
    seed: 900_070,
  },
  { why: "hosts that fall back to a catch-all", dump: "05a-serviceentries-allow-any/config_dump.json", seed: 1_000_056 },
  { why: "the routes that a virtual host's matcher leads to", dump: "fuzz/v136-a04/config_dump.json.gz", seed: 100_060 },
  { why: "a refusal by another policy than before", dump: "fuzz/v136-a04/config_dump.json.gz", seed: 100_030 },
  { why: "a policy that may match and then does", dump: "fuzz/a16/config_dump.json.gz", seed: 1_300_046 },
  { why: "a silent client behind a PROXY header", dump: "fuzz/c07/config_dump.json.gz", seed: 5_500_249 },
  { why: "a regex with an escape by number", dump: "fuzz/a07/config_dump.json.gz", seed: 9_900_345 },
  { why: "an authority in another case than its domain", dump: "09a-ingress-gateway/config_dump.json", seed: 7_700_253 },
  { why: "a policy and a fault together", dump: "fuzz/a19/config_dump.json.gz", seed: 700_217 },
  { why: "a few bytes that a listener filter waits to see more of", dump: "fuzz/c10/config_dump.json.gz", seed: 1_300_062 },
  {
    why: "a chain by a TCP peer and a source port together",
    dump: "fuzz/v138-b04/config_dump.json.gz",
    seed: 202_606_097,
  },
  { why: "a header that a reversed class leaves out", dump: "fuzz/a19/config_dump.json.gz", seed: 424_212_881 },
];

describe.skipIf(!existsSync(recorded))("found once", () => {
  it.each(found)("$why", ({ dump, seed }) => {
    expect(checkPair(readDump(new URL(dump, recorded)), seed, 700, () => 0)?.failures).toEqual([]);
  });
});
