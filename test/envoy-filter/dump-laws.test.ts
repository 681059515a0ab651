import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkInForce, diffSnapshots, patchSnapshot, type ReadEnvoyFilters, readEnvoyFilters, readSnapshot } from "../../src/index.js";

const folder = new URL("filters/", import.meta.url);
const texts = readdirSync(folder).map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));
const fixture = new URL("../diff/fixtures/lua-filters.before.json.gz", import.meta.url);
const { snapshot } = readSnapshot(readFileSync(fixture), { fileName: "sleep.json" });

/** Some of the recorded EnvoyFilters, in any order. */
const someFilters = fc.shuffledSubarray(texts, { minLength: 1, maxLength: 3 }).map(readEnvoyFilters);
const patched = (read: ReadEnvoyFilters) =>
  patchSnapshot(
    snapshot,
    read.envoyFilters.map(({ envoyFilter }) => envoyFilter),
  );

describe("on a dump of a real proxy", () => {
  it("no EnvoyFilter changes not a byte", () => {
    const [text = new Uint8Array()] = patchSnapshot(snapshot, []).texts;
    expect(Buffer.compare(text, gunzipSync(readFileSync(fixture)).subarray(0, text.length))).toBe(0);
    expect(patchSnapshot(snapshot, []).snapshot).toBe(snapshot);
  });

  it("what several EnvoyFilters change together is explained by them, all of it, and made by them", () => {
    fc.assert(
      fc.property(someFilters, (read) => {
        const { attribution, changes } = diffSnapshots(snapshot, patched(read).snapshot, {
          patches: { envoyFilters: read.envoyFilters, facts: {} },
        });
        expect(changes.filter(({ attributedTo }) => attributedTo?.length === 0)).toEqual([]);
        expect(attribution?.unexplained).toBe(0);
        for (const { expected, made } of attribution?.patches ?? []) expect(made).toBe(expected);
      }),
      { numRuns: 3 },
    );
  });

  it("each is in force once it is applied by itself, save where it has nothing to act on", () => {
    for (const file of texts) {
      const read = readEnvoyFilters([file]);
      const { account, snapshot: after } = patched(read);
      const { patches } = checkInForce(after, read);
      for (const [index, { state }] of patches.entries()) {
        if (account[index]?.status === "applied") expect(state, file.name).toBe("yes");
        else expect(["nothing", "idle"], file.name).toContain(state);
      }
    }
  });

  it("a patch that has not been applied and has something to act on is not in force", () => {
    for (const file of texts) {
      const read = readEnvoyFilters([file]);
      const { account } = patched(read);
      for (const [index, { state }] of checkInForce(snapshot, read).patches.entries()) {
        if (account[index]?.status !== "applied" || account[index]?.applyTo === "EXTENSION_CONFIG") continue;
        expect(state, file.name).toBe("no");
      }
    }
  });
});
