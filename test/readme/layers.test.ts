import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const project = new URL("../../", import.meta.url);
const architecture = readFileSync(new URL("docs/architecture.md", project), "utf8");

/** The line of docs/architecture.md, from the bottom layer to the top. */
const layers = (/^util ← .*$/m.exec(architecture)?.[0] ?? "").split(" ← ").map((layer) => layer.replace(/[{}]/g, "").split(", "));
const rank = new Map(layers.flatMap((folders, index) => folders.map((folder) => [folder, index] as const)));

/** What every layer may import: typings and descriptors that the build made, and the platform's interface. */
const forAll = ["generated", "platform.js"];

interface Import {
  readonly from: string;
  readonly of: string;
}

const imports: readonly Import[] = readdirSync(new URL("src/", project), { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts") && !file.startsWith("generated/"))
  .flatMap((file) => {
    const text = readFileSync(new URL(`src/${file}`, project), "utf8");
    return [...text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*"([^"]+)"/g)].map(([, specifier = ""]) => ({ from: file, of: specifier }));
  });

const folderOf = (file: string): string => file.split("/")[0] ?? "";
const folderImported = ({ from, of }: Import): string => folderOf(new URL(of, `file:///${from}`).pathname.slice(1));

describe("the layers of docs/architecture.md", () => {
  it("name every folder of src/", () => {
    const folders = new Set(
      imports
        .map(({ from }) => from)
        .filter((file) => file.includes("/"))
        .map(folderOf),
    );
    expect([...rank.keys()].sort()).toEqual([...folders].sort());
  });

  it("are what the code imports", () => {
    const broken = imports
      .filter(({ from, of }) => of.startsWith(".") && from.includes("/"))
      .filter((found) => {
        const [own, other] = [folderOf(found.from), folderImported(found)];
        if (own === other || forAll.includes(other)) return false;
        // The command line uses the library through its public API alone.
        if (own === "cli") return other !== "index.js";
        return (rank.get(other) ?? Number.POSITIVE_INFINITY) >= (rank.get(own) ?? -1);
      });
    expect(broken).toEqual([]);
  });

  it("leave Node's own modules to the command line", () => {
    expect(imports.filter(({ from, of }) => of.startsWith("node:") && folderOf(from) !== "cli")).toEqual([]);
  });

  it("leave protobufjs to proto/", () => {
    expect(imports.filter(({ from, of }) => /^protobufjs(\/|$)/.test(of) && folderOf(from) !== "proto")).toEqual([]);
  });
});
