import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isTar, readTar } from "../../src/util/tar.js";
import { fixture } from "../read/dump-text.js";

/** Made by GNU tar; an entry's name is longer than a header holds. */
const archive = new Uint8Array(gunzipSync(fixture("bug-report.tar.gz")));

describe("readTar", () => {
  it("has the files by their names, long ones too, and no folders", () => {
    expect(isTar(archive)).toBe(true);
    const { entries, damaged } = readTar(archive);
    expect(damaged).toBe(false);
    expect(entries.map(({ name, bytes }) => [name, bytes.length])).toEqual([
      ["bug-report/cluster/events", 17],
      [`bug-report/proxies/default/details-v1-${"a".repeat(90)}/config_dump`, 3000],
      ["bug-report/proxies/default/productpage-v1-7d9f/config_dump", 31_592],
      ["bug-report/proxies/default/sleep-5f6d/config_dump", 10_401],
    ]);
  });

  it("says that an archive is cut off or overwritten, and keeps what is whole", () => {
    const cut = readTar(archive.subarray(0, 8_000));
    expect(cut.damaged).toBe(true);
    expect(cut.entries[0]?.name).toBe("bug-report/cluster/events");
    const changed = archive.slice();
    changed[0] = 0x7a;
    expect(isTar(changed)).toBe(false);
    for (const length of [0, 1, 511]) expect(isTar(archive.subarray(0, length))).toBe(false);
  });

  it("has the paths of a pax header and the prefix of ustar", () => {
    const path = `proxies/default/${"reviews-".repeat(20)}/config_dump`;
    const record = (text: string): string => `${String(text.length + 5)} ${text}\n`;
    const pax = Buffer.concat([
      header("x", record(`path=${path}`).length, "x"),
      padded(record(`path=${path}`)),
      header("short", 2, "0"),
      padded("{}"),
    ]);
    expect(readTar(pax).entries.map(({ name }) => name)).toEqual([path]);
    const ustar = header("config_dump", 2, "0", "bug-report/proxies/default/reviews");
    expect(readTar(Buffer.concat([ustar, padded("{}")])).entries[0]?.name).toBe("bug-report/proxies/default/reviews/config_dump");
  });
});

const padded = (text: string): Buffer => Buffer.concat([Buffer.from(text), Buffer.alloc((512 - (text.length % 512)) % 512)]);

function header(name: string, size: number, type: string, prefix = ""): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write(name, 0);
  bytes.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  bytes.write(`        ${type}`, 148);
  bytes.write("ustar\u000000", 257);
  bytes.write(prefix, 345);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return bytes;
}
