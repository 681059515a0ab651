import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clustersOfRoute } from "../../src/explain/choose-cluster.js";
import { startJournal } from "../../src/explain/journal.js";
import { requestHeaders } from "../../src/match/request-headers.js";

type Action = Parameters<typeof clustersOfRoute>[0];
type Lines = readonly (readonly [string, string])[];

const choose = (action: Action, random?: number, lines: Lines = [], runtime: readonly (readonly [string, number | string])[] = []) =>
  clustersOfRoute(action, requestHeaders(lines, "http/1.1"), random, new Map(runtime), startJournal());

/** The name that is chosen; all that may be, where it is open. */
const chosen = (...given: Parameters<typeof choose>): string =>
  choose(...given)
    .filter((candidate) => candidate.chosen !== false)
    .map(({ name }) => name)
    .join(" or ");

const split: Action = {
  weighted_clusters: {
    clusters: [
      { name: "reviews-v1", weight: 90 },
      { name: "reviews-v2", weight: 10 },
      { name: "reviews-v3", weight: 0 },
    ],
  },
};
const splitWith = (members: object): Action => ({ weighted_clusters: { ...split.weighted_clusters, ...members } });

describe("the cluster of a route", () => {
  it.each<[string, Action, number | undefined, Lines, string]>([
    ["the one it names", { cluster: "reviews-v1" }, undefined, [], "reviews-v1"],
    ["the one that a header names", { cluster_header: "x-cluster" }, undefined, [["x-cluster", "reviews-v2"]], "reviews-v2"],
    [
      "the first of several values",
      { cluster_header: "x-cluster" },
      undefined,
      [
        ["x-cluster", "reviews-v2"],
        ["x-cluster", "reviews-v3"],
      ],
      "reviews-v2",
    ],
    ["a header that is missing names the empty one", { cluster_header: "x-cluster" }, undefined, [], ""],
    ["weights without a draw: all with a weight", split, undefined, [], "reviews-v1 or reviews-v2"],
    ["a draw below the first weight", split, 89, [], "reviews-v1"],
    ["a draw at the first weight", split, 90, [], "reviews-v2"],
    ["a draw above the total begins again", split, 189, [], "reviews-v1"],
    [
      "one entry with a weight needs no draw",
      { weighted_clusters: { clusters: [{ name: "reviews-v1", weight: 1 }, { name: "reviews-v2" }] } },
      undefined,
      [],
      "reviews-v1",
    ],
    [
      "an entry's own header",
      { weighted_clusters: { clusters: [{ cluster_header: "x-cluster", weight: 1 }] } },
      undefined,
      [["x-cluster", "reviews-v3"]],
      "reviews-v3",
    ],
    ["header_name's number for a draw", splitWith({ header_name: "x-draw" }), 5, [["x-draw", "95"]], "reviews-v2"],
    ["header_name's number, large", splitWith({ header_name: "x-draw" }), 5, [["x-draw", "18446744073709551615"]], "reviews-v1"],
    ["header_name's number, too large", splitWith({ header_name: "x-draw" }), 95, [["x-draw", "18446744073709551616"]], "reviews-v2"],
    ["header_name's text is no draw", splitWith({ header_name: "x-draw" }), 95, [["x-draw", "many"]], "reviews-v2"],
    [
      "header_name twice is no draw",
      splitWith({ header_name: "x-draw" }),
      5,
      [
        ["x-draw", "95"],
        ["x-draw", "95"],
      ],
      "reviews-v1",
    ],
    ["a hash in place of chance", splitWith({ use_hash_policy: true }), 5, [], "reviews-v1 or reviews-v2"],
  ])("%s", (_, action, random, lines, want) => expect(chosen(action, random, lines)).toBe(want));

  it("takes weights from the runtime", () => {
    const action = splitWith({ runtime_key_prefix: "canary" });
    expect(chosen(action, 50, [], [["canary.reviews-v2", 1000]])).toBe("reviews-v1");
    expect(chosen(action, 500, [], [["canary.reviews-v2", 1000]])).toBe("reviews-v2");
    expect(chosen(action, undefined, [], [["canary.reviews-v1", 0]])).toBe("reviews-v2");
    expect(chosen(split, undefined, [], [["canary.reviews-v1", 0]])).toBe("reviews-v1 or reviews-v2");
  });

  it("is open where a plugin chooses", () => {
    const journal = startJournal();
    const candidates = clustersOfRoute({ cluster_specifier_plugin: "golang" }, requestHeaders([], "h2"), undefined, new Map(), journal);
    expect([candidates, journal.uncertain.map(({ code }) => code)]).toEqual([[], ["cluster-specifier-plugin"]]);
  });

  it("is exactly one for each draw, as often as its weight says", () => {
    const weights = fc
      .array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 })
      .filter((list) => list.some((weight) => weight > 0));
    fc.assert(
      fc.property(weights, (list) => {
        const action: Action = { weighted_clusters: { clusters: list.map((weight, index) => ({ name: `reviews-v${index}`, weight })) } };
        const total = list.reduce((sum, weight) => sum + weight, 0);
        const drawn = Array.from({ length: total }, (_, random) =>
          choose(action, random).flatMap(({ chosen: is }, index) => (is === true ? [index] : [])),
        );
        expect(drawn.every((picked) => picked.length === 1)).toBe(true);
        expect(list.map((_, index) => drawn.flat().filter((picked) => picked === index).length)).toEqual(list);
      }),
    );
  });
});
