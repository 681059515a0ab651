import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { checkExpectations, explain, parseExpectations, parseRequests, readSnapshot } from "../../src/index.js";

const fixtures = new URL("../recordings/fixtures/", import.meta.url);
/** What says which answer it is, and nothing of the request's way. */
const head = ["schemaVersion", "kind", "xdsight", "file", "id"];

describe.each(["bookinfo-allow-any", "matching-matrix", "registry-only-sidecar", "service-entries-allow-any"])(
  "recorded requests of %s",
  (name) => {
    const read = (file: string): Uint8Array => readFileSync(new URL(`${name}/${file}`, fixtures));
    const { snapshot } = readSnapshot(read("config_dump.json.gz"), { fileName: "config_dump.json.gz" });
    const requests = parseRequests(gunzipSync(read("requests.ndjson.gz")).toString(), "requests.ndjson");
    const explained = requests.map((request) => {
      const explanation = explain(snapshot, request);
      const parts = Object.fromEntries(Object.entries(explanation).filter(([field]) => !head.includes(field)));
      return { request, parts, certain: explanation.uncertain.length === 0 };
    });

    it("are as their explanations expect them, wherever nothing is open", () => {
      const certain = explained.filter((one) => one.certain).map(({ request, parts }) => ({ request, expect: parts }));
      expect(certain.length).toBeGreaterThan(0);
      const report = checkExpectations(snapshot, parseExpectations(JSON.stringify(certain), "requests.json"));
      expect(report.expectations.filter(({ result }) => result !== "passed")).toEqual([]);
      expect(report.counts.passed).toBe(certain.length);
    });

    it("are nowhere what their explanations are not expected to be", () => {
      const negated = explained.map(({ request, parts }) => ({ request, not: { outcome: parts.outcome }, allowUncertain: true }));
      const report = checkExpectations(snapshot, parseExpectations(JSON.stringify(negated), "requests.json"));
      expect(report.counts.passed).toBe(0);
    });
  },
);
