// node bench/prepare.mjs FOLDER [--dump DUMP] [--large]: puts what is measured on into a folder, and prints what it is as JSON.
// A process of its own: Linux counts the memory of a parent among its child's.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { listClusters, readSnapshot } from "../dist/index.js";
import { writeChangedDumps } from "./changed-dumps.mjs";
import { writeCopies, writeLargeDump, writeSmallDump } from "./large-dump.mjs";

const requestCount = 10_000;
const { values, positionals } = parseArgs({ options: { dump: { type: "string" }, large: { type: "boolean" } }, allowPositionals: true });
const [folder] = positionals;
const dump = values.dump === undefined ? writeLargeDump(folder) : { path: values.dump, what: "as given" };
const services = servicesOf(dump.path);
const requests = join(folder, "requests.ndjson");
writeFileSync(requests, requestsTo(services));
const [service] = services;
const target = service === undefined ? "http://192.0.2.1/" : `http://${service.host}:${service.port}/`;
const { changed, reordered } = writeChangedDumps(folder, dump.path);
const larger = values.large === true ? writeLarger() : [];
const small = writeSmallDump(folder);
process.stdout.write(JSON.stringify({ dump, small, larger, changed, reordered, requests, requestCount, target }));

/** The sizes of the table in docs/performance.md. */
function writeLarger() {
  const parsed = JSON.parse(readFileSync(dump.path, "utf8"));
  return [
    { name: "160 MB, compact", bytes: 160e6, indent: 0 },
    { name: "1 GiB", bytes: 2 ** 30, indent: 1 },
    { name: "2.5 GiB", bytes: 2.5 * 2 ** 30, indent: 1 },
  ].map(({ name, bytes, indent }) => {
    const path = join(folder, `${name.replaceAll(/\W+/g, "-")}.json`);
    writeCopies(path, parsed, bytes, indent);
    return { name, path };
  });
}

/** The outbound services of a dump, by its clusters' names. */
function servicesOf(path) {
  const { snapshot } = readSnapshot(readFileSync(path), { fileName: path });
  return listClusters(snapshot).items.flatMap(({ name }) => {
    const parts = /^outbound\|(\d+)\|\|([^|]+)$/.exec(name);
    return parts === null ? [] : [{ host: parts[2], port: Number(parts[1]) }];
  });
}

/** Requests to all of them in turn, nine over HTTP and one that is raw TCP. */
function requestsTo(services) {
  return Array.from({ length: requestCount }, (_, index) => {
    const { host, port } = services[index % Math.max(1, services.length)] ?? { host: "reviews", port: 9080 };
    const destination = { ip: `10.96.${index >> 8}.${index & 255}`, port };
    const http = { version: "http/1.1", method: "GET", authority: `${host}:${port}`, path: `/${index}`, headers: { "x-user": ["jason"] } };
    return `${JSON.stringify({ id: String(index), direction: "outbound", destination, ...(index % 10 === 9 ? { payload: "hello tcp\n" } : { http }) })}\n`;
  }).join("");
}
