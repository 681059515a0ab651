import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { explain, readSnapshot } from "../../src/index.js";
import { compareWithEnvoy, type TrialRecord } from "./record.js";

const found = fileURLToPath(new URL("found", import.meta.url));
const names = existsSync(found) ? readdirSync(found).sort() : [];

/** What the real Envoy did where an explanation once said otherwise. */
describe.each(names)("%s", (name) => {
  const { snapshot } = readSnapshot(gunzipSync(readFileSync(join(found, name, "config_dump.json.gz"))));
  const records: readonly TrialRecord[] = readFileSync(join(found, name, "requests.ndjson"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

  it.each(records.map((record) => [record.id, record] as const))("is explained as Envoy has it: %s", (_, record) => {
    expect(compareWithEnvoy(explain(snapshot, record.request), record)).toEqual([]);
  });
});
