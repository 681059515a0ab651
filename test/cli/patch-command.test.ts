import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { valueAt } from "../../src/util/json-pointer.js";
import { runInMemory } from "./memory-io.js";

const bytesOf = (path: string): Uint8Array => readFileSync(new URL(`../../${path}`, import.meta.url));
const textOf = (path: string): string => new TextDecoder().decode(bytesOf(path));
const goldens = new URL("../envoy-filter/goldens/", import.meta.url).pathname;

const accesslog = textOf("snapshots/accesslog-envoyfilter.yaml");
const [tcpOnly = ""] = accesslog.split("---\n");
const timeout = textOf("test/envoy-filter/filters/route-timeout.yaml");

const filter = (patch: string): string =>
  `apiVersion: networking.istio.io/v1alpha3\nkind: EnvoyFilter\nmetadata: { name: reviews }\nspec:\n  configPatches:\n${patch}`;

const files = {
  "off.json.gz": bytesOf("snapshots/accesslog-off.json.gz"),
  "on.json.gz": bytesOf("snapshots/accesslog-on.json.gz"),
  "refused-before.json.gz": bytesOf("test/diff/fixtures/clusters-refused.before.json.gz"),
  "gateway.json.gz": bytesOf("snapshots/gateway.json.gz"),
  "clusters-only.json": JSON.stringify({ configs: [{ "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump" }] }),
  "bug-report/proxies/default/sleep/config_dump": bytesOf("snapshots/accesslog-on.json.gz"),
  "bug-report/proxies/default/productpage/config_dump": bytesOf("snapshots/bookinfo.json.gz"),
  "accesslog.yaml": accesslog,
  "tcp.yaml": tcpOnly,
  "timeout.yaml": timeout,
  "nothing.yaml": textOf("test/envoy-filter/filters/nothing-changed.yaml"),
  "scoped.yaml": textOf("test/envoy-filter/filters/scoped-nothing.yaml"),
  "limits.yaml": textOf("test/envoy-filter/filters/clusters-refused.yaml"),
  "filters/accesslog.yaml": accesslog,
  "filters/README.md": "no YAML",
  "filters/more/timeout.yml": timeout,
  "docs/README.md": "no YAML",
  "-": accesslog,
  "no-yaml.yaml": "kind: EnvoyFilter\nspec: [",
  "wrong-enum.yaml": filter("  - applyTo: NETWORK_FILTERS\n    patch: { operation: REMOVE }\n"),
  "wrong-type.yaml": filter(
    "  - applyTo: CLUSTER\n    patch:\n      operation: MERGE\n      value:\n        dns_lookup_family: 4\n        type: {}\n",
  ),
  "wrong-value.yaml": filter("  - applyTo: CLUSTER\n    patch:\n      operation: MERGE\n      value:\n        connect_timeout: soon\n"),
  "wrong-any.yaml": filter(
    '  - applyTo: HTTP_FILTER\n    patch:\n      operation: ADD\n      value:\n        typed_config: { "@type": acme.Lua }\n',
  ),
  "dropped.yaml": filter("  - applyTo: CLUSTER\n    patch:\n      operation: MERGE\n      value: { conect_timeout: 1s }\n"),
  "service.yaml": "apiVersion: v1\nkind: Service\nmetadata: { name: reviews }\n",
};
const patch = (...argv: readonly string[]) => runInMemory(["patch", ...argv], files);

