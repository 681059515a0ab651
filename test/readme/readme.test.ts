import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as xdsight from "../../src/index.js";
import { runInMemory } from "../cli/memory-io.js";
import { snapshotFiles } from "./snapshot-files.js";

const project = new URL("../../", import.meta.url);
const readme = readFileSync(new URL("README.md", project), "utf8");
const { scripts } = JSON.parse(readFileSync(new URL("package.json", project), "utf8"));

/** The words of a command line, quoted with ' where need be. */
const wordsOf = (line: string): string[] => [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? "");

/** Runs `xdsight …`, on its own or before `| head -N`, as a terminal shows it. */
async function outputOf(line: string): Promise<{ status: number; shown: string }> {
  const [command = "", head] = line.split(" | head -");
  const [program, ...argv] = wordsOf(command);
  expect(program).toBe("xdsight");
  const { status, out, err } = await runInMemory(argv, snapshotFiles);
  const shown = head === undefined ? out : `${out.split("\n").slice(0, Number(head)).join("\n")}\n`;
  return { status, shown: shown + err };
}

/** What the library example prints. */
async function printedBy(example: string): Promise<string> {
  const lines: string[] = [];
  const modules = {
    xdsight,
    "node:fs/promises": { readFile: async (path: string) => readFileSync(new URL(path, project)) },
  };
  const body = example.replaceAll(/^import (\{[^}]*\}) from ("[^"]+");$/gm, "const $1 = modules[$2];");
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  await new AsyncFunction("modules", "console", body)(modules, { log: (...words: unknown[]) => lines.push(words.join(" ")) });
  return `${lines.join("\n")}\n`;
}

/** README.md with the output of today in place of every output that it quotes. */
async function readmeOfToday(): Promise<string> {
  let example = "";
  const parts = readme.split(/^(```[^\n]*\n(?:.*\n)*?```\n)/m);
  const refreshed: string[] = [];
  for (const part of parts) {
    const [, info = "", body = ""] = /^```([^\n]*)\n([\s\S]*)```\n$/.exec(part) ?? [];
    if (info === "js") example = body;
    if (info.startsWith("console")) refreshed.push(`\`\`\`${info}\n${await consoleOfToday(info, body)}\`\`\`\n`);
    else if (info === "text") refreshed.push(`\`\`\`text\n${await printedBy(example)}\`\`\`\n`);
    else refreshed.push(part);
  }
  return refreshed.join("");
}

async function consoleOfToday(info: string, body: string): Promise<string> {
  const lines = body.split("\n").filter((line) => line.startsWith("$ "));
  expect(lines.length).toBeGreaterThan(0);
  const shown: string[] = [];
  for (const line of lines) {
    const ran = await outputOf(line.slice(2));
    expect(ran.status, line).toBe(Number(/ exit-status=(\d+)$/.exec(info)?.[1] ?? 0));
    shown.push(`${line}\n${ran.shown}`);
  }
  return shown.join("");
}

describe("README.md", () => {
  it("shows what its commands and its example print today (npx vitest run test/readme -u writes it anew)", async () => {
    await expect(await readmeOfToday()).toMatchFileSnapshot(fileURLToPath(new URL("README.md", project)));
  });

  it("asks a newcomer for two commands, which call the scripts that build and run", () => {
    const shell = [...readme.matchAll(/^```sh\n((?:.*\n)*?)```$/gm)].flatMap(([, body = ""]) => body.trimEnd().split("\n"));
    expect(shell.filter((line) => line.startsWith("npm "))).toEqual(["npm ci && npm start", "npm ci && npm test"]);
    expect(scripts).toMatchObject({
      start: expect.stringMatching(/ build && node dist\/bin\/xdsight\.cjs demo$/),
      test: expect.stringMatching(/^vitest run\b/),
    });
    expect(scripts.pretest).toBe("npm run --silent build");
  });

  it("names only files that are there", () => {
    for (const [, path = ""] of readme.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
      expect(() => readFileSync(new URL(path, project)), path).not.toThrow(/ENOENT/);
    }
  });

  it("says of every command of the program's help something, but for the small ones", async () => {
    const { out } = await runInMemory(["--help"]);
    const commands = [...out.matchAll(/^ {2}([a-z]+)[ |]/gm)].map(([, name = ""]) => name);
    const small = ["help", "version", "demo", "secrets", "bootstrap", "ecds", "listeners"];
    for (const command of commands.filter((name) => !small.includes(name))) expect(readme).toContain(`xdsight ${command}`);
  });
});
