import { describe, expect, it } from "vitest";
import { type Diff, diffRenderers } from "../../../src/index.js";
import type { Json } from "../../../src/util/json.js";
import { diffOf, manager, type Parts, tcpProxy } from "../../diff/dump.js";

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
          routes: names.map((name) => ({ name, match: { prefix: "/" }, route: { cluster: "v1" } })),
        },
      ],
    },
  ],
});
/** A listener that leads to one cluster. */
const leadingTo = (cluster: string): Parts => ({
  listeners: [
    {
      name: "0.0.0.0_9080",
      address: { socket_address: { address: "0.0.0.0", port_value: 9080 } },
      filter_chains: [{ filters: [tcpProxy({ cluster })] }],
    },
  ],
});
const clusters = (count: number): Parts => ({
  clusters: Array.from({ length: count }, (_, index): Message => ({ name: `outbound|9080|v${index}|reviews`, type: "EDS" })),
});

describe("renderDiffText", () => {
  it("says which item has moved where", () => {
    expect(linesIn(routes("canary", "debug", "main"), routes("main", "canary", "debug"))).toEqual([
      "1 change, routing. No request is routed differently.",
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

  it("folds a field that has changed in many places, each from a value of its own", () => {
    const named = (count: number, name: (index: number) => string): Parts => ({
      clusters: Array.from(
        { length: count },
        (_, index): Message => ({ name: `outbound|9080|v${index}|reviews`, alt_stat_name: name(index) }),
      ),
    });
    const [own, shared] = [(index: number) => `reviews-v${index}`, () => "reviews"];
    expect(linesIn(named(7, own), named(7, shared))).toEqual([
      "7 changes, telemetry only. No request is routed differently.",
      "",
      "telemetry",
      "  ~ alt_stat_name   7 places   each its own → reviews",
      "      such as reviews-v0 → reviews",
      "      at outbound|9080|v0|reviews, outbound|9080|v1|reviews,",
      "        outbound|9080|v2|reviews and 4 more (--all)",
    ]);
    expect(linesIn(named(4, own), named(4, shared)).filter((line) => line.includes("~"))).toHaveLength(4);
  });

  it("names the texts that came to one list in one entry", () => {
    const host = (...domains: readonly string[]): Parts => ({
      routes: [{ name: "9080", virtual_hosts: [{ name: "reviews:9080", domains: ["reviews", ...domains], routes: [] }] }],
    });
    expect(linesIn(host(), host("reviews.default", "reviews.default.svc")).slice(3)).toEqual([
      "  routes 9080, virtual host reviews:9080",
      "    + domain   reviews.default, reviews.default.svc",
    ]);
    expect(linesIn(host("a", "b"), host("c")).filter((line) => /[+-] /.test(line))).toEqual(["    + domain c", "    - domain   a, b"]);
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

  it("shows bytes that are none as they stand", () => {
    const chain = (bytes: string): Parts => ({
      secrets: [{ name: "default", tls_certificate: { certificate_chain: { inline_bytes: bytes } } }],
    });
    expect(linesIn(chain("AAAA"), chain("no bytes")).join(" ")).toContain("no bytes");
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
    expect(text).toMatch(
      /\d+ more changes of this class left out for length: cluster outbound\\\|9080.* and \d+ more; the JSON answer has all/,
    );
    expect(text.split("\n")[0]).toBe("**3000 changes, routing only. No request is routed differently.**");
  });

  it("stays within it with many changes of every class", () => {
    const loud = (kind: string): Parts => ({
      clusters: Array.from(
        { length: 900 },
        (_, index): Message => ({
          name: `outbound|9080|v${index}|${"_reviews".repeat(20)}`,
          type: "EDS",
          connect_timeout: `${index + 1}.${kind}s`,
          alt_stat_name: `${kind}${index}`,
          lb_policy: kind === "1" ? "RANDOM" : "MAGLEV",
          metadata: { filter_metadata: { istio: { kind: `${kind}${index}` } } },
          circuit_breakers: { thresholds: [{ max_requests: index + Number(kind) }] },
          later_field: `${kind}${index}`,
          transport_socket: { name: `${kind}${index}` },
        }),
      ),
    });
    const text = diffRenderers.markdown(diffOf(loud("1"), loud("2")), { ...options, all: true, at: true });
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text.match(/left out for length/g)?.length).toBeGreaterThan(5);
  });

  it("stays within it with many classes of requests, dead routes and notes, and counts those that it left out", () => {
    const diff = diffOf(leadingTo("v1"), leadingTo("v2"));
    const [first] = diff.behaviour.classes;
    if (first === undefined) throw new Error("the routes differ");
    const description = (index: number): string =>
      `routes 9080, virtual host reviews-${index}:9080${", no header end-user".repeat(9)}: any path`;
    const dead = { routeConfiguration: "9080", virtualHost: "reviews:9080", at: "", since: "new", by: ["main"] } as const;
    const many: Diff = {
      ...diff,
      behaviour: {
        ...diff.behaviour,
        exact: false,
        classes: Array.from({ length: 900 }, (_, index) => ({ ...first, description: description(index) })),
        unreachable: Array.from({ length: 900 }, (_, index) => ({ ...dead, route: `canary-${index}${"-reviews".repeat(20)}` })),
      },
      notes: Array.from({ length: 900 }, (_, index) => ({ code: "sampled", message: `${description(index)} was only sampled` })),
    };
    const text = diffRenderers.markdown(many, options);
    expect(text.length).toBeLessThanOrEqual(65_536);
    const left = (what: RegExp): number => Number(what.exec(text)?.[1]);
    expect(left(/(\d+) more classes of requests left out for length/)).toBe(900 - (text.match(/^\| routes 9080/gm)?.length ?? 0));
    expect(left(/(\d+) more routes left out for length/)).toBe(900 - (text.match(/^- canary/gm)?.length ?? 0));
    expect(left(/(\d+) more notes left out for length/)).toBe(900 - (text.match(/^Note: /gm)?.length ?? 0));
  });

  it("lets nothing from a file be taken for Markdown", () => {
    const text = diffRenderers.markdown(diffOf({}, { clusters: [{ name: "</details> @everyone | `x` *b*", type: "EDS" }] }), options);
    expect(text.match(/<\/details>/g)).toHaveLength(1);
    expect(text).toContain("\\</details\\>");
    expect(text).not.toMatch(/[^\\]@everyone/);
  });
});
