import { describe, expect, it } from "vitest";
import { decodeRouteConfigurationMessage } from "../../../src/decode/decode-route-configuration.js";
import { listedRoutes } from "../../../src/diff/traffic/listed-routes.js";
import type { Matcher, Matcher_MatcherList_Predicate, Matcher_OnMatch, VirtualHost } from "../../../src/generated/messages.js";
import { describeRouteMatch } from "../../../src/match/route-match.js";

const header = (header_name: string) => ({
  name: "header",
  typed_config: { "@type": "type.googleapis.com/envoy.type.matcher.v3.HttpRequestHeaderMatchInput", ...{ header_name } },
});
const leadsTo = (...names: readonly string[]): Matcher_OnMatch => {
  const routes = names.map((name) => ({ name, match: { prefix: `/${name}` }, route: { cluster: name } }));
  return { action: { name: "routes", typed_config: { "@type": "type.googleapis.com/envoy.config.route.v3.RouteList", ...{ routes } } } };
};
const is = (name: string, exact: string): Matcher_MatcherList_Predicate => ({
  single_predicate: { input: header(name), value_match: { exact } },
});

function listed(host: Partial<VirtualHost>): readonly string[] {
  const { virtualHosts } = decodeRouteConfigurationMessage({ virtual_hosts: [{ name: "reviews", domains: ["*"], ...host }] });
  return listedRoutes(virtualHosts[0] ?? null).map(
    ({ match, route, open }) => `${describeRouteMatch(match)} -> ${route?.name ?? "none"}${open ? " (open)" : ""}`,
  );
}

const cases: readonly { readonly why: string; readonly matcher: Matcher; readonly want: readonly string[] }[] = [
  {
    why: "behind an action's routes nothing is asked any more",
    matcher: { matcher_list: { matchers: [{ predicate: is("x-user", "jason"), on_match: leadsTo("v2") }] }, on_no_match: leadsTo("v1") },
    want: ["prefix /v2, header x-user = jason -> v2", "prefix /, header x-user = jason -> none", "prefix /v1 -> v1", "prefix / -> none"],
  },
  {
    why: "the longest prefix is asked first, wherever it stands",
    matcher: {
      matcher_tree: { input: header("x-path"), prefix_match_map: { map: { a: leadsTo(), "a/b": leadsTo() } } },
    },
    want: ["prefix /, header x-path starts with a/b -> none", "prefix /, header x-path starts with a -> none"],
  },
  {
    why: "a negated predicate holds where the header is absent, too",
    matcher: { matcher_list: { matchers: [{ predicate: { not_matcher: is("x-user", "jason") }, on_match: leadsTo() }] } },
    want: ["prefix /, not (header x-user = jason) -> none", "prefix /, not (header x-user present) -> none"],
  },
  {
    why: "of alternatives each is listed, of conditions all at once",
    matcher: {
      matcher_list: {
        matchers: [
          { predicate: { or_matcher: { predicate: [is("a", "1"), is("b", "2")] } }, on_match: leadsTo() },
          { predicate: { and_matcher: { predicate: [is("a", "3"), is("b", "4")] } }, on_match: leadsTo() },
        ],
      },
    },
    want: ["prefix /, header a = 1 -> none", "prefix /, header b = 2 -> none", "prefix /, header a = 3, header b = 4 -> none"],
  },
  {
    why: "what no header says is open",
    matcher: {
      matcher_tree: {
        input: {
          name: "port",
          typed_config: { "@type": "type.googleapis.com/envoy.extensions.matching.common_inputs.network.v3.DestinationPortInput" },
        },
        exact_match_map: { map: { "80": leadsTo() } },
      },
    },
    want: ["prefix / -> none (open)"],
  },
  {
    why: "an action with keep_matching leads nowhere",
    matcher: { on_no_match: { ...leadsTo("v1"), keep_matching: true } },
    want: [],
  },
];

describe("the routes of a virtual host as a list", () => {
  it("are its routes where it has no matcher", () => {
    expect(
      listed({
        routes: [
          { name: "v2", match: { prefix: "/v2" } },
          { name: "v1", match: { prefix: "/" } },
        ],
      }),
    ).toEqual(["prefix /v2 -> v2", "prefix / -> v1"]);
  });
  it.each(cases)("$why", ({ matcher, want }) => {
    expect(listed({ matcher })).toEqual(want);
  });
});