describe("what a person reads", () => {
  it.each([
    ["access-log", ["off.json.gz", "accesslog.yaml"]],
    ["access-log-with-pointers", ["off.json.gz", "accesslog.yaml", "--at"]],
    ["matched-nothing", ["off.json.gz", "nothing.yaml"]],
    ["not-selected", ["off.json.gz", "scoped.yaml"]],
    ["what-Envoy-will-refuse", ["refused-before.json.gz", "limits.yaml"]],
    ["of-a-gateway", ["gateway.json.gz", "accesslog.yaml"]],
    ["check-yes", ["on.json.gz", "accesslog.yaml", "--check"]],
    ["check-no", ["off.json.gz", "accesslog.yaml", "--check"]],
    ["check-nothing", ["off.json.gz", "nothing.yaml", "scoped.yaml", "--check"]],
  ])("%s", async (name, argv) => {
    const { out, err } = await patch(...argv);
    expect(err).toBe("");
    await expect(out).toMatchFileSnapshot(`${goldens}${name}.txt`);
    for (const line of out.split("\n")) if (line.length > 80) expect(line.trim().split(" ").length, line).toBeLessThanOrEqual(4);
  });

  it.each([
    ["markdown", "access-log.md", ["off.json.gz", "accesslog.yaml"]],
    ["github", "access-log.github.txt", ["off.json.gz", "accesslog.yaml", "nothing.yaml"]],
    ["markdown", "check.md", ["off.json.gz", "accesslog.yaml", "--check"]],
    ["github", "check.github.txt", ["off.json.gz", "accesslog.yaml", "--check"]],
  ])("as %s: %s", async (format, name, argv) => {
    const { out } = await patch(...argv, "-o", format);
    await expect(out).toMatchFileSnapshot(`${goldens}${name}`);
  });
});

describe("the patched dump", () => {
  it("is what Envoy prints once the filters are applied, but for versions and times", async () => {
    const { out, status } = await patch("off.json.gz", "accesslog.yaml", "-o", "dump");
    expect(status).toBe(0);
    const diff = await runInMemory(["diff", "patched.json", "on.json.gz"], { ...files, "patched.json": out });
    expect({ status: diff.status, first: diff.out.split("\n", 1)[0] }).toEqual({ status: 0, first: "No difference." });
  });

  it("is the dump itself where nothing is changed", async () => {
    const once = await patch("off.json.gz", "accesslog.yaml", "-o", "dump");
    const again = await runInMemory(["patch", "patched.json", "nothing.yaml", "-o", "dump"], { ...files, "patched.json": once.out });
    expect(again.out).toBe(once.out);
  });

  it("has what pointers of the account lead to", async () => {
    const { out } = await patch("off.json.gz", "timeout.yaml", "accesslog.yaml", "-o", "json");
    const dump = JSON.parse((await patch("off.json.gz", "timeout.yaml", "accesslog.yaml", "-o", "dump")).out);
    for (const { suspicions } of JSON.parse(out).account)
      for (const { at } of suspicions) if (at.startsWith("/configs")) expect(valueAt(dump, at), at).toBeDefined();
  });
});

describe("exit status of --check", () => {
  it.each([
    ["in force", ["on.json.gz", "accesslog.yaml"], 0],
    ["not in force", ["off.json.gz", "accesslog.yaml"], 1],
    ["nothing to act on", ["on.json.gz", "nothing.yaml"], 1],
    ["in force in one proxy of two", ["bug-report/", "accesslog.yaml"], 1],
    ["in force in the one that is chosen", ["bug-report/", "accesslog.yaml", "--entry", "default/sleep"], 0],
  ] as const)("%s", async (_, argv, status) => expect((await patch(...argv, "--check")).status).toBe(status));

  it("1 for what is in force in part, which is said", async () => {
    const { out } = await patch("off.json.gz", "tcp.yaml", "-o", "dump");
    const ran = await runInMemory(["patch", "half.json", "accesslog.yaml", "--check"], { ...files, "half.json": out });
    expect(ran.status).toBe(1);
    expect(ran.out).toMatch(/^Partly: 1 of 2 patches in force, in 29 of 42 places\.\n/);
  });
});

