// A large config dump to measure on: a recorded one where it lies beside the project, else a real one many times over.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const recorded = fileURLToPath(new URL("../../shared/data/11-scale/envoy-10000/config_dump.json.gz", import.meta.url));
const small = fileURLToPath(new URL("../snapshots/bookinfo.json.gz", import.meta.url));

/** About as large as the dump of a sidecar in a mesh of 5,000 services. */
const wantedBytes = 40_000_000;

/** Writes the dump into a folder, inflated; its path, and what it is. */
export function writeLargeDump(folder) {
  const path = join(folder, "config_dump.json");
  if (existsSync(recorded)) {
    writeFileSync(path, gunzipSync(readFileSync(recorded)));
    return { path, what: "a recorded sidecar, 10,000 services" };
  }
  const text = gunzipSync(readFileSync(small)).toString("utf8");
  const copies = Math.ceil(wantedBytes / text.length);
  writeFileSync(path, JSON.stringify(repeatResources(JSON.parse(text), copies), null, 1));
  return { path, what: `bookinfo's sidecar, its dynamic resources ${copies} times` };
}

function repeatResources(dump, copies) {
  for (const section of dump.configs) {
    for (const [key, entries] of Object.entries(section)) {
      if (!key.startsWith("dynamic_") || !Array.isArray(entries)) continue;
      section[key] = Array.from({ length: copies }, (_, copy) =>
        entries.map((entry) => (copy === 0 ? entry : renamed(entry, copy))),
      ).flat();
    }
  }
  return dump;
}

/** The services of another namespace; what is named by its port or address gets a number. */
function renamed(entry, copy) {
  const other = JSON.parse(JSON.stringify(entry).replaceAll(".default.svc.cluster.local", `.tenant-${copy}.svc.cluster.local`));
  const resource = other.active_state?.listener ?? other.route_config;
  if (resource !== undefined) resource.name = `${resource.name}-${copy}`;
  if (other.active_state !== undefined) other.name = `${other.name}-${copy}`;
  return other;
}
