import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const architecture = readFileSync(new URL("../docs/architecture.md", import.meta.url), "utf8");

/**
 * The folders of src in the order in which a dump flows through them, as docs/architecture.md draws it. A folder may import those
 * before it; folders of one brace do not import each other. The platform's interface stands beside util, the public API below cli.
 */
const drawn = (/^util ← .*$/m.exec(architecture)?.[0] ?? "").split(" ← ").map((layer) => layer.replace(/[{}]/g, "").split(", "));
const layers: readonly (readonly string[])[] = [["util"], ["platform.ts"], ...drawn.slice(1, -1), ["index.ts"], ...drawn.slice(-1)];

/** A source file by its path below src. */
interface Source {
  readonly path: string;
  readonly text: string;
}

/** The folder of a file, or the file itself where it stands in src. */
const layerOf = (path: string): string => path.split("/")[0] ?? "";
const rankOf = (layer: string): number => layers.findIndex((names) => names.includes(layer));

/** What a file imports or exports from elsewhere, as written. */
const importsOf = ({ text }: Source): readonly string[] =>
  ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);

/** The path below src that a relative import means; the compiler writes .js for .ts. */
const resolveImport = (from: string, specifier: string): string => posix.join(dirname(from), specifier).replace(/\.js$/, ".ts");

/** What generated files hold decides who may know them: the descriptors are proto's, the typings and the version are everybody's. */
const mayImportGenerated = (from: string, target: string): boolean => target !== "generated/descriptors.ts" || layerOf(from) === "proto";

/** Where a file breaks the order of the layers. */
function* brokenOrder(source: Source): Generator<string> {
  const own = layerOf(source.path);
  if (own === "generated") return;
  if (rankOf(own) < 0) yield `${source.path} is in no layer`;
  for (const specifier of importsOf(source)) {
    if (!specifier.startsWith(".")) continue;
    const target = resolveImport(source.path, specifier);
    const layer = layerOf(target);
    if (layer === own) continue;
    const allowed = layer === "generated" ? mayImportGenerated(source.path, target) : rankOf(layer) >= 0 && rankOf(layer) < rankOf(own);
    if (!allowed) yield `${source.path} imports ${specifier}`;
    else if (own === "cli" && target !== "index.ts") yield `${source.path} goes past the public API to ${specifier}`;
  }
}

/** Packages that one layer alone knows. */
const owners: Readonly<Record<string, string>> = { protobufjs: "proto", re2js: "match", commander: "cli" };

/** Packages that stand in the wrong layer, and Node's own below cli. */
function* misplacedPackages(source: Source): Generator<string> {
  const own = layerOf(source.path);
  for (const specifier of importsOf(source)) {
    if (specifier.startsWith(".")) continue;
    const owner = owners[specifier.split("/")[0] ?? ""];
    if ((specifier.startsWith("node:") && own !== "cli") || (owner !== undefined && owner !== own))
      yield `${source.path} imports ${specifier}`;
  }
}

const platformGlobals: ReadonlySet<string> = new Set([
  ...["process", "Buffer", "require", "module", "__dirname", "__filename", "global", "setImmediate"],
  ...["console", "performance", "Intl", "eval", "Function"],
]);
const impureMembers: ReadonlySet<string> = new Set([
  "Date.now",
  "Math.random",
  "localeCompare",
  "toLocaleString",
  "toLocaleLowerCase",
  "toLocaleUpperCase",
]);

/** A file without any of the words needs no closer look. */
const surroundings = new RegExp(`\\b(Date|Math\\.random|${[...platformGlobals, ...impureMembers].join("|")})\\b`);

/** What a file below cli/ takes from its surroundings: Node's globals, the clock, chance, the locale. */
function* surroundingsIn(source: Source): Generator<string> {
  if (layerOf(source.path) === "cli" || !surroundings.test(source.text)) return;
  const waiting: ts.Node[] = [ts.createSourceFile(source.path, source.text, ts.ScriptTarget.ES2023, true)];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const found = surroundingAt(node);
    if (found !== undefined) yield `${source.path} uses ${found}`;
    ts.forEachChild(node, (child) => {
      waiting.push(child);
    });
  }
}

