import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FilterChainMatch } from "../../src/generated/messages.js";
import type { MatchedConnection } from "../../src/match/connection.js";
import { chooseFilterChain, describeFilterChainMatch } from "../../src/match/filter-chain.js";
import { recordPointer } from "../../src/model/proto-json.js";

interface Recorded {
  readonly listener: string;
  readonly default: string | null;
  readonly chains: readonly { readonly name: string; readonly match: FilterChainMatch }[];
  readonly connections: readonly { readonly id: string; readonly connection: MatchedConnection; readonly taken: string | null }[];
}

// What Envoy 1.40.0 logged for listeners written by hand; `taken` null: no filter chain took the connection.
const recordings: Recorded[] = JSON.parse(readFileSync(new URL("fixtures/recorded-filter-chains.json", import.meta.url), "utf8"));

describe.each(recordings)("as recorded: $listener", ({ chains, connections, default: fallback }) => {
  it.each(connections)("$id", ({ connection, taken }) => {
    const choice = chooseFilterChain(
      chains.map(({ match }) => match),
      connection,
    );
    expect(choice.uncertain).toBeNull();
    expect(choice.chosen === null ? fallback : chains[choice.chosen]?.name).toBe(taken);
    expect(choice.rejected).toHaveLength(chains.length - (choice.chosen === null ? 0 : 1));
  });
});

const to = (ip: string, port: number, more: Partial<MatchedConnection> = {}): MatchedConnection => ({
  destination: { ip, port },
  serverName: "",
  transportProtocol: "raw_buffer",
  applicationProtocols: [],
  source: { ip: "10.244.1.5", port: 40000 },
  directSource: { ip: "10.244.1.5", port: 40000 },
  ...more,
});
const cidr = (address_prefix: string, prefix_len: number) => ({ address_prefix, prefix_len });
const tls = (serverName: string, applicationProtocols: string[] = []) => ({ transportProtocol: "tls", serverName, applicationProtocols });