describe("where EnvoyFilters come from", () => {
  it.each([
    ["standard input", ["off.json.gz", "-"], 2],
    ["a folder, with those below it", ["off.json.gz", "filters"], 3],
    ["several files", ["off.json.gz", "accesslog.yaml", "service.yaml", "timeout.yaml"], 3],
    ["behind -f", ["-f", "off.json.gz", "accesslog.yaml"], 2],
  ] as const)("%s", async (_, argv, count) => {
    const { out, err, status } = await patch(...argv, "-o", "json");
    expect({ err, status }).toEqual({ err: "", status: 0 });
    expect(JSON.parse(out).account).toHaveLength(count);
  });

  it("objects of other kinds are counted", async () => {
    const { out } = await patch("off.json.gz", "accesslog.yaml", "service.yaml", "-o", "json");
    expect(JSON.parse(out).others).toEqual([{ kind: "Service", count: 1 }]);
  });

  it("what istiod drops is a warning, with its line", async () => {
    const { err, status } = await patch("off.json.gz", "dropped.yaml");
    expect(status).toBe(0);
    expect(err).toBe(
      "xdsight: warning: dropped.yaml: line 9: spec.configPatches.0.patch.value.conect_timeout: Cluster has no field conect_timeout; did you mean connect_timeout?; istiod drops it\n",
    );
  });

  it("a namespace and a root namespace may be given, and decide", async () => {
    const of = async (...argv: readonly string[]) => {
      const { out } = await patch("off.json.gz", "accesslog.yaml", ...argv, "-o", "json");
      return JSON.parse(out).account.map(({ status }: { readonly status: string }) => status);
    };
    expect(await of()).toEqual(["applied", "applied"]);
    expect(await of("--root-namespace", "mesh-config")).toEqual(["not-selected", "not-selected"]);
  });
});

describe("what is refused, in one line with status 2", () => {
  it.each([
    ["wrong YAML", ["off.json.gz", "no-yaml.yaml"], "no-yaml.yaml: line 2: "],
    [
      "a wrong enum",
      ["off.json.gz", "wrong-enum.yaml"],
      "wrong-enum.yaml: line 6: spec.configPatches.0.applyTo: must be one of LISTENER, ",
    ],
    [
      "a wrong type",
      ["off.json.gz", "wrong-type.yaml"],
      "wrong-type.yaml: line 11: spec.configPatches.0.patch.value.type: {} is not a value of ",
    ],
    [
      "a value that does not decode",
      ["off.json.gz", "wrong-value.yaml"],
      'wrong-value.yaml: line 10: spec.configPatches.0.patch.value.connect_timeout: "soon" is not a duration',
    ],
    [
      "an Any that does not decode",
      ["off.json.gz", "wrong-any.yaml"],
      "wrong-any.yaml: line 10: spec.configPatches.0.patch.value.typed_config.@type: no type acme.Lua is known",
    ],
    ["no EnvoyFilter named", ["off.json.gz"], "no EnvoyFilter is named; "],
    ["no EnvoyFilter in the files", ["off.json.gz", "service.yaml"], "no EnvoyFilter in service.yaml; there is 1 Service"],
    ["a folder without YAML", ["off.json.gz", "docs"], "docs holds no .yaml, .yml or .json file"],
    ["a file that is not there", ["off.json.gz", "accesslogs.yaml"], "cannot read accesslogs.yaml: no such file"],
    ["standard input twice", ["-", "-"], "only one file can come from standard input"],
    ["a dump that does not say whose it is", ["clusters-only.json", "accesslog.yaml"], "the dump has no bootstrap"],
    ["one dump of several", ["bug-report/", "accesslog.yaml", "-o", "dump"], "-o dump takes one dump of one file"],
    ["a dump of what is only checked", ["off.json.gz", "accesslog.yaml", "--check", "-o", "dump"], "--check makes no dump"],
    ["a format that is none", ["off.json.gz", "accesslog.yaml", "-o", "xml"], "xml"],
    [
      "ports that are none",
      ["gateway.json.gz", "accesslog.yaml", "--gateway-port", "http"],
      "--gateway-port http: give two ports such as 8080=80",
    ],
  ] as const)("%s", async (_, argv, says) => {
    const { out, err, status } = await patch(...argv);
    expect({ out, status }).toEqual({ out: "", status: 2 });
    expect(err.split("\n").filter((line) => !line.startsWith("xdsight: note: "))).toHaveLength(2);
    expect(err).toContain(says);
    expect(err).not.toContain("    at ");
  });

  it("a mistyped command is guessed", async () => {
    expect((await runInMemory(["ptach", "off.json.gz"], files)).err).toContain("patch");
  });
});