function surroundingAt(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    const whole = `${node.expression.getText()}.${node.name.text}`;
    return [whole, node.name.text].find((name) => impureMembers.has(name));
  }
  if (ts.isNewExpression(node) && node.expression.getText() === "Date" && (node.arguments?.length ?? 0) === 0) return "new Date()";
  if (!ts.isIdentifier(node) || !platformGlobals.has(node.text)) return undefined;
  const { parent } = node;
  const isName =
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    ts.isImportSpecifier(parent) ||
    ts.isTypeReferenceNode(parent) ||
    ("name" in parent && parent.name === node);
  return isName ? undefined : node.text;
}

/** Relative imports that lead to no file. */
function* missingFiles(source: Source, exists: (path: string) => boolean): Generator<string> {
  for (const specifier of importsOf(source)) {
    if (!specifier.startsWith(".")) continue;
    const target = resolveImport(source.path, specifier);
    if (!specifier.endsWith(".js") || !exists(target)) yield `${source.path} imports ${specifier}, which is not there`;
  }
}

/** A cycle of imports as the paths along it; undefined where there is none. Generated typings name the models, and the models them. */
function findCycle(sources: readonly Source[]): readonly string[] | undefined {
  const targets = new Map(
    sources
      .filter(({ path }) => layerOf(path) !== "generated")
      .map((source) => [
        source.path,
        importsOf(source)
          .filter((name) => name.startsWith("."))
          .map((name) => resolveImport(source.path, name)),
      ]),
  );
  const done = new Set<string>();
  for (const start of targets.keys()) {
    const trail: { readonly path: string; next: number }[] = [{ path: start, next: 0 }];
    for (let step = trail.at(-1); step !== undefined; step = trail.at(-1)) {
      const target = done.has(step.path) ? undefined : targets.get(step.path)?.[step.next++];
      if (target === undefined) {
        done.add(step.path);
        trail.pop();
        continue;
      }
      const earlier = trail.findIndex(({ path }) => path === target);
      if (earlier >= 0) return [...trail.slice(earlier).map(({ path }) => path), target];
      if (targets.has(target)) trail.push({ path: target, next: 0 });
    }
  }
  return undefined;
}

const src = fileURLToPath(new URL("../src", import.meta.url));
const sources: readonly Source[] = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(join(src, path), "utf8") }));
const written = sources.filter(({ path }) => layerOf(path) !== "generated");

const source = (path: string, text: string): Source => ({ path, text });

describe("the sources keep to the layers", () => {
  it("imports go one way", () => expect(sources.flatMap((each) => [...brokenOrder(each)])).toEqual([]));
  it("each package has its layer, and Node is cli's", () => expect(written.flatMap((each) => [...misplacedPackages(each)])).toEqual([]));
  it("only cli/ knows its surroundings", () => expect(written.flatMap((each) => [...surroundingsIn(each)])).toEqual([]));
  it("every file imported is there", () => {
    expect(sources.flatMap((each) => [...missingFiles(each, (path) => existsSync(join(src, path)))])).toEqual([]);
  });
  it("no imports go in a circle", () => expect(findCycle(sources)).toBeUndefined());
  it("every layer has files", () => {
    const used = new Set(sources.map(({ path }) => layerOf(path)));
    expect(layers.flat().filter((layer) => !used.has(layer))).toEqual([]);
  });
});

