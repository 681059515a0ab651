import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  behaviourOf,
  diffSnapshots,
  type Explanation,
  explain,
  type NamedFile,
  readSnapshot,
  redactFiles,
  summarise,
  unmapText,
} from "../../src/index.js";

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const shared = pathOf("../../../shared/data");
const fixtures = pathOf("../recordings/fixtures");
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function read(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return new Uint8Array(path.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

const everything = process.env.LAW === "all";

/** Every folder at or below one with a dump and recorded requests. */
function* recorded(folder: string): Generator<{ readonly folder: string; readonly dump: string; readonly requests: string }> {
  const names = readdirSync(folder, { withFileTypes: true });
  const dump = names.find(({ name }) => /^config_dump\.json(\.gz)?$/.test(name));
  const requests = names.find(({ name }) => /^requests\.ndjson(\.gz)?$/.test(name));
  if (dump !== undefined && requests !== undefined) yield { folder, dump: join(folder, dump.name), requests: join(folder, requests.name) };
  for (const entry of names)
    if (entry.isDirectory() && (everything || entry.name !== "11-scale")) yield* recorded(join(folder, entry.name));
}

interface Behaviours {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** What the requests meet in the dump, and what the renamed requests meet in the renamed dump, with all names turned back. */
function behavioursOf(dump: string, requests: string): Behaviours {
  const lines = decoder.decode(read(requests)).trim().split("\n");
  const asked = lines.map((line) => JSON.parse(line).request);
  const files: readonly NamedFile[] = [
    { name: "config_dump.json", bytes: read(dump) },
    { name: "requests.ndjson", bytes: encoder.encode(asked.map((request) => JSON.stringify(request)).join("\n")) },
  ];
  const { files: renamed, map } = redactFiles(files, { pseudonyms: { seed: "bookinfo" } });
  const all = ([dumped, written]: readonly NamedFile[], turnBack: (text: string) => string): readonly string[] => {
    const { snapshot } = readSnapshot(dumped?.bytes ?? new Uint8Array(), { fileName: "config_dump.json" });
    return decoder
      .decode(written?.bytes)
      .split("\n")
      .map((line) => {
        const explanation: Explanation = JSON.parse(turnBack(JSON.stringify(explain(snapshot, JSON.parse(line)))));
        return JSON.stringify(behaviourOf(explanation)).toLowerCase();
      });
  };
  const turnBack = (text: string): string => unmapText(text, map ?? { words: {}, addresses: {} });
  return { before: all(files, (text) => text), after: all(renamed, turnBack) };
}

const found = [...recorded(fixtures), ...(existsSync(shared) ? [...recorded(shared)] : [])];
// All of them take 15 seconds: LAW=all. Else the small ones of the project and every thirteenth of the rest.
const sample = found.filter(({ folder }, index) => everything || folder.startsWith(fixtures) || index % 13 === 0);

describe("explain answers the same on a dump with pseudonyms, up to the renaming", () => {
  it.each(sample.map((one) => [one.folder.slice(-40), one] as const))("%s", (_, { dump, requests }) => {
    if (dump.includes("unconvertible")) return;
    const { before, after } = behavioursOf(dump, requests);
    expect(after).toEqual(before);
  });
});

const pairs = readdirSync(pathOf("../diff/fixtures"))
  .filter((name) => name.endsWith(".before.json.gz"))
  .map((name) => name.slice(0, -".before.json.gz".length));

/** Scripts are taken out as a whole. */
const withoutScripts = (text: string): string =>
  text.replace(/"default_source_code":\{"inline_string":"(?:[^"\\]|\\.)*"\}/g, '"default_source_code":{}');

describe("diff answers the same on two redacted dumps, up to the renaming", () => {
  it.each(pairs)("%s", (name) => {
    const files = ["before", "after"].map((side) => ({ name: side, bytes: read(pathOf(`../diff/fixtures/${name}.${side}.json.gz`)) }));
    const changesIn = (sides: readonly NamedFile[]): string => {
      const [before, after] = sides.map((side) => readSnapshot(side.bytes, { fileName: side.name }).snapshot);
      if (before === undefined || after === undefined) throw new Error("no pair");
      const { equal, changes, ignored } = diffSnapshots(before, after);
      return JSON.stringify({ equal, changes, ignored });
    };
    const { files: renamed, map } = redactFiles(files, { pseudonyms: { seed: "bookinfo" } });
    const answer = unmapText(changesIn(renamed), map ?? { words: {}, addresses: {} });
    expect(withoutScripts(answer)).toBe(withoutScripts(changesIn(files)));
  });
});

describe("summary answers the same, but for the serial numbers of certificates", () => {
  it.each(["bookinfo", "gateway", "registry-only", "accesslog-on"])("%s", (name) => {
    const file = { name, bytes: read(pathOf(`../../snapshots/${name}.json.gz`)) };
    const summaryOf = ({ bytes }: NamedFile): string => {
      const summary = summarise(readSnapshot(bytes, { fileName: name }).snapshot);
      return JSON.stringify({
        ...summary,
        file: null,
        toHide: null,
        certificates: summary.certificates.map((certificate) => ({ ...certificate, serial: "" })),
      });
    };
    const { files, map } = redactFiles([file], { pseudonyms: { seed: "bookinfo" } });
    const [renamed = file] = files;
    expect(unmapText(summaryOf(renamed), map ?? { words: {}, addresses: {} }).toLowerCase()).toBe(summaryOf(file).toLowerCase());
  });
});

it("has the recordings at hand", () => {
  if (!existsSync(shared)) console.warn("same-answers: no recorded data beside the project; only its own fixtures were held to the law");
  expect(found.length).toBeGreaterThan(0);
});
