import { existsSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { type Diff, diffRenderers, diffSnapshots, readSnapshot, type Snapshot } from "../../src/index.js";
import { valueAt } from "../../src/util/json-pointer.js";

const fixtures = new URL("fixtures/", import.meta.url);
/** Recorded pairs that are too large to be part of this project; they are used where they lie beside it. */
const recorded = new URL("../../../shared/data/", import.meta.url);
const goldens = new URL("goldens/", import.meta.url).pathname;

const pairs: readonly { readonly name: string; readonly folder?: string }[] = [
  { name: "access-log-switched-on" },
  { name: "routes-inserted" },
  { name: "nothing-changed" },
  { name: "second-access-log", folder: "06-accesslog-envoyfilter/mesh-accesslog" },
  { name: "header-limits", folder: "07a-hcm-header-limits" },
  { name: "clusters-refused", folder: "07a3-cluster-response-header-limits" },
  { name: "route-timeout", folder: "07b-route-timeout" },
  { name: "lua-filters", folder: "07d-lua" },
  { name: "cluster-settings", folder: "07f-cluster-merge" },
  { name: "listener-filters", folder: "07h-listener-filter" },
  { name: "listener-refused", folder: "07i-filter-chain" },
  { name: "network-filters", folder: "07j-network-filter-replace" },
  { name: "extension-discovered", folder: "07l-extension-config" },
  { name: "listener-settings", folder: "07o-listener-merge" },
  { name: "listeners-exchanged", folder: "07r-listener-remove-add" },
  { name: "scoped-nothing", folder: "07t-scoped-noop" },
  { name: "tcp-rerouted", folder: "07u-tcp-reroute" },
];

const options = { colour: false, columns: 80, at: false, all: false };
const schema = JSON.parse(readFileSync(new URL("../../src/schemas/diff.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema);

const read = (url: URL, fileName: string): Snapshot => readSnapshot(readFileSync(url), { fileName }).snapshot;
const sidesOf = ({ name, folder }: (typeof pairs)[number]): readonly [URL, URL] =>
  folder === undefined
    ? [new URL(`${name}.before.json.gz`, fixtures), new URL(`${name}.after.json.gz`, fixtures)]
    : [new URL(`${folder}/before/config_dump.json`, recorded), new URL(`${folder}/after/config_dump.json`, recorded)];

const missing = pairs.filter((pair) => !existsSync(sidesOf(pair)[0]));
if (missing.length > 0) console.warn(`skipped, as the recordings are not there: ${missing.map(({ name }) => name).join(", ")}`);

describe.each(pairs)("$name", (pair) => {
  const [old, now] = sidesOf(pair);
  describe.skipIf(!existsSync(old))("as recorded", () => {
    let known: { readonly diff: Diff; readonly old: Snapshot; readonly now: Snapshot } | undefined;
    const load = () => {
      if (known === undefined) {
        const snapshots = { old: read(old, "before.json"), now: read(now, "after.json") };
        known = { ...snapshots, diff: diffSnapshots(snapshots.old, snapshots.now) };
      }
      return known;
    };

    it("reads as text", async () => {
      await expect(diffRenderers.text(load().diff, options)).toMatchFileSnapshot(`${goldens}${pair.name}.txt`);
    });

    it("reads as Markdown", async () => {
      await expect(diffRenderers.markdown(load().diff, options)).toMatchFileSnapshot(`${goldens}${pair.name}.md`);
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
});
