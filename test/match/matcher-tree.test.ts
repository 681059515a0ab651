import { describe, expect, it } from "vitest";
import type { Matcher, Matcher_MatcherList_Predicate, Matcher_OnMatch } from "../../src/generated/messages.js";
import { behaviourOf } from "../../src/match/behaviour.js";
import type { MatchedConnection } from "../../src/match/connection.js";
import { readHttpInput } from "../../src/match/http-inputs.js";
import { evaluateMatcher, type ReadInput } from "../../src/match/matcher-tree.js";
import { readNetworkInput } from "../../src/match/network-inputs.js";
import { requestHeaders } from "../../src/match/request-headers.js";

const newest = behaviourOf(null);
const act = (name: string): Matcher_OnMatch => ({ action: { name } });
const input = (name: string) => ({ name });

/** Reads inputs by their name from a table; one that begins with a question mark is not known. */
const readFrom =
  (values: Record<string, string>): ReadInput =>
  ({ name = "" }) =>
    name.startsWith("?") ? { because: `${name} is open`, decidedBy: "somebody" } : (values[name] ?? null);

const is = (name: string, exact: string): Matcher_MatcherList_Predicate => ({
  single_predicate: { input: input(name), value_match: { exact } },
});
const list = (...matchers: readonly (readonly [Matcher_MatcherList_Predicate, Matcher_OnMatch])[]): Matcher => ({
  matcher_list: { matchers: matchers.map(([predicate, on_match]) => ({ predicate, on_match })) },
});
const exact = (name: string, map: Record<string, Matcher_OnMatch>): Matcher => ({
  matcher_tree: { input: input(name), exact_match_map: { map } },
});
const prefix = (name: string, map: Record<string, Matcher_OnMatch>): Matcher => ({
  matcher_tree: { input: input(name), prefix_match_map: { map } },
});
const ranges = (name: string, entries: readonly { range: [string, number]; on: Matcher_OnMatch; exclusive?: boolean }[]): Matcher => ({
  matcher_tree: {
    input: input(name),
    custom_match: {
      name: "ip",
      typed_config: {
        "@type": "type.googleapis.com/xds.type.matcher.v3.IPMatcher",
        ...{
          range_matchers: entries.map(({ range: [address_prefix, prefix_len], on, exclusive = false }) => ({
            ranges: [{ address_prefix, prefix_len }],
            on_match: on,
            exclusive,
          })),
        },
      },
    },
  },
});
const nothing: Matcher_OnMatch = { matcher: list([is("never", "x"), act("never")]) };

const values = { user: "jason", port: "9080", path: "/api/v1", ip: "10.1.2.3" };
function reach(matcher: Matcher, read: ReadInput = readFrom(values), behaviour = newest): string | null | (string | null)[] {
  const result = evaluateMatcher(matcher, read, behaviour);
  if (result.outcome === "undecided") return result.possible.map((action) => action?.name ?? null);
  return result.outcome === "action" ? (result.action.name ?? "") : null;
}