describe("the order of the layers", () => {
  it.each([
    ["a stage that asks a later one", "decode/decode-route.ts", 'import { explain } from "../explain/explain-request.js";'],
    ["a type from a later stage", "match/header.ts", 'import type { Route } from "../decode/decode-route.js";'],
    ["an export from a later stage", "model/route.ts", 'export * from "../explain/explanation.js";'],
    ["a peer", "read/read-snapshot.ts", 'import { decodeRoute } from "../decode/decode-route.js";'],
    ["a loading call", "summary/summarise.ts", 'await import("../render/table.js");'],
    ["the descriptors outside proto/", "match/header.ts", 'import { descriptors } from "../generated/descriptors.js";'],
    ["the engine past the public API", "cli/main.ts", 'import { explain } from "../explain/explain-request.js";'],
    ["a folder that is no layer", "helpers/strings.ts", ""],
  ])("is broken by %s", (_, path, text) => expect([...brokenOrder(source(path, text))]).toHaveLength(1));

  it.each([
    ["an earlier stage", "explain/choose-route.ts", 'import { matchRoute } from "../match/route-match.js";'],
    ["its own folder", "match/header.ts", 'import { matchString } from "./string.js";'],
    ["the typings", "match/header.ts", 'import type { HeaderMatcher } from "../generated/messages.js";'],
    ["the public API", "cli/main.ts", 'import { explain } from "../index.js";'],
    ["a comment", "match/header.ts", '// import { explain } from "../explain/explain-request.js";'],
    ["a text", "match/header.ts", `const line = 'import { explain } from "../explain/explain-request.js"';`],
  ])("is kept by %s", (_, path, text) => expect([...brokenOrder(source(path, text))]).toEqual([]));
});

describe("packages and surroundings", () => {
  it.each([
    ["Node below cli/", "read/input-text.ts", 'import { gunzipSync } from "node:zlib";'],
    ["protobufjs outside proto/", "decode/decode-route.ts", 'import protobuf from "protobufjs/light.js";'],
    ["RE2 outside match/", "explain/rewrite-path.ts", 'import { RE2JS } from "re2js";'],
  ])("finds %s", (_, path, text) => expect([...misplacedPackages(source(path, text))]).toHaveLength(1));

  it.each([
    ["Node in cli/", "cli/load-snapshot.ts", 'import { readFileSync } from "node:fs";'],
    ["protobufjs in proto/", "proto/codec.ts", 'import protobuf from "protobufjs/light.js";'],
    ["a package of everybody", "read/read-yaml.ts", 'import { parse } from "yaml";'],
  ])("lets %s pass", (_, path, text) => expect([...misplacedPackages(source(path, text))]).toEqual([]));

  it.each([
    ["process", "const colour = process.env.NO_COLOR;"],
    ["Buffer", "const bytes = Buffer.from(text);"],
    ["__dirname", "const here = __dirname;"],
    ["require", 'const zlib = require("zlib");'],
    ["console", "console.log(explanation);"],
    ["the clock", "const now = Date.now();"],
    ["the clock's date", "const now = new Date();"],
    ["chance", "const draw = Math.random();"],
    ["the locale", "names.sort((a, b) => a.localeCompare(b));"],
  ])("finds %s", (_, text) => expect([...surroundingsIn(source("explain/choose-cluster.ts", text))]).toHaveLength(1));

  it.each([
    ["a member of that name", "const { port } = external.process;"],
    ["a field of that name", "const node = { process: 1 };"],
    ["a date of the file", 'const taken = new Date("2026-11-24T09:00:00Z");'],
    ["a comment", "// process, Buffer and require are Node's"],
    ["a text", 'const word = "process";'],
  ])("lets %s pass", (_, text) => expect([...surroundingsIn(source("explain/choose-cluster.ts", text))]).toEqual([]));
});

describe("files and circles", () => {
  it("finds an import that leads nowhere, or is written as TypeScript", () => {
    const exists = (path: string) => path === "match/string.ts";
    expect([...missingFiles(source("match/header.ts", 'import "./string.js";'), exists)]).toEqual([]);
    expect([...missingFiles(source("match/header.ts", 'import "./strings.js"; import "./string.ts";'), exists)]).toHaveLength(2);
  });

  it("finds a circle and names its files", () => {
    const line = [
      source("match/a.ts", 'import "./b.js";'),
      source("match/b.ts", 'import type { C } from "./c.js";'),
      source("match/c.ts", ""),
    ];
    expect(findCycle(line)).toBeUndefined();
    expect(findCycle([...line.slice(0, 2), source("match/c.ts", 'export { a } from "./a.js";')])).toEqual([
      "match/a.ts",
      "match/b.ts",
      "match/c.ts",
      "match/a.ts",
    ]);
  });
});
