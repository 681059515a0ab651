import { describe, expect, it } from "vitest";
import { diffRenderers } from "../../../src/index.js";
import type { Json } from "../../../src/util/json.js";
import { diffOf, manager, type Parts } from "../../diff/dump.js";

const options = { colour: false, columns: 80, at: false, all: false };
const linesIn = (old: Parts, now: Parts, further: Partial<typeof options> = {}): readonly string[] =>
  diffRenderers
    .text(diffOf(old, now), { ...options, ...further })
    .split("\n")
    .slice(0, -2);

type Message = Readonly<Record<string, Json>>;
const routes = (...names: readonly string[]): Parts => ({
  routes: [
    {
      name: "9080",
      virtual_hosts: [
        {
          name: "reviews:9080",
          domains: ["reviews"],
          routes: names.map((name) => ({ name, match: { prefix: `/${name}` }, route: { cluster: "v1" } })),
        },
      ],
    },
  ],
});
const clusters = (count: number): Parts => ({
  clusters: Array.from({ length: count }, (_, index): Message => ({ name: `outbound|9080|v${index}|reviews`, type: "EDS" })),
});

describe("renderDiffText", () => {
  it("says which item has moved where", () => {
    expect(linesIn(routes("canary", "debug", "main"), routes("main", "canary", "debug"))).toEqual([
      "1 change, routing only. No request is routed differently.",
      "",
      "routing",
      "  routes 9080, virtual host reviews:9080",
      "    ~ route: main moved before canary",
    ]);
    expect(linesIn(routes("main", "canary", "debug"), routes("canary", "debug", "main")).at(-1)).toBe("    ~ route: main moved to the end");
    expect(linesIn(routes("a", "b", "c", "d"), routes("d", "b", "c", "a")).slice(-1)).toEqual([
      "    ~ order of route   a, b, c, d → d, b, c, a",
    ]);
  });

  it("says what is called otherwise", () => {
    const [old, now] = [routes("main"), routes("main")];
    const renamed = JSON.parse(JSON.stringify(now).replace('"name":"main"', '"name":"all"'));
    expect(linesIn(old, renamed).at(-1)).toBe("    ~ route main renamed   main → all");
  });

  it("folds what came in numbers, unless asked for all", () => {
    expect(linesIn({}, clusters(7)).slice(3)).toEqual([
      "  + 7 clusters",
      "      outbound|9080|v0|reviews, outbound|9080|v1|reviews,",
      "        outbound|9080|v2|reviews and 4 more (--all)",
    ]);
    expect(linesIn({}, clusters(7), { all: true }).filter((line) => line.startsWith("  + "))).toHaveLength(7);
    expect(linesIn({}, clusters(3)).slice(3)).toEqual([0, 1, 2].map((index) => `  + cluster outbound|9080|v${index}|reviews   EDS`));
  });

  it("describes an access log by where and what it writes", () => {
    const typed_config = {
      "@type": "type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog",
      path: "/dev/stdout",
      log_format: { json_format: { code: "%RESPONSE_CODE%", path: "%REQ(:PATH)%" } },
    };
    const listener = (fields: Message): Parts => ({
      listeners: [{ name: "0.0.0.0_9080", filter_chains: [{ filters: [manager(fields)] }] }],
    });
    expect(linesIn(listener({}), listener({ access_log: [{ name: "envoy.access_loggers.file", typed_config }] })).slice(3)).toEqual([
      "  listener 0.0.0.0_9080, filter chain #0, filter http_connection_manager",
      "    + access log   /dev/stdout, JSON, 2 keys",
    ]);
  });

  it("colours the signs and nothing else", () => {
    const text = diffRenderers.text(diffOf(clusters(1), {}), { ...options, colour: true });
    expect(text).toContain("\u001b[31m-\u001b[39m cluster");
  });

  it("lets nothing from a file steer the terminal", () => {
    const text = diffRenderers.text(diffOf({}, { clusters: [{ name: "evil\u001b[2J\nname", type: "EDS" }] }), { ...options, all: true });
    expect(text).not.toContain("\u001b");
    expect(text).toContain("evil");
  });
});

describe("renderDiffMarkdown", () => {
  it("stays within what GitHub takes, and says what it left out", () => {
    const text = diffRenderers.markdown(diffOf({}, clusters(3000)), { ...options, all: true });
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toMatch(/\d+ more changes of this class left out for length/);
    expect(text.split("\n")[0]).toBe("**3000 changes, routing only. No request is routed differently.**");
  });

  it("lets nothing from a file be taken for Markdown", () => {
    const text = diffRenderers.markdown(diffOf({}, { clusters: [{ name: "</details> @everyone | `x` *b*", type: "EDS" }] }), options);
    expect(text.match(/<\/details>/g)).toHaveLength(1);
    expect(text).toContain("\\</details\\>");
    expect(text).not.toMatch(/[^\\]@everyone/);
  });
});
