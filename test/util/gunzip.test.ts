import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { crc32 } from "../../src/util/crc32.js";
import { gunzip } from "../../src/util/gunzip.js";
import { encodeUtf8 } from "../../src/util/utf8.js";

const most = 2 ** 20;

const text = encodeUtf8("outbound|9080|v2|reviews.default.svc.cluster.local".repeat(50));

test("the CRC-32 that the standard's check value gives", () => {
  expect(crc32(encodeUtf8("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

test("inflates what zlib packs, also from within a larger buffer", () => {
  const packed = new Uint8Array(gzipSync(text));
  const around = new Uint8Array(packed.length + 10);
  around.set(packed, 3);
  expect(gunzip(packed, most)).toEqual(text);
  expect(gunzip(around.subarray(3, 3 + packed.length), most)).toEqual(text);
});

test.each([
  ["its checksum is wrong", 8],
  ["its length is wrong", 4],
])("throws where %s", (_, fromEnd) => {
  const packed = new Uint8Array(gzipSync(text));
  const offset = packed.length - fromEnd;
  packed[offset] = (packed[offset] ?? 0) ^ 1;
  expect(() => gunzip(packed, most)).toThrow();
});

test("throws where it is cut off", () => {
  const packed = new Uint8Array(gzipSync(text));
  for (let length = 0; length < packed.length; length++) expect(() => gunzip(packed.subarray(0, length), most)).toThrow();
});
