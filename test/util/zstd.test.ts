import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isZstd, unzstd } from "../../src/util/zstd.js";
import { fixture } from "../read/dump-text.js";

describe("unzstd", () => {
  /** Made by zstd's own command. */
  const packed = fixture("bookinfo.json.zst");
  const text = new Uint8Array(gunzipSync(fixture("bookinfo.json.gz")));

  it("inflates what zstd packed, one frame or two", () => {
    expect(isZstd(packed)).toBe(true);
    expect(unzstd(packed, 2 ** 20)).toEqual(text);
    expect(unzstd(new Uint8Array(Buffer.concat([packed, packed])), 2 ** 20)).toHaveLength(text.length * 2);
  });

  it("refuses more than it may inflate to, by the header and by the content", () => {
    expect(() => unzstd(packed, text.length - 1)).toThrow(RangeError);
    // A frame without a content size and a window of 128 KiB, whose blocks repeat a byte.
    const run = [0x02 | 0x00, 0x00, 0x10];
    const frame = new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38, ...run, 0x20, 0x03, 0x00, 0x10, 0x20]);
    expect(unzstd(frame, 2 ** 20)).toHaveLength(2 * 0x20000);
    expect(() => unzstd(frame, 0x20000)).toThrow(RangeError);
  });

  it("refuses what is cut off", () => {
    for (const length of [4, 5, 100, packed.length - 10]) expect(() => unzstd(packed.subarray(0, length), 2 ** 20)).toThrow();
  });
});
