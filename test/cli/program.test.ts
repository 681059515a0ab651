import { describe, expect, it } from "vitest";
import { runInMemory } from "./memory-io.js";

const dump = JSON.stringify({
  configs: [
    {
      "@type": "type.googleapis.com/envoy.admin.v3.BootstrapConfigDump",
      bootstrap: { node: { id: "sidecar~10.244.1.5~productpage-v1-7d9f.default~default.svc.cluster.local" } },
    },
    { "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump" },
    { "@type": "type.googleapis.com/envoy.admin.v3.EndpointsConfigDump" },
    { "@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump" },
    { "@type": "type.googleapis.com/envoy.admin.v3.ScopedRoutesConfigDump" },
    { "@type": "type.googleapis.com/envoy.admin.v3.RoutesConfigDump" },
    { "@type": "type.googleapis.com/envoy.admin.v3.SecretsConfigDump" },
  ],
});
const files = { "productpage.json": dump, "-": dump, "page.html": "<html></html>" };

describe("what is refused: status 2, one line on standard error, nothing on standard output", () => {
  const cases: readonly { why: string; argv: readonly string[]; says: RegExp }[] = [
    {
      why: "unknown command",
      argv: ["sumary", "productpage.json"],
      says: /unknown command 'sumary' \(did you mean summary\?\); see `xdsight --help`/,
    },
    { why: "unknown command, nothing like it", argv: ["frobnicate"], says: /unknown command 'frobnicate'; see `xdsight --help`/ },
    {
      why: "unknown option",
      argv: ["summary", "productpage.json", "--colour"],
      says: /'--colour' \(did you mean --color\?\); see `xdsight summary --help`/,
    },
    {
      why: "unknown format",
      argv: ["summary", "productpage.json", "-o", "xml"],
      says: /'xml' is invalid\. Allowed choices are text, json, yaml, markdown/,
    },
    { why: "option without its value", argv: ["summary", "-f"], says: /argument missing/ },
    { why: "no dump", argv: ["summary"], says: /no config dump is named; give a file, or - for standard input/ },
    {
      why: "two dumps",
      argv: ["summary", "productpage.json", "-f", "reviews.json"],
      says: /two config dumps are named, reviews.json and productpage.json/,
    },
    { why: "too many arguments", argv: ["summary", "productpage.json", "reviews.json"], says: /too many arguments/ },
    { why: "no such file", argv: ["summary", "reviews.json"], says: /cannot read reviews.json: no such file/ },
    { why: "not a dump", argv: ["summary", "page.html"], says: /cannot read page.html: / },
    { why: "help for an unknown command", argv: ["help", "schem"], says: /unknown command 'schem' \(did you mean schema\?\)/ },
    { why: "unknown schema", argv: ["schema", "sumary"], says: /no schema is named sumary \(did you mean summary\?\)/ },
    { why: "unknown shell", argv: ["completion", "tcsh"], says: /Allowed choices are bash, zsh, fish, powershell/ },
  ];
  it.each(cases)("$why", async ({ argv, says }) => {
    const { status, out, err } = await runInMemory(argv, files);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toMatch(says);
    expect(err).toMatch(/^xdsight: [^\n]+\n$/);
  });

  it("without arguments: the help, on standard error", async () => {
    const { status, out, err } = await runInMemory([]);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toContain("Usage: xdsight");
  });
});

