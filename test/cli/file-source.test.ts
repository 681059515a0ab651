import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openFileSource } from "../../src/cli/file-source.js";

const folder = mkdtempSync(join(tmpdir(), "file-source-"));
afterAll(() => rmSync(folder, { recursive: true }));

const size = 1_500_000;
const content = Uint8Array.from({ length: size }, (_, index) => (index * 31) ^ (index >> 8));
const path = join(folder, "dump.json");
writeFileSync(path, content);

const ranges = fc.array(fc.tuple(fc.nat(size), fc.oneof(fc.nat(5_000), fc.nat(400_000))), { minLength: 1, maxLength: 30 });
const orders = [
  { order: "as they come", sort: () => 0 },
  { order: "forwards", sort: ([one]: readonly number[], [other]: readonly number[]) => (one ?? 0) - (other ?? 0) },
  { order: "backwards", sort: ([one]: readonly number[], [other]: readonly number[]) => (other ?? 0) - (one ?? 0) },
];

describe("a file that is read by place", () => {
  it.each(orders)("gives the bytes of every range, $order, also after others were read", ({ sort }) => {
    const source = openFileSource(path);
    fc.assert(
      fc.property(ranges, (asked) => {
        const read = asked.toSorted(sort).map(([start, length]) => ({ start, length, bytes: source?.read(start, start + length) }));
        for (const { start, length, bytes } of read)
          expect(Buffer.compare(bytes ?? new Uint8Array(1), content.subarray(start, start + length))).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});