describe("evaluateMatcher", () => {
  it.each<{ why: string; matcher: Matcher; want: string | null | (string | null)[] }>([
    {
      why: "the first predicate that holds",
      matcher: list([is("user", "eve"), act("a")], [is("user", "jason"), act("b")], [is("port", "9080"), act("c")]),
      want: "b",
    },
    { why: "none", matcher: list([is("user", "eve"), act("a")]), want: null },
    { why: "on_no_match", matcher: { ...list([is("user", "eve"), act("a")]), on_no_match: act("z") }, want: "z" },
    { why: "and", matcher: list([{ and_matcher: { predicate: [is("user", "jason"), is("port", "9080")] } }, act("a")]), want: "a" },
    {
      why: "and with one that fails",
      matcher: list([{ and_matcher: { predicate: [is("user", "jason"), is("port", "1")] } }, act("a")]),
      want: null,
    },
    { why: "or", matcher: list([{ or_matcher: { predicate: [is("user", "eve"), is("port", "9080")] } }, act("a")]), want: "a" },
    { why: "or of none", matcher: list([{ or_matcher: { predicate: [is("user", "eve"), is("port", "1")] } }, act("a")]), want: null },
    { why: "not", matcher: list([{ not_matcher: is("user", "eve") }, act("a")]), want: "a" },
    { why: "not, of what holds", matcher: list([{ not_matcher: is("user", "jason") }, act("a")]), want: null },
    { why: "an absent input satisfies nothing", matcher: list([is("absent", ""), act("a")]), want: null },
    { why: "and its contrary everything", matcher: list([{ not_matcher: is("absent", "") }, act("a")]), want: "a" },
    { why: "a nested miss goes on in the list", matcher: list([is("user", "jason"), nothing], [is("port", "9080"), act("b")]), want: "b" },
    {
      why: "a nested miss ends at the outer on_no_match",
      matcher: { ...list([is("user", "jason"), nothing]), on_no_match: act("z") },
      want: "z",
    },
    {
      why: "keep_matching goes on",
      matcher: list([is("user", "jason"), { ...act("a"), ...{ keep_matching: true } }], [is("port", "9080"), act("b")]),
      want: "b",
    },
    { why: "an exact map", matcher: exact("port", { "9080": act("a"), "908": act("b") }), want: "a" },
    { why: "an exact map without the value", matcher: { ...exact("port", { "908": act("b") }), on_no_match: act("z") }, want: "z" },
    { why: "no entry of a prototype", matcher: exact("proto", {}), want: null },
    { why: "the longest prefix", matcher: prefix("path", { "/": act("a"), "/api": act("b"), "/x": act("c") }), want: "b" },
    { why: "the next shorter prefix after a nested miss", matcher: prefix("path", { "/": act("a"), "/api": nothing }), want: "a" },
    { why: "no prefix", matcher: prefix("path", { "/x": act("c") }), want: null },
    {
      why: "the narrowest range",
      matcher: ranges("ip", [
        { range: ["10.0.0.0", 8], on: act("a") },
        { range: ["10.1.0.0", 16], on: act("b") },
        { range: ["10.2.0.0", 16], on: act("c") },
      ]),
      want: "b",
    },
    {
      why: "the next wider range after a nested miss",
      matcher: ranges("ip", [
        { range: ["10.0.0.0", 8], on: act("a") },
        { range: ["10.1.0.0", 16], on: nothing },
      ]),
      want: "a",
    },
    {
      why: "but not behind an exclusive one",
      matcher: ranges("ip", [
        { range: ["10.0.0.0", 8], on: act("a") },
        { range: ["10.1.0.0", 16], on: nothing, exclusive: true },
      ]),
      want: null,
    },
    { why: "no address", matcher: ranges("user", [{ range: ["0.0.0.0", 0], on: act("a") }]), want: null },
    { why: "an open predicate", matcher: list([is("?", "x"), act("a")], [is("user", "jason"), act("b")]), want: ["a", "b"] },
    { why: "an open predicate with nothing behind", matcher: list([is("?", "x"), act("a")]), want: ["a", null] },
    { why: "an open predicate behind what decides", matcher: list([is("user", "jason"), act("b")], [is("?", "x"), act("a")]), want: "b" },
    {
      why: "false and open is false",
      matcher: list([{ and_matcher: { predicate: [is("?", "x"), is("user", "eve")] } }, act("a")]),
      want: null,
    },
    {
      why: "an open input of a tree",
      matcher: { ...exact("?", { a: act("a"), b: act("b") }), on_no_match: act("z") },
      want: ["a", "b", "z"],
    },
    { why: "a tree of an extension", matcher: { matcher_tree: { input: input("user"), custom_match: { name: "acme" } } }, want: [null] },
    {
      why: "a matcher of an extension",
      matcher: list([{ single_predicate: { input: input("user"), custom_match: { name: "acme" } } }, act("a")]),
      want: ["a", null],
    },
  ])("$why", ({ matcher, want }) => expect(reach(matcher)).toEqual(want));

  it("does not know what releases before 1.35 do after a nested miss", () => {
    const matcher = { ...list([is("user", "jason"), nothing]), on_no_match: act("z") };
    expect(reach(matcher, readFrom(values), behaviourOf({ major: 1, minor: 34, patch: 0 }))).toEqual([null, "z"]);
    expect(reach(matcher, readFrom(values), behaviourOf({ major: 1, minor: 36, patch: 4 }))).toBe("z");
  });

  it("does not follow a nesting without end", () => {
    let matcher: Matcher = { on_no_match: act("deep") };
    for (let depth = 0; depth < 20_000; depth++) matcher = { on_no_match: { matcher } };
    expect(evaluateMatcher(matcher, readFrom({}), newest).outcome).toBe("undecided");
  });

  it("tells its decisions", () => {
    const matcher = exact("port", { "9080": { matcher: list([is("user", "jason"), act("a")]) } });
    expect(evaluateMatcher(matcher, readFrom(values), newest).steps.map(({ because }) => because)).toEqual([
      'port "9080" is an entry',
      'user is "jason"',
    ]);
  });
});

describe("inputs", () => {
  const connection: MatchedConnection = {
    destination: { ip: "FD00:0::1", port: 15008 },
    serverName: "Reviews.example",
    transportProtocol: "tls",
    applicationProtocols: ["h2", "http/1.1"],
    source: { ip: "127.0.0.1", port: 40000 },
    directSource: { ip: "10.0.0.9", port: 1 },
  };
  const network = (name: string) => ({
    typed_config: { "@type": `type.googleapis.com/envoy.extensions.matching.common_inputs.network.v3.${name}` },
  });
  it.each([
    ["DestinationIPInput", "fd00::1"],
    ["DestinationPortInput", "15008"],
    ["SourceIPInput", "127.0.0.1"],
    ["SourcePortInput", "40000"],
    ["DirectSourceIPInput", "10.0.0.9"],
    ["SourceTypeInput", "local"],
    ["ServerNameInput", "reviews.example"],
    ["TransportProtocolInput", "tls"],
    ["ApplicationProtocolInput", "'h2','http/1.1'"],
  ])("%s", (name, want) => expect(readNetworkInput(connection)(network(name))).toBe(want));

  it("yields nothing for what is not there", () => {
    const bare: MatchedConnection = {
      serverName: "",
      transportProtocol: "raw_buffer",
      applicationProtocols: [],
      source: { ip: "10.0.0.1" },
    };
    const read = readNetworkInput(bare);
    for (const name of ["DestinationIPInput", "DestinationPortInput", "SourceTypeInput", "ServerNameInput", "ApplicationProtocolInput"]) {
      expect(read(network(name))).toBeNull();
    }
    for (const name of ["SourcePortInput", "DirectSourceIPInput", "WeatherInput"]) expect(read(network(name))).toHaveProperty("decidedBy");
  });

  it("reads headers of a request, joined whatever the release", () => {
    const headers = requestHeaders(
      [
        ["x-user", "a"],
        ["x-user", "b"],
      ],
      "h2",
    );
    const header = (header_name: string) => ({
      typed_config: { "@type": "type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput", ...{ header_name } },
    });
    const read = readHttpInput(headers, connection);
    expect(read(header("X-User"))).toBe("a,b");
    expect(read(header("x-other"))).toBeNull();
    expect(read(network("DestinationPortInput"))).toBe("15008");
    expect(read({ name: "acme" })).toMatchObject({ decidedBy: "the extension acme" });
  });
});
