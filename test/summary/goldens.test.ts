import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readSnapshot, summarise, summaryRenderers } from "../../src/index.js";
import { valueAt } from "../../src/util/json-pointer.js";

const fixtures = new URL("fixtures/", import.meta.url);
const goldens = new URL("goldens/", import.meta.url).pathname;
const names = readdirSync(fixtures).map((file) => file.replace(".json.gz", ""));
const schema = JSON.parse(readFileSync(new URL("../../src/schemas/summary.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
const options = { colour: false, columns: 80, at: false, all: false };

function summariseFixture(name: string) {
  const { snapshot } = readSnapshot(readFileSync(new URL(`${name}.json.gz`, fixtures)), { fileName: `${name}.json.gz` });
  return summarise(snapshot, { now: "2026-11-24T09:00:00Z" });
}

describe.each(names)("%s", (name) => {
  const summary = summariseFixture(name);

  it("reads as text", async () => {
    await expect(summaryRenderers.text(summary, options)).toMatchFileSnapshot(`${goldens}${name}.txt`);
  });

  it("reads as Markdown, with pointers", async () => {
    await expect(summaryRenderers.markdown(summary, { ...options, at: true })).toMatchFileSnapshot(`${goldens}${name}.md`);
  });

  it("keeps to 80 columns but for names and pointers", () => {
    for (const line of summaryRenderers.text(summary, { ...options, all: true }).split("\n"))
      if (line.length > 80) expect(line.trim().split(" ").length).toBeLessThanOrEqual(4);
  });

  it("is the JSON that its schema describes, and the same YAML", () => {
    const json = JSON.parse(summaryRenderers.json(summary));
    validate(json);
    expect(validate.errors).toBeNull();
    expect(parse(summaryRenderers.yaml(summary))).toEqual(json);
  });

  it("points into the file with every pointer", () => {
    const { snapshot } = readSnapshot(readFileSync(new URL(`${name}.json.gz`, fixtures)));
    const file = snapshot.documents[0]?.json() ?? null;
    const pointers = [...summaryRenderers.json(summary).matchAll(/"(\/configs[^"]*)"/g)].map(([, pointer = ""]) => pointer);
    expect(pointers.length).toBeGreaterThan(0);
    for (const pointer of pointers) {
      expect(valueAt(file, pointer), pointer).toBeDefined();
    }
  });
});
