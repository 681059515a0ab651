import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { runInMemory } from "./memory-io.js";

const dump = "snapshots/bookinfo.json.gz";
const schema = JSON.parse(readFileSync(new URL("../../src/schemas/test-report.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

const reviews = `- name: reviews
  target: http://reviews:9080/reviews/0
  expect: { cluster: outbound|9080||reviews.default.svc.cluster.local }
`;
const canary = `- name: "<canary> & \\"jason's\\" \\u0007 reviews"
  target: http://reviews:9080/reviews/0
  headers: { end-user: jason }
  expect:
    route: canary
    response: { status: 404 }
    clusters: { contains: [{ glob: "outbound|9080|v2|*" }] }
  not: { outcome: forward }
`;
const ratings = `- request: { id: ratings by TCP, destination: { ip: 10.96.0.12, port: 9080 }, serverFirst: true }
  expect: { outcome: waiting }
`;
const files = {
  [dump]: readFileSync(new URL(`../../${dump}`, import.meta.url)),
  "reviews.yaml": reviews,
  "canary.yaml": canary,
  "both.yaml": `${reviews}---\n${canary}`,
  "ratings.json": JSON.stringify([{ target: "http://ratings:9080/", expect: { virtualHost: "ratings.default.svc.cluster.local:9080" } }]),
  "waiting.yaml": ratings,
  "mistyped.yaml": `${reviews}- target: http://reviews:9080/\n  expect: { clustr: x }\n`,
  "scheme.yaml": "- target: ftp://reviews:21/\n  expect: { outcome: closed }\n",
  "-": reviews,
};
const test = (...argv: readonly string[]) => runInMemory(["test", dump, ...argv], files);

describe("exit status", () => {
  it.each([
    { why: "all as expected", argv: ["reviews.yaml"], status: 0, out: "1 passed\n" },
    { why: "of several files", argv: ["reviews.yaml", "ratings.json"], status: 0, out: "2 passed\n" },
    { why: "from standard input", argv: ["-"], status: 0, out: "1 passed\n" },
    { why: "one not as expected", argv: ["both.yaml"], status: 1, out: "1 passed, 1 failed\n" },
    {
      why: "the failing one left out indeed",
      argv: ["both.yaml", "ratings.json", "--filter", "ratings"],
      status: 0,
      out: "1 passed, 2 left out\n",
    },
    { why: "enough routes touched", argv: ["reviews.yaml", "--fail-under", "3"], status: 0, out: "1 passed\n" },
    {
      why: "too few routes touched",
      argv: ["reviews.yaml", "--fail-under", "3.1"],
      status: 1,
      out: "1 passed, 3 % of the routes touched, less than 3.1 %\n",
    },
  ])("$why: $status", async ({ argv, status, out }) => {
    const ran = await test(...argv);
    expect(ran.err).toBe("");
    expect(ran.out.startsWith(out)).toBe(true);
    expect(ran.status).toBe(status);
  });

  it("a filter that nothing passes is 0, and said on standard error", async () => {
    expect(await test("both.yaml", "--filter", "mysql")).toEqual({
      status: 0,
      out: "nothing was checked: no name contains mysql\n",
      err: "xdsight: note: no expectation's name contains mysql\n",
    });
  });

  it.each([
    {
      why: "a key mistyped, though another file is fine",
      argv: ["reviews.yaml", "mistyped.yaml"],
      err: "mistyped.yaml: line 5: expect.clustr: unknown key; did you mean cluster?",
    },
    {
      why: "a target that is none",
      argv: ["reviews.yaml", "scheme.yaml"],
      err: "scheme.yaml: line 1: target ftp://reviews:21/: the scheme ftp is none of http, https, grpc, tls, tcp",
    },
    { why: "no file", argv: [], err: "no file of expectations is named; give one or several behind the dump" },
    { why: "a file that is not there", argv: ["details.yaml"], err: "cannot read details.yaml: no such file" },
    { why: "standard input twice", argv: ["-", "-"], err: "only one file can come from standard input; name the others" },
    {
      why: "a percentage that is none",
      argv: ["reviews.yaml", "--fail-under", "101"],
      err: "--fail-under 101: give a number from 0 to 100",
    },
  ])("$why: 2, in one line, nothing printed", async ({ argv, err }) => {
    expect(await test(...argv)).toEqual({ status: 2, out: "", err: `xdsight: ${err}\n` });
  });
});

it("takes the dump with -f, as istioctl spells it", async () => {
  const { status, out } = await runInMemory(["test", "-f", dump, "reviews.yaml", "ratings.json"], files);
  expect({ status, out }).toEqual({ status: 0, out: "2 passed\n" });
});

describe("goldens", () => {
  it.each([
    ["failures.txt", "both.yaml", "waiting.yaml"],
    ["everything.txt", "both.yaml", "waiting.yaml", "--all", "--at"],
    ["coverage.txt", "reviews.yaml", "--coverage"],
    ["failures.xml", "both.yaml", "ratings.json", "--fail-under", "50", "-o", "junit"],
  ])("%s", async (golden, ...argv) => {
    await expect((await test(...argv)).out).toMatchFileSnapshot(`../expectations/goldens/${golden}`);
  });
});

it("has no line wider than the terminal, but for pointers, commands and names", async () => {
  const { out } = await test("both.yaml", "waiting.yaml");
  expect(out.split("\n").filter((line) => line.length > 80 && !/^ +(\/|look closer|expected \S+$|found +\S+$)/.test(line))).toEqual([]);
});

describe("-o json", () => {
  it.each([
    [["both.yaml"]],
    [["both.yaml", "waiting.yaml", "--coverage"]],
    [["both.yaml", "--filter", "mysql"]],
    [["reviews.yaml", "--fail-under", "50"]],
  ])("of %s keeps to its schema", async (argv) => {
    validate(JSON.parse((await test(...argv, "-o", "json")).out));
    expect(validate.errors).toBeNull();
  });

  it("points into the file", async () => {
    const { configs } = JSON.parse((await runInMemory(["query", dump, "$", "-o", "json"], files)).out).results[0].value;
    const report = JSON.parse((await test("both.yaml", "-o", "json")).out);
    const [mismatch] = report.expectations[1].mismatches;
    expect(mismatch).toMatchObject({ field: "route.name", expected: "canary", actual: "default", decidedBy: { step: "route" } });
    const found = mismatch.at
      .split("/")
      .slice(2)
      .reduce((value: Record<string, unknown>, key: string) => value[key], configs);
    expect(found).toMatchObject({ name: "default" });
  });
});

/** An element of XML as read by a reader that takes nothing but well-formed documents without comments, CDATA or DTD. */
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

function parseXml(xml: string): Element {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 forbids them
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/);
  const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  const decode = (text: string): string =>
    text.replace(/&([^;]*);?/g, (whole, name: string) => {
      if (!whole.endsWith(";") || !Object.hasOwn(entities, name)) throw new Error(`no entity: ${whole}`);
      return entities[name] ?? "";
    });
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  let position = 0;
  for (const match of body.matchAll(/<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/g)) {
    const between = body.slice(position, match.index);
    expect(between).not.toContain("<");
    const [whole, closing, name = "", attributes = "", empty] = match;
    const parent = open.at(-1) ?? root;
    parent.text += decode(between);
    position = match.index + whole.length;
    if (closing === "/") expect(open.pop()?.name).toBe(name);
    else {
      const element: Element = {
        name,
        attributes: Object.fromEntries(
          [...attributes.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, decode(value)]),
        ),
        children: [],
        text: "",
      };
      parent.children.push(element);
      if (empty !== "/") open.push(element);
    }
  }
  expect(body.slice(position).trim()).toBe("");
  expect(open).toEqual([root]);
  expect(root.children.length).toBe(1);
  return root.children[0] ?? root;
}

describe("-o junit", () => {
  it("is well-formed XML: a suite a file, a case an expectation, the same counts as the report", async () => {
    const suites = parseXml((await test("both.yaml", "ratings.json", "--fail-under", "50", "-o", "junit")).out);
    expect(suites).toMatchObject({ name: "testsuites", attributes: { tests: "4", failures: "2", errors: "0", skipped: "0" } });
    expect(suites.children.map(({ attributes }) => [attributes.name, attributes.tests, attributes.failures])).toEqual([
      ["both.yaml", "2", "1"],
      ["ratings.json", "1", "0"],
      ["coverage", "1", "1"],
    ]);
    const [passed, failed] = suites.children[0]?.children ?? [];
    expect(passed).toMatchObject({ name: "testcase", attributes: { name: "reviews", file: "both.yaml", line: "1" }, children: [] });
    expect(failed?.attributes).toMatchObject({ name: '<canary> & "jason\'s" \\u{7} reviews', classname: "both.yaml", line: "5" });
    expect(failed?.children[0]).toMatchObject({
      name: "failure",
      attributes: { type: "failed", message: "route.name: expected canary, found default" },
    });
    expect(failed?.children[0]?.text).toContain(
      "xdsight explain snapshots/bookinfo.json.gz http://reviews:9080/reviews/0 -H 'end-user: jason'",
    );
  });

  it("has no coverage suite where no percentage is demanded", async () => {
    const suites = parseXml((await test("reviews.yaml", "--coverage", "-o", "junit")).out);
    expect(suites.children.map(({ attributes }) => attributes.name)).toEqual(["reviews.yaml"]);
  });
});

it("`xdsight schema expectations` prints the schema of the files", async () => {
  const { status, out } = await runInMemory(["schema", "expectations"]);
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ title: "xdsight expectations" });
});
