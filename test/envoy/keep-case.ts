import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { TrialRecord } from "./record.js";

/** What a build of Envoy can do; long, and nothing that decides. */
const extensions = "extensions";

/** Writes a folder that replays requests without Envoy: the dump of the very process, and each request with what Envoy did. */
export function keepCase(root: string, name: string, dump: Uint8Array, records: readonly TrialRecord[]): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  const slim = JSON.stringify(
    JSON.parse(new TextDecoder().decode(dump)),
    (key, value) => (key === extensions && Array.isArray(value) ? undefined : value),
    1,
  );
  const text = slim.replaceAll(/"[^"]*\/xdsight-envoy-[^/"]*\//g, '"/trial/');
  writeFileSync(join(folder, "config_dump.json.gz"), gzipSync(text, { level: 9 }));
  writeFileSync(join(folder, "requests.ndjson"), records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  return folder;
}
