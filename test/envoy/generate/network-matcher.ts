import type fc from "fast-check";
import fastCheck from "fast-check";
import type { JsonObject } from "../../../src/util/json.js";
import { any, byWeight, either, few, merged, message, seldom } from "./draw.js";
import { stringMatcher } from "./match.js";

const inputs: Readonly<Record<string, readonly string[]>> = {
  DestinationPort: ["80", "443", "9080"],
  DestinationIP: ["10.96.0.11", "192.168.1.7", "fd00::11"],
  SourceIP: ["10.244.1.5", "127.0.0.1", "fd00::5"],
  SourcePort: ["40000", "1234"],
  DirectSourceIP: ["127.0.0.1", "10.244.1.5"],
  SourceType: ["local"],
  ServerName: ["reviews.example.com", "ratings.example.com"],
  TransportProtocol: ["tls", "raw_buffer"],
  ApplicationProtocol: ["'http/1.1'", "'h2c'", "'h2','http/1.1'", "'http/1.0'"],
};

const inputOf = (name: string): JsonObject => ({
  name: name.toLowerCase(),
  typed_config: any(`envoy.extensions.matching.common_inputs.network.v3.${name}Input`),
});

const inputName = either(...Object.keys(inputs));
const valuesOf = (name: string): fc.Arbitrary<string> => either(...(inputs[name] ?? []));

const single = inputName.chain((name) =>
  stringMatcher(valuesOf(name)).map((value_match): JsonObject => ({ single_predicate: { input: inputOf(name), value_match } })),
);

const predicate: fc.Arbitrary<JsonObject> = byWeight<JsonObject>(
  [4, single],
  [1, single.map((not_matcher) => ({ not_matcher }))],
  [1, fastCheck.tuple(single, single).map((both) => ({ and_matcher: { predicate: both } }))],
  [1, fastCheck.tuple(single, single).map((both) => ({ or_matcher: { predicate: both } }))],
);

const ranges: readonly JsonObject[] = [
  { address_prefix: "10.0.0.0", prefix_len: 8 },
  { address_prefix: "10.96.0.0", prefix_len: 16 },
  { address_prefix: "192.168.0.0", prefix_len: 16 },
  { address_prefix: "fd00::", prefix_len: 8 },
];

/** One level of an xds.type.matcher.v3.Matcher over a connection, whose entries lead to `inner`. */
function level(inner: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> {
  const list = few(
    fastCheck.tuple(predicate, inner).map(([when, on_match]): JsonObject => ({ predicate: when, on_match })),
    3,
    1,
  ).map((matchers) => ({ matcher_list: { matchers } }));
  const exact = inputName.chain((name) =>
    few(fastCheck.tuple(valuesOf(name), inner), 3, 1).map((pairs) => ({
      matcher_tree: { input: inputOf(name), exact_match_map: { map: Object.fromEntries(pairs) } },
    })),
  );
  const prefix = few(fastCheck.tuple(either("re", "reviews", "r", "ratings."), inner), 3, 1).map((pairs) => ({
    matcher_tree: { input: inputOf("ServerName"), prefix_match_map: { map: Object.fromEntries(pairs) } },
  }));
  const trie = fastCheck
    .tuple(either("DestinationIP", "SourceIP"), few(fastCheck.tuple(either(...ranges), inner, seldom(4, fastCheck.boolean())), 3, 1))
    .map(([name, entries]) => ({
      matcher_tree: {
        input: inputOf(name),
        custom_match: {
          name: "ip",
          typed_config: any("xds.type.matcher.v3.IPMatcher", {
            range_matchers: entries.map(([range, on_match, exclusive]) => ({
              ranges: [range],
              on_match,
              ...(exclusive === undefined ? {} : { exclusive }),
            })),
          }),
        },
      },
    }));
  return merged(byWeight<JsonObject>([3, list], [3, exact], [1, prefix], [2, trie]), message({ on_no_match: seldom(2, inner) }));
}

/** A filter_chain_matcher that leads to filter chains by their names. */
export function chainMatcher(names: readonly string[]): fc.Arbitrary<JsonObject> {
  const action = either(...names).map(
    (value): JsonObject => ({ action: { name: value, typed_config: any("google.protobuf.StringValue", { value }) } }),
  );
  return level(byWeight<JsonObject>([3, action], [1, level(action).map((matcher) => ({ matcher }))]));
}
