import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Diff, diffSnapshots, readSnapshot, type Snapshot } from "../../src/index.js";
import type { Json } from "../../src/util/json.js";
import { linesOf } from "./dump.js";
import { type DumpFile, readDumps } from "./mutations/dump-files.js";
import { mutableDump, tryMutation, tryWriting } from "./mutations/judge.js";
import { Random } from "./mutations/random.js";
import { rewriteMessages } from "./mutations/respell.js";
import { respellings } from "./mutations/writings.js";

const folderOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Dumps of this project, and the recordings where they lie beside it. */
const own = readDumps([folderOf("../../snapshots")]);
const recordings = folderOf("../../../shared/data");
/** Some of them: `npm run diff-mutations` takes all. */
const recorded = readDumps([recordings]).filter((_, index) => index % 16 === 0);
if (!existsSync(recordings)) console.warn("the laws of the diff are tried on snapshots/ only, as the recordings are not there");

const snapshotOf = (json: Json, indent = 0): Snapshot =>
  readSnapshot(new TextEncoder().encode(JSON.stringify(json, null, indent))).snapshot;

function expectNothing(diff: Diff, what: string): void {
  expect(linesOf(diff), what).toEqual([]);
  expect(diff.equal).toBe(true);
}

describe.each(own)("$file", { timeout: 30_000 }, ({ json }: DumpFile) => {
  const snapshot = snapshotOf(json);

  it("has no difference from itself, nor anything to ignore", () => {
    const diff = diffSnapshots(snapshot, snapshot);
    expectNothing(diff, "itself");
    expect(diff.ignored).toEqual({});
  });

  it("has none from itself with other blanks", () => {
    const diff = diffSnapshots(snapshot, snapshotOf(json, 2));
    expectNothing(diff, "other blanks");
    expect(Object.keys(diff.ignored)).toEqual(["spelling"]);
  });

  it.each(Object.keys(respellings))("has none from itself %s", (way) => {
    const respell = respellings[way]?.(new Random(7));
    const respelt = snapshotOf(respell === undefined ? json : rewriteMessages(json, respell));
    expect(respelt.file.sha256).not.toBe(snapshot.file.sha256);
    expectNothing(diffSnapshots(snapshot, respelt), way);
    expectNothing(diffSnapshots(respelt, snapshot), way);
  });
});

const seeded = [...own, ...recorded].map(({ file, json }, index) => ({ file, dump: mutableDump(json), seed: index + 1 }));

describe.each(seeded)("$file", { timeout: 30_000 }, ({ dump, seed }) => {
  it("has no difference from itself written otherwise and sent again later", () => {
    const { ways, complaint } = tryWriting(dump, seed);
    expect(complaint, ways.join(", ")).toBeNull();
  });

  it("has one where it means something else", () => {
    for (let nth = 0; nth < 2; nth++) {
      const { mutation, at, complaint } = tryMutation(dump, seed * 101 + nth);
      expect(complaint, `${mutation} at ${at}`).toBeNull();
    }
  });
});
