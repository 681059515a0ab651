import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UnreadableInputError } from "../../src/model/snapshot.js";
import { portablePlatform } from "../../src/platform.js";
import { readSnapshot } from "../../src/read/read-snapshot.js";
import { gunzip } from "../../src/util/gunzip.js";
import { bytesOf, fixture, inflatedFixture, type } from "./dump-text.js";

/** The line that a person gets. Any other error fails the test that asks. */
function lineFor(input: string | Uint8Array, fileName = "dump.json"): string {
  try {
    readSnapshot(typeof input === "string" ? bytesOf(input) : input, { fileName });
  } catch (error) {
    if (error instanceof UnreadableInputError) return error.message;
    throw error;
  }
  return "";
}

const clustersDump = `{"configs":[{"@type":"${type("BootstrapConfigDump")}"},{"@type":"${type("ClustersConfigDump")}","dynamic_active_clusters":[{"cluster":{"name":"reviews-v1"}},{"cluster":{"name":"reviews-v2"}}]}]}`;

describe("each unreadable input is one line: what, where, what to do", () => {
  test.each<[string, string | Uint8Array, string]>([
    [
      "a file that was cut off",
      clustersDump.slice(0, -5),
      "JSON ends at byte 237 inside configs[1].dynamic_active_clusters[1]; the file was cut off",
    ],
    [
      "cut off within a key",
      clustersDump.slice(0, clustersDump.lastIndexOf("name") + 2),
      "JSON ends at byte 220 inside configs[1].dynamic_active_clusters[1].cluster; the file was cut off",
    ],
    ["cut off within a literal", '{"configs":nul', "JSON ends at byte 14 inside configs; the file was cut off"],
    ["cut off at once", '{"', "JSON ends at byte 2; the file was cut off"],
    [
      "a comma too many",
      '{"configs":[{"a":1,}]}',
      'malformed JSON at byte 19 inside configs[0]: a key should stand there, not "}"; take the dump again',
    ],
    [
      "a value that is none",
      '{"configs":[{"a":NaN}]}',
      'malformed JSON at byte 17 inside configs[0].a: a value should stand there, not "N"; take the dump again',
    ],
    [
      "two values",
      '{"configs":[]}\n{"configs":[]}',
      'malformed JSON at byte 15: the end of the text should stand there, not "{"; take the dump again',
    ],
    [
      "a bare line feed in a text",
      '{"configs":["a\nb"]}',
      "malformed JSON at byte 14 inside configs[0]: the rest of a string (control characters must be escaped in it) should stand there, not the byte 0x0a; take the dump again",
    ],
    ["no bytes", "", "it is empty; take the dump again"],
    ["nothing but blanks", " \r\n\t ", "it is blank; take the dump again"],
    ["an inflated nothing", new Uint8Array(gzipSync("")), "it is empty once inflated; take the dump again"],
  ])("%s", (_, input, clauses) => {
    expect(lineFor(input)).toBe(`cannot read dump.json: ${clauses}`);
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ["another JSON object", '{"a":1}', /is JSON but not a config dump \(an object with "a", without configs\)/],
    ["an empty object", "{}", /is an empty JSON object, not a config dump/],
    ["configs of another kind", '{"configs":{}}', /its member configs is no list/],
    ["a type that is no section", '{"@type":"type.googleapis.com/envoy.admin.v3.ServerInfo"}', /is JSON but not a config dump/],
    ["an array", "[1,2]", /is a JSON array, not a config dump/],
    ["an empty array", "[ ]", /is a JSON array, not a config dump/],
    ["a list of objects", '[ {"title":"reviews"} ]', /an object in a list with "title"/],
    ["a list of names, which fits any kind", '[ {"name":"reviews"} ]', /an object in a list with "name"/],
    ["a number", "42", /is neither JSON nor YAML: it begins with "42"/],
    ["a text", '"reviews"', /is neither JSON nor YAML: it begins with "\\"reviews/],
    [
      "ztunnel's dump",
      '{"workloads":[],"services":[],"certificates":[],"policies":[],"workloadState":{}}',
      /is a ztunnel dump, not Envoy's/,
    ],
    ["ztunnel's connections", '[\n{"state":"Up","connections":{},"info":{}}]', /is a ztunnel dump, not Envoy's/],
    ["Envoy's /certs", '{"certificates":[]}', /is the answer of Envoy's \/certs, not of \/config_dump; take/],
    ["an HTML page", "\n<!DOCTYPE html>\n<html><body>Sign in</body></html>", /is an HTML page/],
    ["an XML text", "<?xml version='1.0'?>", /is markup that begins with "<\?xml/],
    ["an answer with its head", "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{}", /without the headers/],
    [
      "istioctl's table",
      "NAME     VHOST NAME     DOMAINS     MATCH                  VIRTUAL SERVICE\n80 reviews * /*",
      /is a table that istioctl prints/,
    ],
    ["istioctl's cluster table", "SERVICE FQDN     PORT     SUBSET     DIRECTION     TYPE\n", /is a table that istioctl prints/],
    ["a shout, which is no table", "HELLO THERE", /is neither JSON nor YAML: it begins with "HELLO THERE"/],
    ["malformed YAML", "configs:\n- '@type': x\n  clusters: [1", /malformed YAML at line 3, column \d+: .*; take the dump again/],
    ["YAML that is no dump", "reviews: 1\nratings: 2", /is YAML but not a config dump \(an object with "reviews", "ratings"/],
    ["YAML that repeats itself", `a: &a [1, *a]`, /aliases repeat/],
    [
      "YAML that multiplies",
      ["a0: &a0 [x]", ...Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}]`)].join("\n"),
      /aliases repeat/,
    ],
    ["YAML nested too deep", `a: ${"[".repeat(100_000)}`, /malformed YAML at line 1/],
    [
      "kubectl's refusal",
      "error: unable to upgrade connection: container not found",
      /neither JSON nor YAML: it begins with "error: unable/,
    ],
    [
      "Envoy's refusal of a mask",
      "FieldMask dynamic_listeners.name could not be successfully applied to any configs.",
      /Envoy refused the query/,
    ],
    ["a zip archive", new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 0, 0]), /is a zip archive; unpack it/],
    ["escape sequences", "\u001b[31mred", /is neither JSON nor YAML: it begins with "\\u001b\[31mred"/],
    ["UTF-16 that was cut off", new Uint8Array([0xff, 0xfe, 0x7b, 0x00]), /JSON ends at byte 1 of its text in UTF-8/],
    ["binary data", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), /is binary data \(it begins with 7f 45 4c 46/],
    ["gzip that is cut off", fixture("bookinfo.json.gz").slice(0, 2000), /gzip data is damaged or cut off/],
    ["gzip with nothing behind its magic", new Uint8Array([0x1f, 0x8b]), /gzip data is damaged or cut off/],
    [
      "a gzipped cut-off file",
      new Uint8Array(gzipSync('{"configs":[')),
      /JSON ends at byte 12 of its inflated text inside configs\[0\]; the file was cut off/,
    ],
    ["malformed JSON behind gzip", new Uint8Array(gzipSync('{"configs":[}')), /byte 12 of its inflated text/],
  ])("%s", (_, input, expected) => {
    const line = lineFor(input);
    expect(line).toMatch(expected);
    expect(line).toMatch(/^cannot read dump\.json: [\x20-\x7e…]+[^.]$/);
  });

  test("Envoy's own failure in place of a dump names the type", () => {
    const line = lineFor(fixture("envoy-failure.txt"));
    expect(line).toContain("Envoy answered with an error in place of its config");
    expect(line).toContain("could not find the type istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig,");
    expect(lineFor("Failed to convert protobuf message to JSON string: INTERNAL: oh\nno")).toContain('INTERNAL: oh")');
  });

  test("standard input and odd file names are one line too", () => {
    expect(lineFor("", "-")).toBe("cannot read standard input: it is empty; take the dump again");
    expect(lineFor("", "a\nb\u202e.json")).toBe('cannot read "a\\nb\\u202e.json": it is empty; take the dump again');
    expect(lineFor("", "café.json")).toMatch(/^cannot read café\.json: /);
  });

  test("200,000 open brackets are cut off, at a place that can be read", () => {
    const line = lineFor("[".repeat(200_000));
    expect(line).toMatch(/JSON ends at byte 200000 inside (\[0\])+…(\[0\])+; the file was cut off$/);
    expect(line.length).toBeLessThan(200);
  });
});

describe("laws", () => {
  test("a dump that is cut at any byte is unreadable, and nothing else is thrown", () => {
    const text = inflatedFixture("warming.json.gz");
    const end = text.lastIndexOf(0x7d);
    for (let length = 0; length <= end; length++) expect(() => readSnapshot(text.subarray(0, length))).toThrow(UnreadableInputError);
    expect(lineFor(text.subarray(0, end + 1))).toBe("");
  });

  test("a dump with any byte changed is read or is unreadable, and what is read can be parsed", () => {
    const text = inflatedFixture("listeners-rejected.json.gz");
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.nat(255), (offset, byte) => {
        const changed = text.slice();
        changed[offset] = byte;
        try {
          const { snapshot } = readSnapshot(changed);
          for (const kind of ["listener", "cluster", "secret"] as const) for (const resource of snapshot.resources(kind)) resource.json();
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableInputError);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("gzip data with any byte changed is unreadable or unchanged", () => {
    const packed = fixture("warming.json.gz");
    const whole = readSnapshot(packed).snapshot.documents[0]?.json();
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (offset, flips) => {
        const changed = packed.slice();
        changed[offset] = (changed[offset] ?? 0) ^ flips;
        try {
          expect(readSnapshot(changed, { platform: { ...portablePlatform, gunzip } }).snapshot.documents[0]?.json()).toEqual(whole);
        } catch (error) {
          expect(error).toBeInstanceOf(UnreadableInputError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
