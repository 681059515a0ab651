import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { type Diff, diffRenderers, diffSnapshots, readSnapshot, type Snapshot } from "../../src/index.js";
import { valueAt } from "../../src/util/json-pointer.js";

const fixtures = new URL("fixtures/", import.meta.url);
const goldens = new URL("goldens/", import.meta.url).pathname;

/** Dumps that a real Envoy printed before and after a change of its configuration; what changed is in their names. */
const pairs = readdirSync(fixtures)
  .filter((file) => file.endsWith(".before.json.gz"))
  .map((file) => ({ name: file.replace(/\.before\.json\.gz$/, "") }));

const options = { colour: false, columns: 80, at: false, all: false };
const schema = JSON.parse(readFileSync(new URL("../../src/schemas/diff.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

const read = (url: URL, fileName: string): Snapshot => readSnapshot(readFileSync(url), { fileName }).snapshot;

describe.each(pairs)("$name", ({ name }) => {
  let known: { readonly diff: Diff; readonly old: Snapshot; readonly now: Snapshot } | undefined;
  const load = () => {
    if (known === undefined) {
      const [old, now] = ["before", "after"].map((side) => read(new URL(`${name}.${side}.json.gz`, fixtures), `${side}.json`));
      if (old === undefined || now === undefined) throw new Error("a pair has two sides");
      const snapshots = { old, now };
      known = { ...snapshots, diff: diffSnapshots(snapshots.old, snapshots.now) };
    }
    return known;
  };

  it("reads as text", async () => {
    await expect(diffRenderers.text(load().diff, options)).toMatchFileSnapshot(`${goldens}${name}.txt`);
  });

  it("reads as Markdown", async () => {
    await expect(diffRenderers.markdown(load().diff, options)).toMatchFileSnapshot(`${goldens}${name}.md`);
  });

  it("is the JSON that its schema describes", () => {
    validate(JSON.parse(diffRenderers.json(load().diff)));
    expect(validate.errors).toBeNull();
  });

  it("points into both files", () => {
    const { diff, ...snapshots } = load();
    const files = {
      old: snapshots.old.documents[0]?.json() ?? null,
      new: snapshots.now.documents[0]?.json() ?? null,
    };
    for (const { places } of diff.changes) {
      for (const place of places) {
        if (place.old !== null) expect(valueAt(files.old, place.old), place.old).toBeDefined();
        if (place.new !== null) expect(valueAt(files.new, place.new), place.new).toBeDefined();
        expect(place.old ?? place.new).not.toBeNull();
      }
    }
  });

  it("says the same the other way round, with add and remove exchanged", () => {
    const { diff, ...snapshots } = load();
    const mirrored: Readonly<Record<string, string>> = { add: "remove", remove: "add" };
    const back = diffSnapshots(snapshots.now, snapshots.old).changes.map(({ op, places }) => `${mirrored[op] ?? op} ×${places.length}`);
    expect(back.sort()).toEqual(diff.changes.map(({ op, places }) => `${op} ×${places.length}`).sort());
  });

  it("keeps to 80 columns but for names", () => {
    for (const line of diffRenderers.text(load().diff, options).split("\n"))
      if (line.length > 80) expect(line.trim().split(" ").length, line).toBeLessThanOrEqual(4);
  });
});