describe("what is answered: status 0, nothing on standard error", () => {
  const cases: readonly { why: string; argv: readonly string[]; says: string }[] = [
    { why: "the dump as an argument", argv: ["summary", "productpage.json"], says: "sidecar productpage-v1-7d9f.default" },
    { why: "the dump with -f", argv: ["summary", "-f", "productpage.json"], says: "sidecar productpage-v1-7d9f.default" },
    { why: "the dump on standard input", argv: ["summary", "-"], says: "standard input" },
    { why: "standard input with -f", argv: ["summary", "-f", "-"], says: "standard input" },
    { why: "help of the program", argv: ["--help"], says: "Usage: xdsight" },
    { why: "help of a command", argv: ["summary", "--help"], says: "Usage: xdsight summary" },
    { why: "help by the command help", argv: ["help", "summary"], says: "Usage: xdsight summary" },
    { why: "the version", argv: ["--version"], says: "." },
    { why: "the version as JSON", argv: ["version", "-o", "json"], says: '"kind": "version"' },
    { why: "the list of schemas", argv: ["schema"], says: "summary\n" },
    { why: "a schema", argv: ["schema", "summary"], says: "https://json-schema.org" },
  ];
  it.each(cases)("$why", async ({ argv, says }) => {
    const { status, out, err } = await runInMemory(argv, files);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toContain(says);
  });
});

describe("every command", () => {
  it("has a help that ends with examples, each of which begins with the program", async () => {
    const { out } = await runInMemory(["--help"]);
    expect(out).toContain("Examples:");
    const names = [...out.matchAll(/^ {2}([a-z]+)[ |]/gm)].map(([, name]) => name ?? "");
    expect(names).toContain("summary");
    for (const name of names) {
      const help = await runInMemory([name, "--help"]);
      expect(help, name).toMatchObject({ status: 0, err: "" });
      expect(help.out, name).toMatch(/\nExamples:\n( {2}\$ xdsight [^\n]+\n)+$/);
      expect(help.out, name).toContain(`  $ xdsight ${name}`);
    }
  });
});

describe("notes about the dump", () => {
  const files = {
    "productpage.json": JSON.stringify({ configs: JSON.parse(dump).configs.filter((_: unknown, index: number) => index !== 2) }),
  };

  it("go to standard error, one line each", async () => {
    const { status, err } = await runInMemory(["summary", "productpage.json"], files);
    expect(status).toBe(0);
    expect(err).toBe("xdsight: note: productpage.json: no endpoints section (taken without ?include_eds): endpoints are not known\n");
  });

  it("are left out with --quiet", async () => {
    expect((await runInMemory(["summary", "productpage.json", "--quiet"], files)).err).toBe("");
  });
});

describe("colour", () => {
  const escapeSequence = "\u001b[";
  const cases: readonly { why: string; argv?: readonly string[]; terminal: boolean; env?: Record<string, string>; coloured: boolean }[] = [
    { why: "on a terminal", terminal: true, coloured: true },
    { why: "not in a pipe", terminal: false, coloured: false },
    { why: "not with NO_COLOR", terminal: true, env: { NO_COLOR: "1" }, coloured: false },
    { why: "with an empty NO_COLOR, which is none", terminal: true, env: { NO_COLOR: "" }, coloured: true },
    { why: "in a pipe when asked for", argv: ["--color", "always"], terminal: false, coloured: true },
    { why: "not with NO_COLOR even when asked for", argv: ["--color", "always"], terminal: true, env: { NO_COLOR: "1" }, coloured: false },
    { why: "not when forbidden", argv: ["--color", "never"], terminal: true, coloured: false },
  ];
  it.each(cases)("$why", async ({ argv = [], terminal, env = {}, coloured }) => {
    const { out } = await runInMemory(["summary", "productpage.json", ...argv], files, { stdoutIsTerminal: terminal, env });
    expect(out.includes(escapeSequence)).toBe(coloured);
  });
});

describe("a bug of ours", () => {
  it("is status 70, with its stack and a line that says so", async () => {
    const { status, out, err } = await runInMemory(["summary", "productpage.json"], {
      get "productpage.json"(): string {
        throw new TypeError("reviews is not iterable");
      },
    });
    expect({ status, out }).toEqual({ status: 70, out: "" });
    expect(err).toMatch(/TypeError: reviews is not iterable\n +at /);
    expect(err).toMatch(/xdsight: this is a bug in xdsight[^\n]*\n$/);
  });
});
