import { describe, expect, it } from "vitest";
import { type Diff, diffSnapshots, explain } from "../../../src/index.js";
import type { Json } from "../../../src/util/json.js";
import { diffOf, dumpOf, manager, type Parts, snapshotOf, tcpProxy, typed } from "../dump.js";

type Message = Readonly<Record<string, Json>>;

const host = (routes: readonly Message[], fields: Message = {}): Message => ({
  name: "reviews:9080",
  domains: ["reviews:9080"],
  routes,
  ...fields,
});
const canary: Message = {
  name: "canary",
  match: { prefix: "/api", headers: [{ name: "end-user", string_match: { exact: "jason" } }] },
  route: { cluster: "v2" },
};
const debug: Message = { name: "debug", match: { path: "/debug" }, direct_response: { status: 200 } };
const main: Message = {
  name: "main",
  match: { prefix: "/" },
  route: {
    weighted_clusters: {
      clusters: [
        { name: "v1", weight: 90 },
        { name: "v3", weight: 10 },
      ],
    },
  },
};

const outbound: Message = {
  name: "virtualOutbound",
  address: { socket_address: { address: "0.0.0.0", port_value: 15001 } },
  use_original_dst: true,
  traffic_direction: "OUTBOUND",
  filter_chains: [{ filters: [tcpProxy({ cluster: "PassthroughCluster" })] }],
};
const listener = (fields: Message, filters: readonly Message[] = []): Message => ({
  name: "0.0.0.0_9080",
  address: { socket_address: { address: "0.0.0.0", port_value: 9080 } },
  bind_to_port: false,
  traffic_direction: "OUTBOUND",
  filter_chains: [
    {
      filters: [
        manager({ rds: { route_config_name: "9080" }, http_filters: [...filters, { name: "envoy.filters.http.router" }], ...fields }),
      ],
    },
  ],
});
const endpoints = {
  endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: "10.244.1.7", port_value: 9080 } } } }] }],
};
const cluster = (name: string, fields: Message = {}): Message => ({
  name,
  type: "STATIC",
  load_assignment: { cluster_name: name, ...endpoints },
  ...fields,
});
const original: Message = { name: "PassthroughCluster", type: "ORIGINAL_DST", lb_policy: "CLUSTER_PROVIDED" };

const mesh = (hosts: readonly Message[], change: Partial<Parts> = {}): Parts => ({
  listeners: [outbound, listener({})],
  routes: [{ name: "9080", virtual_hosts: hosts }],
  clusters: [original, ...["v1", "v2", "v3"].map((name) => cluster(name))],
  ...change,
});

const before = mesh([host([canary, debug, main])]);
const classesOf = (now: Parts, old: Parts = before): readonly string[] =>
  diffOf(old, now).behaviour.classes.map((each) => {
    const [was, is] = [each.before, each.after].map(({ outcome, clusters, response, cause }) =>
      [outcome, ...clusters.map(({ name }) => name), response?.details ?? "", cause?.code ?? ""].filter((part) => part !== "").join(" "),
    );
    return `${each.description}: ${was} → ${is}`;
  });
const behaviourOf = (now: Parts, old: Parts = before): Diff["behaviour"] => diffOf(old, now).behaviour;

