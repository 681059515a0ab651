// Large config dumps to measure on: a recorded one where it lies beside the project, else a real one many times over; and larger ones
// made of it.
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const recorded = fileURLToPath(new URL("../../shared/data/11-scale/envoy-10000/config_dump.json.gz", import.meta.url));
const small = fileURLToPath(new URL("../snapshots/bookinfo.json.gz", import.meta.url));

/** About as large as the dump of a sidecar in a mesh of 5,000 services. */
const wantedBytes = 40_000_000;

/** Writes the dump into a folder, inflated and as Envoy prints it; its path, and what it is. */
export function writeLargeDump(folder) {
  const path = join(folder, "config_dump.json");
  if (existsSync(recorded)) {
    writeFileSync(path, gunzipSync(readFileSync(recorded)));
    return { path, what: "a recorded sidecar, 10,000 services" };
  }
  const text = gunzipSync(readFileSync(small)).toString("utf8");
  writeCopies(path, JSON.parse(text), wantedBytes, 1);
  return { path, what: "bookinfo's sidecar, its resources many times" };
}

/** A dump of about 100 kB: some of bookinfo's resources. */
export function writeSmallDump(folder) {
  const path = join(folder, "small.json");
  const dump = JSON.parse(gunzipSync(readFileSync(small)).toString("utf8"));
  const isWanted = (entry) => /reviews|virtual(In|Out)bound|"0\.0\.0\.0_9080"|"name":"9080"/.test(JSON.stringify(entry));
  for (const section of dump.configs) {
    if (section.bootstrap?.node !== undefined) section.bootstrap.node.extensions = [];
    for (const [key, entries] of Object.entries(section)) if (Array.isArray(entries)) section[key] = entries.filter(isWanted).slice(0, 4);
  }
  writeFileSync(path, JSON.stringify(dump, null, 1));
  return path;
}

/** Writes a dump of about so many bytes, the resources of another one as often as it takes; `indent` is 0 for a compact text. */
export function writeCopies(path, dump, bytes, indent) {
  const file = openSync(path, "w");
  const once = JSON.stringify(dump, null, indent).length;
  const copies = Math.max(1, Math.round(bytes / once));
  const line = (depth) => (indent === 0 ? "" : `\n${" ".repeat(depth * indent)}`);
  const laidOut = (value, depth) => JSON.stringify(value, null, indent).replaceAll("\n", line(depth));
  const colon = indent === 0 ? ":" : ": ";
  writeSync(file, `{${line(1)}"configs"${colon}[`);
  dump.configs.forEach((section, index) => {
    writeSync(file, `${index === 0 ? "" : ","}${line(2)}{`);
    Object.entries(section).forEach(([key, value], place) => {
      writeSync(file, `${place === 0 ? "" : ","}${line(3)}${JSON.stringify(key)}${colon}`);
      if (!Array.isArray(value) || !key.startsWith("dynamic_")) {
        writeSync(file, laidOut(value, 3));
        return;
      }
      writeSync(file, "[");
      for (let copy = 0; copy < copies; copy++) {
        const texts = value.map((entry) => `${line(4)}${laidOut(copy === 0 ? entry : renamed(entry, copy), 4)}`);
        writeSync(file, `${copy === 0 ? "" : ","}${texts.join(",")}`);
      }
      writeSync(file, `${line(3)}]`);
    });
    writeSync(file, `${line(2)}}`);
  });
  writeSync(file, `${line(1)}]${line(0)}}`);
  closeSync(file);
}

/** The services of other namespaces; what is named by its port or address gets a number. */
function renamed(entry, copy) {
  const other = JSON.parse(JSON.stringify(entry).replaceAll(".svc.cluster.local", `-${copy}.svc.cluster.local`));
  const resource = other.active_state?.listener ?? other.route_config;
  if (resource !== undefined) resource.name = `${resource.name}-${copy}`;
  if (other.active_state !== undefined) other.name = `${other.name}-${copy}`;
  return other;
}
