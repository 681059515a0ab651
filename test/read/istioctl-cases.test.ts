import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { listEndpoints, listExtensions, readSnapshot, summarise } from "../../src/index.js";

/** What istioctl's own tests read and print, where it lies beside the project. */
const cases = fileURLToPath(new URL("../../../shared/cases/istioctl", import.meta.url));
const files = existsSync(cases)
  ? readdirSync(cases, { recursive: true, encoding: "utf8" }).filter((name) => /\.(json|yaml)$/.test(name))
  : [];

describe.skipIf(files.length === 0)("istioctl's own test data (skipped where it is not beside the project)", () => {
  const read = (name: string) => readSnapshot(new Uint8Array(readFileSync(join(cases, name))), { fileName: name }).snapshot;
  const testdata = "istioctl/pkg/writer/envoy/configdump/testdata";

  it("each file is read, but for ztunnel's", () => {
    for (const name of files) {
      if (name.includes("ztunnel")) expect(() => read(name)).toThrow(/is a ztunnel dump/);
      else expect(() => summarise(read(name), { now: "2026-11-25T20:00:00.000Z" })).not.toThrow();
    }
  });

  it.each(["json", "yaml"])("what it prints as %s of a dump lists as the dump does", (format) => {
    const bare = ({ at: _, ...item }: { readonly at: string }) => item;
    const items = (name: string) => listExtensions(read(`${testdata}/ecds/${name}`)).items.map(bare);
    expect(items(`output.${format}`)).toEqual(items("configdump.json"));
    const endpoints = (name: string) =>
      listEndpoints(read(`${testdata}/endpoint/${name}`)).items.map(({ at: _, state: __, ...item }) => JSON.stringify(item));
    const printed = endpoints(`emptyfilter_output.${format}`);
    expect(printed.length).toBeGreaterThan(0);
    expect(endpoints("configdump.json")).toEqual(expect.arrayContaining(printed));
  });
});