describe("compareTraffic", () => {
  it("says nothing of what does not change", () => {
    expect(behaviourOf(before)).toEqual({ exact: true, classes: [], unreachable: [], revived: [] });
    expect(behaviourOf(mesh([host([canary, debug, main])], { version: "2" }))).toEqual({
      exact: true,
      classes: [],
      unreachable: [],
      revived: [],
    });
  });

  it("says nothing of routes that change their places without taking from one another", () => {
    const [login, logout] = ["/login", "/logout"].map(
      (path): Message => ({ name: path.slice(1), match: { path }, route: { cluster: "v1" } }),
    );
    const old = mesh([host([login ?? {}, logout ?? {}, main])]);
    expect(behaviourOf(mesh([host([logout ?? {}, login ?? {}, main])]), old)).toEqual({
      exact: true,
      classes: [],
      unreachable: [],
      revived: [],
    });
  });

  it("finds what a catch-all takes that has moved to the front, and the routes that it kills", () => {
    const now = mesh([host([main, canary, debug])]);
    expect(classesOf(now)).toEqual([
      "routes 9080, virtual host reviews:9080: prefix /api, header end-user = jason: forward v2 → forward v1 v3",
      "routes 9080, virtual host reviews:9080: path /debug: direct_response direct_response → forward v1 v3",
    ]);
    expect(behaviourOf(now).unreachable.map(({ route, since, by }) => `${route} since ${since} by ${by}`)).toEqual([
      "canary since new by main",
      "debug since new by main",
    ]);
    expect(behaviourOf(before, now).revived.map(({ route }) => route)).toEqual(["canary", "debug"]);
  });

  it("gives witnesses that explain takes as they are", () => {
    const now = mesh([host([main, canary, debug])]);
    for (const { witness, before: was, after: is } of behaviourOf(now).classes) {
      const asRead = JSON.parse(JSON.stringify(witness));
      const { why, file, ...again } = explain(snapshotOf(dumpOf(before), "before.json"), asRead);
      expect(why.length).toBeGreaterThan(0);
      expect(again).toEqual({ ...was, file: undefined });
      expect(was.file).toEqual(file);
      expect(is.outcome).toBe("forward");
    }
  });

  it.each<{ why: string; now: Parts; want: readonly string[]; exact?: boolean }>([
    {
      why: "a cluster that is gone, which one route names among others",
      now: { ...before, clusters: [original, cluster("v1"), cluster("v2")] },
      want: ["whatever goes to cluster v3: forward v1 v3 → rejected v1 v3 cluster_not_found cluster-missing"],
    },
    {
      why: "a cluster without endpoints",
      now: { ...before, clusters: [original, cluster("v1"), cluster("v2", { load_assignment: { cluster_name: "v2" } }), cluster("v3")] },
      want: ["whatever goes to cluster v2: forward v2 → rejected v2 no_healthy_upstream no-endpoints"],
    },
    {
      why: "TLS towards a cluster",
      now: {
        ...before,
        clusters: [
          original,
          cluster("v1"),
          cluster("v2", {
            transport_socket: { name: "tls", typed_config: typed("envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", {}) },
          }),
          cluster("v3"),
        ],
      },
      want: ["whatever goes to cluster v2: forward v2 → forward v2"],
    },
    {
      why: "a host that a wildcard of another virtual host now takes",
      now: mesh([
        host([canary, debug, main]),
        { name: "all", domains: ["reviews*"], routes: [{ match: { prefix: "/" }, route: { cluster: "v1" } }] },
      ]),
      want: ["routes 9080, host reviewsother and 2 more: any path: rejected route_not_found no-virtual-host → forward v1"],
    },
    {
      why: "a listener that is gone",
      now: { ...before, listeners: [outbound] },
      want: [
        "listener 0.0.0.0_9080 and virtualOutbound: outbound HTTP/1.1 to 192.0.2.10:9080: rejected route_not_found no-virtual-host → forward PassthroughCluster no-listener",
      ],
    },
    {
      why: "a limit, where nothing else differs",
      now: { ...before, listeners: [outbound, listener({ max_request_headers_kb: 90 })] },
      want: [],
      exact: false,
    },
  ])("finds $why", ({ now, want, exact = true }) => {
    const found = classesOf(now);
    for (const each of want) expect(found).toContain(each);
    expect(behaviourOf(now).exact).toBe(exact);
  });

  it.each<{ why: string; table: Message; authority: string }>([
    { why: "in another case than its domain", table: {}, authority: "REVIEWS:9080" },
    { why: "in another case, where hosts are matched without port", table: { ignore_port_in_host_matching: true }, authority: "REVIEWS" },
  ])("finds requests by an authority $why, which a header matcher sees", ({ table, authority }) => {
    const domain = table.ignore_port_in_host_matching === true ? "reviews" : "reviews:9080";
    const exact = { name: "exact", match: { prefix: "/", headers: [{ name: ":authority", string_match: { prefix: domain } }] } };
    const parts = (last: Message): Parts => ({
      ...before,
      routes: [{ name: "9080", virtual_hosts: [host([{ ...exact, route: { cluster: "v1" } }, last], { domains: [domain] })], ...table }],
    });
    const [old, now] = ["v2", "v3"].map((cluster) => parts({ name: "rest", match: { prefix: "/" }, route: { cluster } }));
    const found = behaviourOf(now ?? before, old).classes.flatMap(({ cases, ...first }) => cases ?? [first]);
    expect(found.map(({ witness }) => witness.http?.authority)).toContain(authority);
  });

  it("finds requests by an authority with a port that hosts are matched without", () => {
    const exact = { match: { prefix: "/", headers: [{ name: ":authority", string_match: { suffix: "s", ignore_case: true } }] } };
    const parts = (cluster: string): Parts => ({
      ...before,
      routes: [
        {
          name: "9080",
          ignore_port_in_host_matching: true,
          virtual_hosts: [
            host(
              [
                { ...exact, route: { cluster: "v1" } },
                { name: "rest", match: { prefix: "/" }, route: { cluster } },
              ],
              { domains: ["reviews"] },
            ),
          ],
        },
      ],
    });
    const found = behaviourOf(parts("v3"), parts("v2")).classes;
    expect(found.map(({ witness }) => witness.http?.authority)).toEqual(["reviews:4711"]);
  });

  it("finds requests of which a draw decides that is left open", () => {
    const half = { ...canary, match: { prefix: "/api", runtime_fraction: { default_value: { numerator: 50 } } } };
    const found = behaviourOf(mesh([host([main])]), mesh([host([half, main])])).classes.flatMap(({ cases, ...first }) => cases ?? [first]);
    expect(found.some(({ witness, before: was }) => witness.random === undefined && was.route?.name === "canary")).toBe(true);
    expect(found.some(({ witness, before: was }) => witness.random !== undefined && was.route?.name === "canary")).toBe(true);
  });

  describe("tells one effect once", () => {
    const gone = { ...before, clusters: [original, cluster("v1"), cluster("v3")] };

    it("with each place that has it, and a request to each that differs", () => {
      const old = mesh([host([canary, { name: "old", match: { prefix: "/old" }, route: { cluster: "v3" } }, main])]);
      const now = { ...old, clusters: [original, cluster("v1")] };
      const [only, ...others] = behaviourOf(now, old).classes;
      expect(others).toEqual([]);
      expect(only?.cases?.map(({ description }) => description)).toEqual(["whatever goes to cluster v2", "whatever goes to cluster v3"]);
      const [was, is] = [snapshotOf(dumpOf(old)), snapshotOf(dumpOf(now))];
      for (const { witness } of only?.cases ?? [])
        expect([explain(was, witness).outcome, explain(is, witness).outcome]).toEqual(["forward", "rejected"]);
      expect(only?.witness).toEqual(only?.cases?.[0]?.witness);
    });

    it("and not with another effect", () => {
      const moved = mesh([host([canary, debug, { ...main, route: { cluster: "v1", timeout: "3s" } }])]);
      const found = behaviourOf({ ...moved, clusters: gone.clusters }).classes;
      expect(found.map(({ cases, description }) => cases?.length ?? description)).toEqual([
        "whatever goes to cluster v2",
        "routes 9080, virtual host reviews:9080: any path",
      ]);
    });

    it("without cases where there is one", () => {
      expect(behaviourOf(gone).classes.map(({ cases }) => cases)).toEqual([undefined]);
    });
  });

  it("finds the requests between two limits on headers", () => {
    const found = classesOf({ ...before, listeners: [outbound, listener({ max_request_headers_kb: 90 })] });
    expect(found.some((each) => each.includes("61450 bytes of further headers") && each.includes("http1.headers_too_large"))).toBe(true);
  });

  it("finds whom a new policy denies, and nobody where it only logs", () => {
    const rbac = (action: string): Message => ({
      name: "envoy.filters.http.rbac",
      typed_config: typed("envoy.extensions.filters.http.rbac.v3.RBAC", {
        rules: {
          action,
          policies: { ratings: { permissions: [{ url_path: { path: { prefix: "/ratings" } } }], principals: [{ any: true }] } },
        },
      }),
    });
    const found = classesOf({ ...before, listeners: [outbound, listener({}, [rbac("DENY")])] });
    expect(found.some((each) => each.includes("forward v1 v3 → rejected v1 v3 rbac_access_denied_matched_policy[ratings] denied"))).toBe(
      true,
    );
    for (const each of found) expect(each).toMatch(/path \/ratings.* → rejected .*denied$/);
    expect(classesOf({ ...before, listeners: [outbound, listener({}, [rbac("LOG")])] })).toEqual([]);
  });

  it("says what it only sampled", () => {
    const regex = (pattern: string): Message => ({ name: pattern, match: { safe_regex: { regex: pattern } }, route: { cluster: "v1" } });
    const diff = diffOf(mesh([host([regex("/[a-z]+/x.*"), main])]), mesh([host([regex("/[a-m]+/x.*"), regex("/[n-z]+/xy.*"), main])]));
    expect(diff.behaviour.exact).toBe(false);
    expect(diff.notes.filter(({ code }) => code === "sampled").length).toBeGreaterThan(0);
    const version = (text: string): Message => ({
      node: {
        id: "sidecar~10.244.1.5~sleep-v1.default~default.svc.cluster.local",
        user_agent_build_version: { version: { major_number: 1, minor_number: Number(text) } },
      },
    });
    expect(behaviourOf({ ...before, bootstrap: version("40") }, { ...before, bootstrap: version("36") }).exact).toBe(false);
  });

  it.each<{ why: string; filter: Message; exact: boolean }>([
    {
      why: "a script",
      filter: {
        name: "lua",
        typed_config: typed("envoy.extensions.filters.http.lua.v3.Lua", {
          default_source_code: { inline_string: "function envoy_on_request(handle) handle:respond({[':status'] = '403'}) end" },
        }),
      },
      exact: false,
    },
    {
      why: "a filter that is not known",
      filter: { name: "lab.filter", typed_config: typed("lab.filters.v1.Filter", {}) },
      exact: false,
    },
    {
      why: "a filter that only counts",
      filter: { name: "stats", typed_config: typed("stats.PluginConfig", {}) },
      exact: true,
    },
  ])("says of $why whether the dumps decide what it does", ({ filter, exact }) => {
    const { behaviour, notes } = diffOf(before, { ...before, listeners: [outbound, listener({}, [filter])] });
    expect(behaviour.classes).toEqual([]);
    expect(behaviour.exact).toBe(exact);
    const message = `routes 9080: what HTTP filter ${String(filter.name)} does is not decided by the dumps`;
    expect(notes).toEqual(exact ? [] : [{ code: "sampled", message }]);
  });

  it("says so too where a route alone tells a script otherwise", () => {
    const lua: Message = { name: "lua", typed_config: typed("envoy.extensions.filters.http.lua.v3.Lua", {}) };
    const told: Message = {
      typed_per_filter_config: { lua: typed("envoy.extensions.filters.http.lua.v3.LuaPerRoute", { name: "debug.lua" }) },
    };
    const listeners = [outbound, listener({}, [lua])];
    const old = mesh([host([canary, debug, main])], { listeners });
    expect(behaviourOf(mesh([host([canary, { ...debug, ...told }, main])], { listeners }), old).exact).toBe(false);
    expect(behaviourOf(mesh([host([canary, { ...debug, stat_prefix: "debug" }, main])], { listeners }), old).exact).toBe(true);
  });

  it("says that routes in a virtual host's matcher were only sampled", () => {
    const tree = (cluster: string): Message => ({
      matcher: {
        on_no_match: {
          action: { name: "route", typed_config: typed("envoy.config.route.v3.Route", { match: { prefix: "/" }, route: { cluster } }) },
        },
      },
    });
    expect(behaviourOf(mesh([host([], tree("v1"))]), mesh([host([], tree("v2"))])).exact).toBe(false);
  });

  it.each(["EndpointsConfigDump", "BootstrapConfigDump"])("compares what else both say where one dump has no %s", (section) => {
    const eds: Partial<Parts> = {
      clusters: [original, ...["v1", "v2", "v3"].map((name): Message => ({ name, type: "EDS" }))],
      endpoints: ["v1", "v2", "v3"].map((name): Message => ({ cluster_name: name, ...endpoints })),
    };
    const without = JSON.parse(JSON.stringify(dumpOf(mesh([host([canary, debug, main])], eds))));
    without.configs = without.configs.filter((config: { "@type": string }) => !config["@type"].endsWith(`.${section}`));
    const [old, same, now] = [
      snapshotOf(without),
      snapshotOf(dumpOf(mesh([host([canary, debug, main])], eds))),
      snapshotOf(dumpOf(mesh([host([debug, main])], eds))),
    ];
    for (const [before, after, classes] of [
      [old, same, 0],
      [same, old, 0],
      [old, now, 1],
    ] as const) {
      const { behaviour, notes } = diffSnapshots(before, after);
      expect(behaviour.exact).toBe(false);
      expect(behaviour.classes).toHaveLength(classes);
      expect(notes.map(({ code }) => code)).toEqual(["section-missing", "traffic-not-compared"]);
    }
  });

  it("skips what it need not look at among thousands of virtual hosts", () => {
    const many = Array.from(
      { length: 3000 },
      (_, index): Message => ({
        name: `svc-${index}`,
        domains: [`svc-${index}`],
        routes: [{ match: { prefix: "/" }, route: { cluster: "v1" } }],
      }),
    );
    const now = many.with(1500, { ...many[1500], routes: [{ match: { prefix: "/" }, route: { cluster: "v2" } }] });
    expect(classesOf(mesh(now), mesh(many))).toEqual(["routes 9080, virtual host svc-1500: any path: forward v1 → forward v2"]);
  });
});
