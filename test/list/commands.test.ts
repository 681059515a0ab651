import { existsSync, readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parseAllDocuments, parse as parseYaml } from "yaml";
import { runInMemory } from "../cli/memory-io.js";
import { dumpBytes, fixtureNames, listenerDump } from "./dump-fixture.js";

const lists = ["listeners", "routes", "clusters", "endpoints", "secrets", "bootstrap", "ecds"] as const;
const files = Object.fromEntries(fixtureNames.map((name) => [`${name}.json.gz`, dumpBytes(name)]));
const schema = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../src/schemas/${name}.schema.json`, import.meta.url), "utf8"));
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
for (const name of ["list", "list-item", "query"]) ajv.addSchema(schema(name));
const expectValid = (name: string, value: unknown) => {
  ajv.validate(`${name}.schema.json`, value);
  expect(ajv.errors).toBeNull();
};

describe.each(fixtureNames)("of %s", (name) => {
  it.each(lists)("%s as JSON, NDJSON and YAML say the same, by the schema", async (list) => {
    const json = JSON.parse((await runInMemory([list, `${name}.json.gz`, "-o", "json"], files)).out);
    expectValid("list", json);
    const yaml = (await runInMemory([list, `${name}.json.gz`, "-o", "yaml"], files)).out;
    expect(parseYaml(yaml)).toEqual(json);
    const lines = (await runInMemory([list, `${name}.json.gz`, "-o", "ndjson"], files)).out.split("\n").filter((line) => line !== "");
    for (const line of lines) expectValid("list-item", JSON.parse(line));
    expect(lines.map((line) => JSON.parse(line).item)).toEqual(json.items);
  });
});

describe("goldens", () => {
  it.each([
    ["listeners-of-a-refused-update.txt", "listeners", "listeners-rejected.json.gz"],
    ["listeners-of-a-waypoint.txt", "listeners", "waypoint.json.gz"],
    ["listeners-in-short.txt", "listeners", "virtual-services.json.gz", "--verbose=false", "--port", "9080"],
    ["routes-of-port-9080.txt", "routes", "virtual-services.json.gz", "--name", "9080"],
    ["routes-in-short.txt", "routes", "virtual-services.json.gz", "--verbose=false"],
    ["routes-of-port-9080.md", "routes", "virtual-services.json.gz", "--name", "9080", "-o", "markdown"],
    ["clusters-of-reviews.txt", "clusters", "virtual-services.json.gz", "--fqdn", "reviews", "--at"],
    ["clusters-of-reviews-as-istioctl.txt", "clusters", "virtual-services.json.gz", "--fqdn", "reviews", "--verbose=false"],
    ["endpoints-of-reviews.txt", "endpoints", "virtual-services.json.gz", "--cluster", "reviews"],
    ["secrets.txt", "secrets", "bookinfo.json.gz"],
    ["bootstrap.txt", "bootstrap", "virtual-services.json.gz"],
    ["bootstrap.md", "bootstrap", "virtual-services.json.gz", "-o", "markdown"],
    ["ecds.txt", "ecds", "extension-config.json.gz", "-q"],
  ])("%s", async (golden, ...argv) => {
    const { status, out } = await runInMemory(argv, files);
    expect(status).toBe(0);
    await expect(out).toMatchFileSnapshot(`goldens/${golden}`);
  });
});

describe("list commands", () => {
  it("fold domains on a terminal alone", async () => {
    const argv = ["routes", "virtual-services.json.gz", "--name", "9080"];
    const terminal = { stdoutIsTerminal: true };
    expect((await runInMemory(argv, files, terminal)).out).toContain("reviews.default.svc.cluster.local + 5 more...");
    expect((await runInMemory([...argv, "--all"], files, terminal)).out).toBe((await runInMemory(argv, files)).out);
  });

  it.each([
    { argv: ["clusters", "--fqdn", "reveiws"], says: "no cluster matches --fqdn reveiws; nearest: reviews.default.svc.cluster.local\n" },
    { argv: ["listeners", "--port", "9081"], says: "no listener matches --port 9081; nearest: 8081, 9080\n" },
    {
      argv: ["clusters", "--fqdn", "reviews", "--direction", "inbound"],
      says: "no cluster matches --fqdn reviews and --direction inbound together\n",
    },
    { argv: ["ecds"], says: "virtual-services.json.gz holds no ECDS extensions\n" },
  ])("$argv: nothing is found, and why", async ({ argv: [list = "", ...filters], says }) => {
    const short = await runInMemory([list, "virtual-services.json.gz", ...filters], files);
    expect(short).toMatchObject({ status: 0, err: `xdsight: ${says}` });
    expect(short.out.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse((await runInMemory([list, "virtual-services.json.gz", ...filters, "-o", "json"], files)).out).items).toEqual([]);
    expect((await runInMemory([list, "virtual-services.json.gz", ...filters, "-o", "ndjson"], files)).out).toBe("");
  });

  it.each([
    { argv: ["--type", "nonsense"], says: "--type takes one of HTTP, TCP, HTTP+TCP, UNKNOWN, not 'nonsense'" },
    { argv: ["--port", "http"], says: "--port takes a number from 0 to 65535, not 'http'" },
    { argv: ["--port", "65536"], says: "--port takes a number from 0 to 65535, not '65536'" },
    { argv: ["--verbose", "maybe"], says: "--verbose takes true or false, not 'maybe'" },
  ])("refuse $argv", async ({ argv, says }) => {
    expect(await runInMemory(["listeners", "virtual-services.json.gz", ...argv], files)).toEqual({
      status: 2,
      out: "",
      err: `xdsight: ${says}\n`,
    });
  });

  it.each([
    ["l", "listeners"],
    ["listener", "listeners"],
    ["r", "routes"],
    ["c", "clusters"],
    ["ep", "endpoints"],
    ["s", "secrets"],
    ["b", "bootstrap"],
  ])("%s is %s, and -f names the dump", async (alias, list) => {
    expect(await runInMemory([alias, "-f", "virtual-services.json.gz"], files)).toEqual(
      await runInMemory([list, "virtual-services.json.gz"], files),
    );
  });

  it("spell out what a terminal would obey", async () => {
    const { out } = await runInMemory(["l", "dump.json", "-q"], { "dump.json": listenerDump({ name: "\u001b]0;owned\u0007" }) });
    expect(out).toContain("\\u001b]0;owned\\u0007");
  });
});

describe("show and query", () => {
  it("show one resource, several, and documents", async () => {
    const one = await runInMemory(["show", "virtual-services.json.gz", "cluster", "PassthroughCluster"], files);
    expect(JSON.parse(one.out)).toMatchObject({ name: "PassthroughCluster" });
    const all = await runInMemory(["show", "-f", "virtual-services.json.gz", "clusters"], files);
    expect(JSON.parse(all.out).length).toBeGreaterThan(10);
    const yaml = await runInMemory(["show", "virtual-services.json.gz", "c", "-o", "yaml"], files);
    expect(parseAllDocuments(yaml.out)).toHaveLength(JSON.parse(all.out).length);
  });

  it.each([
    { argv: ["show", "virtual-services.json.gz"], says: /^xdsight: say what to show: listener/ },
    { argv: ["show", "virtual-services.json.gz", "clutser"], says: /did you mean cluster\?/ },
    { argv: ["show", "virtual-services.json.gz", "c", "PassthroughClustre"], says: /did you mean PassthroughCluster\?/ },
    { argv: ["show", "virtual-services.json.gz", "c", "x", "y"], says: /y/ },
    { argv: ["query", "virtual-services.json.gz"], says: /no path is given/ },
    { argv: ["query", "virtual-services.json.gz", "$["], says: /cannot read the JSONPath "\$\["/ },
  ])("refuse $argv in one line", async ({ argv, says }) => {
    const { status, out, err } = await runInMemory(argv, files);
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toMatch(says);
    expect(err.split("\n")).toHaveLength(2);
  });

  it("query prints a value a line, with its place when asked, or one answer", async () => {
    const argv = ["query", "virtual-services.json.gz", "/configs/0/bootstrap/node/id"];
    const value = (await runInMemory(argv, files)).out;
    expect(value).toMatch(/^"sidecar~.*"\n$/);
    expect((await runInMemory([...argv, "--at"], files)).out).toBe(`{"at":"/configs/0/bootstrap/node/id","value":${value.trimEnd()}}\n`);
    expectValid("query", JSON.parse((await runInMemory([...argv, "-o", "json"], files)).out));
  });

  it.each([
    ["show", "deep.json", "l", "-o", "yaml"],
    ["show", "deep.json", "l", "--decoded"],
    ["query", "deep.json", "/configs"],
    ["query", "deep.json", "$..name"],
    ["query", "deep.json", "$.listeners", "--decoded", "-o", "json"],
  ])("refuse what nests deeper than the stack: %s", async (...argv) => {
    const deep = 50_000;
    const dump = listenerDump({ metadata: { filter_metadata: { istio: { deep: "?" } } } }).replace(
      '"?"',
      "[".repeat(deep) + "]".repeat(deep),
    );
    const { status, err } = await runInMemory([...argv, "-q"], { "deep.json": dump });
    expect(err).toMatch(/^xdsight: .* nests too deep .*\n$/);
    expect(status).toBe(2);
  });

  it("query says that nothing is there", async () => {
    expect(await runInMemory(["query", "virtual-services.json.gz", "$.nope"], files)).toEqual({
      status: 0,
      out: "",
      err: "xdsight: nothing in virtual-services.json.gz is at $.nope\n",
    });
  });
});

const cases = new URL("../../../shared/cases/istioctl/istioctl/pkg/writer/envoy/configdump/testdata/", import.meta.url);
/** The cells of a line that are not empty; whether a certificate is valid depends on the day. */
const cellsOf = (line: string, count: number): readonly string[] =>
  line
    .split(/ {2,}/)
    .slice(0, count)
    .filter((cell) => !["-", "", "true", "false"].includes(cell));

describe.skipIf(!existsSync(cases))("istioctl's own expected output (skipped without ../shared)", () => {
  const folders = existsSync(cases) ? readdirSync(new URL("routes/", cases)) : [];
  it.each([
    ...folders.map((folder) => ["routes", `routes/${folder}/configdump.json`, `routes/${folder}/output.txt`, 5] as const),
    ["ecds", "ecds/configdump.json", "ecds/output.txt", 2] as const,
    ["secrets", "secret/istio/config_dump.json", "secret/istio/output", 7] as const,
  ])("%s %s: has every line of it", async (list, dump, output, columns) => {
    const { out } = await runInMemory([list, "dump.json", "-q"], { "dump.json": readFileSync(new URL(dump, cases)) });
    const ours = out.split("\n").map((line) => cellsOf(line, columns).join("|"));
    for (const line of readFileSync(new URL(output, cases), "utf8").split("\n").slice(1)) {
      if (line.trim() !== "") expect(ours).toContain(cellsOf(line, columns).join("|"));
    }
  });
});
