import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as xdsight from "../src/index.js";

/** What the contract fixes, with how it is called there. */
it("has the functions of the contract", () => {
  const bytes = readFileSync(new URL("../snapshots/bookinfo.json.gz", import.meta.url));
  const { snapshot, problems } = xdsight.readSnapshot(bytes);
  expect(problems).toEqual([]);
  expect(xdsight.explain(snapshot, { destination: { ip: "10.96.0.11", port: 9080 }, payload: "hello tcp\n" })).toMatchObject({
    schemaVersion: 1,
    kind: "explanation",
  });
  expect(xdsight.diffSnapshots(snapshot, snapshot)).toMatchObject({ schemaVersion: 1, kind: "diff", equal: true, changes: [] });
  const proxy = { type: "sidecar", context: "SIDECAR_OUTBOUND", configNamespace: "default" } as const;
  expect(xdsight.applyEnvoyFilters({ clusters: [] }, proxy, [])).toEqual({ resources: { clusters: [] }, account: [] });
  expect(xdsight.summarise(snapshot, { now: "2026-11-24T09:00:00Z" })).toMatchObject({ schemaVersion: 1, kind: "summary" });
});

it("exports nothing twice under two names, and nothing by default", () => {
  expect(Object.keys(xdsight)).not.toContain("default");
  const functions = Object.values(xdsight).filter((value) => typeof value === "function");
  expect(new Set(functions).size).toBe(functions.length);
});

it("answers with plain values: what JSON has, and nothing else", () => {
  const { snapshot } = xdsight.readSnapshot(readFileSync(new URL("../snapshots/gateway.json.gz", import.meta.url)));
  const answers = [
    xdsight.explain(snapshot, { destination: { ip: "10.244.3.9", port: 8080 }, payload: "hello tcp\n" }),
    xdsight.summarise(snapshot, { now: "2026-11-24T09:00:00Z" }),
    xdsight.diffSnapshots(snapshot, snapshot),
    xdsight.listClusters(snapshot),
    xdsight.listListeners(snapshot),
  ];
  for (const answer of answers) expect(structuredClone(answer)).toEqual(JSON.parse(JSON.stringify(answer)));
});
