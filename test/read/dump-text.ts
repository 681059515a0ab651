import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Json, JsonObject } from "../../src/util/json.js";

/** The bytes of a fixture, as they are. */
export const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));

/** The JSON text of a gzip fixture. */
export const inflatedFixture = (name: string): Uint8Array => new Uint8Array(gunzipSync(fixture(name)));

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export const type = (message: string, version = "v3"): string => `type.googleapis.com/envoy.admin.${version}.${message}`;

/** A config dump of the given sections, as text. */
export const dumpOf = (...sections: readonly Json[]): Uint8Array => bytesOf(JSON.stringify({ configs: sections }));

/** A section of clusters with further members. */
export const clusters = (members: JsonObject): JsonObject => ({ "@type": type("ClustersConfigDump"), ...members });
