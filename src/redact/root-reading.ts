import { describeMessage } from "../proto/describe-type.js";
import { sourceOf, sourceUpTo } from "../util/byte-source.js";
import { endOfJson } from "../util/json-error.js";
import { isBlank } from "../util/json-marks.js";
import { leaf, Opening, outlineJson } from "../util/json-outline.js";
import type { Reading } from "./reading.js";
import type { Readings } from "./readings.js";

/** A JSON value of a file, and the keys that tell what it is: its own, or of the first element of an array. */
export interface JsonDocument {
  readonly start: number;
  readonly end: number;
  readonly keys: readonly string[];
}

const keysOfObjects = new Opening({ others: leaf, elements: new Opening({ others: leaf }) });

/** The JSON values of a text, one or several in a row (NDJSON). Throws JsonSyntaxError. */
export function documentsIn(bytes: Uint8Array, start = 0): readonly JsonDocument[] {
  const documents: JsonDocument[] = [];
  for (let position = start; ; ) {
    while (position < bytes.length && isBlank(bytes[position])) position++;
    if (position >= bytes.length) return documents;
    const document = documentAt(bytes, position);
    documents.push(document);
    position = document.end;
  }
}

/** The JSON value that begins at an offset, whatever follows it. All of it is checked. Throws JsonSyntaxError. */
export function documentAt(bytes: Uint8Array, offset: number): JsonDocument {
  const source = sourceOf(bytes);
  const end = endOfJson(source, offset);
  const node = outlineJson(sourceUpTo(source, end), keysOfObjects, offset);
  const [first] = node.children;
  const members = bytes[node.start] === 0x5b ? (first?.children ?? []) : node.children;
  return { start: node.start, end, keys: members.map(({ key }) => key) };
}

/** What stands in files by itself, without a "@type" that says so: the most telling first. */
const roots: readonly string[] = [
  "envoy.admin.v3.ConfigDump",
  ...["Bootstrap", "Clusters", "Endpoints", "Listeners", "ScopedRoutes", "Routes", "Secrets", "Ecds"].map(
    (name) => `envoy.admin.v3.${name}ConfigDump`,
  ),
  "envoy.admin.v3.Clusters",
  "envoy.config.bootstrap.v3.Bootstrap",
  "envoy.config.listener.v3.Listener",
  "envoy.config.cluster.v3.Cluster",
  "envoy.config.route.v3.RouteConfiguration",
  "envoy.config.endpoint.v3.ClusterLoadAssignment",
  "envoy.extensions.transport_sockets.tls.v3.Secret",
];

/** How a document is read: as the message that knows all of its keys, else as a structure of no type. */
export function rootReading(readings: Readings, { keys }: JsonDocument): Reading {
  if (keys.includes("@type")) return readings.message("google.protobuf.Any");
  if (keys.includes("configs")) return readings.message("envoy.admin.v3.ConfigDump");
  const type = keys.length === 0 ? undefined : roots.find((name) => keys.every((key) => describeMessage(name)?.field(key) !== undefined));
  return type === undefined ? readings.free("free") : readings.message(type);
}