describe("chooseFilterChain", () => {
  it.each<{ why: string; chains: FilterChainMatch[]; connection: MatchedConnection; want: number | null }>([
    { why: "the port named", chains: [{}, { destination_port: 9080 }], connection: to("10.0.0.1", 9080), want: 1 },
    { why: "another port", chains: [{}, { destination_port: 9080 }], connection: to("10.0.0.1", 9081), want: 0 },
    {
      why: "no way back from a port whose prefix fails",
      chains: [{}, { destination_port: 9080, prefix_ranges: [cidr("10.1.0.0", 16)] }],
      connection: to("10.0.0.1", 9080),
      want: null,
    },
    {
      why: "the longest prefix",
      chains: [{ prefix_ranges: [cidr("10.0.0.0", 8)] }, { prefix_ranges: [cidr("10.96.0.0", 16)] }],
      connection: to("10.96.0.1", 80),
      want: 1,
    },
    {
      why: "the shorter prefix for what the longer one does not hold",
      chains: [{ prefix_ranges: [cidr("10.0.0.0", 8)] }, { prefix_ranges: [cidr("10.96.0.0", 16)] }],
      connection: to("10.97.0.1", 80),
      want: 0,
    },
    {
      why: "an exact server name",
      chains: [{ server_names: ["*.com"] }, { server_names: ["a.com"] }],
      connection: to("10.0.0.1", 443, tls("A.com")),
      want: 1,
    },
    {
      why: "the longest wildcard",
      chains: [{ server_names: ["*.com"] }, { server_names: ["*.b.com"] }],
      connection: to("10.0.0.1", 443, tls("x.y.b.com")),
      want: 1,
    },
    {
      why: "a wildcard takes no bare domain",
      chains: [{ server_names: ["*.b.com"] }],
      connection: to("10.0.0.1", 443, tls("b.com")),
      want: null,
    },
    {
      why: "no SNI",
      chains: [{ server_names: ["b.com"] }, { transport_protocol: "tls" }],
      connection: to("10.0.0.1", 443, tls("")),
      want: 1,
    },
    {
      why: "a server name that lacks the protocol does not retry a wildcard",
      chains: [{ server_names: ["a.com"], application_protocols: ["h2"] }, { server_names: ["*.com"] }],
      connection: to("10.0.0.1", 443, tls("a.com", ["http/1.1"])),
      want: null,
    },
    {
      why: "the client's order of application protocols",
      chains: [{ application_protocols: ["http/1.1"] }, { application_protocols: ["h2"] }],
      connection: to("10.0.0.1", 443, tls("", ["h2", "http/1.1"])),
      want: 1,
    },
    {
      why: "an application protocol that nobody names",
      chains: [{ application_protocols: ["h2"] }, {}],
      connection: to("10.0.0.1", 443, tls("", ["istio"])),
      want: 1,
    },
    {
      why: "the peer before the PROXY protocol",
      chains: [{ direct_source_prefix_ranges: [cidr("10.9.0.0", 16)] }, { source_prefix_ranges: [cidr("10.244.0.0", 16)] }],
      connection: to("10.0.0.1", 80, { directSource: { ip: "10.9.0.1" } }),
      want: 0,
    },
    {
      why: "127.0.0.1 is local",
      chains: [{ source_type: "EXTERNAL" }, { source_type: "SAME_IP_OR_LOOPBACK" }],
      connection: to("10.0.0.1", 80, { source: { ip: "127.0.0.1" } }),
      want: 1,
    },
    {
      why: "127.0.0.5 is not",
      chains: [{ source_type: "EXTERNAL" }, { source_type: "SAME_IP_OR_LOOPBACK" }],
      connection: to("10.0.0.1", 80, { source: { ip: "127.0.0.5" } }),
      want: 0,
    },
    {
      why: "the address dialled is local",
      chains: [{ source_type: "EXTERNAL" }, { source_type: "SAME_IP_OR_LOOPBACK" }],
      connection: to("10.0.0.1", 80, { source: { ip: "10.0.0.1" } }),
      want: 1,
    },
    {
      why: "no way back from EXTERNAL",
      chains: [{ source_type: "EXTERNAL", source_prefix_ranges: [cidr("10.1.0.0", 16)] }, {}],
      connection: to("10.0.0.1", 80),
      want: null,
    },
    { why: "a source port", chains: [{}, { source_ports: [40000] }], connection: to("10.0.0.1", 80), want: 1 },
    { why: "another source port", chains: [{}, { source_ports: [40001] }], connection: to("10.0.0.1", 80), want: 0 },
    {
      why: "no IP address: no port, every address",
      chains: [{ destination_port: 80 }, { prefix_ranges: [cidr("10.0.0.0", 8)] }, { prefix_ranges: [cidr("0.0.0.0", 0)] }],
      connection: { ...to("", 0), destination: undefined },
      want: 2,
    },
    { why: "IPv6 and a range of IPv4", chains: [{ prefix_ranges: [cidr("0.0.0.0", 0)] }], connection: to("fd00::1", 80), want: null },
    { why: "IPv6 and no range", chains: [{}], connection: to("fd00::1", 80), want: 0 },
    { why: "no filter chains", chains: [], connection: to("10.0.0.1", 80), want: null },
  ])("$why", ({ chains, connection, want }) => {
    expect(chooseFilterChain(chains, connection)).toMatchObject({ chosen: want, candidates: [want], uncertain: null });
  });

  it("tells the levels, and why each other filter chain is out", () => {
    const chains: FilterChainMatch[] = [
      { destination_port: 9080, transport_protocol: "tls" },
      { destination_port: 9080 },
      { destination_port: 8080 },
      {},
    ];
    for (const [index, chain] of chains.entries()) recordPointer(chain, `/filter_chains/${index}/filter_chain_match`);
    const choice = chooseFilterChain(chains, to("10.0.0.1", 9080));
    expect(choice.chosen).toBe(1);
    expect(choice.levels).toEqual([
      { criterion: "destination_port", because: "destination_port 9080", survivors: [0, 1] },
      { criterion: "transport_protocol", because: "no transport_protocol", survivors: [1] },
    ]);
    expect(choice.rejected).toEqual([
      {
        index: 0,
        failedOn: "transport_protocol",
        because: "transport protocol raw_buffer is not tls",
        at: "/filter_chains/0/filter_chain_match/transport_protocol",
      },
      {
        index: 2,
        failedOn: "destination_port",
        because: "destination port 9080 is not 8080",
        at: "/filter_chains/2/filter_chain_match/destination_port",
      },
      {
        index: 3,
        failedOn: "destination_port",
        because: "no destination_port, and another filter chain names 9080",
        at: "/filter_chains/3/filter_chain_match",
      },
    ]);
  });

  it("calls it ambiguous where one names the whole range and another none: Envoy keeps them apart", () => {
    const whole = cidr("0.0.0.0", 0);
    for (const criterion of ["prefix_ranges", "source_prefix_ranges", "direct_source_prefix_ranges"] as const) {
      const choice = chooseFilterChain([{ [criterion]: [whole] }, { source_ports: [1234] }], to("10.96.0.11", 80));
      expect(choice).toMatchObject({ chosen: null, uncertain: { code: "ambiguous" } });
      expect(new Set(choice.candidates)).toEqual(new Set([0, null]));
      const nearer = chooseFilterChain([{ [criterion]: [whole] }, {}, { [criterion]: [cidr("10.0.0.0", 8)] }], to("10.96.0.11", 80));
      expect(nearer).toMatchObject({ chosen: 2, uncertain: null });
    }
  });

  it("calls equal matches ambiguous", () => {
    const choice = chooseFilterChain([{}, { prefix_ranges: [cidr("0.0.0.0", 0)] }, { destination_port: 1 }], to("10.0.0.1", 80));
    expect(choice).toMatchObject({ chosen: null, candidates: [0, 1], uncertain: { code: "ambiguous" } });
    expect(choice.rejected.map(({ index }) => index)).toEqual([2]);
  });

  describe("a source that is not known", () => {
    const unknown = { source: undefined, directSource: undefined };
    it.each<{ why: string; chains: FilterChainMatch[]; candidates: (number | null)[] }>([
      { why: "does not matter where nothing asks for it", chains: [{ destination_port: 80 }, {}], candidates: [0] },
      { why: "leaves each range and the rest", chains: [{ source_prefix_ranges: [cidr("10.1.0.0", 16)] }, {}], candidates: [0, 1] },
      { why: "may lead to nothing", chains: [{ source_prefix_ranges: [cidr("10.1.0.0", 16)] }], candidates: [0, null] },
      { why: "is of the destination's family", chains: [{ source_prefix_ranges: [cidr("fd00::", 16)] }, {}], candidates: [1] },
      {
        why: "is local or external",
        chains: [{ source_type: "EXTERNAL" }, { source_type: "SAME_IP_OR_LOOPBACK" }, {}],
        candidates: [0, 1],
      },
      { why: "is local and not external", chains: [{ source_type: "EXTERNAL" }, {}], candidates: [1, 0] },
      { why: "leaves the port open", chains: [{ source_ports: [1] }, {}], candidates: [0, 1] },
    ])("$why", ({ chains, candidates }) => {
      const choice = chooseFilterChain(chains, to("10.0.0.1", 80, unknown));
      expect(new Set(choice.candidates)).toEqual(new Set(candidates));
      expect(choice.uncertain?.code ?? null).toBe(candidates.length === 1 ? null : "undecided");
      expect(choice.rejected).toHaveLength(chains.length - candidates.filter((index) => index !== null).length);
    });
  });

  it("keeps a filter chain with a criterion of a newer Envoy in question, and the others", () => {
    const newer: FilterChainMatch = { destination_port: 80, ...{ weather: "rain" } };
    expect(chooseFilterChain([newer, {}], to("10.0.0.1", 80))).toMatchObject({ candidates: [0, 1], uncertain: { code: "undecided" } });
    expect(chooseFilterChain([newer, {}], to("10.0.0.1", 81))).toMatchObject({ chosen: 1, uncertain: null });
  });

  it("takes every possible source into account: what it takes with a source is among what it may take without", () => {
    const range = fc.constantFrom(cidr("10.0.0.0", 8), cidr("10.1.0.0", 16), cidr("0.0.0.0", 0), cidr("fd00::", 8));
    const match = fc.record<FilterChainMatch>(
      {
        destination_port: fc.constantFrom(80, 443),
        prefix_ranges: fc.array(range, { minLength: 1, maxLength: 2 }),
        source_type: fc.constantFrom("ANY" as const, "EXTERNAL" as const, "SAME_IP_OR_LOOPBACK" as const),
        source_prefix_ranges: fc.array(range, { minLength: 1, maxLength: 2 }),
        direct_source_prefix_ranges: fc.array(range, { minLength: 1, maxLength: 1 }),
        source_ports: fc.array(fc.constantFrom(1, 2), { minLength: 1, maxLength: 2 }),
      },
      { requiredKeys: [] },
    );
    const source = fc.record({ ip: fc.constantFrom("10.1.2.3", "10.2.3.4", "192.0.2.1", "127.0.0.1"), port: fc.constantFrom(1, 2, 3) });
    fc.assert(
      fc.property(fc.array(match, { maxLength: 6 }), source, source, (matches, from, direct) => {
        const known = chooseFilterChain(matches, to("10.1.2.3", 80, { source: from, directSource: direct }));
        const open = chooseFilterChain(matches, to("10.1.2.3", 80, { source: undefined, directSource: undefined }));
        for (const candidate of known.candidates) expect(open.candidates).toContain(candidate);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("describeFilterChainMatch", () => {
  it("tells all criteria in one line", () => {
    expect(describeFilterChainMatch({})).toBe("any connection");
    expect(
      describeFilterChainMatch({
        destination_port: 443,
        prefix_ranges: [cidr("10.9.9.9", 8)],
        server_names: ["*.example.com", "a", "b", "c", "d"],
        transport_protocol: "tls",
        source_type: "EXTERNAL",
      }),
    ).toBe(
      "destination_port 443, prefix_ranges 10.0.0.0/8, server_names *.example.com, a, b, c and 1 more, transport_protocol tls, source_type EXTERNAL",
    );
  });
});
